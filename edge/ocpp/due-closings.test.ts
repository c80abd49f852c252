import { expect, it } from "vitest";
import { Decider } from "../testing/handle";
import { GRACE_MS, dueClosings } from "./due-closings";

const start = { idTag: "T", meterStart: 0, timestamp: "2026-11-21T12:00:00Z" };

function abandoned() {
  const hub = new Decider({ type: "chargePoint.online", data: { cpId: "CP1", transport: "mqtt" } });
  for (const connectorId of [1, 2]) {
    hub.handle("StartTransaction", { ...start, connectorId });
    hub.handle("StatusNotification", { connectorId, status: "Available", errorCode: "NoError" });
  }
  return hub;
}

it("ends each session when its grace is over, with receipts of their own", () => {
  const hub = abandoned();
  expect(dueClosings(hub.state, hub.now + GRACE_MS - 1)).toEqual([]);
  const due = dueClosings(hub.state, hub.now + GRACE_MS);
  expect(due.map(({ data }) => (data as { receiptNumber: string }).receiptNumber)).toEqual(["R-000001", "R-000002"]);
  hub.apply(due);
  expect(dueClosings(hub.state, hub.now + GRACE_MS)).toEqual([]);
});

it("waits while the charger is offline, and gives it the whole time once it is back", () => {
  const hub = abandoned();
  hub.apply([{ type: "chargePoint.offline", data: { cpId: "CP1" } }]);
  expect(dueClosings(hub.state, hub.now + 10 * GRACE_MS)).toEqual([]);
  hub.now += 5 * GRACE_MS;
  hub.apply([{ type: "chargePoint.online", data: { cpId: "CP1", transport: "mqtt" } }]);
  expect(dueClosings(hub.state, hub.now + GRACE_MS - 1)).toEqual([]);
  expect(dueClosings(hub.state, hub.now + GRACE_MS)).toHaveLength(2);
});

it("leaves running sessions alone, and those of a charge point that was removed", () => {
  const hub = abandoned();
  hub.handle("StatusNotification", { connectorId: 1, status: "Charging", errorCode: "NoError" });
  expect(dueClosings(hub.state, hub.now + GRACE_MS)).toHaveLength(1);
  hub.apply([{ type: "chargePoint.removed", data: { cpId: "CP1" } }]);
  expect(dueClosings(hub.state, hub.now + GRACE_MS)).toEqual([]);
});
