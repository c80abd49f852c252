import type { MqttClient } from "mqtt";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Session } from "../../shared/session";
import { LoneHub, rpcClient } from "../support/hub";

/**
 * Charger programs that are not ours, against the real hub: mqtt.js with both plain forms, and the ocpp-rpc client in strict mode, which checks
 * every message of the hub against the standard's own schemas.
 */

const password = "a password of 20 chars";
const hub = new LoneHub();

beforeAll(async () => {
  await hub.start();
  for (const cpId of ["WS1", "MQTT1", "MQTT2"]) {
    await hub.admin("PUT", `/api/charge-points/${cpId}`, { password, plainFrames: true });
  }
  await hub.admin("PUT", "/api/id-tags/TAG1", { status: "Accepted" });
});

afterAll(() => hub.end());

/** What a charger program needs: calls to the hub, and answers to the hub's own. */
interface Charger {
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  handle(action: string, handler: (payload: Record<string, unknown>) => object): void;
  close(): Promise<void>;
}

async function overWebSocket(cpId: string): Promise<Charger> {
  const client = rpcClient(hub, cpId, { password });
  await client.connect();
  return {
    call: (action, payload) => client.call(action, payload),
    handle: (action, handler) => client.handle(action, ({ params }) => handler(params)),
    close: () => client.close(),
  };
}

type Frame = { type: number; id: string; action?: string; payload: Record<string, unknown>; code?: string };

/** The two plain forms of the contract, written here from its text. */
const forms = {
  array: {
    encode: ({ type, id, action, payload }: Frame) =>
      JSON.stringify(type === 2 ? [2, id, action, payload] : [3, id, payload]),
    decode: (text: string): Frame => {
      const [type, id, third, fourth] = JSON.parse(text) as [number, string, string, Record<string, unknown>];
      if (type === 2) return { type, id, action: third, payload: fourth };
      return type === 3
        ? { type, id, payload: third as unknown as Record<string, unknown> }
        : { type, id, code: third, payload: {} };
    },
  },
  object: {
    encode: ({ type, id, action, payload }: Frame) =>
      JSON.stringify({
        MessageTypeId: type,
        UniqueId: id,
        ...(type === 2 ? { Action: action } : {}),
        Payload: payload,
      }),
    decode: (text: string): Frame => {
      const frame = JSON.parse(text) as Record<string, unknown>;
      const { MessageTypeId: type, UniqueId: id, Action: action, Payload: payload, ErrorCode: code } = frame;
      return { type, id, action, payload, code } as unknown as Frame;
    },
  },
};

async function overMqtt(cpId: string, form: keyof typeof forms): Promise<Charger> {
  const { encode, decode } = forms[form];
  const client: MqttClient = await connectAsync(`mqtt://127.0.0.1:${hub.program.ready.mqtt}`, {
    clientId: cpId,
    username: cpId,
    password,
    reconnectPeriod: 0,
  });
  const waiting = new Map<string, (frame: Frame) => void>();
  const handlers = new Map<string, (payload: Record<string, unknown>) => object>();
  client.on("message", (_topic, bytes) => {
    const frame = decode(bytes.toString());
    if (frame.type !== 2) return waiting.get(frame.id)?.(frame);
    const handler = handlers.get(String(frame.action));
    const answer = { type: 3, id: frame.id, payload: (handler?.(frame.payload) ?? {}) as Record<string, unknown> };
    client.publish(`ocpp/cp/${cpId}/Reply`, encode(answer), { qos: 1 });
  });
  await client.subscribeAsync(`ocpp/cs/${cpId}`, { qos: 1 });
  let next = 0;
  return {
    handle: (action, handler) => void handlers.set(action, handler),
    call: async (action, payload) => {
      const id = `${cpId}-${(next += 1)}`;
      const answer = new Promise<Frame>((resolve) => waiting.set(id, resolve));
      client.publish(`ocpp/cp/${cpId}`, encode({ type: 2, id, action, payload: payload as Record<string, unknown> }), {
        qos: 1,
      });
      const frame = await answer;
      if (frame.type !== 3) throw new Error(frame.code);
      return frame.payload;
    },
    // By force: otherwise it waits for acknowledgements, which a hub that was killed never sends.
    close: () => client.endAsync(true),
  };
}

