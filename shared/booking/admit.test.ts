import { describe, expect, it } from "vitest";
import type { Presented, SiteNow } from "./admit";
import { admit } from "./admit";
import type { PassClaims } from "./pass";
import { base, at, cloudBook, connectors, having, hubAfter, hubBook, pass, sale } from "./testing/books";
import type { Book, Sale } from "./types";

/** Sold by the cloud, 10:00 to 11:00; the hub does not own these cells. */
const sold = sale(cloudBook(), 8, 12);
const cut: Book = { ...hubBook(), owned: { ...hubBook().owned, A: [{ from: 0, to: base + 8 }] } };
const use = { connector: "c1", at: "2026-11-02T10:00:00.000Z", by: "pass" } as const;
const over = { stage: "ended", end: { status: "CANCELED", reason: null, owed: 0, keeps: null } } as const;

const shown = (more: Partial<Presented> = {}, claims: Partial<PassClaims> = {}): Presented => ({
  claims: pass(sold, claims),
  signed: true,
  proof: "missing",
  operator: false,
  ...more,
});
const site = (more: Partial<SiteNow> = {}): SiteNow => ({
  now: at(8),
  clockCredible: true,
  connectors: connectors("free", "free"),
  neighbour: false,
  starting: false,
  ...more,
});
const answer = (book: Book, show = shown(), where = site()) => {
  const { answer: given, events } = admit(book, show, where);
  return given.ok ? given.connector : [given.refusal, ...events.map(({ type }) => type)].join();
};
const knowing = (more: Partial<Sale> = {}) => having(cut, { ...sold, ...more });

describe("Rule 5: a pass admits", () => {
  it("a driver whose booking the hub has never heard of, with used(booking) written", () => {
    const { answer: given, events } = admit(cut, shown(), site());
    expect(given).toMatchObject({ ok: true, connector: "c1", endsStandby: false, repeated: false });
    expect(events).toEqual([
      { type: "booking.learned", data: { sale: { ...sold, key: null } } },
      {
        type: "booking.admitted",
        data: { booking: "b8", version: 1, connector: "c1", at: "2026-11-02T10:00:00.000Z", by: "pass" },
      },
    ]);
    expect(hubAfter(cut, events).sales["b8/1"]).toMatchObject({ stage: "admitted", use: { by: "pass" } });
  });

  it("once: whoever shows it again is refused, also with another version of the booking", () => {
    expect(answer(knowing({ use, stage: "started" }))).toBe("used");
    const newer = sale(cloudBook(), 8, 12, { version: 3, replaces: 1 });
    expect(answer(having(knowing({ use, stage: "started" }), newer), shown({}, { version: 3, replaces: 1 }))).toBe(
      "used",
    );
  });

  it("again while the charger has not begun, at the same connector, if that is free", () => {
    const { answer: given, events } = admit(knowing({ use, stage: "admitted" }), shown(), site({ now: at(20) }));
    expect(given).toMatchObject({ ok: true, connector: "c1", repeated: true });
    expect(events).toEqual([]);
    const meanwhile = { connectors: connectors("occupied", "free"), starting: true };
    expect(answer(knowing({ use, stage: "admitted" }), shown(), site(meanwhile))).toBe("used");
  });

  it("again at another connector where the first is not free and was not asked to start", () => {
    const book = knowing({ use, stage: "admitted" });
    const elsewhere = admit(book, shown(), site({ connectors: connectors("occupied", "free") }));
    expect(elsewhere.answer).toMatchObject({ ok: true, connector: "c2", endsStandby: false, repeated: false });
    expect(elsewhere.events.map(({ type }) => type)).toEqual(["booking.startFailed", "booking.admitted"]);
    expect(hubAfter(book, elsewhere.events).sales["b8/1"]).toMatchObject({
      stage: "admitted",
      use: { connector: "c2" },
    });
    expect(answer(book, shown(), site({ connectors: connectors("occupied", "standby") }))).toBe("used");
    expect(answer(book, shown(), site({ connectors: connectors("occupied", "occupied") }))).toBe("used");
    expect(admit(book, shown(), site({ connectors: connectors("out", "standby") })).answer).toMatchObject({
      endsStandby: true,
    });
    expect(answer(book, shown(), site({ connectors: [] }))).toBe("full,booking.startFailed");
    const nowhere = (now: number) => answer(book, shown(), site({ connectors: connectors("out", "occupied"), now }));
    expect(nowhere(at(8))).toBe("full,booking.startFailed");
    expect(nowhere(at(10))).toBe("full,booking.ended");
  });

  it("answers a cancel that waited for somebody to know", () => {
    const { events } = admit(knowing({ doubt: true, cancel: { owed: 0 } }), shown({ operator: true }), site());
    expect(events.map(({ type }) => type)).toEqual(["booking.admitted", "booking.cancelRefused"]);
  });

  it("sends it to a place (Rule 9), or says that there is none", () => {
    const where = (...states: Parameters<typeof connectors>) => site({ connectors: connectors(...states) });
    expect(admit(cut, shown(), where("standby")).answer).toMatchObject({ ok: true, endsStandby: true });
    // The hub knows the sale from now on, so that it can be compensated.
    expect(answer(cut, shown(), where("occupied"))).toBe("full,booking.learned");
    expect(answer(knowing(), shown(), where("occupied"))).toBe("full");
    expect(answer(cut, shown(), { ...where("occupied"), neighbour: true })).toBe("neighbour,booking.learned");
  });
});

