import { describe, expect, it } from "vitest";
import type { Payload } from "./frame";
import { PILOT_A, PILOT_B } from "./board";
import { Rig } from "./testing/rig";

const LATER = "2026-03-01T13:00:00Z"; // the rig's hub says that it is 12:00
const mine = { connectorId: 1, reservationId: 7, idTag: "Mine", expiryDate: LATER };

function reserved(more: Payload = {}): Rig {
  const rig = new Rig().online();
  expect(rig.call("ReserveNow", { ...mine, ...more })).toEqual({ status: "Accepted" });
  rig.run(500);
  expect(rig.statuses().at(-1)).toBe("Reserved");
  return rig;
}

const ask = (rig: Rig, more: Payload): unknown => rig.call("ReserveNow", { ...mine, ...more });

describe("a reservation", () => {
  it("is used by its own tag: the start tells it, and the connector is free again afterwards", () => {
    const rig = reserved();
    rig.plug();
    expect(rig.statuses().at(-1)).toBe("Reserved");
    expect(rig.call("RemoteStartTransaction", { idTag: "MINE" })).toEqual({ status: "Accepted" });
    rig.run(1000);
    expect(rig.last("StartTransaction")).toMatchObject({ idTag: "MINE", reservationId: 7 });
    rig.inputs.pilot = PILOT_A;
    rig.run(1000);
    expect(rig.statuses().at(-1)).toBe("Available");
    rig.plug();
    rig.call("RemoteStartTransaction", { idTag: "OTHER" });
    rig.run(1000);
    expect(rig.last("StartTransaction")).toEqual(
      expect.not.objectContaining({ reservationId: expect.anything() as unknown }),
    );
  });

  it("keeps others out, at the reader and from the hub, and stays", () => {
    const rig = reserved();
    rig.plug();
    expect(rig.call("RemoteStartTransaction", { idTag: "OTHER" })).toEqual({ status: "Rejected" });
    rig.inputs.tap = "OTHER";
    rig.run(1000);
    expect([rig.sent("Authorize").length, rig.sent("StartTransaction").length]).toEqual([1, 0]);
    expect(rig.outputs?.contactor).toBe(false);
    rig.inputs.tap = "mine";
    rig.run(1000);
    expect(rig.last("StartTransaction")).toMatchObject({ idTag: "mine", reservationId: 7 });
  });

  it("lets the tags of its group charge, as the hub tells who is in it", () => {
    const rig = reserved({ parentIdTag: "FLEET" });
    rig.plug();
    rig.central["Authorize"] = () => ({ idTagInfo: { status: "Accepted", parentIdTag: "OTHERS" } });
    expect(rig.call("RemoteStartTransaction", { idTag: "STRANGER" })).toEqual({ status: "Accepted" });
    rig.run(1000);
    expect(rig.sent("StartTransaction")).toHaveLength(0);
    rig.central["Authorize"] = () => ({ idTagInfo: { status: "Accepted", parentIdTag: "fleet" } });
    rig.call("RemoteStartTransaction", { idTag: "MEMBER" });
    rig.run(1000);
    expect(rig.last("StartTransaction")).toMatchObject({ idTag: "MEMBER", reservationId: 7 });
  });

  it("ends when its time comes, over a power cut too", () => {
    const rig = reserved();
    const next = rig.powerCycle();
    next.central["Heartbeat"] = () => ({}); // it would set the clock back to 12:00
    next.online();
    expect(next.statuses()).toEqual(["Reserved"]);
    next.run(3_590_000, 1000);
    expect(next.statuses().at(-1)).toBe("Reserved");
    next.run(20_000, 1000);
    expect(next.statuses().at(-1)).toBe("Available");
    expect(next.powerCycle().online().statuses()).toEqual(["Available"]);
  });

  it("is cancelled by its id only", () => {
    const rig = reserved();
    expect(rig.call("CancelReservation", { reservationId: 8 })).toEqual({ status: "Rejected" });
    expect(rig.call("CancelReservation", {})).toBe("FormationViolation");
    expect(rig.call("CancelReservation", { reservationId: 7 })).toEqual({ status: "Accepted" });
    rig.run(500);
    expect(rig.statuses().at(-1)).toBe("Available");
    expect(rig.call("CancelReservation", { reservationId: 7 })).toEqual({ status: "Rejected" });
  });

  it("is replaced by another of its id, not by one of another", () => {
    const rig = reserved();
    expect(ask(rig, { reservationId: 8 })).toEqual({ status: "Occupied" });
    expect(ask(rig, { idTag: "NEW" })).toEqual({ status: "Accepted" });
    rig.plug();
    expect(rig.call("RemoteStartTransaction", { idTag: "Mine" })).toEqual({ status: "Rejected" });
    expect(rig.call("RemoteStartTransaction", { idTag: "NEW" })).toEqual({ status: "Accepted" });
  });

  it("begins when an unplugged car has made room, not while one is there", () => {
    const rig = new Rig().online();
    rig.plug();
    expect(ask(rig, {})).toEqual({ status: "Occupied" });
    rig.inputs.pilot = PILOT_A;
    rig.run(1000);
    rig.call("RemoteStartTransaction", { idTag: "A" });
    expect(ask(rig, {})).toEqual({ status: "Occupied" });
  });

  it("is refused by a connector that is faulted or out of use, and shows again after a fault", () => {
    const rig = reserved();
    rig.inputs.emergencyStop = true;
    rig.run(500);
    expect(ask(rig, {})).toEqual({ status: "Faulted" });
    rig.inputs.emergencyStop = false;
    rig.run(500);
    expect(rig.statuses().at(-1)).toBe("Reserved");
    rig.call("ChangeAvailability", { connectorId: 1, type: "Inoperative" });
    rig.run(500);
    expect(ask(rig, {})).toEqual({ status: "Unavailable" });
    rig.call("ChangeAvailability", { connectorId: 1, type: "Operative" });
    rig.run(500);
    expect(rig.statuses().slice(-3)).toEqual(["Unavailable", "Available", "Reserved"]);
  });

  it("comes into force again when the car that came in between has gone", () => {
    const rig = reserved();
    rig.inputs.pilot = PILOT_B;
    rig.run(1000);
    rig.inputs.pilot = PILOT_A;
    rig.run(1000);
    expect(rig.statuses().at(-1)).toBe("Reserved");
  });

  it.each<[Payload, unknown]>([
    [{ connectorId: 0 }, { status: "Rejected" }],
    [{ connectorId: 2 }, { status: "Rejected" }],
    [{ expiryDate: "2026-03-01T11:59:59Z" }, { status: "Rejected" }],
    [{ expiryDate: "soon" }, { status: "Rejected" }],
    [{ connectorId: "1" }, "FormationViolation"],
    [{ reservationId: 1.5 }, "FormationViolation"],
    [{ idTag: "x".repeat(21) }, "FormationViolation"],
    [{ parentIdTag: 3 }, "FormationViolation"],
    [{ expiryDate: 3 }, "FormationViolation"],
  ])("answers %o with %o", (more, answer) => {
    expect(ask(new Rig().online(), more)).toEqual(answer);
  });

  it("is not taken by a charger that is not accepted", () => {
    const rig = new Rig();
    rig.central["BootNotification"] = () => ({ status: "Pending", interval: 60 });
    rig.online();
    expect(ask(rig, {})).toEqual({ status: "Rejected" });
  });

  it("lives with damaged flash", () => {
    for (const text of ["[", "[1,2,3,4]", '[1,"A","","never"]', '["1","A","","2100-01-01T00:00:00Z"]']) {
      const rig = new Rig();
      rig.store.saved["rsv"] = text;
      expect(rig.powerCycle().online().statuses()).toEqual(["Available"]);
    }
  });

  it("is told in the start after a power cut too, and again in its stop where that is wanted", () => {
    const rig = reserved();
    rig.call("ChangeConfiguration", { key: "StopTxnSampledData", value: "Energy.Active.Import.Register" });
    rig.charger.client.disconnected();
    rig.plug();
    rig.charger.station.allow("MINE", "");
    rig.run(2000);
    const next = rig.powerCycle().online();
    next.run(2000);
    expect(next.last("StartTransaction")).toMatchObject({ reservationId: 7, idTag: "MINE" });
    expect(next.last("StopTransaction")).toMatchObject({ reason: "PowerLoss", transactionData: [{}, {}] });
    expect(next.statuses().at(-1)).toBe("Finishing");
  });
});
