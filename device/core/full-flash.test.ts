import { describe, expect, it } from "vitest";
import { LAMP_FAULT, PILOT_A } from "./board";
import { largestFlash } from "./testing/largest";
import { end } from "./testing/readings";
import { Rig } from "./testing/rig";

/** What the firmware's store holds: four pages of 4 KiB but for its header and its end. */
const STORE_BYTES = 16_336;
/** What an installer sets, at its longest, and what the firmware itself may keep (the program's place, its Wi-Fi). */
const INSTALLER = {
  cpId: 20,
  hub: 64,
  port: 5,
  key: 64,
  password: 64,
  maxMa: 5,
  cableMa: 5,
  ssid: 32,
  psk: 64,
  selftest: 1,
};
const FIRMWARE_BYTES = 1024;

describe("the flash", () => {
  it("has room for everything at once, at its longest, and for the next write", () => {
    const store = largestFlash();
    for (const [key, length] of Object.entries(INSTALLER)) store.put(key, "x".repeat(length));
    const nextWrite = 24 + 224;
    expect(store.bytes() + FIRMWARE_BYTES + nextWrite).toBeLessThanOrEqual(STORE_BYTES);
    // the queue is what it was made for: were it smaller, this would hold more places
    expect(store.bytes()).toBeGreaterThan(STORE_BYTES * 0.6);
  });
});

describe("a flash that takes nothing more", () => {
  it("is told to the hub; a session goes on and ends, and its samples make room", () => {
    const rig = new Rig().charging();
    rig.charger.client.disconnected();
    rig.run(65_000);
    const samples = (): number => Object.values(rig.store.saved).filter((text) => text.includes('"M"')).length;
    expect(samples()).toBe(2);
    rig.charger.station.flashFailed(true);
    rig.charger.station.flashFailed(true);
    rig.run(65_000);
    expect([samples(), rig.outputs?.contactor]).toEqual([0, true]);
    rig.charger.client.connected();
    rig.run(2000);
    expect(rig.last("StatusNotification")).toMatchObject({
      status: "Charging",
      errorCode: "InternalError",
      info: "FlashFull",
    });
    // they were in RAM, and are all told
    expect(rig.sent("MeterValues")).toHaveLength(4);
    rig.charger.client.disconnected();
    rig.run(40_000);
    expect(samples()).toBe(0);
    rig.charger.client.connected();
    rig.inputs.pilot = PILOT_A;
    expect(end(rig)).toMatchObject({ reason: "EVDisconnected" });
    rig.run(1000);
    expect([rig.statuses().at(-1), rig.outputs?.lamp]).toEqual(["Faulted", LAMP_FAULT]);
  });

  it("lets nobody begin, and keeps no promise that it could not keep over a power cut", () => {
    const rig = new Rig().online();
    rig.call("RemoteStartTransaction", { idTag: "SOON" });
    rig.charger.station.flashFailed(true);
    rig.plug();
    expect(rig.charger.station.tx).toBeUndefined();
    const calls: [string, Record<string, unknown>][] = [
      ["RemoteStartTransaction", { idTag: "TAG" }],
      ["ChangeConfiguration", { key: "HeartbeatInterval", value: "60" }],
      ["SetChargingProfile", { connectorId: 1, csChargingProfiles: {} }],
      ["SendLocalList", { listVersion: 1, updateType: "Full" }],
      ["ReserveNow", { connectorId: 1, reservationId: 1, idTag: "TAG", expiryDate: "2026-03-02T12:00:00Z" }],
    ];
    expect(calls.map(([action, payload]) => rig.call(action, payload))).toEqual([
      { status: "Rejected" },
      { status: "Rejected" },
      { status: "Rejected" },
      { status: "Failed" },
      { status: "Faulted" },
    ]);
    rig.charger.station.flashFailed(false);
    rig.run(500);
    expect(rig.last("StatusNotification")).toMatchObject({ status: "Preparing", errorCode: "NoError" });
    expect(rig.call("RemoteStartTransaction", { idTag: "TAG" })).toEqual({ status: "Accepted" });
  });

  it("keeps in flash what begins and ends a transaction", () => {
    const rig = new Rig();
    rig.central["StartTransaction"] = () => undefined;
    rig.charging();
    rig.run(35_000);
    rig.charger.station.flashFailed(true);
    rig.inputs.pilot = PILOT_A;
    rig.run(1000);
    const kinds = Object.entries(rig.store.saved).filter(([key]) => key.startsWith("q"));
    expect(kinds.map(([, text]) => (JSON.parse(text) as unknown[])[1])).toEqual(["S", "E"]);
    expect(rig.charger.station.tx).toBeUndefined();
  });

  it("tells the graver fault first", () => {
    const rig = new Rig().online();
    rig.charger.station.flashFailed(true);
    rig.inputs.emergencyStop = true;
    rig.run(500);
    expect(rig.last("StatusNotification")).toMatchObject({ status: "Faulted", info: "EmergencyStop" });
    rig.inputs.emergencyStop = false;
    rig.run(500);
    expect(rig.last("StatusNotification")).toMatchObject({ status: "Faulted", info: "FlashFull" });
  });
});
