import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { TestHub } from "./testing/hub";
import { startTestHub } from "./testing/hub";
import { registered } from "./testing/registration";
import { OcppError, WsCharger } from "./testing/ws-charger";

/**
 * What real chargers do to a central system, over real sockets: each case asserts the reply, the books, and that another charger's session
 * goes on undisturbed.
 */

let hub: TestHub;
let charger: WsCharger;
let neighbour: WsCharger;
let neighbourTransaction: number;

const now = "2026-11-21T12:00:00.000Z";
const startOf = (more: object = {}) => ({ connectorId: 1, idTag: "TAG1", meterStart: 1000, timestamp: now, ...more });
const register = (value: string, more: object = {}) => ({ timestamp: now, sampledValue: [{ value, ...more }] });

beforeEach(async () => {
  hub = await startTestHub({
    events: [
      registered("CP1"),
      registered("CP2"),
      { type: "idTag.set", data: { idTag: "Tag1", status: "Accepted", expiryDate: null, parentIdTag: null } },
    ],
  });
  charger = await WsCharger.connect(hub.url, "CP1");
  neighbour = await WsCharger.connect(hub.url, "CP2");
  const started = await neighbour.call("StartTransaction", startOf());
  neighbourTransaction = started.transactionId as number;
});

afterEach(async () => {
  const reading = { connectorId: 1, transactionId: neighbourTransaction, meterValue: [register("2234")] };
  expect(await neighbour.call("MeterValues", reading)).toEqual({});
  const stop = { transactionId: neighbourTransaction, meterStop: 2500, timestamp: now };
  expect(await neighbour.call("StopTransaction", stop)).toEqual({});
  const own = hub.sessions().filter(({ session }) => session.cpId === "CP2");
  expect(own.map(({ session }) => [session.energyWh, session.flags])).toEqual([[1500, []]]);
  await hub.close();
});

const status = (status: string) => ({ connectorId: 1, status, errorCode: "NoError" });
const sessions = () =>
  hub
    .sessions()
    .map(({ session }) => session)
    .filter(({ cpId }) => cpId === "CP1");
const open = () => sessions().filter(({ endedAt }) => endedAt === null);
const ocppError = (code: string) => expect.objectContaining({ code });

describe("1: StartTransaction again", () => {
  it("gives the same transaction, with the same or a new message id", async () => {
    const first = await charger.call("StartTransaction", startOf(), "a");
    expect(first.idTagInfo).toEqual({ status: "Accepted" });
    expect(await charger.call("StartTransaction", startOf(), "a")).toEqual(first);
    expect(await charger.call("StartTransaction", startOf({ idTag: "tag1" }), "b")).toEqual(first);
    const back = await WsCharger.connect(hub.url, "CP1");
    expect(await back.call("StartTransaction", startOf(), "a")).toEqual(first);
    expect(sessions()).toHaveLength(1);
  });

  it("does not revive it after the stop", async () => {
    const first = await charger.call("StartTransaction", startOf());
    const { transactionId } = first;
    await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: now });
    expect(await charger.call("StartTransaction", startOf())).toEqual(first);
    expect(open()).toHaveLength(0);
    expect(sessions()).toHaveLength(1);
  });

  it("is another session where the clock says nothing", async () => {
    const start = startOf({ timestamp: "1970-01-01T00:00:00Z", meterStart: 0 });
    const first = await charger.call("StartTransaction", start);
    expect(await charger.call("StartTransaction", start)).toEqual(first);
    const stop = { transactionId: first.transactionId, meterStop: 700, timestamp: "1970-01-01T00:10:00Z" };
    await charger.call("StopTransaction", stop);
    const second = await charger.call("StartTransaction", start);
    expect(second.transactionId).not.toBe(first.transactionId);
    expect(sessions().map(({ flags }) => flags)).toEqual(expect.arrayContaining([["clock"], ["clock"]]));
  });
});

