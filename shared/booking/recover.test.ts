import { describe, expect, it } from "vitest";
import type { CloudBookingEvent, HubBookingEvent } from "./events";
import { beginRecovery, enterEpoch, recoverAlone, startEpoch } from "./recover";
import { AHEAD_SLOTS, FOREVER, RECOVERY_MARGIN_MS } from "./slots";
import { at, base, cloudBook, having, hubAfter, hubBook, sale } from "./testing/books";
import type { Book, Sale } from "./types";

const use = { connector: "c1", at: "2026-11-02T10:00:00.000Z", by: "pass" } as const;
const over = (owed = 0, keeps: Sale["to"] | null = null): Partial<Sale> => ({
  stage: "ended",
  end: { status: "CANCELED", reason: null, owed, keeps: keeps === null ? null : { from: base + 8, to: keeps } },
});
const sold = (more: Partial<Sale> = {}) => sale(cloudBook(), 8, 12, more);
const cloud = (...sales: Sale[]) => having(cloudBook(8), ...sales);
const unsure = (...sales: Sale[]) => ({ ...having(hubBook(), ...sales), recovery: "r" });

type EpochStarted = Extract<CloudBookingEvent, { type: "epoch.started" }>["data"];
const begun = (book: Book, now: number) => startEpoch(book, { recovery: "r", after: 1 }, now)[0]?.data as EpochStarted;
const entered = (hub: Book, book: Book, now: number) => {
  const events = enterEpoch(hub, begun(book, now));
  return { events, book: hubAfter(hub, events) };
};
const restated = (events: readonly HubBookingEvent[]) =>
  events.flatMap((event) => (event.type === "booking.restated" ? [event.data.sale] : []));

describe("Rule 10 in the cloud: a new epoch", () => {
  it("is the next one, and what the lost hub may have sold is closed for as long as it could sell", () => {
    const book = cloud();
    expect(begun(book, at(0))).toMatchObject({ epoch: 2, recovery: "r", owned: book.owned, sales: {} });
    expect(begun(book, at(0)).quarantineTo).toBe(base + 2 + 1 + AHEAD_SLOTS);
  });

  it("is not begun for a request that is older than the epoch", () => {
    expect(startEpoch(cloud(), { recovery: "r", after: 2 }, at(0))).toEqual([]);
  });

  it("takes a pass as perhaps used whose window may have opened by any clock", () => {
    const opens = at(8, -11) - RECOVERY_MARGIN_MS;
    const doubt = (now: number, more: Partial<Sale> = {}) => begun(cloud(sold(more)), now).sales["b8/1"]?.doubt;
    expect(doubt(opens - 1)).toBe(false);
    expect(doubt(opens)).toBe(true);
    expect(doubt(opens, { use, stage: "admitted" })).toBe(true);
    expect(doubt(opens, { use, stage: "started" })).toBe(false);
    expect(doubt(opens, over())).toBe(false);
  });

  it("doubts with one version of a booking all of it, and what the cloud does not own the hub may have sold again", () => {
    const later = sale(cloudBook(), 40, 44, { version: 3, replaces: 1 }, { booking: "b8" });
    expect(begun(cloud(sold(), later), at(8)).sales["b8/3"]?.doubt).toBe(true);
    expect(begun(cloud(later), at(8)).sales["b8/3"]?.doubt).toBe(false);
    expect(begun(cloud(sale(cloudBook(), 40, 44, {}, { seat: "B" })), at(8)).sales["b40/1"]?.doubt).toBe(true);
  });
});

