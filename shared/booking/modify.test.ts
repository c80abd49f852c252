import { describe, expect, it } from "vitest";
import { learn, modifyAtCloud, modifyAtHub } from "./modify";
import { base, cloudAfter, cloudBook, having, hubAfter, hubBook, morning, offer, sale } from "./testing/books";
import type { Sale } from "./types";

const use = { connector: "c1", at: "2026-11-02T10:00:00.000Z", by: "pass" } as const;
const over = { stage: "ended", end: { status: "CANCELED", reason: null, owed: 0, keeps: null } } as const;
const first = (more: Partial<Sale> = {}) => sale(cloudBook(), 8, 12, more, { booking: "x" });
const second = (more: Partial<Sale> = {}) =>
  sale(cloudBook(), 10, 14, { version: 3, replaces: 1, ...more }, { booking: "x" });
const wish = (from = 10, to = 14, key = "new key") => offer(from, to, { booking: "x", key });
const learned = (sold: Sale) => ({ type: "booking.learned", data: { sale: { ...sold, key: null } } });
const ended = (version: number) => ({
  type: "booking.ended",
  data: { booking: "x", version, end: { status: "CANCELED", reason: null, owed: 0, keeps: null } },
});

describe("Rule 8: modify = sell the new, then cancel the old", () => {
  it("in the cloud leaves the old waiting for its verdict", () => {
    const book = having(cloudBook(), first());
    const { answer, events } = modifyAtCloud(book, wish(), morning);
    expect(answer).toMatchObject({ ok: true, sale: { booking: "x", version: 3, replaces: 1, from: base + 10 } });
    const after = cloudAfter(book, events);
    expect(after.sales["x/1"]).toMatchObject({ stage: "reserved", cancel: { owed: 0 } });
    expect(after.sales["x/3"]).toMatchObject({ stage: "reserved", cancel: null });
  });

  it("at the hub cancels the old in the same step", () => {
    const book = having(hubBook(), first());
    const { answer, events } = modifyAtHub(book, wish(), morning);
    expect(answer).toMatchObject({ ok: true, sale: { version: 2, replaces: 1 } });
    expect(events[1]).toEqual(ended(1));
    const after = hubAfter(book, events);
    expect(modifyAtHub(after, wish(11, 15, "k3"), morning).answer).toMatchObject({ sale: { version: 4, replaces: 2 } });
    expect(
      modifyAtCloud(having(cloudBook(), ...Object.values(after.sales)), wish(11, 15, "k3"), morning),
    ).toMatchObject({ answer: { sale: { version: 3, replaces: 2 } } });
  });

  it("at the hub goes to no earlier window, which a lost hub's successor could not know to have opened", () => {
    const book = having(hubBook(), first());
    expect(modifyAtHub(book, wish(7, 11), morning)).toEqual({ events: [], answer: { ok: false, refusal: "earlier" } });
    expect(modifyAtHub(book, offer(7, 11, { booking: "y" }), morning).answer).toMatchObject({ refusal: "unknown" });
    const after = hubAfter(book, modifyAtHub(book, wish(8, 10), morning).events);
    const later = hubAfter(after, modifyAtHub(after, wish(9, 11, "k3"), morning).events);
    expect(modifyAtHub(later, wish(8, 10), morning).answer).toMatchObject({ ok: true, repeated: true });
  });

  it("sells only what Rule 1 lets it sell, the booking's own cells among them", () => {
    const other = sale(cloudBook(), 13, 14);
    expect(modifyAtCloud(having(cloudBook(), first(), other), wish(), morning).answer).toMatchObject({
      refusal: "taken",
    });
    expect(modifyAtCloud(having(cloudBook(9), first()), wish(8, 13), morning).answer).toMatchObject({
      refusal: "not_owner",
    });
  });

  it("refuses what is unknown, over, used, doubtful, or changing already", () => {
    const refusal = (...sales: Sale[]) => modifyAtCloud(having(cloudBook(), ...sales), wish(), morning).answer;
    expect(refusal()).toEqual({ ok: false, refusal: "unknown" });
    expect(refusal(first(over))).toEqual({ ok: false, refusal: "ended" });
    expect(refusal(first({ use, stage: "admitted" }))).toEqual({ ok: false, refusal: "used" });
    expect(refusal(first({ doubt: true }))).toEqual({ ok: false, refusal: "doubtful" });
    expect(refusal(first({ cancel: { owed: 0 } }))).toEqual({ ok: false, refusal: "pending" });
    expect(refusal(first(), second())).toEqual({ ok: false, refusal: "pending" });
  });

  it("answers a repeated call as the first, and refuses a key of another booking", () => {
    const book = having(cloudBook(), first());
    const { events } = modifyAtCloud(book, wish(), morning);
    const after = cloudAfter(book, events);
    expect(modifyAtCloud(after, wish(), morning)).toMatchObject({ events: [], answer: { ok: true, repeated: true } });
    expect(modifyAtCloud(after, wish(9, 14), morning).answer).toMatchObject({ refusal: "key_reused" });
    const other = offer(10, 14, { booking: "y", key: "new key" });
    expect(modifyAtCloud(after, other, morning).answer).toEqual({ ok: false, refusal: "key_reused" });
  });
});

describe("Rule 8 at the hub: a version of the cloud's", () => {
  it("is learned once", () => {
    expect(learn(hubBook(), first(), true)).toEqual([learned(first())]);
    expect(learn(having(hubBook(), first()), first(), true)).toEqual([]);
  });

  it("takes the place of the old", () => {
    expect(learn(having(hubBook(), first()), second(), true)).toEqual([learned(second()), ended(1)]);
    const blind = learn(having(hubBook(), first()), second(), false);
    expect(blind[1]).toEqual({ type: "booking.cancelNoted", data: { booking: "x", version: 1, owed: 0 } });
  });

  it("ends at once, unpaid, if the old was used or is over: the change came too late", () => {
    const used = having(hubBook(), first({ use, stage: "started" }));
    expect(learn(used, second(), true)).toEqual([
      learned(second()),
      ended(3),
      { type: "booking.cancelRefused", data: { booking: "x", version: 1 } },
    ]);
    expect(learn(having(hubBook(), first(over)), second(), true)).toEqual([learned(second()), ended(3)]);
    expect(learn(having(hubBook(), first(over)), second(), false)[1]?.type).toBe("booking.cancelNoted");
  });

  it("may come by its own pass before the one that it replaces", () => {
    expect(learn(hubBook(), second(), true)).toEqual([learned(second())]);
    expect(learn(having(hubBook(), second()), first(), true)).toEqual([learned(first()), ended(1)]);
  });
});