describe("2: transaction id 0 or -1", () => {
  it.each([0, -1])("stop and readings with %d find the open transaction", async (transactionId) => {
    await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1400")] });
    expect(open()[0]?.energyWh).toBe(400);
    const stop = { transactionId, meterStop: 1600, timestamp: now, idTag: "TAG1" };
    expect(await charger.call("StopTransaction", stop)).toEqual({ idTagInfo: { status: "Accepted" } });
    expect(await charger.call("StopTransaction", stop)).toEqual({ idTagInfo: { status: "Accepted" } });
    expect(sessions().map(({ energyWh, flags }) => [energyWh, flags])).toEqual([[600, []]]);
  });

  it("of several, the one with the same idTag", async () => {
    await charger.call("StartTransaction", startOf({ connectorId: 1, idTag: "TAG1" }));
    await charger.call("StartTransaction", startOf({ connectorId: 2, idTag: "OTHER" }));
    await charger.call("StopTransaction", { transactionId: -1, meterStop: 1600, timestamp: now, idTag: "tag1" });
    expect(open().map(({ connectorId }) => connectorId)).toEqual([2]);
  });
});

it("3: StopTransaction for an unknown transaction is kept once, for the owner", async () => {
  const stop = { transactionId: 424242, meterStop: 5, timestamp: now, reason: "PowerLoss" };
  expect(await charger.call("StopTransaction", stop)).toEqual({});
  expect(await charger.call("StopTransaction", stop)).toEqual({});
  const orphans = hub.store.events.filter(({ type }) => type === "transaction.orphaned");
  expect(orphans.map(({ data }) => data)).toMatchObject([{ cpId: "CP1", transactionId: 424242, reason: "PowerLoss" }]);
  expect(sessions()).toHaveLength(0);
});

it("3: a stop with a neighbour's transaction id stops nothing", async () => {
  await charger.call("StopTransaction", { transactionId: neighbourTransaction, meterStop: 9, timestamp: now });
  expect(Object.keys(hub.store.state.openSessions)).toHaveLength(1);
});

describe("4: only the stop arrives", () => {
  const stop = {
    transactionId: -1,
    meterStop: 5000,
    timestamp: now,
    idTag: "TAG1",
    transactionData: [
      {
        timestamp: "2026-11-21T11:00:00Z",
        sampledValue: [{ value: "2.5", unit: "kWh", context: "Transaction.Begin" }],
      },
      { timestamp: now, sampledValue: [{ value: "5", unit: "kWh", context: "Transaction.End" }] },
    ],
  };

  it("is a session from what is known, marked incomplete, once", async () => {
    await charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    for (const id of ["x", "y"]) await charger.call("StopTransaction", stop, id);
    expect(sessions()).toMatchObject([
      {
        connectorId: 1,
        transactionId: null,
        startedAt: "2026-11-21T11:00:00.000Z",
        endedAt: now,
        energyWh: 2500,
        flags: ["incomplete"],
      },
    ]);
  });

  it("claims no energy where the first register is not known", async () => {
    await charger.call("StopTransaction", { transactionId: 0, meterStop: 5000, timestamp: now });
    expect(sessions()).toMatchObject([{ connectorId: 0, idTag: "UNKNOWN", meterStart: 5000, energyWh: 0 }]);
    expect(sessions()[0]?.cost.amount).toBe(0);
  });
});

describe("5: readings that name no transaction", () => {
  it.each([{}, { transactionId: 0 }, { transactionId: null }])("go to what runs on the connector: %j", async (more) => {
    await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { connectorId: 1, ...more, meterValue: [register("1250")] });
    expect(open()[0]?.energyWh).toBe(250);
  });

  it.each([{ connectorId: 0 }, { connectorId: 2 }, { connectorId: 1, transactionId: 999_999 }])(
    "or are kept without one: %j",
    async (more) => {
      await charger.call("StartTransaction", startOf());
      expect(await charger.call("MeterValues", { ...more, meterValue: [register("9999")] })).toEqual({});
      expect(open()[0]?.energyWh).toBe(0);
      expect(hub.store.events.at(-1)).toMatchObject({ type: "session.metered", data: { id: null, samples: [{}] } });
    },
  );

  it("belong to their session also after its end", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf());
    await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: now });
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1400")] });
    expect(hub.store.events.at(-1)).toMatchObject({ data: { id: sessions()[0]?.id } });
    expect(sessions()[0]?.energyWh).toBe(500);
  });
});

