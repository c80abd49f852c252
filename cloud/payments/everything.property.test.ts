import fc from "fast-check";
import { sql } from "kysely";
import { v7 } from "uuid";
import { expect, it } from "vitest";
import { instantOfSlot, slotOf, sweep as sweepBook } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { billAllJob, termsOf } from "../billing/jobs";
import { refundBill } from "../billing/refund";
import { billMemberships } from "../memberships/bill";
import { charge as charged } from "../testing/charging";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { bookingSite } from "../testing/seats";
import { dailyMoneyJob } from "./jobs";
import { stripePayments } from "./stripe";
import { sweep } from "./sweep";
import { beginTopUp, cardDriver, keyed, tell } from "./testing/driver";
import { keys, openStripe } from "./testing/stripe";

/**
 * Bookings with money set aside, used, cancelled and missed; memberships, refunds, wallets filled and emptied, and owners paid in between; cards that come and go, answers that are
 * lost, events in any order. In the end the ledger has what the payment service has, nothing is set aside for what is over, and everything is billed and paid out once.
 */

const stripe = openStripe();
const drivers: Person[] = [];

const cloud = await openCloud({ payments: stripePayments(keys) });
const second = await cloud.addProcess({ payments: stripePayments(keys) });
const site = await bookingSite(cloud, { A: "AC" });
const path = `/v1/sites/${site.siteId}`;
const terms = { ...defaultBookingSettings.terms, noShowFee: 40 };
await site.owner.ok("PUT", `${path}/booking-settings`, { ...defaultBookingSettings, pricePerHour: 100, terms });
await site.owner.ok("PATCH", path, { defaultTariffId: perKwh.id });
const { organizationId } = site;
const plan = { name: "Plan", currency: "EUR", monthlyFee: 595, vat: 1900, percent: 1000, includedWh: 3000 };
const { planId } = await site.owner.ok<{ planId: string }>("POST", `/v1/organizations/${organizationId}/plans`, plan);
await site.owner.ok("POST", `/v1/organizations/${organizationId}/payout-account`);
await cloud.db.updateTable("payout_accounts").set({ ready: true }).execute();
for (const [method, card] of [
  ["card", "pm_good"],
  ["card", "pm_flaky"],
  ["wallet", "pm_good"],
  ["on_account", "pm_good"],
] as const) {
  drivers.push((await cardDriver(cloud, card, method)).driver);
}

type Step =
  | { do: "book"; driver: number }
  | { do: "end"; which: number; how: "cancel" | "use" | "miss" }
  | { do: "join" | "empty"; driver: number }
  | { do: "fill"; driver: number; amount: number }
  | { do: "refund"; which: number; part: number }
  | { do: "event"; which: number }
  | { do: "month" | "work" | "lose" | "flaky" };

const driver = fc.integer({ min: 0, max: 3 });
const which = fc.integer({ min: 0, max: 1000 });
const word = <D extends Step["do"]>(what: D) => fc.constant(what);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: word("book"), driver }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: word("end"),
      which,
      how: fc.constantFrom("cancel" as const, "use" as const, "miss" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: word("join"), driver }) },
  { weight: 1, arbitrary: fc.record({ do: word("empty"), driver }) },
  { weight: 1, arbitrary: fc.record({ do: word("fill"), driver, amount: fc.integer({ min: 100, max: 3000 }) }) },
  { weight: 2, arbitrary: fc.record({ do: word("refund"), which, part: fc.integer({ min: 1, max: 300 }) }) },
  { weight: 2, arbitrary: fc.record({ do: word("event"), which }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("month" as const, "work" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("lose" as const, "flaky" as const) }) },
);

interface Booked {
  driver: Person;
  booking: string;
  version: number;
  start: string;
}
let open: Booked[] = [];
let next = 0;
let months = 0;

async function take(each: Step): Promise<void> {
  switch (each.do) {
    case "book": {
      const from = (next = Math.max(next + 4, slotOf(cloud.now()) + 12));
      const wish = { class: "AC", start: instantOfSlot(from), end: instantOfSlot(from + 4) };
      const who = drivers[each.driver]!;
      const answer = await keyed(who, `${path}/reservations`, wish);
      expect([201, 402, 503]).toContain(answer.status);
      if (answer.status === 201) open.push({ driver: who, ...((await answer.json()) as Omit<Booked, "driver">) });
      return;
    }
    case "end": {
      const [booked] = open.splice(each.which % Math.max(1, open.length), 1);
      return booked && end(booked, each.how);
    }
    case "join":
      expect([201, 409]).toContain((await drivers[each.driver]!.send("POST", "/v1/me/memberships", { planId })).status);
      return;
    case "empty":
      await keyed(drivers[each.driver]!, "/v1/me/wallet/refunds", { currency: "EUR" });
      return;
    case "fill":
      // A lost answer has begun nothing that a browser could pay.
      if (stripe.loseAnswers === 0) await beginTopUp(stripe, drivers[each.driver]!, each.amount);
      return;
    case "refund": {
      const bills = await cloud.db
        .selectFrom("charges")
        .select("id")
        .where("kind", "in", ["session", "reservation", "membership"])
        .execute();
      const chargeId = bills[each.which % Math.max(1, bills.length)]?.id;
      if (chargeId === undefined) return;
      const refund = { organizationId, chargeId, amount: each.part, reason: "Slow", key: v7() };
      const done = cloud.db.transaction().execute((tx) => refundBill(tx, refund, termsOf(second.deps)));
      await done.catch((error: { code?: string }) => expect(error.code).toBe("too_much"));
      return;
    }
    case "event": {
      const intents = [...stripe.intents.values()];
      const intent = intents[each.which % Math.max(1, intents.length)];
      if (intent) await hear(intent);
      return;
    }
    case "month":
      return month();
    case "work":
      await Promise.all([cloud.runJobs(), cloud.runJobs(second)]);
      return;
    case "lose":
      stripe.loseAnswers = 3;
      return;
    case "flaky":
      if (!stripe.declined.delete("pm_flaky")) stripe.declined.add("pm_flaky");
  }
}

