import { expect, it } from "vitest";
import { Decider } from "../testing/handle";

it("is kept at every change, with what it answers to", () => {
  const hub = new Decider();
  const tell = (status: string, requestId = 7) => hub.handle("SignedFirmwareStatusNotification", { status, requestId });
  for (const status of ["Downloading", "Installed", "Something new"]) {
    expect(tell(status).reply).toEqual({});
    expect(tell(status).events).toEqual([]);
    expect(hub.events.at(-1)).toMatchObject({
      type: "chargePoint.reported",
      data: { cpId: "CP1", about: "signedFirmware", status, requestId: 7 },
    });
  }
  expect(tell("x".repeat(90)).events).toMatchObject([{ data: { status: "x".repeat(50) } }]);
  expect(tell("Installing", 8).events).toMatchObject([{ data: { requestId: 8 } }]);
});

it("must have a status", () => {
  expect(() => new Decider().handle("SignedFirmwareStatusNotification", {})).toThrow(/status/);
});