describe("6: meters", () => {
  const run = async (start: number, readings: string[], stop: number, more: object = {}) => {
    const { transactionId } = await charger.call("StartTransaction", startOf({ meterStart: start }));
    for (const value of readings) {
      await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register(value, more)] });
      expect(open()[0]?.energyWh).toBeGreaterThanOrEqual(0);
    }
    await charger.call("StopTransaction", { transactionId, meterStop: stop, timestamp: now });
    const [session] = sessions();
    const periods = session?.periods ?? [];
    expect(periods.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(session?.energyWh);
    return session;
  };

  it("kWh with 17 digits", async () => {
    const session = await run(1_000_000, ["1000.5004999999999999", "1001.2"], 1_001_500, { unit: "kWh" });
    expect(session).toMatchObject({ energyWh: 1500, flags: [] });
  });

  it("readings relative to the session beside lifetime start and stop", async () => {
    const session = await run(1_000_000, ["0", "400", "1100"], 1_001_500);
    expect(session).toMatchObject({ energyWh: 1500, flags: ["suspicious_meter"] });
  });

  it("a register that restarts in mid-session", async () => {
    const session = await run(1_000_000, ["1000500", "20"], 200);
    expect(session).toMatchObject({ energyWh: 0, flags: ["suspicious_meter"] });
  });

  it("a stop slightly below the last reading", async () => {
    const session = await run(1000, ["1500", "2001"], 2000);
    expect(session).toMatchObject({ energyWh: 1000, flags: ["suspicious_meter"] });
  });

  it("a lifetime reading beside start and stop from 0", async () => {
    const session = await run(0, ["7654321"], 1500);
    expect(session).toMatchObject({ energyWh: 1500, flags: ["suspicious_meter"] });
  });

  it("a stop that jumped beyond what can have flowed", async () => {
    const session = await run(0, ["800"], 7_654_321);
    expect(session).toMatchObject({ energyWh: 800, flags: ["suspicious_meter"] });
  });

  it("registers below zero and with decimals", async () => {
    const session = await run(-5, [], 1500.9);
    expect(session).toMatchObject({ meterStart: 0, energyWh: 1500, flags: ["suspicious_meter"] });
  });
});

describe("7: time", () => {
  it.each(["1970-01-01T00:00:20Z", "2026-11-21T03:00:00", "soon", undefined, null])(
    "%s: the arrival counts",
    async (text) => {
      const { transactionId } = await charger.call("StartTransaction", startOf({ timestamp: text }));
      expect(open()).toMatchObject([{ startedAt: now, flags: ["clock"] }]);
      await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: text });
      expect(sessions()).toMatchObject([{ endedAt: now, energyWh: 500, flags: ["clock"] }]);
      expect(hub.store.events.find((e) => e.type === "session.started" && e.data.cpId === "CP1")).toMatchObject({
        data: { chargerTime: text ?? null },
      });
    },
  );

  it("a session from a charger that was offline keeps its own times", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf({ timestamp: "2026-11-21T09:00:00Z" }));
    await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: "2026-11-21T10:00:00+00:00" });
    expect(sessions()).toMatchObject([
      { startedAt: "2026-11-21T09:00:00.000Z", endedAt: "2026-11-21T10:00:00.000Z", flags: [] },
    ]);
  });

  it("replies are in UTC with Z", async () => {
    expect(await charger.call("Heartbeat", {})).toEqual({ currentTime: now });
  });
});

it("8: no BootNotification: accepted, and asked for once", async () => {
  charger.on("TriggerMessage", () => ({ status: "Accepted" }));
  await charger.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
  for (let second = 0; second < 40; second += 1) hub.liveness.tick();
  await charger.until(() => charger.calls.length > 0);
  const back = await WsCharger.connect(hub.url, "CP1");
  await back.call("Heartbeat", {});
  for (let second = 0; second < 20; second += 1) hub.liveness.tick();
  await back.call("Heartbeat", {});
  expect(back.calls).toEqual([]);
  expect(charger.calls).toMatchObject([
    { action: "TriggerMessage", payload: { requestedMessage: "BootNotification" } },
  ]);
});

