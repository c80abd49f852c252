import fc from "fast-check";
import { sql } from "kysely";
import { v7 } from "uuid";
import { expect, it } from "vitest";
import { openCloud } from "../testing/open";
import { charge } from "../billing/charge";
import { invoiceNumber } from "../billing/charge-types";
import { billAllJob, termsOf } from "../billing/jobs";
import { refundBill } from "../billing/refund";
import { charge as charged } from "../testing/charging";
import { stripePayments } from "./stripe";
import { sweep } from "./sweep";
import { cardDriver, tell } from "./testing/driver";
import { keys, openStripe } from "./testing/stripe";

/**
 * Sessions of drivers who pay in every way, told in pieces and again; postings of reservations; refunds; crashes, answers of the payment service that are lost, and its events
 * late, early and repeated; two processes at once. In the end every session and posting is billed once, and the ledger has what the payment service has.
 */

const stripe = openStripe();
const drivers: string[] = [];

stripe.declined.add("pm_bad");
const cloud = await openCloud({ payments: stripePayments(keys) });
const second = await cloud.addProcess({ payments: stripePayments(keys) });
const { siteId, organizationId, hub } = await cloud.paired();
for (const [method, card] of [
  ["card", "pm_good"],
  ["card", "pm_bad"],
  ["wallet", "pm_good"],
  ["on_account", "pm_good"],
] as const) {
  drivers.push((await cardDriver(cloud, card, method)).userId);
}

type Step =
  | { do: "session"; driver: number; wattHours: number; ends: boolean }
  | { do: "tell"; from: number }
  | { do: "posting"; kind: "charge" | "refund" | "compensation"; driver: number; amount: number }
  | { do: "refund"; which: number; part: number }
  | { do: "work"; both: boolean }
  | { do: "event"; which: number; times: number }
  | { do: "lose" }
  | { do: "crash"; driver: number };

