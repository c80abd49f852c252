import { describe, expect, it } from "vitest";
import { hubBook, offer, sale } from "./booking/testing/books";
import { bookingSettingsSchema, defaultBookingSettings } from "./booking-settings";
import { streamEventSchema } from "./events";
import { epochRequestSchema, feedMessageSchema } from "./sync";

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
