import { expect, it } from "vitest";
import { Decider } from "../testing/handle";

it("is taken note of, whatever the status", () => {
  for (const status of ["Idle", "SomethingNew"]) {
    const { reply, events } = new Decider().handle("FirmwareStatusNotification", { status });
    expect([reply, events]).toEqual([{}, []]);
  }
});

it("must have a status", () => {
  expect(() => new Decider().handle("FirmwareStatusNotification", {})).toThrow(/status/);
});
