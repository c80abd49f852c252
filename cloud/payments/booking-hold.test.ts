import { sql } from "kysely";
import { afterEach, describe, expect, it } from "vitest";
import { instantOfSlot, startOfSlot, sweep as sweepBook } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { balanceOf } from "../billing/ledger";
import { billAllJob } from "../billing/jobs";
import { charge as charged } from "../testing/charging";
import { reserve } from "../reservations/reserve";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { bookingSite } from "../testing/seats";
import { registration } from "../testing/registration";
import { stripePayments } from "./stripe";
import { sweep } from "./sweep";
import { cardDriver, keyed, topUp } from "./testing/driver";
import { keys, openStripe } from "./testing/stripe";

const stripe = openStripe();
stripe.declined.add("pm_bad");
const cloud = await openCloud({ payments: stripePayments(keys) });
const site = await bookingSite(cloud, { A: "AC" });
const path = `/v1/sites/${site.siteId}`;
/** The next hour that nobody has booked. */
let next = site.base;
const terms = { ...defaultBookingSettings.terms, noShowFee: 40 };
await site.owner.ok("PUT", `${path}/booking-settings`, { ...defaultBookingSettings, pricePerHour: 100, terms });
await site.owner.ok("PATCH", path, { defaultTariffId: perKwh.id });
afterEach(() => {
  stripe.loseAnswers = 0;
  cloud.skewMs = 0;
});

/** An hour at 20 kW and 0.45 EUR a kWh; the hour itself costs 1.00. */
const HELD = 900;
interface Booked {
  booking: string;
  version: number;
  start: string;
}
const hour = (from = (next += 4) - 4) => ({ class: "AC", start: instantOfSlot(from), end: instantOfSlot(from + 4) });
const book = (driver: Person, more: object = {}) =>
  driver.ok<Booked>("POST", `${path}/reservations`, { ...hour(), ...more });
/** Bills and everything that follows from them. */
async function work(): Promise<void> {
  await cloud.runJobs();
  await billAllJob.run(cloud.first.deps, {});
  await cloud.runJobs();
}
const intentsOf = async (userId: string) => {
  const rows = await cloud.db
    .selectFrom("payments")
    .selectAll()
    .where("user_id", "=", userId)
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.flatMap(({ reference, purpose }) => {
    const intent = reference === null ? undefined : stripe.intents.get(reference);
    return intent ? [{ purpose, status: intent.status, amount: intent.amount, taken: intent.amount_received }] : [];
  });
};
const sums = async (userId: string) => {
  const of = (account: "hold" | "wallet" | "receivable") => balanceOf(cloud.db, account, userId, "EUR");
  return { hold: await of("hold"), wallet: await of("wallet"), receivable: await of("receivable") };
};
const settled = { hold: 0, wallet: 0, receivable: 0 };

/** The driver comes and charges for 4.50. Gives the events that tell that the booking was used, to be heard later. */
async function use({ booking, version, start }: Booked): Promise<() => Promise<void>> {
  await site.site.hear();
  site.site.write([
    { type: "booking.admitted", data: { booking, version, connector: "CP7/1", at: start, by: "pass" } },
  ]);
  charged(site.hub, { startedAt: Date.parse(start), readings: [[30, 11_000]], cpId: "CP7" });
  return async () => {
    site.site.write([{ type: "booking.started", data: { booking, version } }]);
    await site.site.say();
  };
}
/** Nobody came: the hub says so when the time is over. */
async function noShow({ start }: Booked): Promise<void> {
  await site.site.hear();
  site.site.write(sweepBook(site.site.book, Date.parse(start) + 2 * 3_600_000, 0));
  await site.site.say();
}

