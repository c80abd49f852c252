import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streamData, streamEventSchema } from "./events";

const envelope = { id: "0190163d-8694-739b-aea5-966c26f8ad91", seq: 3, at: "2026-03-01T12:00:00Z" };
const connector = { cpId: "CP1", connectorId: 1 };
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

  it("are judged by generated code as by their schemas, and come out the same to the letter", () => {
    const value = { value: "7300", measurand: "Power.Active.Import", unit: "W" };
    const data = {
      "session.metered": {
        ...connector,
        id: envelope.id,
        at: envelope.at,
        registerWh: 1000,
        powerW: null,
        samples: [{ at: envelope.at, chargerTime: null, values: [value] }],
      },
      "session.started": {
        ...connector,
        id: envelope.id,
        transactionId: 7,
        idTag: "TAG",
        requestId: null,
        reservationId: null,
        startedAt: envelope.at,
        chargerTime: null,
        meterStart: 0,
        tariff: {
          id: "t\0",
          currency: "EUR",
          tax_included: true,
          elements: [{ price_components: [{ type: "ENERGY", price: 4500, vat: 1900, step_size: 1 }] }],
        },
        timeZone: "Europe/Berlin",
        authorization: "Accepted",
        flags: ["clock"],
      },
      "hub.state": { chargePoints: [], sessions: [] },
      "booking.started": { booking: "b", version: 1 },
    };
    const types = Object.keys(data) as (keyof typeof data)[];
    for (const type of types)
      expect(streamEventSchema.safeParse({ ...envelope, type, data: data[type] }).error).toBeUndefined();
    const wrong = fc.tuple(fc.constantFrom(...types), fc.nat(), fc.oneof(fc.jsonValue(), fc.constant(undefined)));
    fc.assert(
      fc.property(wrong, ([type, place, by]) => {
        const changed = replaced(data[type], place, by);
        const expected = streamData[type].safeParse(changed);
        const result = streamEventSchema.safeParse({ ...envelope, type, data: changed });
        expect(result.success).toBe(expected.success);
        expect(JSON.stringify(result.data?.data)).toBe(JSON.stringify(expected.data));
      }),
      { numRuns: 500 },
    );
  });
});

/** A copy with the value at some place in it replaced; the places are those of its JSON, in order and round and round. */
function replaced(whole: object, place: number, by: unknown): unknown {
  const places: [object: Record<string, unknown>, key: string][] = [];
  const copy = JSON.parse(JSON.stringify(whole)) as Record<string, unknown>;
  const walk = (object: Record<string, unknown>) => {
    for (const key of Object.keys(object)) {
      places.push([object, key]);
      const inner = object[key];
      if (typeof inner === "object" && inner !== null) walk(inner as Record<string, unknown>);
    }
  };
  walk(copy);
  const [object, key] = places[place % places.length]!;
  object[key] = by;
  return copy;
}
