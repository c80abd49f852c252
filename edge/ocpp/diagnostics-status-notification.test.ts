import { expect, it } from "vitest";
import { Decider } from "../testing/handle";

it("is kept at every change, with what it answers to", () => {
  const hub = new Decider();
  const tell = (status: string) => hub.handle("DiagnosticsStatusNotification", { status });
  for (const status of ["Uploading", "Uploaded", "Something new"]) {
    expect(tell(status).reply).toEqual({});
    expect(tell(status).events).toEqual([]);
    expect(hub.events.at(-1)).toMatchObject({
      type: "chargePoint.reported",
      data: { cpId: "CP1", about: "diagnostics", status, requestId: null },
    });
  }
  expect(tell("x".repeat(90)).events).toMatchObject([{ data: { status: "x".repeat(50) } }]);
});

it("must have a status", () => {
  expect(() => new Decider().handle("DiagnosticsStatusNotification", {})).toThrow(/status/);
});