const driver = fc.integer({ min: 0, max: 4 });
const which = fc.integer({ min: 0, max: 1000 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("session" as const),
      driver,
      wattHours: fc.integer({ min: 0, max: 60_000 }),
      ends: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("tell" as const), from: which }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("posting" as const),
      kind: fc.constantFrom("charge" as const, "refund" as const, "compensation" as const),
      driver,
      amount: fc.integer({ min: 1, max: 900 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("refund" as const), which, part: fc.integer({ min: 1, max: 400 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("work" as const), both: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("event" as const), which, times: fc.integer({ min: 1, max: 2 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "lose" as const }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), driver }) },
);

let clock = Date.parse("2026-06-01T08:00:00Z");
let told = 0;

async function take(each: Step): Promise<void> {
  const { db } = cloud;
  switch (each.do) {
    case "session": {
      const startedAt = (clock += 7_200_000);
      const { id } = charged(hub, { startedAt, readings: [[30, 1000 + each.wattHours]], end: each.ends });
      const user_id = drivers[each.driver];
      // The fifth is somebody whom nobody knows.
      if (user_id === undefined) return;
      const known = { site_id: siteId, session_id: id, user_id, via: "reservation" as const, agreements: "[]" };
      await db
        .insertInto("session_drivers")
        .values({ ...known, started_at: new Date(startedAt) })
        .execute();
      return;
    }
    case "tell": {
      const from = told + 1 - (each.from % Math.min(told + 1, 100));
      if (from > hub.journal.length) return;
      expect((await hub.send(hub.batch(from))).status).toBe(200);
      told = hub.journal.length;
      return;
    }
    case "posting":
      return posting(each);
    case "refund": {
      const bills = await db
        .selectFrom("charges")
        .select("id")
        .where("kind", "in", ["session", "reservation"])
        .execute();
      const chargeId = bills[each.which % Math.max(1, bills.length)]?.id;
      if (chargeId === undefined) return;
      const refund = { organizationId, chargeId, amount: each.part, reason: "Slow", key: v7() };
      const done = db.transaction().execute((tx) => refundBill(tx, refund, termsOf(second.deps)));
      await done.catch((error: { code?: string }) => expect(error.code).toBe("too_much"));
      return;
    }
    case "work":
      await Promise.all([cloud.runJobs(), ...(each.both ? [cloud.runJobs(second)] : [])]);
      return;
    case "event": {
      const intents = [...stripe.intents.values()];
      const intent = intents[each.which % Math.max(1, intents.length)];
      for (let time = 0; intent && time < each.times; time++) await hear(intent);
      return;
    }
    case "lose":
      // The SDK tries three times: now and then all of them are lost.
      stripe.loseAnswers = 3;
      return;
    case "crash": {
      const userId = drivers[each.driver] ?? null;
      const lines = [{ text: "ENERGY", net: 100, vat: 19, vatRate: 1900 }];
      const bill = { key: v7(), kind: "session" as const, siteId, organizationId, userId, currency: "EUR", lines };
      const crashed = db.transaction().execute(async (tx) => {
        await charge(tx, { ...bill, method: "card" }, termsOf(cloud.first.deps));
        throw new Error("crash");
      });
      await expect(crashed).rejects.toThrow("crash");
    }
  }
}

async function hear(intent: object): Promise<void> {
  const heard = await tell(second, stripe.event("payment_intent.succeeded", intent, cloud.now()));
  expect(heard.status).toBe(204);
}

async function posting({ kind, driver: who, amount }: Extract<Step, { do: "posting" }>): Promise<void> {
  const booking = v7();
  const sale = {
    price: { amount, currency: "EUR" },
    tariff: { id: "t", currency: "EUR", tax_included: true, elements: [] },
    from: 1_900_000,
    to: 1_900_004,
  };
  const at = new Date(cloud.now());
  const cells = { seat: "A", class: "AC", from_slot: sale.from, to_slot: sale.to, held: null };
  const state = {
    stage: "ended" as const,
    cancel_owed: null,
    key: null,
    pin_tag: null,
    expires_at: null,
    created_at: at,
  };
  const row = { site_id: siteId, booking, version: 1 };
  await cloud.db
    .insertInto("reservations")
    .values({ ...row, ...cells, ...state, sale: JSON.stringify(sale), user_id: drivers[who] ?? null })
    .execute();
  const entries =
    kind === "charge"
      ? [["charge", amount]]
      : kind === "refund"
        ? [
            ["charge", amount],
            ["refund", -amount],
          ]
        : [["compensation", -amount]];
  for (const [each, sum] of entries as ["charge" | "refund" | "compensation", number][]) {
    await cloud.db
      .insertInto("booking_postings")
      .values({ ...row, kind: each, amount: sum, at })
      .execute();
  }
}

/** Everything that is open comes to its end: what was lost is tried again, and every event comes once more. */
async function quiesce(): Promise<void> {
  stripe.loseAnswers = 0;
  if (hub.journal.length > told) await take({ do: "tell", from: told });
  for (let round = 0; round < 2; round++) {
    // Jobs that failed wait for a while.
    cloud.skewMs += 3_600_000;
    await billAllJob.run(second.deps, {});
    await Promise.all([cloud.runJobs(), cloud.runJobs(second)]);
    await sweep(cloud.first.deps);
  }
  for (const intent of stripe.intents.values()) await hear(intent);
  await cloud.runJobs();
}

async function check(): Promise<void> {
  const { db } = cloud;
  const sums = await sql<{ account: string; sum: number }>`
    select account, sum(amount)::bigint as sum from ledger_entries group by account`.execute(db);
  const of = (account: string) => sums.rows.find((row) => row.account === account)?.sum ?? 0;
  expect(sums.rows.reduce((total, { sum }) => total + sum, 0)).toBe(0);
  // What the ledger says is at the payment service is there.
  const taken = [...stripe.intents.values()].reduce((total, intent) => total + intent.amount_received, 0);
  const returned = stripe.refunds.reduce((total, { amount }) => total + amount, 0);
  expect(of("stripe")).toBe(taken - returned);
  // Sessions that ended: each once, at its price.
  const ended = await sql<{ id: string; amount: number; billed: number; bills: number }>`
    select s.id, s.priced_amount as amount, coalesce(sum(c.net + c.vat), 0)::bigint as billed, count(c.id)::integer as bills
    from sessions s left join charges c on c.kind in ('session', 'correction') and c.document -> 'subject' ->> 'sessionId' = s.id::text
    where s.ended_at is not null group by s.id, s.priced_amount`.execute(db);
  expect(ended.rows.filter(({ amount, billed, bills }) => amount !== billed || bills !== 1)).toEqual([]);
  // Postings of reservations: each once, at its amount.
  const posted = await sql<{ amount: number; billed: number | null }>`
    select p.amount, (c.net + c.vat) as billed from booking_postings p left join charges c on c.key = 'posting:' || p.site_id || ':' || p.id`.execute(
    db,
  );
  expect(posted.rows.filter(({ amount, billed }) => amount !== billed)).toEqual([]);
  // Nobody owes less than nothing for a bill, nor has less than nothing; nothing is set aside for sessions that are over.
  const owed = await sql`
    select charge_id from ledger_entries where account = 'receivable' group by charge_id having sum(amount) < 0`.execute(
    db,
  );
  expect(owed.rows).toEqual([]);
  const wallets = await sql`
    select holder from ledger_entries where account = 'wallet' group by holder having sum(amount) > 0`.execute(db);
  expect(wallets.rows).toEqual([]);
  const held = await sql`
    select p.key from payments p join sessions s on p.key = 'hold:' || s.site_id || ':' || s.id
    where s.ended_at is not null and p.status in ('pending', 'held')`.execute(db);
  expect(held.rows).toEqual([]);
  const cards = await db
    .selectFrom("payments")
    .selectAll()
    .where("status", "=", "held")
    .where("reference", "is not", null)
    .execute();
  expect(of("authorized")).toBe(cards.reduce((total, { amount }) => total + amount, 0));
  // Numbers have no gaps.
  const numbers = await db.selectFrom("charges").select(["year", "number"]).orderBy("year").orderBy("number").execute();
  const before = (year: number) => numbers.filter((other) => other.year < year).length;
  expect(numbers.map(invoiceNumber)).toEqual(
    numbers.map(({ year }, place) => invoiceNumber({ year, number: place + 1 - before(year) })),
  );
}

it("bills everything once, and the ledger always balances", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14 }), async (steps) => {
      for (const each of steps) await take(each);
      await quiesce();
      await check();
    }),
    { numRuns: 4, endOnFailure: true },
  );
});