async function hear(intent: object): Promise<void> {
  const told = await tell(second, stripe.event("payment_intent.updated", intent, cloud.now()));
  expect(told.status).toBe(204);
}

async function end({ driver: who, booking, version, start }: Booked, how: "cancel" | "use" | "miss"): Promise<void> {
  await site.site.hear();
  if (how === "cancel") await who.ok("POST", `${path}/reservations/${booking}/cancel`);
  if (how === "use") {
    const which = { booking, version };
    site.site.write([{ type: "booking.admitted", data: { ...which, connector: "CP7/1", at: start, by: "pass" } }]);
    charged(site.hub, { startedAt: Date.parse(start), readings: [[30, 9000]], cpId: "CP7" });
    site.site.write([{ type: "booking.started", data: which }]);
  }
  if (how === "miss") {
    const over = sweepBook(site.site.book, Date.parse(start) + 2 * 3_600_000, 0);
    site.site.write(over.filter(({ data }) => (data as { booking?: string }).booking === booking));
  }
  await site.site.hear();
}

/** A month later, by the clock of what comes round: fees are due, and owners are paid. The payment service may be away. */
async function month(): Promise<void> {
  months += 1;
  const now = () => cloud.now() + months * 31 * 86_400_000;
  await billMemberships(cloud.db, { ...termsOf(cloud.first.deps), now: now() });
  const paid = [cloud.first, second].map(({ deps }) => dailyMoneyJob.run({ ...deps, now }, {}));
  for (const { status, reason } of (await Promise.allSettled(paid)) as {
    status: string;
    reason?: { code: string };
  }[]) {
    if (status === "rejected") expect(reason!.code).toBe("unavailable");
  }
}

/** Everything that is open comes to its end. */
async function quiesce(): Promise<void> {
  stripe.loseAnswers = 0;
  for (const booked of open) await end(booked, "cancel");
  open = [];
  for (let round = 0; round < 3; round++) {
    cloud.skewMs += 3_600_000;
    await billAllJob.run(second.deps, {});
    await Promise.all([cloud.runJobs(), cloud.runJobs(second)]);
    await sweep(cloud.first.deps);
  }
  for (const intent of stripe.intents.values()) await hear(intent);
  await cloud.runJobs();
  await month();
  await cloud.runJobs();
}

const total = (amounts: Iterable<number>) => [...amounts].reduce((sum, amount) => sum + amount, 0);

async function check(): Promise<void> {
  const { rows: sums } = await sql<{ account: string; sum: number }>`
    select account, sum(amount)::bigint as sum from ledger_entries group by account`.execute(cloud.db);
  const of = (account: string) => sums.find((row) => row.account === account)?.sum ?? 0;
  expect(total(sums.map(({ sum }) => sum))).toBe(0);
  const intents = [...stripe.intents.values()];
  const taken = total(intents.map((intent) => intent.amount_received));
  const back = total(stripe.refunds.map(({ amount }) => amount));
  const sent = total(stripe.transfers.map(({ amount }) => amount));
  expect(of("stripe")).toBe(taken - back - sent);
  // Every payout was sent once.
  const groups = stripe.transfers.map(({ transfer_group: group }) => group);
  expect(new Set(groups).size).toBe(groups.length);
  const payouts = await cloud.db.selectFrom("payouts").select(["amount", "status"]).execute();
  expect(total(payouts.filter(({ status }) => status === "paid").map(({ amount }) => amount))).toBe(sent);
  expect(payouts.filter(({ status }) => status !== "paid")).toEqual([]);
  // Nothing is set aside for what is over, here or there.
  expect([of("hold"), of("authorized")]).toEqual([0, 0]);
  expect(intents.filter(({ status }) => status === "requires_capture")).toEqual([]);
  // Postings and sessions once each, months once each; nobody owes, or has, less than nothing.
  const none = async (query: ReturnType<typeof sql>) => expect((await query.execute(cloud.db)).rows).toEqual([]);
  await none(sql`
    select p.id from booking_postings p left join charges c on c.key = 'posting:' || p.site_id || ':' || p.id
    where p.billed_at is null or (p.amount > 0 and p.amount is distinct from c.net + c.vat)`);
  await none(sql`
    select s.id from sessions s left join charges c on c.kind in ('session', 'correction') and c.document -> 'subject' ->> 'sessionId' = s.id::text
    where s.ended_at is not null group by s.id having count(*) filter (where c.kind = 'session') - count(*) filter (where c.kind = 'correction') <> 1`);
  await none(sql`
    select m.membership_id from membership_months m left join charges c on c.key = 'membership:' || m.membership_id || ':' || m.month
    where m.charged_at is not null group by m.membership_id, m.month having count(c.id) <> 1`);
  await none(sql`
    select charge_id from ledger_entries where account = 'receivable' group by charge_id having sum(amount) < 0`);
  await none(sql`select holder from ledger_entries where account = 'wallet' group by holder having sum(amount) > 0`);
  // What is given back is never more than was billed.
  await none(sql`
    select c.id from charges c join charges n on n.corrects = c.id group by c.id having c.net + c.vat + sum(n.net + n.vat) < 0`);
}

it("holds, bookings, memberships, refunds and payouts together leave nothing over", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 14 }), async (steps) => {
      for (const each of steps) await take(each);
      await quiesce();
      await check();
    }),
    { numRuns: 3, endOnFailure: true },
  );
});
