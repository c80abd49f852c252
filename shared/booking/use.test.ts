import { describe, expect, it } from "vitest";
import { base, at, cloudBook, having, hubAfter, hubBook, offer, sale, terms } from "./testing/books";
import type { Book, Sale } from "./types";
import { compensate, extend, finish, settle, startFailed, started, sweep, walkIn } from "./use";

const use = { connector: "c1", at: "2026-11-02T10:00:00.000Z", by: "pass" } as const;
const which = { booking: "b8", version: 1 };
const atHub = (more: Partial<Sale> = {}) => having(hubBook(), sale(cloudBook(), 8, 12, more));
const types = (events: readonly { type: string }[]) => events.map(({ type }) => type);

describe("the charger's word", () => {
  it("begins what was admitted, and nothing else", () => {
    expect(started(atHub({ stage: "admitted", use }), which)).toEqual([{ type: "booking.started", data: which }]);
    expect(started(atHub(), which)).toEqual([]);
    expect(started(hubBook(), which)).toEqual([]);
  });

  it("gives a rejected start back: it never consumes a reservation", () => {
    const book = atHub({ stage: "admitted", use });
    const events = startFailed(book, which, at(8, 16));
    expect(types(events)).toEqual(["booking.startFailed"]);
    expect(hubAfter(book, events).sales["b8/1"]).toMatchObject({ stage: "reserved", use: null });
    expect(startFailed(atHub({ stage: "admitted", use, doubt: true }), which, at(8))).toEqual([]);
    expect(startFailed(atHub({ stage: "started", use }), which, at(8))).toEqual([]);
    expect(startFailed(hubBook(), which, at(8))).toEqual([]);
  });

  it("ends what could not start once the window is over: without a fee, since the driver was there", () => {
    const book = atHub({ stage: "admitted", use });
    const after = hubAfter(book, startFailed(book, which, at(8, 16) + 1));
    expect(after.sales["b8/1"]?.end).toMatchObject({ status: "CANCELED", reason: "BROKEN_CHARGER", owed: 0 });
    expect(sweep(after, at(10), at(0))).toEqual([]);
  });

  it("ends a walk-in whose charger refused", () => {
    const book = atHub({ stage: "admitted", use: { ...use, by: "walkIn" } });
    expect(hubAfter(book, startFailed(book, which, at(8))).sales["b8/1"]?.end).toMatchObject({
      reason: "BROKEN_CHARGER",
    });
  });

  it("ends what is over as fulfilled, and frees the cells that were not needed", () => {
    const book = atHub({ stage: "started", use });
    const end = (now: number) => hubAfter(book, finish(book, which, now)).sales["b8/1"]?.end;
    expect(end(at(9, 3))).toMatchObject({ status: "FULFILLED", owed: 400, keeps: { from: base + 8, to: base + 10 } });
    expect(end(at(7))?.keeps).toEqual({ from: base + 8, to: base + 9 });
    expect(end(at(30))?.keeps).toEqual({ from: base + 8, to: base + 12 });
    expect(finish(atHub(), which, at(9))).toEqual([]);
    expect(finish(hubBook(), which, at(9))).toEqual([]);
  });
});

