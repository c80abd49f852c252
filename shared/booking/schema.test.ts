import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { requestCancel } from "./cancel";
import { beginRecovery, enterEpoch, startEpoch } from "./recover";
import { cloudBookingData, hubBookingData, passClaimsSchema, saleSchema } from "./schema";
import { sell } from "./sell";
import { FOREVER } from "./slots";
import { base, cloudBook, having, hubBook, morning, offer, pass, sale } from "./testing/books";
import { releaseToCloud } from "./transfer";
import { walkIn } from "./use";

const sold = sale(cloudBook(), 8, 12);
const takes = (schema: z.ZodType, value: unknown) => schema.safeParse(JSON.parse(JSON.stringify(value))).success;

describe("the border", () => {
  it("takes what the rules make, and gives it back unchanged", () => {
    const { seat: _seat, from: _from, to: _to, ...rest } = offer(0, 0, { booking: "w" });
    const epoch = startEpoch(having(cloudBook(), sold), { recovery: "r", after: 1 }, morning);
    const unsure = { ...hubBook(), recovery: "r" };
    const fromHub = [
      ...sell(hubBook(), offer(4, 8), morning).events,
      ...walkIn(hubBook(), { ...rest, class: "AC", connector: "c1", slots: 2 }, morning).events,
      ...releaseToCloud(hubBook(), base),
      ...beginRecovery("r"),
      ...epoch.flatMap((event) => (event.type === "epoch.started" ? enterEpoch(unsure, event.data) : [])),
    ];
    expect(fromHub.length).toBeGreaterThan(6);
    for (const { type, data } of fromHub) expect(hubBookingData[type].parse(data)).toEqual(data);
    const book = having(cloudBook(), sold);
    const fromCloud = [...epoch, ...requestCancel(book, sold, morning).events];
    expect(fromCloud.length).toBe(2);
    for (const { type, data } of fromCloud) expect(cloudBookingData[type].parse(data)).toEqual(data);
  });

  it("takes a pass with or without a holder, and no other", () => {
    for (const holder of [null, { key: "k" }, { pinTag: "t" }]) {
      expect(passClaimsSchema.parse(pass(sold, { holder }))).toEqual(pass(sold, { holder }));
    }
    expect(takes(passClaimsSchema, { ...pass(sold), holder: { pin: "1234" } })).toBe(false);
    expect(takes(passClaimsSchema, { ...pass(sold), to: sold.from })).toBe(false);
  });

  it("refuses what no rule makes", () => {
    expect(takes(saleSchema, sold)).toBe(true);
    const wrong = [
      { to: sold.from },
      { from: -1 },
      { to: FOREVER + 1 },
      { price: { amount: -1, currency: "EUR" } },
      { price: { amount: 1.5, currency: "EUR" } },
      { stage: "sold" },
      { version: 0 },
      { booking: "" },
    ];
    for (const more of wrong) expect(takes(saleSchema, { ...sold, ...more })).toBe(false);
    expect(takes(cloudBookingData["cells.granted"], { seat: "A", spans: [] })).toBe(false);
    expect(takes(cloudBookingData["cells.granted"], { seat: "A", spans: [{ from: 4, to: 4 }] })).toBe(false);
    const backwards = { requestId: "q", seat: "A", from: 5, to: 4 };
    expect(takes(cloudBookingData["cells.requested"], backwards)).toBe(false);
  });
});
