import { describe, expect, it } from "vitest";
import { Decider } from "../testing/handle";

describe.each([
  ["DiagnosticsStatusNotification", "diagnostics", "Uploading"],
  ["FirmwareStatusNotification", "firmware", "Downloading"],
  ["LogStatusNotification", "log", "Uploading"],
  ["SignedFirmwareStatusNotification", "signedFirmware", "Downloading"],
] as const)("%s", (action, about, word) => {
  it.each([7, undefined])("is kept at every change, with what it answers to (request %s)", (requestId) => {
    const hub = new Decider();
    const tell = (status: string, id = requestId) => hub.handle(action, { status, requestId: id });
    for (const status of [word, "Installed", "Something new"]) {
      expect(tell(status).reply).toEqual({});
      expect(tell(status).events).toEqual([]);
      expect(hub.events.at(-1)).toMatchObject({
        type: "chargePoint.reported",
        data: { cpId: "CP1", about, status, requestId: requestId ?? null },
      });
    }
    expect(tell("x".repeat(90)).events).toMatchObject([{ data: { status: "x".repeat(50) } }]);
    expect(tell(word, 8).events).toMatchObject([{ data: { requestId: 8 } }]);
    expect(tell(word, 9).events).toMatchObject([{ data: { requestId: 9 } }]);
  });

  it("must have a status", () => {
    expect(() => new Decider().handle(action, {})).toThrow(/status/);
  });
});
