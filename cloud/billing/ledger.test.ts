import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { openCloud } from "../testing/open";
import type { Charge, BillingTerms, Charged } from "./charge";
import { charge, feeOf } from "./charge";
import { drain } from "./drain";
import type { Entry } from "./ledger";
import { balanceOf, outstandingOf, post } from "./ledger";

const cloud = await openCloud();
const { siteId, organizationId } = await cloud.owner();
const driver = await (await cloud.person()).userId();

const NEW_YEAR = Date.parse("2026-12-31T23:30:00Z");
const terms = (now = NEW_YEAR): BillingTerms => ({ now, feeBasisPoints: 250 });
const bill = (key: string, more: Partial<Charge> = {}): Charge => ({
  key,
  kind: "session",
  siteId,
  organizationId,
  userId: driver,
  currency: "EUR",
  lines: [{ text: "ENERGY", net: 1000, vat: 190, vatRate: 1900 }],
  method: "on_account",
  ...more,
});
const billed = (each: Charge, at = terms()): Promise<Charged> =>
  cloud.db.transaction().execute((tx) => charge(tx, each, at));
const balance = (account: Entry["account"], holder: string) => balanceOf(cloud.db, account, holder, "EUR");
const entry = (amount: number): Entry => ({ account: "stripe", holder: "", amount });

