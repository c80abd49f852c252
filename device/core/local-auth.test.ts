import { describe, expect, it } from "vitest";
import { PILOT_A } from "./board";
import { groupCode } from "./list-entry";
import { Rig } from "./testing/rig";

const info = (status = "Accepted", more: object = {}): object => ({ idTagInfo: { status, ...more } });

function send(rig: Rig, listVersion: number, entries: unknown, updateType = "Full"): unknown {
  return rig.call("SendLocalList", { listVersion, updateType, localAuthorizationList: entries });
}

const version = (rig: Rig): unknown => rig.call("GetLocalListVersion", {});
const set = (rig: Rig, key: string, value: string): unknown => rig.call("ChangeConfiguration", { key, value });

/** A charger that holds a list: one good tag, one blocked, two of a group. */
function listed(): Rig {
  const rig = new Rig().online();
  const group = { parentIdTag: "FLEET" };
  const entries = [
    { idTag: "GOOD", ...info() },
    { idTag: "LOST", ...info("Blocked") },
    { idTag: "VAN1", ...info("Accepted", group) },
    { idTag: "VAN2", ...info("Accepted", { ...group, expiryDate: "2030-01-01T00:00:00Z" }) },
    { idTag: "VAN3", ...info("Expired", group) },
  ];
  expect(send(rig, 3, entries)).toEqual({ status: "Accepted" });
  rig.plug();
  return rig;
}

function tap(rig: Rig, idTag: string): string {
  rig.inputs.tap = idTag;
  rig.run(500);
  return rig.charger.station.tx?.idTag ?? "";
}

describe("SendLocalList and GetLocalListVersion", () => {
  it("tell the version, 0 without a list, -1 where it is switched off", () => {
    const rig = new Rig().online();
    expect(version(rig)).toEqual({ listVersion: 0 });
    expect(send(rig, 5, [])).toEqual({ status: "Accepted" });
    expect(version(rig)).toEqual({ listVersion: 5 });
    set(rig, "LocalAuthListEnabled", "false");
    expect(version(rig)).toEqual({ listVersion: -1 });
    expect(send(rig, 6, [])).toEqual({ status: "NotSupported" });
  });

  it("take a difference only where it is newer", () => {
    const rig = listed();
    expect(send(rig, 3, [], "Differential")).toEqual({ status: "VersionMismatch" });
    expect(send(rig, 2, [], "Differential")).toEqual({ status: "VersionMismatch" });
    expect(send(rig, 4, [{ idTag: "GOOD" }], "Differential")).toEqual({ status: "Accepted" });
    expect(rig.charger.station.list.knows("GOOD")).toBe(false);
    expect(rig.call("SendLocalList", { listVersion: 1, updateType: "Full" })).toEqual({ status: "Accepted" });
    expect([version(rig), rig.charger.station.list.count()]).toEqual([{ listVersion: 1 }, 0]);
    expect([send(rig, 0, []), send(rig, -1, [])]).toEqual([{ status: "Failed" }, { status: "Failed" }]);
  });

  it("refuse more than two hundred tags as a whole, and more than five at once", () => {
    const rig = new Rig().online();
    const piece = (from: number, length = 5): unknown[] =>
      Array.from({ length }, (_, i) => ({ idTag: `T${from + i}`, ...info() }));
    for (let i = 0; i < 40; i += 1)
      expect(send(rig, 1 + i, piece(i * 5), i === 0 ? "Full" : "Differential")).toEqual({ status: "Accepted" });
    expect(send(rig, 50, piece(500), "Differential")).toEqual({ status: "Failed" });
    expect(send(rig, 50, piece(0, 6), "Differential")).toBe("OccurenceConstraintViolation");
    expect(version(rig)).toEqual({ listVersion: 40 });
  });

  it.each([
    ["no version", { updateType: "Full" }],
    ["no type", { listVersion: 4 }],
    ["an unknown type", { listVersion: 4, updateType: "Partial" }],
    ["a list that is none", { listVersion: 4, updateType: "Full", localAuthorizationList: {} }],
    ...[
      "x",
      {},
      { idTag: "T" },
      { idTag: "T", idTagInfo: null },
      { idTag: "T", idTagInfo: {} },
      { idTag: "T".repeat(21), ...info() },
      { idTag: "T", ...info("Good") },
      { idTag: "T", ...info("Accepted", { parentIdTag: 5 }) },
      { idTag: "T", ...info("Accepted", { expiryDate: 5 }) },
      { idTag: "T", ...info("Accepted", { expiryDate: "tomorrow" }) },
    ].map((one): [string, object] => [
      JSON.stringify(one),
      { listVersion: 4, updateType: "Full", localAuthorizationList: [{ idTag: "OK", ...info() }, one] },
    ]),
  ])("refuse %s and leave the list as it was", (_, payload) => {
    const rig = listed();
    expect(rig.call("SendLocalList", { ...payload })).toBe("FormationViolation");
    expect([version(rig), rig.charger.station.list.count()]).toEqual([{ listVersion: 3 }, 5]);
  });
});