describe("a booking by card", () => {
  it("has money set aside, once, which the session's bill takes, also where the hub tells late whose it was", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const wish = hour();
    const twice = await Promise.all([1, 2].map(() => keyed(driver, `${path}/reservations`, wish, "one")));
    expect(twice.map(({ status }) => status)).toEqual([201, 201]);
    const booked = (await twice[0]!.json()) as Booked;
    expect(await intentsOf(userId)).toEqual([{ purpose: "hold", status: "requires_capture", amount: HELD, taken: 0 }]);
    const tellWhose = await use(booked);
    await site.site.say();
    await work();
    await tellWhose();
    await work();
    expect(await intentsOf(userId)).toEqual([
      { purpose: "hold", status: "succeeded", amount: HELD, taken: 450 },
      { purpose: "charge", status: "succeeded", amount: 100, taken: 100 },
    ]);
    expect(await sums(userId)).toEqual(settled);
    const repeated = await keyed(driver, `${path}/reservations`, wish, "one");
    expect(repeated.status).toBe(201);
    expect(await intentsOf(userId)).toHaveLength(2);
  });

  it("gives it back when it is cancelled, before the hub has confirmed", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const { booking } = await book(driver);
    await work();
    await driver.ok("POST", `${path}/reservations/${booking}/cancel`);
    await work();
    expect((await intentsOf(userId)).map(({ status }) => status)).toEqual(["canceled", "succeeded"]);
    expect(stripe.refunds.at(-1)).toMatchObject({ amount: 100 });
    expect(await sums(userId)).toEqual(settled);
    await site.site.hear();
  });

  it("takes the fee of who did not come from it, where that was not paid, and gives the rest back", async () => {
    const paying = await cardDriver(cloud);
    const first = await book(paying.driver);
    const { driver, userId } = await cardDriver(cloud, "pm_fades");
    const second = await book(driver);
    stripe.declined.add("pm_fades");
    await work();
    expect(await sums(userId)).toEqual({ hold: -HELD, wallet: 0, receivable: 100 });
    await noShow(first);
    await noShow(second);
    await work();
    expect((await intentsOf(userId))[0]).toEqual({ purpose: "hold", status: "succeeded", amount: HELD, taken: 40 });
    expect((await intentsOf(paying.userId)).map(({ status }) => status)).toEqual(["canceled", "succeeded"]);
    expect([await sums(userId), await sums(paying.userId)]).toEqual([settled, settled]);
  });

  it("is not made where the card is refused, and the money goes back where it is not sold", async () => {
    const poor = await cardDriver(cloud, "pm_bad");
    const wish = hour();
    expect(await poor.driver.refused("POST", `${path}/reservations`, wish)).toEqual([402, "payment_refused"]);
    expect(await poor.driver.ok("GET", "/v1/reservations")).toEqual({ reservations: [] });
    const { driver, userId } = await cardDriver(cloud);
    await (await cardDriver(cloud)).driver.ok("POST", `${path}/reservations`, wish);
    expect(await driver.refused("POST", `${path}/reservations`, wish)).toEqual([409, "taken"]);
    expect(await intentsOf(userId)).toEqual([]);
    const who = { siteId: site.siteId, userId, key: "late" };
    const late = reserve(cloud.first.deps, who, { class: "AC", from: next - 4, to: next }, { pin: false });
    await expect(late).rejects.toMatchObject({ code: "taken" });
    expect(await intentsOf(userId)).toMatchObject([{ status: "canceled" }]);
    // The answer is lost: nothing is sold, and what the card had promised is found and given back.
    stripe.loseAnswers = 3;
    expect((await driver.send("POST", `${path}/reservations`, hour())).status).toBe(503);
    cloud.skewMs = 3_600_000;
    await sweep(cloud.first.deps);
    expect((await intentsOf(userId)).map(({ status }) => status)).toEqual(["canceled", "canceled"]);
    expect(await sums(userId)).toEqual(settled);
  });

  it("long ahead has it set aside when the time comes", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const from = site.base + 10 * 96;
    const { holdId } = await driver.ok<{ holdId: string }>("POST", `${path}/holds`, hour(from));
    await driver.ok("POST", `${path}/reservations`, { holdId, method: "card" });
    expect(await intentsOf(userId)).toEqual([]);
    cloud.skewMs = startOfSlot(from) - 3 * 86_400_000 - cloud.now();
    await work();
    expect(await intentsOf(userId)).toMatchObject([{ purpose: "hold", status: "requires_capture", amount: HELD }, {}]);
    cloud.skewMs += 7 * 86_400_000;
    await sweep(cloud.first.deps);
    expect(await sums(userId)).toEqual(settled);
  });
});

describe("a booking from a wallet", () => {
  it("needs what it costs and what is set aside, and has it back", async () => {
    const driver = await cloud.person();
    const userId = await driver.userId();
    const wallet = { method: "wallet" };
    expect(await driver.refused("POST", `${path}/reservations`, { ...hour(), ...wallet })).toEqual([
      409,
      "wallet_short",
    ]);
    await topUp(cloud, stripe, driver, HELD + 100);
    await cloud.runJobs();
    const first = await book(driver, wallet);
    expect(await sums(userId)).toEqual({ hold: -HELD, wallet: -100, receivable: 0 });
    await work();
    expect(await sums(userId)).toEqual({ hold: -HELD, wallet: 0, receivable: 0 });
    await noShow(first);
    await work();
    expect(await sums(userId)).toEqual({ hold: 0, wallet: -HELD - 60, receivable: 0 });
  });

  it("whose driver has left the family since is paid by nobody else", async () => {
    const [payer, driver] = [await cloud.person(), await cloud.person()];
    const [payerId, userId] = [await payer.userId(), await driver.userId()];
    await topUp(cloud, stripe, payer, HELD + 100);
    await cloud.runJobs();
    const family = { id: cloud.first.deps.newId(), payer_id: payerId, name: "Smiths" };
    await cloud.db.insertInto("families").values(family).execute();
    const member = { user_id: userId, family_id: family.id, joined_at: new Date(0) };
    await cloud.db.insertInto("family_members").values(member).execute();
    const booked = await book(driver, { method: "wallet" });
    await cloud.db.deleteFrom("family_members").where("user_id", "=", userId).execute();
    await work();
    await noShow(booked);
    await work();
    expect(await sums(payerId)).toEqual({ hold: 0, wallet: -HELD - 100, receivable: 0 });
    expect(await sums(userId)).toEqual({ hold: 0, wallet: 0, receivable: 40 });
  });

  it("comes back where the hub never says what became of the booking, and pays a bill that did not know of it", async () => {
    const fill = async () => {
      const driver = await cloud.person();
      await topUp(cloud, stripe, driver, HELD + 100);
      await cloud.runJobs();
      const userId = await driver.userId();
      const booked = await book(driver, { method: "wallet" });
      await work();
      return { id: userId, ...booked };
    };
    const [silent, late] = [await fill(), await fill()];
    const session = charged(site.hub, { startedAt: Date.parse(late.start), readings: [[30, 11_000]], cpId: "CP7" });
    await site.site.say();
    await sql`insert into session_drivers (site_id, session_id, user_id, via, started_at, agreements)
      values (${site.siteId}, ${session.id}, ${late.id}, 'idTag', ${session.startedAt}, '[]')`.execute(cloud.db);
    await work();
    expect(await sums(late.id)).toEqual({ hold: -HELD, wallet: 0, receivable: 450 });
    await sql`update session_drivers set booking = ${late.booking} where session_id = ${session.id}`.execute(cloud.db);
    cloud.skewMs = 20 * 60_000;
    await sweep(cloud.first.deps);
    expect(await sums(late.id)).toEqual({ hold: 0, wallet: -450, receivable: 0 });
    cloud.skewMs = 10 * 86_400_000;
    await sweep(cloud.first.deps);
    expect(await sums(silent.id)).toEqual({ hold: 0, wallet: -HELD, receivable: 0 });
  });
});

