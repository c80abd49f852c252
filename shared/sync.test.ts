import { describe, expect, it } from "vitest";
import { hubBook, offer, sale } from "./booking/testing/books";
import { bookingSettingsSchema, defaultBookingSettings } from "./booking-settings";
import { streamEventSchema } from "./events";
import { freeTariff } from "./session";
import { chainHash, epochRequestSchema, feedMessageSchema, firstSeq, GENESIS, THINNED } from "./sync";

const sold = sale(hubBook(), 8, 12);

describe("reservations on the wire", () => {
  it("go down with the epoch that they are of", () => {
    const message = { type: "booking.sold", epoch: 3, data: { sale: sold } };
    expect(feedMessageSchema.parse(message)).toEqual(message);
    expect(feedMessageSchema.safeParse({ type: "booking.sold", data: { sale: sold } }).success).toBe(false);
  });

  it("go up as events of the hub's journal", () => {
    const envelope = { id: "0190163d-8694-739b-aea5-966c26f8ad91", seq: 3, at: "2026-03-01T12:00:00Z" };
    const event = { ...envelope, type: "booking.sold", data: { sale: sold } };
    expect(streamEventSchema.parse(event)).toEqual(event);
    const backwards = { ...event, data: { sale: { ...sold, to: sold.from } } };
    expect(JSON.stringify(streamEventSchema.safeParse(backwards).error?.issues)).toContain("ends after it starts");
  });

  it("are sold by rules that the hub hears of", () => {
    const message = { type: "booking.set", data: defaultBookingSettings };
    expect(feedMessageSchema.parse(message)).toEqual(message);
    const { terms } = offer(0, 1);
    expect(bookingSettingsSchema.safeParse({ ...defaultBookingSettings, terms }).success).toBe(true);
    expect(bookingSettingsSchema.safeParse({ ...defaultBookingSettings, frontierMinutes: 20 }).success).toBe(false);
  });

  it("begin an epoch by a recovery that names itself, or by none", () => {
    expect(epochRequestSchema.parse({ recovery: "r", after: 1 })).toEqual({ recovery: "r", after: 1 });
    expect(epochRequestSchema.parse({})).toEqual({});
    expect(epochRequestSchema.safeParse({ recovery: "r" }).success).toBe(false);
  });
});

describe("prices and cards on the wire", () => {
  it("go down ahead of their time", () => {
    const data = { tariffId: "free", versions: [{ from: "2026-03-01T12:00:00Z", tariff: freeTariff("EUR") }] };
    const card = { idTag: "CARD", status: "Accepted", expiryDate: null, parentIdTag: null };
    for (const message of [
      { type: "tariff.scheduled", data },
      { type: "idTag.set", data: card },
      { type: "idTag.removed", data: { idTag: "CARD" } },
    ]) {
      expect(feedMessageSchema.parse(message)).toEqual(message);
    }
    expect(feedMessageSchema.safeParse({ type: "tariff.scheduled", data: { ...data, versions: [{}] } }).success).toBe(
      false,
    );
  });
});

const sha256 = (text: string) => `<${text}>`;

describe("the chain of a stream", () => {
  const event = { id: "i", seq: 7, at: "t", type: "x", data: { b: 1, a: "é" } };

  it("hashes the hash before, a line feed and the event's JSON", () => {
    const text = '{"id":"i","seq":7,"at":"t","type":"x","data":{"b":1,"a":"é"}}';
    expect(chainHash(GENESIS, event, sha256)).toBe(`<${GENESIS}\n${text}>`);
    expect(chainHash("p", event, sha256, "{}")).toBe('<p\n{"id":"i","seq":7,"at":"t","type":"x","data":{}}>');
    expect(firstSeq(event)).toBe(7);
  });

  it("goes on after a range that was thinned as if it were there", () => {
    const hash = "a".repeat(64);
    const id = "0190163d-8694-739b-aea5-966c26f8ad91";
    const thinned = { id, seq: 40, at: "2026-03-01T12:00:00Z", type: THINNED, data: { from: 8, hash } };
    expect(streamEventSchema.parse(thinned)).toEqual(thinned);
    expect(chainHash("p", thinned, sha256)).toBe(hash);
    expect(firstSeq(thinned)).toBe(8);
  });
});
