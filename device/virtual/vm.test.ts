import fs from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { findBuilt } from "./built";
import { Desk } from "./testing/desk";

const desk = new Desk(20);

function reading(payload: Record<string, unknown>): { wh: number; context: string } {
  const value = (payload["meterValue"] as { sampledValue: { value: string; context: string }[] }[])[0]?.sampledValue[0];
  return { wh: Number(value?.value), context: value?.context ?? "" };
}

describe("the real bytecode in the VM", () => {
  it("boots, charges a car for the hub, and ends with its last reading and the stop", async () => {
    const charger = await desk.charging();
    expect(desk.central.sent("BootNotification")).toHaveLength(1);
    await desk.central.expectCall("MeterValues", 3);
    const rising = desk.central.sent("MeterValues").map((c) => reading(c.payload));
    expect(rising.every((r) => r.context === "Sample.Periodic")).toBe(true);
    expect(rising.map((r) => r.wh)).toEqual(rising.map((r) => r.wh).toSorted((a, b) => a - b));
    expect(rising.at(-1)?.wh).toBeGreaterThan(rising[0]?.wh ?? 0);
    expect(charger.plant.contactorClosed).toBe(true);

    expect(await desk.central.call("CP1", "RemoteStopTransaction", { transactionId: 2_000_000_001 })).toEqual({
      status: "Accepted",
    });
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop).toMatchObject({ transactionId: 2_000_000_001, reason: "Remote" });
    const last = desk.central.calls.findLast((c) => c.action === "MeterValues");
    expect(last && reading(last.payload)).toEqual({ wh: stop["meterStop"], context: "Transaction.End" });
    expect(Math.abs(charger.plant.countedWh() - Number(stop["meterStop"]))).toBeLessThan(3);
    expect(charger.plant.contactorClosed).toBe(false);
    charger.plant.unplug();
    await desk.central.expectStatus("Available", desk.central.calls.length - 3);
  });

  it("ends the session with EVDisconnected, EmergencyStop or Local, as it was", async () => {
    const charger = await desk.charging();
    charger.plant.unplug();
    expect((await desk.central.expectCall("StopTransaction", 1))["reason"]).toBe("EVDisconnected");
    charger.plug({ soc: 0.5 });
    await desk.central.expectStatus("Preparing", desk.central.calls.length);
    charger.plant.tap("CARD");
    expect(await desk.central.expectCall("Authorize")).toEqual({ idTag: "CARD" });
    expect((await desk.central.expectCall("StartTransaction", 2))["idTag"]).toBe("CARD");
    charger.plant.tap("CARD");
    expect((await desk.central.expectCall("StopTransaction", 2))["reason"]).toBe("Local");
    const from = desk.central.calls.length;
    charger.plant.emergencyStop = true;
    await desk.central.expectStatus("Faulted", from);
    charger.plant.emergencyStop = false;
    await desk.central.expectStatus("Finishing", from);
  });

  it("ends a session that a power cut broke off, with the id the hub knows", async () => {
    const charger = await desk.charging();
    await desk.central.expectCall("MeterValues", 2);
    await charger.reset();
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop).toMatchObject({ transactionId: 2_000_000_001, reason: "PowerLoss" });
    expect(desk.central.sent("BootNotification")).toHaveLength(2);
    expect(charger.plant.contactorClosed).toBe(false);
  });

  it("restarts at Reset.req, with its register and without losing the stop", async () => {
    const charger = await desk.charging();
    expect(await desk.central.call("CP1", "Reset", { type: "Soft" })).toEqual({ status: "Accepted" });
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop["reason"]).toBe("SoftReset");
    await desk.central.expectCall("BootNotification", 2);
    await desk.central.expectStatus("Preparing", desk.central.calls.length - 1);
    await desk.central.call("CP1", "RemoteStartTransaction", { idTag: "TAG" });
    const start = await desk.central.expectCall("StartTransaction", 2);
    // what flows until the contactor has opened is nobody's: at most a watt-hour or two
    const between = Number(start["meterStart"]) - Number(stop["meterStop"]);
    expect([0, 1, 2]).toContain(between);
    expect(charger.panics).toBe(0);
  });

  it("queues while the hub is gone, over a power cycle, and sends all of it in order", async () => {
    const charger = await desk.charging();
    await desk.central.expectCall("MeterValues", 1);
    await desk.central.stop();
    const before = charger.plant.countedWh();
    await until("energy while offline", () => charger.plant.countedWh() > before + 60);
    expect(charger.plant.contactorClosed).toBe(true);
    charger.plant.unplug();
    await until("the program has noticed", () => charger.view().lamp === "ready");
    await desk.pass(1000); // flash writes of the program
    await charger.reset();
    await desk.central.start();
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop).toMatchObject({ transactionId: 2_000_000_001, reason: "EVDisconnected" });
    const meters = desk.central.sent("MeterValues").map((c) => reading(c.payload));
    expect(meters.map((m) => m.wh)).toEqual(meters.map((m) => m.wh).toSorted((a, b) => a - b));
    expect(meters.at(-1)).toEqual({ wh: stop["meterStop"], context: "Transaction.End" });
    expect(meters.length).toBeGreaterThan(3);
    expect(desk.central.sent("StartTransaction")).toHaveLength(1);
  });

  it("answers a burst of twenty calls", async () => {
    await desk.power();
    await desk.central.expectStatus("Available");
    for (let i = 0; i < 20; i++) {
      desk.central.send("CP1", [2, `burst${i}`, "ChangeConfiguration", { key: "Nonsense", value: "x".repeat(250) }]);
    }
    await until("twenty replies", () => desk.central.replies.size === 20);
    expect([...desk.central.replies.values()].every((r) => JSON.stringify(r[2]) === '{"status":"NotSupported"}')).toBe(
      true,
    );
  });

  it("bears a burst of calls with long answers without running out of memory", async () => {
    const charger = await desk.power();
    await desk.central.expectStatus("Available");
    expect(charger.heap()?.size).toBeGreaterThan(60_000);
    for (let i = 0; i < 20; i++) desk.central.send("CP1", [2, `long${i}`, "GetConfiguration", {}]);
    expect(await desk.central.call("CP1", "GetConfiguration", { key: ["HeartbeatInterval"] }, true)).toMatchObject({
      configurationKey: [{ key: "HeartbeatInterval" }],
    });
    await until("the long answer", () => desk.central.replies.has("long0"));
    expect(desk.central.replies.get("long0")?.[2]).toHaveProperty("configurationKey");
    expect(desk.central.replies.get("long1")?.[2]).toBe("GenericError");
    expect(charger.heap()?.free).toBeGreaterThan(12_288);
  });

  it("keeps a full queue of samples over a line that breaks and a power cycle", async () => {
    desk.central.script["StartTransaction"] = () => undefined;
    const charger = await desk.charging({ sampleIntervalSec: 1 });
    await until("samples in RAM", () => charger.plant.countedWh() > 150);
    charger.cutNetwork(true);
    await until("offline", () => !charger.connected);
    await desk.pass(3000); // the program writes 24 settings
    await charger.reset();
    charger.cutNetwork(false);
    desk.central.script["StartTransaction"] = () => ({ transactionId: 77, idTagInfo: { status: "Accepted" } });
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop).toMatchObject({ transactionId: 77, reason: "PowerLoss" });
    expect(desk.central.sent("MeterValues").length).toBeGreaterThan(15);
    expect(charger.panics).toBe(0);
  });

  it("shrugs bad frames off", async () => {
    await desk.power();
    await desk.central.expectStatus("Available");
    const deep = `${"[".repeat(400)}${"]".repeat(400)}`;
    const bad = [
      "",
      "nonsense",
      "[2",
      "{}",
      "[]",
      "null",
      "[2,1,2]",
      '[3,"x"]',
      '[2,"a","b",null]',
      deep,
      "\u00e4\u00f6\u{1f600}",
    ];
    for (const text of bad) desk.central.send("CP1", Buffer.from(text));
    desk.central.send("CP1", Buffer.from([0xff, 0xfe, 0x00, 0xc3, 0x28]));
    desk.central.send("CP1", Buffer.alloc(2400, "["));
    desk.central.send("CP1", Buffer.alloc(100_000, "y"));
    for (let i = 0; i < 10; i++) desk.central.send("CP1", Buffer.alloc(2400, "z"));
    desk.central.send("CP1", [2, "long", "DataTransfer", { vendorId: "v", data: "\u00fc".repeat(400) }]);
    desk.central.send("CP1", [2, "longer", "DataTransfer", { vendorId: "v", data: "x".repeat(1500) }]);
    desk.central.send("CP1", [2, "utf", "RemoteStartTransaction", { idTag: "\u00fc\u{1f600}" }]);
    desk.central.send("CP1", [2, "keys", "GetConfiguration", { key: Array(20).fill("supportedfeatureprofiles") }]);
    desk.central.send("CP1", Buffer.from("[]".repeat(1200)));
    expect(await desk.central.call("CP1", "ClearCache", {})).toEqual({ status: "Accepted" });
    expect(desk.central.replies.get("long")?.[2]).toEqual({ status: "UnknownVendorId" });
    expect(desk.central.replies.get("longer")?.[2]).toBe("GenericError");
    expect(desk.central.replies.get("keys")?.[2]).toMatchObject({ configurationKey: [{ readonly: true }] });
    expect(desk.central.replies.get("a")?.[2]).toBe("FormationViolation");
  });

  it("refuses what is no tag and no key, and keeps the longest tag over a power cycle", async () => {
    const tag = '"\\'.repeat(10);
    const charger = await desk.power();
    await desk.central.expectStatus("Available");
    charger.plug({});
    await desk.central.expectStatus("Preparing");
    for (const bad of ["\u0001".repeat(20), "\u00fc".repeat(20), "\u{1f600}"]) {
      expect(await desk.central.call("CP1", "RemoteStartTransaction", { idTag: bad })).toBe("FormationViolation");
      const key = ["HeartbeatInterval", bad];
      expect(await desk.central.call("CP1", "GetConfiguration", { key })).toBe("PropertyConstraintViolation");
    }
    const again = { key: "StopTxnSampledData", value: "Energy.Active.Import.Register" };
    expect(await desk.central.call("CP1", "ChangeConfiguration", again)).toEqual({ status: "Accepted" });
    const unknown = { configurationKey: [], unknownKey: [`${tag}?`] };
    expect(await desk.central.call("CP1", "GetConfiguration", { key: [`${tag}?`] })).toEqual(unknown);
    expect(await desk.central.call("CP1", "RemoteStartTransaction", { idTag: tag })).toEqual({ status: "Accepted" });
    expect((await desk.central.expectCall("StartTransaction"))["idTag"]).toBe(tag);
    await desk.central.expectStatus("Charging");
    charger.cutNetwork(true);
    await until("offline", () => !charger.connected);
    charger.plant.tap(tag);
    await until("its end", () => !charger.plant.contactorClosed);
    await desk.pass(1000); // the program's writes
    await charger.reset();
    charger.cutNetwork(false);
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop).toMatchObject({ idTag: tag, reason: "Local" });
    expect(stop["transactionData"]).toHaveLength(2);
  });

  it("counts Wh exactly above 2^24, and keeps the hub's largest transaction id", async () => {
    desk.central.script["StartTransaction"] = () => ({
      transactionId: 2_147_483_647,
      idTagInfo: { status: "Accepted" },
    });
    const charger = await desk.charging({ settings: { reg: "16777210,0,0" } });
    expect(desk.central.sent("StartTransaction")[0]?.payload["meterStart"]).toBe(16_777_210);
    await until("the register to cross the edge", () => charger.plant.countedWh() > 12);
    expect(await desk.central.call("CP1", "RemoteStopTransaction", { transactionId: 2_147_483_647 })).toEqual({
      status: "Accepted",
    });
    const stop = await desk.central.expectCall("StopTransaction");
    expect(stop["transactionId"]).toBe(2_147_483_647);
    const counted = 16_777_210 + Math.floor(charger.plant.countedWh());
    expect(stop["meterStop"]).toBeGreaterThan(2 ** 24 + 1);
    expect(counted - Number(stop["meterStop"])).toBeLessThan(3); // what flowed until the contactor opened
  });

  it("says its password, and keeps trying where it is refused", async () => {
    desk.central.passwords = { CP1: "other" };
    const charger = await desk.power({ password: "secret" });
    await until("a refusal", () => charger.view().log.some((line) => line.includes("refused by the hub")));
    desk.central.passwords = { CP1: "secret" };
    await desk.central.expectCall("BootNotification");
  });

  it("comes back when its network cable does", async () => {
    const charger = await desk.charging();
    charger.cutNetwork(true);
    await until("offline", () => !charger.connected);
    charger.cutNetwork(false);
    await desk.central.expectCall("Heartbeat");
    expect(charger.connected).toBe(true);
    expect(desk.central.sent("BootNotification")).toHaveLength(1);
  });

  it("keeps its register and its sessions over a restart of the whole process", async () => {
    const charger = await desk.charging();
    await until("some energy", () => charger.plant.countedWh() > 30);
    await desk.central.call("CP1", "RemoteStopTransaction", { transactionId: 2_000_000_001 });
    const stop = await desk.central.expectCall("StopTransaction");
    desk.fleet?.stop();
    await desk.charging({ sampleIntervalSec: undefined });
    const start = await desk.central.expectCall("StartTransaction", 2);
    expect([0, 1, 2]).toContain(Number(start["meterStart"]) - Number(stop["meterStop"]));
    expect(await desk.central.call("CP1", "GetConfiguration", { key: ["MeterValueSampleInterval"] })).toMatchObject({
      configurationKey: [{ value: "10" }],
    });
  });

  it("refuses bytecode that is none", async () => {
    const broken = path.join(desk.folder, "broken.devs");
    fs.writeFileSync(broken, "nonsense");
    await expect(desk.power({ built: { ...findBuilt(), bytecode: broken } })).rejects.toThrow("refuses the bytecode");
  });

  it("runs many chargers side by side", async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `M${i + 1}`);
    await desk.power({ ids, clock: undefined, maxCurrentMa: 20000, built: findBuilt() }); // a dozen at the others' pace would be too much for a small machine
    await until(
      "all of them",
      () => new Set(desk.central.sent("BootNotification").map((c) => c.cpId)).size === ids.length,
    );
  });
});
