import { connectAsync } from "mqtt";
import WebSocket from "ws";
import { Script } from "./messages";

/**
 * The load, in a process of its own (`fork`): `count` chargers, each with one call under way, for so many seconds. Sends its parent what it
 * measured. With `seconds` 0 they only connect, boot and stay until the parent goes.
 */
export interface LoadOrder {
  transport: "websocket" | "mqtt";
  port: number;
  count: number;
  seconds: number;
}

export interface LoadResult {
  /** In the time that was measured. */
  calls: number;
  /** From the connection to the end, warming up included. */
  all: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/** Both servers are programs that run for months: what is measured is compiled. */
const WARM_UP_MS = 3000;
const BOOT = '[2,"0","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]';

/** A connection that says one thing at a time. */
interface Wire {
  ask(text: string): Promise<string>;
}

function overWebSocket(port: number, cpId: string): Promise<Wire> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ocpp/${cpId}`, ["ocpp1.6"], { perMessageDeflate: false });
  let answered = ignore;
  socket.on("message", (data: Buffer) => {
    const text = data.toString();
    if (text.startsWith("[2,")) return refuse((answer) => socket.send(answer), text);
    answered(text);
  });
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("close", (code) => fail(new Error(`${cpId} was closed with ${code}`)));
    socket.once("open", () =>
      resolve({
        ask: (text) => {
          socket.send(text);
          return new Promise((resolve) => (answered = resolve));
        },
      }),
    );
  });
}

async function overMqtt(port: number, cpId: string): Promise<Wire> {
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: cpId,
    username: cpId,
    reconnectPeriod: 0,
    keepalive: 0,
  });
  let answered = ignore;
  client.on("message", (_topic, bytes) => {
    const text = bytes.toString();
    if (text.startsWith("[2,")) return refuse((answer) => client.publish(`ocpp/cp/${cpId}/Reply`, answer), text);
    answered(text);
  });
  client.on("close", () => fail(new Error(`${cpId} was closed`)));
  await client.subscribeAsync(`ocpp/cs/${cpId}`);
  return {
    ask: (text) => {
      client.publish(`ocpp/cp/${cpId}`, text);
      return new Promise((resolve) => (answered = resolve));
    },
  };
}

function ignore(_text: string): void {}

/** The hub configures chargers at their boot; these cannot be configured. */
function refuse(send: (text: string) => void, call: string): void {
  const [, id] = JSON.parse(call) as [number, string];
  send(JSON.stringify([4, id, "NotSupported", "", {}]));
}

function fail(error: Error): never {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

process.once("message", (order: LoadOrder) => {
  run(order).catch((error: unknown) => fail(error as Error));
});
process.once("disconnect", () => process.exit(0));

async function run({ transport, port, count, seconds }: LoadOrder): Promise<void> {
  const open = transport === "websocket" ? overWebSocket : overMqtt;
  const wires: [string, Wire][] = [];
  for (let index = 0; index < count; index += 1) {
    const cpId = `${transport === "websocket" ? "W" : "M"}${index}`;
    const wire = await open(port, cpId);
    await wire.ask(BOOT);
    wires.push([cpId, wire]);
  }
  if (seconds === 0) return void process.send?.({ calls: 0, all: count, perSecond: 0, p50: 0, p99: 0 });

  const latencies: number[] = [];
  let all = count;
  const start = performance.now() + WARM_UP_MS;
  const end = start + seconds * 1000;
  await Promise.all(
    wires.map(async ([cpId, wire]) => {
      const script = new Script(cpId);
      for (let sent = performance.now(); sent < end;) {
        script.answered(await wire.ask(script.next(new Date().toISOString())));
        const now = performance.now();
        all += 1;
        if (sent >= start && now <= end) latencies.push(now - sent);
        sent = now;
      }
    }),
  );
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  const result: LoadResult = {
    calls: latencies.length,
    all,
    perSecond: latencies.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
  };
  process.send?.(result, undefined, undefined, () => process.exit(0));
}
