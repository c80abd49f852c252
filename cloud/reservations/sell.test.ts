import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Book, Sale, Span } from "../../shared/booking";
import { saleId, sell, slotOf, startOfSlot } from "../../shared/booking";
import { refusalOfSale } from "../../shared/booking/sell";
import { union } from "../../shared/booking/spans";
import { terms } from "../../shared/booking/testing/books";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { bookingSite } from "../testing/seats";
import { loadBook, lockBook, saveBook } from "./book";
import type { Order } from "./sell";
import { sellCells } from "./sell";

const cloud = await openCloud();

let orders = 0;
function order({ siteId }: { siteId: string }, from: number, to: number, more: Partial<Order> = {}): Order {
  orders += 1;
  const key = more.key ?? `key ${orders}`;
  const sale = {
    booking: `booking-${orders}`,
    version: 1,
    replaces: null,
    hub: siteId,
    seller: "cloud" as const,
    from,
    to,
    price: { amount: 300, currency: "EUR" },
    terms,
    tariff: perKwh,
    key,
    stage: "reserved" as const,
    doubt: false,
    cancel: null,
    use: null,
    end: null,
  };
  const plain = { userId: "u", seats: ["A", "B"], pinTag: null, holdUntil: null, promote: false };
  return { siteId, ...plain, ...more, key, sale: { ...sale, ...more.sale } };
}

const bookOf = (siteId: string, near: Span) =>
  cloud.db.transaction().execute((trx) => loadBook(trx, siteId, { near })) as Promise<Book>;

