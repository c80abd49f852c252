import { afterEach, describe, expect, it } from "vitest";
import { instantOfSlot } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { balanceOf } from "../billing/ledger";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { bookingSite } from "../testing/seats";
import { stripePayments } from "./stripe";
import { cardDriver, topUp } from "./testing/driver";
import { keys, openStripe } from "./testing/stripe";

const stripe = openStripe();
const cloud = await openCloud({ payments: stripePayments(keys) });
const site = await bookingSite(cloud, { A: "AC" });
const path = `/v1/sites/${site.siteId}`;
/** The next slot that nobody has booked. */
let next = site.base;
await site.owner.ok("PUT", `${path}/booking-settings`, { ...defaultBookingSettings, pricePerHour: 100 });
await site.owner.ok("PATCH", path, { defaultTariffId: perKwh.id });
afterEach(() => {
  cloud.skewMs = 0;
});

/** An hour at 20 kW and 0.45 EUR a kWh; the hour itself costs 1.00. */
const HELD = 900;
const DAY = 96;
const times = (from: number, slots: number) => ({ start: instantOfSlot(from), end: instantOfSlot(from + slots) });
/** A stretch of time that is nobody's. */
const free = (slots: number) => times((next += slots) - slots, slots);
const ahead = (days: number) => times(site.base + days * DAY, 4);
type Times = ReturnType<typeof times>;
const book = async (driver: Person, when: Times, more: object = {}) => {
  const wish = { class: "AC", ...when, ...more };
  const { booking } = await driver.ok<{ booking: string }>("POST", `${path}/reservations`, wish);
  return `${path}/reservations/${booking}/modify`;
};
/** What was set aside by card, in the order in which it was. */
const holdsOf = async (userId: string) => {
  const rows = await cloud.db
    .selectFrom("payments")
    .select("reference")
    .where("user_id", "=", userId)
    .where("purpose", "=", "hold")
    .orderBy("created_at")
    .orderBy("id")
    .execute();
  return rows.map(({ reference }) => {
    const { status, amount } = stripe.intents.get(reference ?? "")!;
    return [status, amount];
  });
};

describe("a booking by card that is changed", () => {
  it("from far ahead to soon has money set aside at once", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const change = await book(driver, ahead(10));
    expect(await holdsOf(userId)).toEqual([]);
    await driver.ok("POST", change, free(4));
    expect(await holdsOf(userId)).toEqual([["requires_capture", HELD]]);
  });

  it("to a longer time has more set aside, and nothing changes where the new time is not free", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const change = await book(driver, free(1));
    const theirs = free(4);
    await book(await cloud.person(), theirs);
    expect(await driver.refused("POST", change, theirs)).toEqual([409, "taken"]);
    expect(await holdsOf(userId)).toEqual([
      ["requires_capture", HELD / 4],
      ["canceled", HELD],
    ]);
    await driver.ok("POST", change, free(16));
    // At most 40 kWh are reckoned with.
    expect(await holdsOf(userId)).toEqual([
      ["canceled", HELD / 4],
      ["canceled", HELD],
      ["requires_capture", 2 * HELD],
    ]);
  });

  it("to a time far ahead has its money back until that comes, however often it is put off", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const change = await book(driver, free(4));
    const [far, farther] = [ahead(8), ahead(12)];
    await driver.ok("POST", change, far);
    expect(await holdsOf(userId)).toEqual([["canceled", HELD]]);
    await site.site.hear();
    await driver.ok("POST", change, farther);
    await site.site.hear();
    const before = (when: Times, days: number) => {
      cloud.skewMs = Date.parse(when.start) - days * 86_400_000 - Date.now();
    };
    before(far, 3);
    await cloud.runJobs();
    expect(await holdsOf(userId)).toEqual([["canceled", HELD]]);
    before(farther, 3);
    await cloud.runJobs();
    expect(await holdsOf(userId)).toEqual([
      ["canceled", HELD],
      ["requires_capture", HELD],
    ]);
  });
});

describe("a booking from a wallet", () => {
  it("needs no more where it is changed than what is not set aside yet", async () => {
    const driver = await cloud.person();
    const userId = await driver.userId();
    await topUp(cloud, stripe, driver, HELD + 100);
    await cloud.runJobs();
    const change = await book(driver, free(4), { method: "wallet" });
    const held = () => balanceOf(cloud.db, "hold", userId, "EUR");
    expect(await driver.refused("POST", change, free(8))).toEqual([409, "wallet_short"]);
    expect(await held()).toBe(-HELD);
    await driver.ok("POST", change, free(4));
    expect(await held()).toBe(-HELD);
    await site.site.hear();
    await driver.ok("POST", change, free(2));
    expect(await held()).toBe(-HELD / 2);
  });

  it("has it set aside on the saved card where the wallet is short", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    const when = free(4);
    await book(driver, when);
    expect(await holdsOf(userId)).toEqual([["requires_capture", HELD]]);
    const later = await cardDriver(cloud, "pm_good", "wallet");
    const far = ahead(10);
    await book(later.driver, far);
    expect(await holdsOf(later.userId)).toEqual([]);
    cloud.skewMs = Date.parse(far.start) - 3 * 86_400_000 - Date.now();
    await cloud.runJobs();
    expect(await holdsOf(later.userId)).toEqual([["requires_capture", HELD]]);
  });
});
