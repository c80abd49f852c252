import { describe, expect, it } from "vitest";
import { cancelAtHub, cancelRequested, requestCancel, verdictOn } from "./cancel";
import { at, cloudAfter, cloudBook, cloudHears, having, hubAfter, hubBook, morning, sale } from "./testing/books";
import type { Sale } from "./types";

const which = { booking: "b8", version: 1 };
const use = { connector: "c1", at: "2026-11-02T10:00:00.000Z", by: "pass" } as const;
const ended = (status: "CANCELED" | "FULFILLED" | "NO_SHOW", owed = 0) =>
  ({ stage: "ended", end: { status, reason: null, owed, keeps: null } }) as const;
const atCloud = (more: Partial<Sale> = {}) => having(cloudBook(), sale(cloudBook(), 8, 12, more));
const atHub = (more: Partial<Sale> = {}) => having(hubBook(), sale(cloudBook(), 8, 12, more));
const cancelled = (owed: number) => ({
  type: "booking.ended",
  data: { ...which, end: { status: "CANCELED", reason: null, owed, keeps: null } },
});

describe("Rule 7 in the cloud: a cancel is a request", () => {
  it("refunds at once and waits for the verdict", () => {
    const { answer, events } = requestCancel(atCloud(), which, morning);
    expect(answer).toEqual({ ok: true, pending: true, owed: 0 });
    expect(events).toEqual([{ type: "booking.cancelRequested", data: { ...which, owed: 0 } }]);
    expect(cloudAfter(atCloud(), events).sales["b8/1"]).toMatchObject({ stage: "reserved", cancel: { owed: 0 } });
  });

  it("costs the fee when it comes late", () => {
    expect(requestCancel(atCloud(), which, at(7)).answer).toEqual({ ok: true, pending: true, owed: 120 });
  });

  it("says the same when asked again, before the verdict and after", () => {
    const same = (more: Partial<Sale>) => requestCancel(atCloud(more), which, at(7));
    expect(same({ cancel: { owed: 0 } })).toEqual({ events: [], answer: { ok: true, pending: true, owed: 0 } });
    expect(same(ended("CANCELED", 120))).toEqual({ events: [], answer: { ok: true, pending: false, owed: 120 } });
  });

  it("refuses what is unknown, used or over", () => {
    const refusal = (more: Partial<Sale>) => requestCancel(atCloud(more), which, morning).answer;
    expect(requestCancel(cloudBook(), which, morning).answer).toEqual({ ok: false, refusal: "unknown" });
    expect(refusal({ use })).toEqual({ ok: false, refusal: "used" });
    expect(refusal(ended("FULFILLED"))).toEqual({ ok: false, refusal: "ended" });
    expect(refusal(ended("NO_SHOW"))).toEqual({ ok: false, refusal: "ended" });
  });
});

describe("Rule 7 at the hub: the verdict", () => {
  it("is cancelOk for what was not used, and frees the cells there and in the cloud", () => {
    const request = { ...which, owed: 120 };
    const events = cancelRequested(atHub(), request, true);
    expect(events).toEqual([cancelled(120)]);
    expect(hubAfter(atHub(), events).sales["b8/1"]).toMatchObject({ stage: "ended", cancel: null });
    expect(cloudHears(atCloud({ cancel: { owed: 120 } }), events).sales["b8/1"]).toMatchObject({
      cancel: null,
      end: { owed: 120 },
    });
  });

  it("is cancelNo for what was used", () => {
    const events = cancelRequested(atHub({ use, stage: "admitted" }), { ...which, owed: 0 }, true);
    expect(events).toEqual([{ type: "booking.cancelRefused", data: which }]);
    expect(cloudHears(atCloud({ cancel: { owed: 0 } }), events).sales["b8/1"]?.cancel).toBe(null);
  });

  it("ends the version that was to replace a used one", () => {
    const newer = sale(cloudBook(), 10, 14, { version: 3, replaces: 1 }, { booking: "b8" });
    const book = having(atHub({ use, stage: "started" }), newer);
    expect(cancelRequested(book, { ...which, owed: 0 }, true)).toEqual([
      { type: "booking.cancelRefused", data: which },
      { ...cancelled(0), data: { ...cancelled(0).data, version: 3 } },
    ]);
  });

  it("waits where the hub cannot know: in doubt, or without its chargers in sight", () => {
    const noted = [{ type: "booking.cancelNoted", data: { ...which, owed: 120 } }];
    expect(cancelRequested(atHub({ doubt: true }), { ...which, owed: 120 }, true)).toEqual(noted);
    expect(cancelRequested(atHub(), { ...which, owed: 120 }, false)).toEqual(noted);
    const later = hubAfter(atHub(), cancelRequested(atHub(), { ...which, owed: 120 }, false));
    expect(verdictOn(later, later.sales["b8/1"] as Sale)).toEqual([cancelled(120)]);
  });

  it("says nothing on what is unknown, over, or not to be cancelled", () => {
    expect(cancelRequested(hubBook(), { ...which, owed: 0 }, true)).toEqual([]);
    expect(cancelRequested(atHub(ended("NO_SHOW")), { ...which, owed: 0 }, true)).toEqual([]);
    expect(verdictOn(atHub(), sale(hubBook(), 8, 12))).toEqual([]);
    expect(verdictOn(atHub(), sale(hubBook(), 8, 12, { cancel: { owed: 0 }, ...ended("CANCELED") }))).toEqual([]);
  });

  it("is given at once to who asks the hub itself", () => {
    expect(cancelAtHub(atHub(), which, at(7))).toEqual({
      events: [cancelled(120)],
      answer: { ok: true, pending: false, owed: 120 },
    });
    const answer = (more: Partial<Sale>) => cancelAtHub(atHub(more), which, morning).answer;
    expect(answer(ended("CANCELED", 7))).toEqual({ ok: true, pending: false, owed: 7 });
    expect(answer({ use })).toEqual({ ok: false, refusal: "used" });
    expect(answer({ doubt: true })).toEqual({ ok: false, refusal: "doubtful" });
    expect(cancelAtHub(hubBook(), which, morning).answer).toEqual({ ok: false, refusal: "unknown" });
    expect(cancelAtHub({ ...atHub(), recovery: "r" }, which, morning).answer).toMatchObject({ refusal: "recovering" });
  });
});