describe("a tag at the reader", () => {
  it("is asked for online, without waiting where LocalPreAuthorize is on and the list accepts it", () => {
    const rig = listed();
    rig.central["Authorize"] = () => undefined;
    expect(tap(rig, "GOOD")).toBe("");
    expect(rig.sent("Authorize")).toHaveLength(1);
    const fast = listed();
    set(fast, "LocalPreAuthorize", "true");
    fast.central["Authorize"] = () => undefined;
    expect([tap(fast, "LOST"), fast.sent("Authorize").length]).toEqual(["", 1]);
    const fastest = listed();
    set(fastest, "LocalPreAuthorize", "true");
    expect([tap(fastest, "good"), fastest.sent("Authorize").length]).toEqual(["good", 0]);
  });

  it("is looked up offline: accepted, refused, or unknown", () => {
    const rig = listed();
    set(rig, "AllowOfflineTxForUnknownId", "true");
    rig.charger.client.disconnected();
    expect(tap(rig, "LOST")).toBe("");
    expect(tap(rig, "GOOD")).toBe("GOOD");
    tap(rig, "GOOD");
    expect(tap(rig, "STRANGER")).toBe("STRANGER");
    tap(rig, "STRANGER");
    rig.charger.client.connected();
    set(rig, "LocalAuthListEnabled", "false");
    set(rig, "AllowOfflineTxForUnknownId", "false");
    rig.charger.client.disconnected();
    expect(tap(rig, "GOOD")).toBe("");
    rig.charger.client.connected();
    set(rig, "LocalAuthListEnabled", "true");
    set(rig, "LocalAuthorizeOffline", "false");
    rig.charger.client.disconnected();
    expect(tap(rig, "GOOD")).toBe("");
  });

  it("is looked up after a reset too, before anybody tells the time", () => {
    const rig = listed().powerCycle();
    rig.run(6000);
    expect(tap(rig, "VAN2")).toBe(""); // it expires, and nobody knows when that is
    expect(tap(rig, "VAN1")).toBe("VAN1");
  });

  it("stops what a tag of its group has started", () => {
    const rig = listed();
    rig.charger.client.disconnected();
    expect(tap(rig, "VAN1")).toBe("VAN1");
    for (const other of ["VAN3", "GOOD", "STRANGER"]) expect(tap(rig, other)).toBe("VAN1");
    expect(tap(rig, "VAN2")).toBe("");
    rig.charger.client.connected();
    rig.run(2000);
    expect(rig.last("StopTransaction")).toMatchObject({ reason: "Local", idTag: "VAN2" });
    set(rig, "LocalAuthListEnabled", "false");
    rig.central["Authorize"] = () => info() as Record<string, unknown>;
    rig.inputs.pilot = PILOT_A;
    rig.run(1000);
    rig.plug();
    expect(tap(rig, "VAN1")).toBe("VAN1");
    expect(tap(rig, "VAN2")).toBe("VAN1");
  });

  it("uses its group's reservation while the hub is away", () => {
    const rig = new Rig().online();
    send(rig, 1, [
      { idTag: "VAN1", ...info("Accepted", { parentIdTag: "fleet" }) },
      { idTag: "GOOD", ...info() },
    ]);
    const expiryDate = "2026-03-01T13:00:00Z";
    const reservation = { connectorId: 1, reservationId: 9, idTag: "BOSS", parentIdTag: "FLEET", expiryDate };
    expect(rig.call("ReserveNow", reservation)).toEqual({ status: "Accepted" });
    rig.charger.client.disconnected();
    rig.plug();
    expect(tap(rig, "GOOD")).toBe("");
    expect(tap(rig, "VAN1")).toBe("VAN1");
    expect(rig.charger.station.list.groupOf("VAN1")).toBe(groupCode("Fleet"));
  });
});