describe("9: sessions that their charger forgot", () => {
  const boot = { chargePointVendor: "V", chargePointModel: "M" };
  const pass = async (ms: number) => {
    await hub.clock.advance(ms);
    for (let i = 0; i < 10; i += 1) hub.liveness.tick();
    await charger.call("Heartbeat", {});
  };

  it("end after the time of grace with the last known register, and a late stop corrects them", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1800")] });
    await charger.call("StatusNotification", status("Available"));
    await pass(4 * 60_000);
    expect(open()).toHaveLength(1);
    await pass(70_000);
    expect(sessions()).toMatchObject([{ endedAt: now, energyWh: 800, flags: ["incomplete"], reason: "Other" }]);
    const { receiptNumber } = sessions()[0] ?? {};
    const stop = { transactionId, meterStop: 2000, timestamp: "2026-11-21T12:01:00Z" };
    await charger.call("StopTransaction", stop);
    await charger.call("StopTransaction", { ...stop, meterStop: 7000 });
    expect(sessions()).toMatchObject([
      { endedAt: "2026-11-21T12:01:00.000Z", energyWh: 1000, flags: ["corrected"], receiptNumber },
    ]);
  });

  it("a late stop without a transaction id corrects as well", async () => {
    await charger.call("StartTransaction", startOf());
    await charger.call("StatusNotification", status("Available"));
    await pass(6 * 60_000);
    await charger.call("StopTransaction", { transactionId: -1, meterStop: 2000, timestamp: now, idTag: "TAG1" });
    expect(sessions()).toMatchObject([{ energyWh: 1000, flags: ["corrected"] }]);
  });

  it("go on where the charger shows that they do", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf());
    await charger.call("BootNotification", boot);
    await charger.call("StatusNotification", status("Charging"));
    await charger.call("BootNotification", boot);
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1800")] });
    await pass(6 * 60_000);
    expect(open()).toHaveLength(1);
  });

  it("end after a boot that brings no sign of them", async () => {
    await charger.call("StartTransaction", startOf());
    await charger.call("BootNotification", boot);
    await charger.call("StatusNotification", status("Preparing"));
    await pass(6 * 60_000);
    expect(sessions()).toMatchObject([{ energyWh: 0, flags: ["incomplete"] }]);
  });

  it("end when another begins on their connector", async () => {
    const first = await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { ...first, connectorId: 1, meterValue: [register("1800")] });
    const second = await charger.call("StartTransaction", startOf({ meterStart: 3000 }));
    expect(second.idTagInfo).toEqual({ status: "Accepted" });
    expect(open()).toMatchObject([{ transactionId: second.transactionId, energyWh: 0 }]);
    const old = sessions().find(({ transactionId }) => transactionId === first.transactionId);
    expect(old).toMatchObject({ energyWh: 800, flags: ["incomplete"] });
  });
});

describe("10: subprotocols", () => {
  it("ocpp1.6 is picked among several, in the charger's spelling", async () => {
    const several = await WsCharger.connect(hub.url, "CP1", { protocols: ["ocpp2.0.1", "OCPP1.6", "ocpp1.5"] });
    expect(several.socket.protocol).toBe("OCPP1.6");
  });

  it.each([[["ocpp2.0.1", "ocpp1.5"]], [[]]])("without it the handshake is refused: %j", async (protocols) => {
    await expect(WsCharger.connect(hub.url, "CP1", { protocols })).rejects.toEqual(ocppError("400"));
  });

  it("a setting accepts none", async () => {
    const lenient = await startTestHub({ acceptNoSubprotocol: true, events: [registered("CP1")] });
    const old = await WsCharger.connect(lenient.url, "CP1", { protocols: [] });
    expect(await old.call("Heartbeat", {})).toEqual({ currentTime: now });
    await lenient.close();
  });
});

describe("11: addresses", () => {
  it.each(["/CP1", "CP1/", "%43P1", "CP1?x=1"])("/ocpp/%s is CP1", async (path) => {
    const socket = await WsCharger.connect(hub.url, path);
    await socket.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    expect(hub.store.state.chargePoints.CP1?.connectors[1]?.status).toBe("Available");
  });

  it.each([
    ["NOBODY", "404"],
    ["", "400"],
    ["%zz", "400"],
    ["A%2FB", "400"],
    ["CP1/extra", "404"],
  ])("/ocpp/%s is refused with %s", async (path, status) => {
    await expect(WsCharger.connect(hub.url, path)).rejects.toEqual(ocppError(status));
  });

  it("a stranger is noted for the owner", async () => {
    await expect(WsCharger.connect(hub.url, "NEW1")).rejects.toEqual(ocppError("404"));
    await expect(WsCharger.connect(hub.url, "NEW1")).rejects.toEqual(ocppError("404"));
    expect(hub.pending.list()).toMatchObject([{ cpId: "NEW1", transport: "websocket", attempts: 2 }]);
  });
});

