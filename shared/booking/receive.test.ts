import { describe, expect, it } from "vitest";
import type { CloudBookingEvent, HubBookingEvent } from "./events";
import { applyAtCloud, foldCloud, foldHub } from "./fold";
import type { Envelope } from "./link";
import { newLink } from "./link";
import { acceptAtHub, receiveAtHub } from "./receive";
import { base, cloudBook, cloudHears, having, hubBook, morning, sale } from "./testing/books";
import type { Book } from "./types";

const site = { now: morning, sight: true };
const sold = sale(cloudBook(), 8, 12);
const key = (book: Book) => book.sales["b8/1"]?.key;
const which = { booking: "b8", version: 1 };
const started: CloudBookingEvent = {
  type: "epoch.started",
  data: { epoch: 2, recovery: "r", owned: {}, sales: {}, quarantineTo: base },
};
const cells = { seat: "A", spans: [{ from: base + 4, to: base + 5 }] };

describe("a message of the cloud at the hub", () => {
  it("is taken in turn, and while recovering only as the answer to that recovery", () => {
    const take = (recovery: string | null, { epoch, seq, message }: Envelope<CloudBookingEvent>) =>
      acceptAtHub({ ...hubBook(), recovery }, newLink(1), { epoch, seq, message });
    const grant: CloudBookingEvent = { type: "cells.granted", data: cells };
    expect(take(null, { epoch: 1, seq: 1, message: grant })).toBe("apply");
    expect(take(null, { epoch: 1, seq: 2, message: grant })).toBe("gap");
    expect(take("r", { epoch: 1, seq: 1, message: grant })).toBe("gap");
    expect(take("r", { epoch: 2, seq: 1, message: started })).toBe("enter");
    expect(take("r", { epoch: 2, seq: 2, message: started })).toBe("gap");
    expect(take("r", { epoch: 1, seq: 1, message: started })).toBe("gap");
    expect(take("other", { epoch: 2, seq: 1, message: started })).toBe("gap");
  });

  it("makes of each kind what its rule says", () => {
    const types = (message: CloudBookingEvent, book = hubBook()) =>
      receiveAtHub(book, message, site).map(({ type }) => type);
    expect(types({ type: "booking.sold", data: { sale: sold } })).toEqual(["booking.learned"]);
    expect(types({ type: "booking.cancelRequested", data: { ...which, owed: 0 } }, having(hubBook(), sold))).toEqual([
      "booking.ended",
    ]);
    expect(types({ type: "cells.granted", data: cells })).toEqual(["cells.received"]);
    const request = { requestId: "q", seat: "A", from: base + 4, to: base + 5 };
    expect(types({ type: "cells.requested", data: request })).toEqual(["cells.granted"]);
    expect(types(started, { ...hubBook(), recovery: "r" })).toEqual(["hub.recovered", "seats.set"]);
  });
});

describe("an event", () => {
  it("moves cells from one book to the other", () => {
    const granted: HubBookingEvent = { type: "cells.granted", data: { ...cells, requestId: "q" } };
    expect(foldHub(hubBook(), granted).owned["A"]?.[0]).toEqual({ from: 0, to: base + 4 });
    expect(applyAtCloud(cloudBook(8), granted).owned["A"]?.[0]).toEqual({ from: base + 4, to: base + 5 });
    const back: CloudBookingEvent = { type: "cells.granted", data: cells };
    expect(foldCloud(applyAtCloud(cloudBook(8), granted), back).owned).toEqual(cloudBook(8).owned);
    const received: HubBookingEvent = { type: "cells.received", data: cells };
    expect(foldHub(foldHub(hubBook(), granted), received).owned).toEqual(hubBook().owned);
  });

  it("of a request changes no book until it is answered", () => {
    const asked: CloudBookingEvent = {
      type: "cells.requested",
      data: { requestId: "q", seat: "A", from: base, to: base + 1 },
    };
    const refused: HubBookingEvent = { type: "cells.refused", data: { requestId: "q" } };
    const [hub, cloud] = [hubBook(), cloudBook()];
    expect(foldCloud(cloud, asked)).toBe(cloud);
    expect(foldHub(hub, refused)).toBe(hub);
    expect(applyAtCloud(cloud, refused)).toBe(cloud);
  });

  it("of a cancel or a change leaves the old version waiting in the cloud", () => {
    const book = foldCloud(cloudBook(), { type: "booking.sold", data: { sale: sold } });
    const pending = foldCloud(book, { type: "booking.cancelRequested", data: { ...which, owed: 120 } });
    expect(pending.sales["b8/1"]?.cancel).toEqual({ owed: 120 });
    const newer = sale(cloudBook(), 10, 14, { version: 3, replaces: 1 }, { booking: "b8" });
    expect(foldCloud(book, { type: "booking.sold", data: { sale: newer } }).sales["b8/1"]?.cancel).toEqual({ owed: 0 });
  });

  it("brings no key of the other side's callers, and takes none away", () => {
    const mine = foldCloud(cloudBook(), { type: "booking.sold", data: { sale: sold } });
    expect(key(cloudHears(cloudBook(), [{ type: "booking.sold", data: { sale: sold } }]))).toBe(null);
    const again: HubBookingEvent = { type: "booking.restated", data: { sale: { ...sold, key: "other" } } };
    expect(key(cloudHears(mine, [again]))).toBe(sold.key);
    expect(key(cloudHears(cloudBook(), [again]))).toBe(null);
  });

  it("begins the epoch in the cloud's own book", () => {
    expect(foldCloud(cloudBook(), started)).toMatchObject({ epoch: 2, recovery: "r", sales: {} });
  });

  it("of the hub's use is told alike on both sides", () => {
    const at = "2026-11-02T10:00:00.000Z";
    const events: HubBookingEvent[] = [
      { type: "booking.sold", data: { sale: { ...sold, key: null } } },
      { type: "booking.admitted", data: { ...which, connector: "c1", at, by: "pass" } },
      { type: "booking.startFailed", data: which },
      { type: "booking.admitted", data: { ...which, connector: "c2", at, by: "operator" } },
      { type: "booking.started", data: which },
      { type: "booking.extended", data: { ...which, to: base + 13 } },
      { type: "booking.cancelRefused", data: which },
      { type: "booking.restated", data: { sale: { ...sold, key: null, to: base + 14, stage: "started" } } },
    ];
    for (let length = 1; length <= events.length; length++) {
      const some = events.slice(0, length);
      expect(cloudHears(cloudBook(), some).sales).toEqual(some.reduce(foldHub, hubBook()).sales);
    }
    expect(cloudHears(cloudBook(), events).sales["b8/1"]).toMatchObject({ stage: "started", to: base + 14 });
    expect(cloudHears(cloudBook(), [{ type: "seats.set", data: { seats: {} } }]).seats).toEqual({});
  });
});