describe("the ledger", () => {
  const about = (key: string) => ({ key, kind: "test", at: NEW_YEAR, currency: "XTS" });
  it("takes what balances, once by its key", async () => {
    const attempt = () =>
      cloud.db.transaction().execute((tx) => post(tx, about("one"), [entry(5), entry(0), entry(-5)]));
    expect([await attempt(), await attempt()]).toEqual([true, false]);
    const nothing = cloud.db.transaction().execute((tx) => post(tx, about("none"), [entry(0)]));
    expect(await nothing).toBe(false);
  });

  it("refuses at the commit what does not balance, in each currency", async () => {
    const wrong = cloud.db.transaction().execute((tx) => post(tx, about("wrong"), [entry(5), entry(-4)]));
    await expect(wrong).rejects.toThrow("does not balance");
    const mixed = cloud.db.transaction().execute(async (tx) => {
      await sql`insert into ledger_transactions values (gen_random_uuid(), 'mixed', 'test', now(), null, null, null, 2)`.execute(
        tx,
      );
      await sql`
        insert into ledger_entries (transaction_id, line, account, holder, currency, amount)
        select id, line, 'stripe', '', case line when 0 then 'EUR' else 'CHF' end, case line when 0 then 5 else -5 end
        from ledger_transactions, generate_series(0, 1) as line where key = 'mixed'`.execute(tx);
    });
    await expect(mixed).rejects.toThrow("does not balance");
  });

  it("refuses a transaction without its entries, and entries of an old one, also in pairs", async () => {
    await expect(
      sql`insert into ledger_transactions values (gen_random_uuid(), 'bare', 'test', now(), null, null, null, 2)`.execute(
        cloud.db,
      ),
    ).rejects.toThrow("has not the entries");
    await cloud.db.transaction().execute((tx) => post(tx, about("old"), [entry(1), entry(-1)]));
    const later = sql`
      insert into ledger_entries (transaction_id, line, account, holder, currency, amount)
      select id, line, 'stripe', '', 'XTS', case line when 8 then 7 else -7 end
      from ledger_transactions, generate_series(8, 9) as line where key = 'old'`.execute(cloud.db);
    await expect(later).rejects.toThrow("has not the entries");
  });

  it.each(["ledger_transactions", "ledger_entries", "charges"])("never changes or loses a row of %s", async (table) => {
    for (const statement of [
      `update ${table} set currency = currency`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      const attempt = sql.raw(
        statement.replace("ledger_transactions set currency = currency", "ledger_transactions set kind = kind"),
      );
      await expect(attempt.execute(cloud.db)).rejects.toThrow("never changed");
    }
  });
});

const untaxed = (net: number) => [{ text: "ENERGY", net, vat: 0, vatRate: null }];

describe("a charge", () => {
  it("is owed by the driver, and earned by owner, state and platform", async () => {
    const { chargeId, gross } = await billed(bill("first"));
    expect(gross).toBe(1190);
    expect(await outstandingOf(cloud.db, chargeId)).toBe(1190);
    expect(await balance("payable", organizationId)).toBe(-970);
    expect(await balance("vat", organizationId)).toBe(-190);
    expect(await balance("fee", "")).toBe(-30);
  });

  it("is made once by its key, however many try at once, and refuses the key to others", async () => {
    const all = await Promise.all(Array.from({ length: 6 }, () => billed(bill("crowd"))));
    expect(all.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(new Set(all.map(({ chargeId }) => chargeId)).size).toBe(1);
    await expect(billed(bill("crowd", { organizationId: "other" }))).rejects.toThrow("billed something else");
  });

  it("has the next number of its organisation's year where the site is, without gaps", async () => {
    const failing = cloud.db.transaction().execute(async (tx) => {
      await charge(tx, bill("rolled back"), terms());
      throw new Error("crash");
    });
    await expect(failing).rejects.toThrow("crash");
    const keys = Array.from({ length: 5 }, (_, place) => `number ${place}`);
    const numbers = await Promise.all(keys.map((key) => billed(bill(key))));
    // Berlin is an hour ahead: the year is 2027 already.
    expect(numbers.map(({ number }) => number).toSorted()).toEqual([3, 4, 5, 6, 7].map((each) => `2027-00000${each}`));
    expect((await billed(bill("earlier"), terms(Date.parse("2026-06-01T00:00:00Z")))).number).toBe("2026-000001");
  });

  it("is paid from the wallet as far as that goes", async () => {
    const fill: Entry[] = [
      { account: "stripe", holder: "", amount: 1000 },
      { account: "wallet", holder: driver, amount: -1000 },
    ];
    const about = { key: "fill", kind: "top_up", at: NEW_YEAR, currency: "EUR" };
    await cloud.db.transaction().execute((tx) => post(tx, about, fill));
    const { chargeId } = await billed(bill("from the wallet", { method: "wallet" }));
    expect(await balance("wallet", driver)).toBe(0);
    expect(await outstandingOf(cloud.db, chargeId)).toBe(190);
  });

  it("on site is owed to the owner, and the owner's cash where nobody is signed in", async () => {
    const { chargeId } = await billed(bill("at the post", { method: "on_site" }));
    expect(await outstandingOf(cloud.db, chargeId)).toBe(1190);
    await billed(bill("stranger", { method: "card", userId: null }));
    expect(await balance("site_cash", organizationId)).toBe(1190);
    const stranger = await cloud.db.selectFrom("charges").selectAll().where("key", "=", "stranger").executeTakeFirst();
    expect(stranger).toMatchObject({ method: "on_site", document: { buyer: null, seller: { name: "Garage" } } });
    const lines = [{ text: "ENERGY", net: -1000, vat: -190, vatRate: 1900 }];
    await cloud.db.transaction().execute((tx) =>
      post(tx, { key: "at the post, a part", kind: "paid", at: NEW_YEAR, currency: "EUR" }, [
        { account: "site_cash", holder: organizationId, amount: 190, chargeId },
        { account: "receivable", holder: driver, amount: -190, chargeId },
      ]),
    );
    await billed(bill("cash back", { kind: "refund", method: "on_site", lines, corrects: chargeId }));
    expect(await outstandingOf(cloud.db, chargeId)).toBe(0);
    expect(await balance("site_cash", organizationId)).toBe(1190);
  });

  it("that is taken back forgives what is owed, and gives the rest to the wallet", async () => {
    const original = await billed(bill("to correct", { method: "wallet" }));
    await cloud.db.transaction().execute((tx) =>
      post(tx, { key: "part", kind: "paid", at: NEW_YEAR, currency: "EUR" }, [
        { account: "stripe", holder: "", amount: 500 },
        { account: "receivable", holder: driver, amount: -500, chargeId: original.chargeId },
      ]),
    );
    const lines = [{ text: "ENERGY", net: -1000, vat: -190, vatRate: 1900 }];
    const corrects = original.chargeId;
    const before = { payable: await balance("payable", organizationId), fee: await balance("fee", "") };
    await billed(bill("correction", { kind: "correction", lines, corrects }), { now: NEW_YEAR, feeBasisPoints: 9000 });
    expect(await outstandingOf(cloud.db, corrects)).toBe(0);
    expect(await balance("wallet", driver)).toBe(-500);
    expect(await balance("payable", organizationId)).toBe(before.payable + 970);
    expect(await balance("fee", "")).toBe(before.fee + 30);
    const note = await cloud.db
      .selectFrom("charges")
      .select("document")
      .where("key", "=", "correction")
      .executeTakeFirst();
    expect(note?.document.corrects).toBe(original.number);
  });

  it("that is given back in parts gives back the platform's part to the cent", async () => {
    const before = await balance("fee", "");
    const { chargeId: corrects } = await billed(bill("of 100", { lines: untaxed(100) }));
    expect(await balance("fee", "")).toBe(before - 3);
    for (const part of ["one half", "the other"]) {
      await billed(bill(part, { kind: "refund", lines: untaxed(-50), corrects }));
    }
    expect(await balance("fee", "")).toBe(before);
  });

  it("of nothing has its number and no entries", async () => {
    const free = await billed(bill("free", { lines: [] }));
    expect(free.gross).toBe(0);
    const posted = await cloud.db
      .selectFrom("ledger_transactions")
      .select("id")
      .where("key", "=", "charge:free")
      .execute();
    expect(posted).toEqual([]);
  });

  it("of an organisation is sold by that, and rounds the platform's part half away from zero", async () => {
    await billed(bill("membership", { kind: "membership", siteId: null }));
    const { document } = await cloud.db
      .selectFrom("charges")
      .select("document")
      .where("key", "=", "membership")
      .executeTakeFirstOrThrow();
    expect(document).toMatchObject({ siteName: null, timeZone: "UTC", buyer: { name: "Some One" } });
    expect(document.seller.name).not.toBe("");
    expect([feeOf(100, 250), feeOf(-100, 250), feeOf(59, 250), feeOf(0, 250)]).toEqual([3, -3, 1, 0]);
  });
});

describe("work that waits", () => {
  it("is done to the end, also behind more that fails than is looked for at a time", async () => {
    const waiting = ["bad 1", "bad 2", "bad 3", "good"];
    const work = {
      find: async (failed: readonly string[]) => waiting.filter((id) => !failed.includes(id)).slice(0, 2),
      idOf: (id: string) => id,
      take: async (_: unknown, id: string) => {
        if (id.startsWith("bad")) throw new Error(id);
        return waiting.pop() !== undefined;
      },
    };
    await expect(drain(cloud.db, work)).rejects.toThrow("bad 1");
    expect(waiting).toEqual(["bad 1", "bad 2", "bad 3"]);
  });
});