describe("Rule 5: a pass does not admit", () => {
  it("with a wrong signature, or at another hub, or one whose place was taken", () => {
    expect(answer(cut, shown({ signed: false }))).toBe("bad_signature");
    expect(answer(cut, shown({}, { hub: "hub2" }))).toBe("other_hub");
    expect(answer(cut, shown({}, { epoch: 2 }))).toBe("superseded_hub");
  });

  it("for cells that its issuer did not own", () => {
    expect(answer(hubBook())).toBe("not_issuers_cells");
    expect(answer(cut, shown({}, { from: base + 7 }))).toBe("not_issuers_cells");
    expect(answer(having(cut, sale(cloudBook(), 10, 11)))).toBe("not_issuers_cells");
    expect(answer({ ...cut, epoch: 2 })).toBe("not_issuers_cells");
    expect(answer(cut, shown({}, { issuer: "hub" }))).toBe("not_issuers_cells");
    expect(answer(knowing({ from: base + 7 }))).toBe("not_issuers_cells");
  });

  it("once it is revoked", () => {
    expect(answer(knowing(over))).toBe("revoked");
  });

  it("before the window or after it, to the millisecond", () => {
    const when = (now: number, operator = false) => answer(cut, shown({ operator }), site({ now }));
    expect(when(at(8, -11) - 1)).toBe("too_early");
    expect(when(at(8, -11))).toBe("c1");
    expect(when(at(8, 16))).toBe("c1");
    expect(when(at(8, 16) + 1)).toBe("too_late");
    expect(when(at(8, 16) + 1, true)).toBe("c1");
    expect(when(at(8, -11) - 1, true)).toBe("too_early");
    expect(answer({ ...cut, settled: base + 9 })).toBe("too_late");
  });

  it("without an operator where the clock cannot be believed (Rule 6) or the use is in doubt (Rule 10)", () => {
    const unsure = site({ clockCredible: false, now: 0 });
    expect(answer(cut, shown(), unsure)).toBe("operator_only");
    expect(answer(cut, shown({ operator: true }), unsure)).toBe("c1");
    expect(answer(knowing({ doubt: true }))).toBe("operator_only");
    expect(answer(knowing({ doubt: true }), shown({ operator: true }))).toBe("c1");
    expect(answer(knowing({ doubt: true, use, stage: "admitted" }), shown({ operator: true }))).toBe("used");
  });

  it("while the hub is recovering, except by an operator (Rule 10)", () => {
    const unsure = { ...cut, recovery: "r" };
    expect(answer(unsure)).toBe("operator_only");
    expect(answer(unsure, shown({ operator: true }, { epoch: 2 }))).toBe("c1");
    expect(answer(unsure, shown({ operator: true }, { issuer: "hub" }))).toBe("c1");
  });

  it("as a sale of the hub's that the hub has forgotten, except by an operator", () => {
    const own = shown({}, { issuer: "hub" });
    expect(answer(hubBook(), own)).toBe("operator_only");
    const { events } = admit(hubBook(), { ...own, operator: true }, site());
    expect(events.map(({ type }) => type)).toEqual(["booking.restated", "booking.admitted"]);
  });
});

describe("a pass with a holder", () => {
  const holder = { pinTag: "tag" };

  it("needs his proof, and an operator instead after five wrong tries", () => {
    const show = (proof: Presented["proof"], operator = false) => shown({ proof, operator }, { holder });
    expect(answer(cut, show("right"))).toBe("c1");
    expect(answer(cut, show("missing"))).toBe("holder_needed");
    expect(answer(cut, show("wrong"))).toBe("wrong_pin,booking.learned,booking.pinFailed");
    let book = cut;
    for (let tries = 0; tries < 5; tries++) book = hubAfter(book, admit(book, show("wrong"), site()).events);
    expect(book.pinTries).toEqual({ b8: 5 });
    expect(answer(book, show("right"))).toBe("too_many_tries");
    expect(answer(book, show("right", true))).toBe("c1");
  });

  it("is not forgotten with its wrong tries while it can still be shown", () => {
    const { events } = admit(cut, shown({ proof: "wrong" }, { holder }), site());
    expect(hubAfter(cut, [...events, { type: "book.settled", data: { before: base } }]).pinTries).toEqual({ b8: 1 });
  });

  it("also needs it to be started again", () => {
    const again = shown({ proof: "wrong" }, { holder });
    expect(answer(knowing({ use, stage: "admitted" }), again)).toBe("wrong_pin,booking.pinFailed");
  });
});