describe("Rule 10 at the hub", () => {
  it("is sure of nothing until the epoch that it asked for begins", () => {
    expect(hubAfter(hubBook(), beginRecovery("r")).recovery).toBe("r");
    const other = enterEpoch({ ...hubBook(), recovery: "another" }, begun(cloud(), at(0)));
    expect(other).toEqual([]);
  });

  it("owns what the cloud does not, and sells none of it until it has passed", () => {
    const { events, book } = entered(unsure(), cloud(), at(0));
    expect(book).toMatchObject({ epoch: 2, recovery: null });
    expect(book.owned).toEqual({
      A: [{ from: 0, to: base + 8 }],
      B: [{ from: 0, to: FOREVER }],
      C: [{ from: 0, to: base + 8 }],
    });
    expect(book.quarantine["B"]).toEqual([{ from: 0, to: base + 3 + AHEAD_SLOTS }]);
    expect(events[1]).toEqual({ type: "seats.set", data: { seats: hubBook().seats } });
  });

  it("says its seats when it has some, and owns those of which only the cloud knows", () => {
    const { events, book } = entered({ ...unsure(), seats: {}, owned: {} }, cloud(), at(0));
    expect(events.map(({ type }) => type)).toEqual(["hub.recovered"]);
    expect(book.owned["A"]).toEqual([{ from: 0, to: base + 8 }]);
    const extra = { ...unsure(), seats: { D: { class: "AC", walkIn: false } } };
    expect(entered(extra, cloud(), at(0)).book.owned["D"]).toEqual([{ from: 0, to: FOREVER }]);
  });

  it("takes over what only the cloud knows, and doubts what only it knows", () => {
    const mine = sale(hubBook(), 2, 4);
    const ended = sale(hubBook(), 0, 1, over());
    const { events, book } = entered(unsure(mine, ended), cloud(sold()), at(0));
    expect(book.sales["b8/1"]).toEqual({ ...sold(), key: null });
    expect(book.sales["b2/1"]).toEqual({ ...mine, doubt: true });
    expect(restated(events)).toEqual([{ ...mine, doubt: true }, ended]);
  });

  it("believes who has seen a sale get further", () => {
    const both = (mine: Partial<Sale>, theirs: Partial<Sale>) =>
      entered(unsure(sold({ ...mine, key: "mine" })), cloud(sold(theirs)), at(8)).book.sales["b8/1"];
    const started = { use, stage: "started" } as const;
    const admitted = { use, stage: "admitted" } as const;
    expect(both(started, {})).toMatchObject({ stage: "started", doubt: false, key: "mine" });
    expect(both(admitted, {})).toMatchObject({ stage: "admitted", doubt: true });
    expect(both({}, started)).toMatchObject({ stage: "started" });
    expect(both(started, over())).toMatchObject({ stage: "ended" });
    expect(both({ ...started, to: base + 14 }, started)?.to).toBe(base + 14);
    expect(both({ ...started, to: base + 12 }, { ...started, to: base + 14 })?.to).toBe(base + 14);
    const fulfilled = { use, ...over(400, base + 12) };
    expect(both(fulfilled, { cancel: { owed: 0 } })).toMatchObject({ stage: "ended", cancel: null });
  });

  it("keeps an end without use as what the driver was told, without a fee, but frees no cell by it", () => {
    const keeps = { from: base + 8, to: base + 12 };
    const both = (mine: Partial<Sale>, theirs: Partial<Sale> = {}) =>
      entered(unsure(sold(mine)), cloud(sold(theirs)), at(8)).book.sales["b8/1"];
    expect(both(over(120))?.end).toEqual({ status: "CANCELED", reason: "UNKNOWN", owed: 0, keeps });
    const full = { ...over(), end: { status: "CANCELED", reason: "FULL", owed: -500, keeps: null } } as const;
    expect(both(full)?.end).toEqual({ status: "CANCELED", reason: "FULL", owed: -500, keeps });
    expect(both(over(120), { use, stage: "started" })?.stage).toBe("started");
    expect(both(over(120), over(7))?.end?.owed).toBe(7);
  });

  it("gives the verdicts that it can give; what is in doubt stays unsellable", () => {
    const cancelled = { cancel: { owed: 120 } };
    const verdict = (now: number) => entered(unsure(), cloud(sold(cancelled)), now).book.sales["b8/1"];
    expect(verdict(at(0))?.end?.owed).toBe(120);
    expect(verdict(at(8))).toMatchObject({ stage: "reserved", doubt: true, cancel: { owed: 120 } });
  });

  it("lets its own change of a booking stand against the cloud's of the same version (Rule 8)", () => {
    const old = sold({ cancel: { owed: 0 } });
    const theirs = sale(cloudBook(), 60, 64, { version: 3, replaces: 1 }, { booking: "b8" });
    const mine = sale(hubBook(), 4, 6, { version: 2, replaces: 1 }, { booking: "b8" });
    const { book } = entered(unsure(sold(over()), mine), cloud(old, theirs), at(0));
    expect(book.sales["b8/3"]?.end).toMatchObject({ status: "CANCELED", owed: 0 });
    expect(book.sales["b8/2"]?.stage).toBe("reserved");
    const alone = entered(unsure(), cloud(sold(over()), theirs), at(0));
    expect(alone.book.sales["b8/3"]?.stage).toBe("reserved");
  });
});

describe("a hub without a cloud", () => {
  it("trusts its own book no further", () => {
    const mine = sale(hubBook(), 8, 12);
    const hub = unsure(mine, sale(hubBook(), 2, 4, { use, stage: "started" }));
    const book = hubAfter(hub, recoverAlone(hub, at(0)));
    expect(book).toMatchObject({ epoch: 2, recovery: null, owned: hub.owned });
    expect(book.quarantine["A"]).toEqual([{ from: 0, to: base + 3 + AHEAD_SLOTS }]);
    expect(book.sales["b8/1"]?.doubt).toBe(true);
    expect(book.sales["b2/1"]?.doubt).toBe(false);
    expect(recoverAlone(hubBook(), at(0))).toEqual([]);
  });
});