describe("walk-ins", () => {
  const { seat: _seat, from: _from, to: _to, ...rest } = offer(0, 0, { booking: "w", key: "k" });
  const wish = { ...rest, class: "AC", connector: "c1", slots: 6 };

  it("get the cells from now until somebody else's begin, on the seat that has most of them", () => {
    const busy = having(hubBook(), sale(hubBook(), 3, 8), sale(hubBook(), 2, 4, {}, { seat: "B", booking: "on B" }));
    const { answer, events } = walkIn(busy, wish, at(0, 7));
    expect(answer).toMatchObject({ ok: true, repeated: false, sale: { seat: "A", from: base, to: base + 3 } });
    expect(types(events)).toEqual(["booking.sold", "booking.admitted"]);
    expect(hubAfter(busy, events).sales["w/1"]).toMatchObject({ stage: "admitted", use: { by: "walkIn" } });
    expect(walkIn(hubBook(), wish, at(0)).answer).toMatchObject({ sale: { to: base + 6 } });
  });

  it("may stand by where the cells are not the hub's to sell (Rule 4)", () => {
    const standby = { events: [], answer: { ok: false, refusal: "standby" } };
    expect(walkIn(hubBook(), { ...wish, class: "CHAdeMO" }, at(0))).toEqual(standby);
    expect(walkIn({ ...hubBook(), owned: {} }, wish, at(0))).toEqual(standby);
    expect(walkIn({ ...hubBook(), recovery: "r" }, wish, at(0))).toEqual(standby);
    const later = having(hubBook(), sale(hubBook(), 0, 4));
    expect(walkIn({ ...later, owned: { A: later.owned["A"] ?? [] } }, wish, at(0))).toEqual(standby);
  });

  it("take over what is left of a cell whose driver has charged and gone", () => {
    const stay = (book: Book, name: string): Book => {
      const here = hubAfter(book, walkIn(book, { ...wish, booking: name, key: name }, at(0, 2)).events);
      const going = hubAfter(here, started(here, { booking: name, version: 1 }));
      return hubAfter(going, finish(going, { booking: name, version: 1 }, at(0, 5)));
    };
    const usedUp = ["on A", "on B"].reduce(stay, hubBook());
    const { answer, events } = walkIn(usedUp, wish, at(0, 7));
    expect(answer).toMatchObject({ ok: true, sale: { from: base + 1, to: base + 6 } });
    // One who takes over and leaves at once has used none of his own.
    const after = stay(usedUp, "third");
    expect(after.sales["third/1"]?.end).toMatchObject({ status: "FULFILLED", keeps: null });
    expect(walkIn(after, wish, at(0, 7)).answer).toMatchObject({ ok: true, sale: { from: base + 1 } });
    const standby = { ok: false, refusal: "standby" };
    const now = { from: base, to: base + 1 };
    expect(walkIn({ ...usedUp, quarantine: { A: [now], B: [now] } }, wish, at(0, 7)).answer).toEqual(standby);
    expect(walkIn({ ...usedUp, owned: { A: [{ from: base + 1, to: base + 9 }] } }, wish, at(0, 7)).answer).toEqual(
      standby,
    );
    const [there] = events;
    expect(there).toMatchObject({ data: { sale: { seat: "A" } } });
    // Somebody who is still there has not left.
    const busy = having(usedUp, sale(hubBook(), 0, 1, { stage: "started", use }, { booking: "there" }));
    const both = having(busy, sale(hubBook(), 0, 1, { stage: "started", use }, { booking: "there too", seat: "B" }));
    expect(walkIn(both, wish, at(0, 7)).answer).toEqual(standby);
  });

  it("prefer a used-up cell with hours after it to a short present one", () => {
    const { events } = walkIn(hubBook(), { ...wish, booking: "first", key: "first" }, at(0, 1));
    const gone = ["first/1"].reduce(
      (book) => {
        const going = hubAfter(book, started(book, { booking: "first", version: 1 }));
        return hubAfter(going, finish(going, { booking: "first", version: 1 }, at(0, 3)));
      },
      hubAfter(hubBook(), events),
    );
    const book = having(gone, sale(hubBook(), 1, 3, {}, { seat: "B", booking: "on B" }));
    expect(walkIn(book, wish, at(0, 4)).answer).toMatchObject({ sale: { seat: "A", from: base + 1, to: base + 6 } });
    const short = { ...wish, slots: 1 };
    expect(walkIn(book, short, at(0, 4)).answer).toMatchObject({ sale: { seat: "B", from: base, to: base + 1 } });
  });

  it("are answered as before when they ask again, and refused a key of something else", () => {
    const book = hubAfter(hubBook(), walkIn(hubBook(), wish, at(0)).events);
    expect(walkIn(book, wish, at(2))).toMatchObject({ events: [], answer: { ok: true, repeated: true } });
    const reused = { events: [], answer: { ok: false, refusal: "key_reused" } };
    expect(walkIn(book, { ...wish, class: "DC" }, at(2))).toEqual(reused);
    expect(walkIn(having(hubBook(), sale(hubBook(), 4, 8, { key: "k" })), wish, at(2))).toEqual(reused);
  });

  it("and others may stay longer while the cells are free (Rule 1)", () => {
    const book = atHub({ stage: "started", use });
    const more = (to: number, now = at(9), to2 = book) => extend(to2, { ...which, to: base + to }, now);
    expect(more(14)).toEqual({
      events: [{ type: "booking.extended", data: { ...which, to: base + 14 } }],
      answer: { ok: true },
    });
    expect(hubAfter(book, more(14).events).sales["b8/1"]?.to).toBe(base + 14);
    expect(more(12)).toEqual({ events: [], answer: { ok: true } });
    expect(more(14, at(13)).answer).toEqual({ ok: true });
    expect(more(14, at(9), having(book, sale(hubBook(), 13, 15))).answer).toEqual({ ok: false, refusal: "taken" });
    expect(more(14, at(9), atHub()).answer).toEqual({ ok: false, refusal: "not_started" });
    expect(more(14, at(9), hubBook()).answer).toEqual({ ok: false, refusal: "not_started" });
  });
});

