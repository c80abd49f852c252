import { closeSync, fdatasync, openSync, write } from "node:fs";
import { createRequire } from "node:module";
import { promisify } from "node:util";

/**
 * The yardstick, in a process of its own (`fork`): the ocpp-rpc package's server in strict mode, with handlers that keep nothing. With a file
 * as argument each message is written and synced by itself before its answer, one after the other, as a simple durable server would.
 */
const { RPCServer } = createRequire(import.meta.url)("ocpp-rpc") as {
  RPCServer: new (options: object) => {
    on(event: "client", listener: (client: RpcServerClient) => void): void;
    listen(port: number, host: string): Promise<{ address(): { port: number } }>;
  };
};
interface RpcServerClient {
  handle(action: string, handler: (call: { params: unknown }) => unknown): void;
}

const [file] = process.argv.slice(2);
const writeTo = promisify(write);
const sync = promisify(fdatasync);
let last: Promise<unknown> = Promise.resolve();
const fd = file === undefined ? null : openSync(file, "a");

function keep(params: unknown): Promise<unknown> | undefined {
  if (fd === null) return undefined;
  const line = `${JSON.stringify(params)}\n`;
  last = last.then(async () => {
    await writeTo(fd, line);
    await sync(fd);
  });
  return last;
}

let nextTransaction = 1;
const currentTime = () => new Date().toISOString();
const answers: Record<string, () => object> = {
  BootNotification: () => ({ status: "Accepted", currentTime: currentTime(), interval: 45 }),
  Heartbeat: () => ({ currentTime: currentTime() }),
  StatusNotification: () => ({}),
  MeterValues: () => ({}),
  StartTransaction: () => ({ transactionId: nextTransaction++, idTagInfo: { status: "Accepted" } }),
  StopTransaction: () => ({ idTagInfo: { status: "Accepted" } }),
};

const server = new RPCServer({ protocols: ["ocpp1.6"], strictMode: true, pingIntervalMs: 0 });
server.on("client", (client) => {
  for (const [action, answer] of Object.entries(answers)) {
    client.handle(action, async ({ params }) => {
      if (action !== "Heartbeat") await keep(params);
      return answer();
    });
  }
});
const http = await server.listen(0, "127.0.0.1");
process.send?.({ port: http.address().port });
process.once("disconnect", () => {
  if (fd !== null) closeSync(fd);
  process.exit(0);
});