it("12: the newest socket wins, and the old one's end does not touch it", async () => {
  const newer = await WsCharger.connect(hub.url, "CP1");
  expect(await charger.closed()).toBe(1008);
  newer.on("ClearCache", () => ({ status: "Accepted" }));
  expect(hub.peers.isConnected("CP1")).toBe(true);
  expect(await hub.peers.call("CP1", "ClearCache", {})).toEqual({ status: "Accepted" });
});

it("13: every frame keeps a charger alive; only silence closes its socket", async () => {
  const wait = async (seconds: number) => {
    for (let i = 0; i < seconds; i += 1) hub.liveness.tick();
    await neighbour.call("Heartbeat", {});
  };
  const online = () => hub.store.state.chargePoints.CP1?.online;
  await charger.call("Heartbeat", {});
  expect(online()).toBe(true);
  await wait(59);
  expect(online()).toBe(true);
  const pong = new Promise((resolve) => charger.socket.once("pong", resolve));
  charger.socket.ping();
  await pong;
  await wait(59);
  expect(online()).toBe(true);
  await wait(1);
  expect(online()).toBe(false);
  await wait(74);
  expect(charger.closeCode).toBeNull();
  expect(hub.peers.isConnected("CP1")).toBe(true);
  await wait(1);
  expect(await charger.closed()).toBe(1008);
});

describe("14: frames of every kind", () => {
  it("what can be understood is accepted", async () => {
    const boot = {
      chargePointVendor: "V".repeat(90),
      chargePointModel: "M",
      chargePointSerialNumber: "S".repeat(40),
      firmwareVersion: null,
      somethingNew: { a: 1 },
    };
    expect(await charger.call("BootNotification", boot)).toEqual({
      status: "Accepted",
      currentTime: now,
      interval: 45,
    });
    expect(hub.store.state.chargePoints.CP1?.boot).toMatchObject({ serialNumber: "S".repeat(40), accepted: true });
    const status = { connectorId: 1, status: "Faulted", errorCode: "Error", info: "x".repeat(300), vendorId: 5 };
    expect(await charger.call("StatusNotification", status)).toEqual({});
    expect(hub.store.state.chargePoints.CP1?.connectors[1]).toMatchObject({ status: "Faulted", errorCode: "Error" });
    const values = [
      { value: "50", unit: "Hz", measurand: "Frequency" },
      { value: 230.1, measurand: "Voltage" },
    ];
    expect(await charger.call("MeterValues", { connectorId: 1, meterValue: [{ sampledValue: values }] })).toEqual({});
    const binary = await charger.exchange(Buffer.from('[2,"bin","Heartbeat",{}]'), "bin");
    expect(binary[0]).toBe(3);
  });

  it.each([
    ["not json", "-1", "FormationViolation"],
    ['[2,"x","Heartbeat"', "x", "FormationViolation"],
    ['[1,"x",{}]', "x", "FormationViolation"],
    ["{}", "-1", "FormationViolation"],
    ['[2,"x","Heartbeat",[]]', "x", "FormationViolation"],
    ['[2,"x","MakeCoffee",{}]', "x", "NotImplemented"],
    ['[2,"x","constructor",{}]', "x", "NotImplemented"],
    ['[2,"x","Reset",{"type":"Hard"}]', "x", "NotSupported"],
    ['[2,"x","SignCertificate",{"csr":"x"}]', "x", "NotSupported"],
    ['[2,"x","Authorize",{}]', "x", "OccurenceConstraintViolation"],
    ['[2,"x","Authorize",{"idTag":5}]', "x", "TypeConstraintViolation"],
    ['[2,"x","StatusNotification",{"connectorId":-1,"status":"Available"}]', "x", "PropertyConstraintViolation"],
    ['[2,"x","StatusNotification",{"connectorId":1,"status":"Happy"}]', "x", "PropertyConstraintViolation"],
  ])("%s is answered to %s with %s", async (text, id, code) => {
    const [type, , given, description, details] = await charger.exchange(text, id);
    expect([type, given, details]).toEqual([4, code, {}]);
    expect(description).not.toBe("");
    expect(await charger.call("Heartbeat", {})).toEqual({ currentTime: now });
  });

  it("a frame of 1 MB closes the connection with 1009", async () => {
    charger.send(`[2,"big","DataTransfer",{"vendorId":"v","data":"${"x".repeat(1_000_000)}"}]`);
    expect(await charger.closed()).toBe(1009);
    const again = await WsCharger.connect(hub.url, "CP1");
    expect(await again.call("Heartbeat", {})).toEqual({ currentTime: now });
  });

  it("complaints are said once aloud", async () => {
    for (let i = 0; i < 5; i += 1) await charger.exchange(`[2,"${i}","MakeCoffee",{}]`, String(i));
    const loud = hub.lines.filter((line) => line.cpId === "CP1" && line.level === 40);
    expect(loud).toHaveLength(1);
  });
});

