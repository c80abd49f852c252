import { describe, expect, it } from "vitest";
import { FOREVER } from "./slots";
import { at, base, cloudAfter, cloudBook, having, hubAfter, hubBook, morning, sale } from "./testing/books";
import { advanceFrontier, answerRequest, releaseToCloud, standingSplit } from "./transfer";

const grants = (events: readonly { type: string; data: unknown }[]) => events.map(({ data }) => data);
const cells = (from: number, to: number) => [{ from: base + from, to: to === FOREVER ? FOREVER : base + to }];

describe("Rule 3: the standing split", () => {
  it("keeps one seat for walk-ins of each class that has two or more", () => {
    expect(standingSplit({ s1: "AC", s2: "DC", s3: "AC" })).toEqual({
      s1: { class: "AC", walkIn: false },
      s2: { class: "DC", walkIn: false },
      s3: { class: "AC", walkIn: true },
    });
  });

  it("releases at pairing what is free beyond the frontier, and keeps walk-in seats and what is sold", () => {
    const book = having(hubBook(), sale(hubBook(), 10, 12));
    const events = releaseToCloud(book, base + 8);
    expect(grants(events)).toEqual([
      { seat: "A", spans: [...cells(8, 10), ...cells(12, FOREVER)], requestId: null },
      { seat: "C", spans: cells(8, FOREVER), requestId: null },
    ]);
    expect(hubAfter(book, events).owned).toEqual({
      A: [{ from: 0, to: base + 8 }, ...cells(10, 12)],
      B: [{ from: 0, to: FOREVER }],
      C: [{ from: 0, to: base + 8 }],
    });
    expect(releaseToCloud({ ...book, owned: {} }, base + 8)).toEqual([]);
  });

  it("moves on with time, by the cloud's grants, which leave nothing to grant again", () => {
    const events = advanceFrontier(cloudBook(6), morning);
    expect(grants(events)).toEqual([
      { seat: "A", spans: cells(6, 8) },
      { seat: "C", spans: cells(6, 8) },
    ]);
    expect(advanceFrontier(cloudAfter(cloudBook(6), events), morning)).toEqual([]);
    expect(grants(advanceFrontier(cloudBook(6), at(0), 7))).toEqual([
      { seat: "A", spans: cells(6, 7) },
      { seat: "C", spans: cells(6, 7) },
    ]);
  });

  it("hands a seat over whole that its owner keeps for walk-ins from now on", () => {
    const book = { ...cloudBook(6), seats: { A: { class: "AC", walkIn: true } } };
    expect(grants(advanceFrontier(book, morning))).toEqual([{ seat: "A", spans: cells(6, FOREVER) }]);
  });
});

describe("Rule 2: transfer", () => {
  it("moves a booking that crosses the edge whole, and one that crosses it then", () => {
    const first = sale(cloudBook(), 7, 10, { booking: "x", cancel: { owed: 0 } });
    const second = sale(cloudBook(), 9, 12, { booking: "x", version: 3, replaces: 1 });
    const ended = sale(cloudBook(), 11, 20, {
      booking: "y",
      stage: "ended",
      end: { status: "CANCELED", reason: null, owed: 0, keeps: null },
    });
    const far = sale(cloudBook(), 14, 16, { booking: "z" });
    const [grant] = advanceFrontier(having(cloudBook(6), far, second, first, ended), morning);
    expect(grant?.data).toEqual({ seat: "A", spans: cells(6, 12) });
  });

  it("answers a request with all of it or nothing", () => {
    const request = { requestId: "r", seat: "A", from: base + 2, to: base + 4 };
    const granted = { type: "cells.granted", data: { seat: "A", spans: cells(2, 4), requestId: "r" } };
    const refused = [{ type: "cells.refused", data: { requestId: "r" } }];
    expect(answerRequest(hubBook(), request, morning)).toEqual([granted]);
    expect(answerRequest(having(hubBook(), sale(hubBook(), 3, 5)), request, morning)).toEqual(refused);
    expect(answerRequest({ ...hubBook(), recovery: "r" }, request, morning)).toEqual(refused);
    expect(answerRequest(hubBook(), { ...request, seat: "B" }, morning)).toEqual(refused);
    expect(answerRequest(hubBook(), { ...request, seat: "Z" }, morning)).toEqual(refused);
    expect(answerRequest(hubBook(), request, at(3))).toEqual(refused);
  });
});