/** What every charger does at its first connection: answers the hub's configuration too. */
async function boot(charger: Charger): Promise<void> {
  charger.handle("GetConfiguration", () => ({ configurationKey: [] }));
  charger.handle("ChangeConfiguration", () => ({ status: "Accepted" }));
  const answer = await charger.call("BootNotification", { chargePointVendor: "V", chargePointModel: "M" });
  expect(answer).toMatchObject({ status: "Accepted", interval: 45 });
  await charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
}

const listed = async (cpId: string) => {
  const { sessions } = await hub.admin<{ sessions: Session[] }>("GET", "/api/sessions?limit=1000");
  return sessions.filter((session) => session.cpId === cpId);
};

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

describe.each([
  ["ocpp-rpc, strict, over WebSocket", "WS1", () => overWebSocket("WS1")],
  ["mqtt.js with the array form", "MQTT1", () => overMqtt("MQTT1", "array")],
  ["mqtt.js with the object form", "MQTT2", () => overMqtt("MQTT2", "object")],
])("%s", (_name, cpId, connect) => {
  it("runs a whole session, remote start and stop included", async () => {
    const charger = await connect();
    await boot(charger);
    expect(await charger.call("Authorize", { idTag: "tag1" })).toMatchObject({ idTagInfo: { status: "Accepted" } });
    expect(await charger.call("DataTransfer", { vendorId: "V" })).toEqual({ status: "UnknownVendorId" });
    expect(await charger.call("Heartbeat", {})).toMatchObject({ currentTime: expect.stringMatching(/Z$/) as string });

    charger.handle("RemoteStartTransaction", () => ({ status: "Accepted" }));
    const command = (action: string, payload: object) =>
      hub.admin("POST", `/api/charge-points/${cpId}/commands/${action}`, payload);
    expect(await command("RemoteStartTransaction", { connectorId: 1, idTag: "TAG1" })).toEqual({
      result: { status: "Accepted" },
    });

    await charger.call("StatusNotification", { connectorId: 1, status: "Preparing", errorCode: "NoError" });
    const start = { connectorId: 1, idTag: "TAG1", meterStart: 1000, timestamp: ago(600) };
    const started = await charger.call("StartTransaction", start);
    expect(started.idTagInfo).toEqual({ status: "Accepted" });
    expect(await charger.call("StartTransaction", start)).toEqual(started);
    const { transactionId } = started;
    await charger.call("StatusNotification", { connectorId: 1, status: "Charging", errorCode: "NoError" });
    expect(await listed(cpId)).toMatchObject([{ transactionId, endedAt: null, meterStop: null, energyWh: 0 }]);

    for (const [seconds, wh] of [
      [400, 2000],
      [200, 3500],
    ] as const) {
      const sampledValue = [
        { value: String(wh), measurand: "Energy.Active.Import.Register", unit: "Wh", context: "Sample.Periodic" },
        { value: "7.4", measurand: "Power.Active.Import", unit: "kW" },
      ];
      await charger.call("MeterValues", {
        connectorId: 1,
        transactionId,
        meterValue: [{ timestamp: ago(seconds), sampledValue }],
      });
      expect(await listed(cpId)).toMatchObject([{ energyWh: wh - 1000 }]);
    }

    charger.handle("RemoteStopTransaction", () => ({ status: "Accepted" }));
    expect(await command("RemoteStopTransaction", { transactionId })).toEqual({ result: { status: "Accepted" } });
    await charger.call("StatusNotification", { connectorId: 1, status: "Finishing", errorCode: "NoError" });
    const stop = { transactionId, idTag: "TAG1", meterStop: 4200, timestamp: ago(1), reason: "Remote" };
    expect(await charger.call("StopTransaction", stop)).toMatchObject({ idTagInfo: { status: "Accepted" } });
    await charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    expect(await listed(cpId)).toMatchObject([
      { transactionId, meterStart: 1000, meterStop: 4200, energyWh: 3200, endedAt: stop.timestamp },
    ]);
    await charger.close();
  });

  it("goes on with its session after the hub was killed in the middle of it", async () => {
    const before = await connect();
    const start = { connectorId: 1, idTag: "TAG1", meterStart: 5000, timestamp: ago(60) };
    const { transactionId } = await before.call("StartTransaction", start);
    await hub.program.kill();
    await before.close().catch(() => {});
    await hub.start();
    const after = await connect();
    expect(await after.call("StartTransaction", start)).toMatchObject({ transactionId });
    await after.call("StopTransaction", { transactionId, meterStop: 5600, timestamp: ago(0) });
    expect(await listed(cpId)).toMatchObject([{ transactionId, energyWh: 600 }, { energyWh: 3200 }]);
    await after.close();
  });
});