describe("the function that sells", () => {
  it("sells what sell of shared/booking would, tells the hub and books what is owed, once", async () => {
    const site = await bookingSite(cloud);
    const { siteId, base } = site;
    const book = await bookOf(siteId, { from: base, to: base + 96 });
    const wish = order(site, base, base + 4);
    const { booking, price, tariff, key } = wish.sale as Sale;
    const offer = { booking, seat: "A", from: base, to: base + 4, price, terms, tariff, key: key as string };
    const expected = sell(book, offer, cloud.now()).answer;
    const sold = await sellCells(cloud.db, wish, cloud.now());
    expect(sold).toEqual({ ...expected, hubId: site.hub.id });
    expect(await sellCells(cloud.db, { ...wish, sale: { ...wish.sale, booking: "other" } }, cloud.now())).toEqual({
      ...expected,
      repeated: true,
      hubId: null,
    });
    expect(await site.site.waiting()).toMatchObject([
      { epoch: 1, message: { type: "booking.sold", data: { sale: (expected as { sale: Sale }).sale } } },
    ]);
    const ledger = await cloud.db.selectFrom("booking_postings").selectAll().where("site_id", "=", siteId).execute();
    expect(ledger).toMatchObject([{ booking, version: 1, kind: "charge", amount: 300 }]);
    const reused = await sellCells(cloud.db, { ...order(site, base + 8, base + 9), key: key as string }, cloud.now());
    expect(reused).toEqual({ ok: false, refusal: "key_reused" });
  });

  it("gives each cell to one of a crowd, on one seat after the other", async () => {
    const site = await bookingSite(cloud);
    const { base } = site;
    const crowd = Array.from({ length: 60 }, (_, index) => order(site, base + (index % 5), base + (index % 5) + 2));
    const answers = await Promise.all(crowd.map((each) => sellCells(cloud.db, each, cloud.now())));
    const sales = answers.flatMap((answer) => (answer.ok ? [answer.sale] : []));
    for (const a of sales) {
      const others = sales.filter((b) => b !== a && b.seat === a.seat && b.from < a.to && a.from < b.to);
      expect(others).toEqual([]);
    }
    expect(new Set(sales.map(({ seat }) => seat))).toEqual(new Set(["A", "B"]));
    expect(answers.flatMap((answer) => (answer.ok ? [] : [answer.refusal])).every((why) => why === "taken")).toBe(true);
    await site.site.hear();
    const heard = Object.values(site.site.book.sales).map(({ booking }) => booking);
    expect(heard.toSorted()).toEqual(sales.map(({ booking }) => booking).toSorted());
  });

  it("has the exclusion constraint behind it", async () => {
    const site = await bookingSite(cloud);
    const { siteId, base } = site;
    const sold = await sellCells(cloud.db, order(site, base, base + 4), cloud.now());
    const row = { site_id: siteId, seat: "A", class: "AC", from_slot: base + 1, to_slot: base + 2, stage: "reserved" };
    const values = { ...row, held: `[${base + 1},${base + 2})`, booking: "x", version: 1, key: null, user_id: null };
    const insert = cloud.db.insertInto("reservations").values({
      ...(values as typeof values & { stage: "reserved" }),
      sale: JSON.stringify((sold as { sale: Sale }).sale),
      cancel_owed: null,
      pin_tag: null,
      expires_at: null,
      created_at: new Date(cloud.now()),
    });
    await expect(insert.execute()).rejects.toMatchObject({ code: "23P01" });
  });

  it("holds for a while, and makes a sale of the hold of the same user only", async () => {
    const site = await bookingSite(cloud);
    const { base } = site;
    const held = order(site, base, base + 2, { holdUntil: cloud.now() + 300_000, seats: ["A"] });
    expect(await sellCells(cloud.db, held, cloud.now())).toMatchObject({ ok: true, hubId: null });
    const rival = order(site, base, base + 2, { seats: ["A"] });
    expect(await sellCells(cloud.db, rival, cloud.now())).toEqual({ ok: false, refusal: "taken" });
    const promote = { ...held, holdUntil: null, promote: true };
    expect(await sellCells(cloud.db, { ...promote, userId: "thief" }, cloud.now())).toMatchObject({ ok: false });
    expect(await sellCells(cloud.db, promote, cloud.now())).toMatchObject({ ok: true, hubId: site.hub.id });
    expect(await sellCells(cloud.db, promote, cloud.now())).toMatchObject({ ok: true, repeated: true });
    const short = order(site, base + 4, base + 6, { holdUntil: cloud.now() + 1, seats: ["A"] });
    await sellCells(cloud.db, short, cloud.now());
    const late = { ...short, holdUntil: null, promote: true };
    expect(await sellCells(cloud.db, late, cloud.now() + 2)).toEqual({ ok: false, refusal: "hold_over" });
    expect(await sellCells(cloud.db, order(site, base + 4, base + 6, { seats: ["A"] }), cloud.now() + 2)).toMatchObject(
      {
        ok: true,
      },
    );
  });

  it("refuses what refusalOfSale refuses, whatever the book", async () => {
    const site = await bookingSite(cloud, { A: "AC" });
    const { siteId, base } = site;
    const span = fc
      .tuple(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 1, max: 4 }))
      .map(([from, length]) => ({ from: base + from, to: base + from + length }));
    const state = fc.constantFrom("reserved", "cancelled", "pending", "kept");
    const sales = fc.uniqueArray(fc.tuple(span, state), { maxLength: 4, selector: ([{ from }]) => from });
    const now = startOfSlot(base - 4);
    const before = await bookOf(siteId, { from: 0, to: base + 96 });
    const model = sellModel(siteId, base);
    await fc.assert(
      fc.asyncProperty(
        fc.array(span, { maxLength: 3 }),
        sales,
        span,
        fc.integer({ min: -8, max: 8 }),
        async (...args) => {
          const [owned, made, wish, skew] = args;
          const book: Book = { ...before, owned: { A: union([], owned) }, sales: model(made) };
          const at = now + skew * 900_000;
          await cloud.db.transaction().execute(async (trx) => {
            await lockBook(trx, siteId);
            await trx.deleteFrom("reservations").where("site_id", "=", siteId).execute();
            await saveBook(trx, { ...before, owned: {}, sales: {} }, book, at);
            return undefined;
          });
          const answer = await sellCells(cloud.db, order(site, wish.from, wish.to, { seats: ["A"] }), at);
          expect(answer.ok ? null : answer.refusal).toBe(refusalOfSale(book, { seat: "A", ...wish }, at));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("knows the past and the far future, and seats that went", async () => {
    const site = await bookingSite(cloud);
    const now = cloud.now();
    const refusal = async (from: number, seats = ["A"]) => {
      const answer = await sellCells(cloud.db, order(site, from, from + 1, { seats }), now);
      return answer.ok ? null : answer.refusal;
    };
    expect(await refusal(slotOf(now) - 1)).toBe("past");
    expect(await refusal(slotOf(now))).toBe("not_owner");
    expect(await refusal(slotOf(now) + 1343)).toBe(null);
    expect(await refusal(slotOf(now) + 1344)).toBe("too_far");
    expect(await refusal(site.base, ["C"])).toBe("unknown_seat");
  });
});

/** Sales of a seat that do not overlap with one another, in these states. */
function sellModel(siteId: string, base: number) {
  return (made: [Span, string][]): Record<string, Sale> => {
    let last = base;
    const sales: Record<string, Sale> = {};
    for (const [index, [{ from, to }, state]] of made.toSorted(([a], [b]) => a.from - b.from).entries()) {
      if (from < last) continue;
      last = to;
      const plain = order({ siteId }, from, to, { key: `model ${siteId} ${index}` }).sale;
      const end =
        state === "cancelled" || state === "kept"
          ? { status: "FULFILLED" as const, reason: null, owed: 0, keeps: state === "kept" ? { from, to } : null }
          : null;
      const sale: Sale = {
        ...plain,
        seat: "A",
        class: "AC",
        epoch: 1,
        cancel: state === "pending" ? { owed: 0 } : null,
        stage: end ? "ended" : "reserved",
        end,
      };
      sales[saleId(sale)] = sale;
    }
    return sales;
  };
}