describe("what an owner accepts", () => {
  it("is said by the owner, and asked for at bookings, starts and sessions", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const plain = { methods: ["card", "on_account"], onAccountFor: "members", hold: 500 };
    expect(await site.owner.ok("GET", `${path}/payment-rules`)).toMatchObject({
      onAccountFor: "everybody",
      hold: null,
    });
    expect(await site.owner.ok("PUT", `${path}/payment-rules`, plain)).toEqual(plain);
    for (const bad of [{}, { ...plain, methods: ["gold"] }, { ...plain, hold: 1_000_000 }]) {
      expect(await site.owner.refused("PUT", `${path}/payment-rules`, bad)).toEqual([400, "invalid"]);
    }
    expect(await driver.refused("PUT", `${path}/payment-rules`, plain)).toEqual([404, "not_found"]);
    const poor = await cloud.person();
    const wish = hour();
    expect(await poor.refused("POST", `${path}/reservations`, wish)).toEqual([409, "not_accepted"]);
    for (const [method, why] of [
      ["wallet", "not_accepted"],
      ["on_account", "not_for_you"],
    ] as const) {
      expect(await driver.refused("POST", `${path}/reservations`, { ...wish, method })).toEqual([409, why]);
    }
    expect(await driver.refused("POST", `${path}/reservations`, { ...wish, method: "gold" })).toEqual([400, "invalid"]);
    await driver.ok("POST", `${path}/reservations`, wish);
    expect(await intentsOf(userId)).toMatchObject([{ amount: 500 }]);
    await site.owner.ok("PUT", `${path}/payment-rules`, { ...plain, methods: ["card", "on_site"] });
  });

  it("holds for a start from afar, and a driver may choose anew while it runs", async () => {
    const { driver, userId } = await cardDriver(cloud);
    await site.owner.ok("PATCH", path, { startPolicy: "open" });
    site.hub.add("chargePoint.registered", registration("CP9"));
    await site.site.say();
    const at = { cpId: "CP9", connectorId: 1 };
    expect(await driver.refused("POST", `${path}/starts`, { ...at, method: "wallet" })).toEqual([409, "not_accepted"]);
    const { commandId } = await driver.ok<{ commandId: string }>("POST", `${path}/starts`, { ...at, method: "card" });
    const startedAt = cloud.now() - 3_600_000;
    const begun = { startedAt, readings: [[30, 11_000]] as [number, number][], cpId: "CP9", requestId: commandId };
    const { id } = charged(site.hub, begun);
    const last = site.hub.journal.length;
    await site.hub.send(site.hub.batch(1, last - 1));
    await cloud.runJobs();
    expect(await intentsOf(userId)).toMatchObject([{ status: "requires_capture", amount: 500 }]);
    const choice = `/v1/me/sessions/${site.siteId}/${id}/payment-method`;
    expect(await driver.refused("PUT", choice, { method: "wallet" })).toEqual([409, "not_accepted"]);
    expect(await driver.refused("PUT", choice, { method: "gold" })).toEqual([400, "invalid"]);
    const stranger = await cloud.person();
    expect(await stranger.refused("PUT", choice, { method: "card" })).toEqual([404, "not_found"]);
    expect(await driver.ok("PUT", choice, { method: "on_site" })).toEqual({ method: "on_site" });
    expect(await intentsOf(userId)).toMatchObject([{ status: "canceled" }]);
    await site.site.say();
    await work();
    expect(await driver.ok("GET", "/v1/me/bills")).toMatchObject({ bills: [{ method: "on_site", outstanding: 450 }] });
    expect(await driver.refused("PUT", choice, { method: "card" })).toEqual([409, "session_ended"]);
  });
});