describe("the sweep", () => {
  const up = at(0);
  const end = (more: Partial<Sale>, now: number, since: number | null = up) =>
    hubAfter(atHub(more), sweep(atHub(more), now, since)).sales["b8/1"]?.end;

  it("ends what nobody came for, with the fee, after the window", () => {
    expect(end({}, at(8, 16))).toBe(null);
    expect(end({}, at(8, 16) + 1)).toEqual({ status: "NO_SHOW", reason: null, owed: 300, keeps: null });
    expect(end({ stage: "started", use }, at(30))).toBe(null);
  });

  it("takes no fee where the hub cannot prove that nobody came", () => {
    expect(end({}, at(10), at(8))).toMatchObject({ status: "CANCELED", reason: "POWER_OUTAGE", owed: 0 });
    const later = { ...atHub(), epoch: 2 };
    expect(hubAfter(later, sweep(later, at(10), up)).sales["b8/1"]?.end).toMatchObject({ reason: "UNKNOWN", owed: 0 });
  });

  it("does nothing without its chargers in sight, or while it is recovering", () => {
    expect(sweep(atHub(), at(20), null)).toEqual([]);
    expect(sweep({ ...atHub(), recovery: "r" }, at(20), up)).toEqual([]);
  });

  it("gives the verdicts that had to wait", () => {
    expect(end({ cancel: { owed: 120 } }, at(4))).toMatchObject({ status: "CANCELED", owed: 120 });
  });

  it("lets what is in doubt hold its cells to the end", () => {
    const keeps = { from: base + 8, to: base + 12 };
    expect(end({ doubt: true }, at(12) - 1)).toBe(null);
    expect(end({ doubt: true }, at(12))).toEqual({ status: "CANCELED", reason: "UNKNOWN", owed: 0, keeps });
    expect(end({ doubt: true, cancel: { owed: 120 } }, at(12))).toMatchObject({ owed: 120, keeps });
  });
});

describe("a driver who found no place", () => {
  it("is paid back and compensated, once, if he had not begun", () => {
    const book = atHub();
    const events = compensate(book, which);
    expect(hubAfter(book, events).sales["b8/1"]?.end).toMatchObject({ reason: "FULL", owed: -terms.compensation });
    expect(compensate(hubAfter(book, events), which)).toEqual([]);
    expect(compensate({ ...book, recovery: "r" }, which)).toEqual([]);
    expect(compensate(hubBook(), which)).toEqual([]);
  });
});

describe("settling", () => {
  it("forgets what ended long ago with its wrong PINs, and never goes back", () => {
    const over = { stage: "ended", end: { status: "CANCELED", reason: null, owed: 0, keeps: null } } as const;
    const book = {
      ...having(atHub(over), sale(hubBook(), 4, 6), sale(hubBook(), 20, 22, over)),
      pinTries: { b8: 2, b20: 3 },
    };
    const after = hubAfter(book, settle(book, base + 13));
    expect(Object.keys(after.sales)).toEqual(["b4/1", "b20/1"]);
    expect(after).toMatchObject({ pinTries: { b20: 3 }, settled: base + 13 });
    expect(settle(after, base + 13)).toEqual([]);
    // A sale of long ago that came back is forgotten too, and the bound stays.
    const late = having(after, sale(hubBook(), 2, 3, over, { booking: "late" }));
    expect(settle(late, base + 13)).toEqual([{ type: "book.settled", data: { before: base + 13 } }]);
  });

  it("closes no more than what it forgets, however far ahead the clock was", () => {
    const over = { stage: "ended", end: { status: "CANCELED", reason: null, owed: 0, keeps: null } } as const;
    const book = atHub(over);
    expect(hubAfter(book, settle(book, base + 1_000_000)).settled).toBe(base + 13);
    expect(settle(hubBook(), base + 1_000_000)).toEqual([]);
  });
});
