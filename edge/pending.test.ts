import { expect, it } from "vitest";
import { PendingChargePoints } from "./pending";

const at = Date.parse("2026-11-21T12:00:00Z");

it("notes who knocks, how often, and forgets who was let in", () => {
  const pending = new PendingChargePoints();
  pending.note("CP1", "mqtt", "10.0.0.1", at);
  pending.note("CP2", "mqtt", "10.0.0.2", at);
  pending.note("CP1", "websocket", "10.0.0.3", at + 1000);
  expect(pending.list()).toEqual([
    expect.objectContaining({ cpId: "CP2", attempts: 1 }),
    {
      cpId: "CP1",
      transport: "websocket",
      address: "10.0.0.3",
      firstSeenAt: "2026-11-21T12:00:00.000Z",
      lastSeenAt: "2026-11-21T12:00:01.000Z",
      attempts: 2,
    },
  ]);
  pending.forget("CP2");
  expect(pending.list()).toHaveLength(1);
});

it("keeps the latest only", () => {
  const pending = new PendingChargePoints(2);
  for (const cpId of ["A", "B", "A", "C"]) pending.note(cpId, "mqtt", "x", at);
  expect(pending.list().map(({ cpId }) => cpId)).toEqual(["A", "C"]);
});

it("knows why a registered one was turned away, until it comes in", () => {
  const pending = new PendingChargePoints();
  expect(pending.refusalOf("CP1")).toBeNull();
  pending.refuse("CP1", "wrong_password", at);
  expect(pending.refusalOf("CP1")).toEqual({ reason: "wrong_password", at: new Date(at).toISOString() });
  expect(pending.list()).toEqual([]);
  pending.forget("CP1");
  expect(pending.refusalOf("CP1")).toBeNull();
});
