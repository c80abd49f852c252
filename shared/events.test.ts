import { describe, expect, it } from "vitest";
import { streamEventSchema } from "./events";

const envelope = { id: "0190163d-8694-739b-aea5-966c26f8ad91", seq: 3, at: "2026-03-01T12:00:00Z" };
const offline = { ...envelope, type: "chargePoint.offline", data: { cpId: "CP1" } };

describe("events at the border", () => {
  it("come through with data of their own type", () => {
    expect(streamEventSchema.parse(offline)).toEqual(offline);
  });

  it("lose what is not part of them", () => {
    const smuggled = { ...offline, local: { passwordHash: "secret" }, data: { cpId: "CP1", passwordHash: "secret" } };
    expect(JSON.stringify(streamEventSchema.parse(smuggled))).not.toContain("secret");
  });

  it.each([
    ["an unknown type", { ...offline, type: "chargePoint.exploded" }, "unknown event type chargePoint.exploded"],
    ["a name of every object", { ...offline, type: "constructor" }, "unknown event type constructor"],
    ["data of another shape", { ...offline, data: { cpId: 7 } }, "cpId"],
    ["a sequence number that does not count", { ...offline, seq: 0.5 }, "seq"],
  ])("are refused with %s, saying what is wrong", (_, event, message) => {
    const result = streamEventSchema.safeParse(event);
    expect(result.success).toBe(false);
    expect(JSON.stringify(result.error?.issues)).toContain(message);
  });
});