describe("15: commands", () => {
  it("are one at a time, and answered out of order or late they disturb nobody", async () => {
    const first = hub.peers.call("CP1", "Reset", { type: "Soft" }, { timeoutMs: 1000 });
    const second = hub.peers.call("CP1", "ClearCache", {}, { timeoutMs: 5000 });
    const lost = expect(first).rejects.toMatchObject({ code: "call_timeout", status: 504 });
    await charger.until(() => charger.calls.length > 0);
    expect(charger.calls.map(({ action }) => action)).toEqual(["Reset"]);
    await hub.clock.advance(1000);
    await lost;
    await charger.until(() => charger.calls.length > 1);
    const [reset, clear] = charger.calls;
    charger.send(JSON.stringify([3, reset?.id, { status: "Accepted" }]));
    charger.send(JSON.stringify([3, "nobody's", {}]));
    charger.send(JSON.stringify([3, clear?.id, { status: "Rejected" }]));
    expect(await second).toEqual({ status: "Rejected" });
  });

  it("that timed out in the queue are never delivered", async () => {
    const first = hub.peers.call("CP1", "Reset", { type: "Soft" }, { timeoutMs: 5000 });
    const second = hub.peers.call("CP1", "ClearCache", {}, { timeoutMs: 1000 });
    const lost = [first, second].map((call) => expect(call).rejects.toMatchObject({ code: "call_timeout" }));
    await hub.clock.advance(5000);
    await Promise.all(lost);
    await charger.call("Heartbeat", {});
    expect(charger.calls.map(({ action }) => action)).toEqual(["Reset"]);
  });

  it("answered with CALLERROR say so", async () => {
    charger.on("UnlockConnector", () => {
      throw new OcppError("NotSupported", "");
    });
    await expect(hub.peers.call("CP1", "UnlockConnector", { connectorId: 1 })).rejects.toMatchObject({
      code: "call_error",
      details: { code: "NotSupported", description: "" },
    });
  });

  it("end with the connection", async () => {
    const call = expect(hub.peers.call("CP1", "ClearCache", {})).rejects.toMatchObject({
      code: "charge_point_offline",
    });
    await charger.until(() => charger.calls.length > 0);
    charger.socket.terminate();
    await call;
  });
});

describe("16: idTags", () => {
  it("are compared without regard to case and spaces around", async () => {
    expect(await charger.call("Authorize", { idTag: " tAg1 " })).toEqual({ idTagInfo: { status: "Accepted" } });
  });

  it("too long or unknown are Invalid, and what they start costs nothing", async () => {
    const long = "TAG1".repeat(6);
    expect(await charger.call("Authorize", { idTag: long })).toEqual({ idTagInfo: { status: "Invalid" } });
    expect(await charger.call("Authorize", { idTag: "NOBODY" })).toEqual({ idTagInfo: { status: "Invalid" } });
    const started = await charger.call("StartTransaction", startOf({ idTag: long }));
    expect(started).toEqual({ idTagInfo: { status: "Invalid" }, transactionId: expect.any(Number) as number });
    expect(open()).toMatchObject([{ idTag: long.slice(0, 20), tariff: { id: "free" } }]);
  });
});

it("19: a remote start that comes to nothing books nothing", async () => {
  charger.on("RemoteStartTransaction", () => ({ status: "Accepted" }));
  expect(await hub.peers.call("CP1", "RemoteStartTransaction", { idTag: "X" })).toEqual({ status: "Accepted" });
  await hub.clock.advance(120_000);
  expect(sessions()).toEqual([]);
});

it("20: reservationId -1 is none", async () => {
  await charger.call("StartTransaction", startOf({ reservationId: -1 }));
  expect(hub.store.events.at(-1)).toMatchObject({ type: "session.started", data: { reservationId: null } });
});
