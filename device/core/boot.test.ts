import { describe, expect, it } from "vitest";
import { LAMP_ATTENTION, LAMP_FAULT, LAMP_READY } from "./board";
import { IDENTITY, MemoryStore, Rig } from "./testing/rig";

describe("boot", () => {
  it("introduces itself, then reports both connectors", () => {
    const rig = new Rig().online();
    expect(rig.calls.map((c) => c.action)).toEqual(["BootNotification", "StatusNotification", "StatusNotification"]);
    expect(rig.calls[0]?.payload).toEqual({
      chargePointVendor: "V",
      chargePointModel: "M",
      chargePointSerialNumber: "S",
      firmwareVersion: "1",
    });
    expect(rig.calls.slice(1).map((c) => [c.payload["connectorId"], c.payload["status"]])).toEqual([
      [0, "Available"],
      [1, "Available"],
    ]);
  });

  it.each([
    ["A".repeat(30), "A".repeat(25)],
    ["Garage \u00fc", "?"],
  ])("says its id %s as OCPP can", (serial, told) => {
    const rig = new Rig(new MemoryStore(), { ...IDENTITY, serial }).online();
    expect(rig.calls[0]?.payload["chargePointSerialNumber"]).toBe(told);
  });

  it("waits the interval of Pending and Rejected, and takes no commands while rejected", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => ({ status: "Rejected", currentTime: "2026-03-01T12:00:00Z", interval: 20 });
    rig.online();
    expect(rig.call("TriggerMessage", { requestedMessage: "Heartbeat" })).toBeUndefined();
    rig.run(17000);
    expect(rig.sent("BootNotification")).toHaveLength(1);
    rig.central["BootNotification"] = () => ({ status: "Pending", interval: 0 });
    rig.run(2000);
    expect(rig.sent("BootNotification")).toHaveLength(2);
    expect(rig.call("RemoteStartTransaction", { idTag: "A" })).toEqual({ status: "Rejected" });
    expect(rig.call("GetConfiguration", { key: ["HeartbeatInterval"] })).toHaveProperty("configurationKey");
    rig.run(55000);
    expect(rig.sent("BootNotification")).toHaveLength(2);
    rig.run(10000);
    expect(rig.sent("BootNotification")).toHaveLength(3);
    expect(rig.sent("StatusNotification")).toHaveLength(0);
    rig.central["BootNotification"] = () => ({ status: "Accepted" });
    expect(rig.call("TriggerMessage", { requestedMessage: "BootNotification" })).toEqual({ status: "Accepted" });
    rig.run(1000);
    expect(rig.sent("BootNotification")).toHaveLength(4);
    expect(rig.sent("StatusNotification").length).toBeGreaterThan(0);
  });

  it("tries again where the answer is an error, or none", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => new Error("no");
    rig.online();
    rig.run(61000);
    expect(rig.sent("BootNotification")).toHaveLength(2);
  });

  it("sends a heartbeat at the interval it was given, and after each reconnect", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => ({ status: "Accepted", currentTime: "2026-03-01T12:00:00Z", interval: 10 });
    rig.online();
    rig.run(35000);
    expect(rig.sent("Heartbeat")).toHaveLength(3);
    rig.central["Heartbeat"] = () => ({});
    rig.charger.client.disconnected();
    rig.run(1000);
    rig.charger.client.connected();
    rig.run(100);
    expect(rig.sent("Heartbeat")).toHaveLength(4);
    expect(rig.sent("BootNotification")).toHaveLength(1);
    expect(rig.statuses()).toEqual(["Available", "Available"]);
  });

  it("has its default interval where the boot reply gives none, and counts its starts", () => {
    const store = new MemoryStore();
    const rig = new Rig(store);
    rig.central["BootNotification"] = () => ({ status: "Accepted", interval: -5 });
    rig.online();
    rig.run(44000);
    expect(rig.sent("Heartbeat")).toHaveLength(1);
    expect(store.saved["boot"]).toBe("1");
    expect(rig.powerCycle().store.saved["boot"]).toBe("2");
    store.saved["boot"] = "rubbish";
    expect(rig.powerCycle().store.saved["boot"]).toBe("1");
  });
});

describe("button", () => {
  it("counts once for each press, and says what follows ten attempts without the hub", () => {
    const rig = new Rig().online();
    expect(rig.charger.takePress()).toBe(false);
    rig.inputs.buttonDown = true;
    rig.run(1000);
    expect([rig.charger.takePress(), rig.charger.takePress()]).toEqual([true, false]);
    rig.inputs.buttonDown = false;
    rig.run(100);
    rig.inputs.buttonDown = true;
    rig.run(100);
    expect(rig.charger.takePress()).toBe(true);
    expect(rig.charger.reconnectsByHand()).toBe(false);
    rig.call("ChangeConfiguration", { key: "reconnectAfterLimit", value: "Manual" });
    expect([rig.charger.reconnectsByHand(), rig.powerCycle().charger.reconnectsByHand()]).toEqual([true, true]);
  });
});

describe("lamp", () => {
  it("shows readiness, and attention when the hub is long away", () => {
    const rig = new Rig().online();
    expect(rig.outputs?.lamp).toBe(LAMP_READY);
    rig.charger.needsAttention = true;
    rig.run(100);
    expect(rig.outputs?.lamp).toBe(LAMP_ATTENTION);
    rig.inputs.emergencyStop = true;
    rig.run(500);
    expect(rig.outputs?.lamp).toBe(LAMP_FAULT);
  });
});
