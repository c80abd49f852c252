import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import { instantOfSlot } from "../../shared/booking";
import type { HubBookingEvent } from "../../shared/booking";
import { billSessions } from "../billing/bill-sessions";
import { termsOf } from "../billing/jobs";
import { eventually } from "../../shared/testing/eventually";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import { bookingSite } from "../testing/seats";

/** A session becomes its driver's by his reservation. */

const HOUR = 3_600_000;
const cloud = await openCloud();
const now = cloud.now();
const driver = await cloud.person();
const userId = await driver.userId();

interface Own {
  id: string;
  siteId: string;
  via: string;
  endedAt: string | null;
  energyWh: number;
}
const mine = async (person = driver, query = "") =>
  person.ok<{ sessions: Own[]; nextCursor: string | null }>("GET", `/v1/me/sessions${query}`);
describe("a reservation", () => {
  it("makes the session that uses it its driver's, with the coupon that was redeemed for it", async () => {
    const booked = await bookingSite(cloud);
    const { organizationId } = booked;
    await booked.owner.ok("POST", `/v1/organizations/${organizationId}/promotions`, {
      name: "Two off",
      code: "TWO",
      amount: 200,
      currency: "EUR",
      startsAt: new Date(now - HOUR).toISOString(),
      endsAt: new Date(now + 20 * 60_000).toISOString(),
    });
    const times = { start: instantOfSlot(booked.base), end: instantOfSlot(booked.base + 4) };
    const { booking, version } = await driver.ok<{ booking: string; version: number }>(
      "POST",
      `/v1/sites/${booked.siteId}/reservations`,
      { class: "AC", ...times },
    );
    await driver.ok("POST", "/v1/me/coupons", { siteId: booked.siteId, code: "TWO", booking });
    await booked.site.hear();
    const startedAt = Date.parse(times.start);
    const admitted = { booking, version, connector: "CP7/1", at: times.start, by: "pass" as const };
    const events: HubBookingEvent[] = [{ type: "booking.admitted", data: admitted }];
    booked.site.write(events);
    const session = charge(booked.hub, { startedAt, readings: [[30, 11_000]], cpId: "CP7" });
    booked.site.write([{ type: "booking.started", data: { booking, version } }]);
    charge(booked.hub, { startedAt: startedAt + HOUR, readings: [[10, 3000]], cpId: "CP7" });
    await booked.site.say();
    const { sessions } = await mine();
    expect(sessions.find(({ id }) => id === session.id)).toMatchObject({
      siteId: booked.siteId,
      via: "reservation",
      agreements: [{ kind: "voucher", text: "Two off", amount: 200 }],
    });
    const listed = await booked.owner.ok<{ sessions: unknown[] }>("GET", `/v1/sites/${booked.siteId}/sessions`);
    expect(listed.sessions).toMatchObject([{ driver: null }, { driver: { userId, name: "Some One" } }]);
    await cloud.runJobs();
    const bills = await cloud.db
      .selectFrom("charges")
      .selectAll()
      .where("site_id", "=", booked.siteId)
      .where("user_id", "=", userId)
      .execute();
    expect(bills.map(({ lines }) => lines.map(({ text, net, vat }) => [text, net + vat]))).toEqual([
      [
        ["ENERGY", 450],
        ["Two off", -200],
      ],
    ]);
  });

  it("links the session also where the hub tells of both in two batches", async () => {
    const booked = await bookingSite(cloud);
    const times = { start: instantOfSlot(booked.base), end: instantOfSlot(booked.base + 4) };
    const { booking, version } = await driver.ok<{ booking: string; version: number }>(
      "POST",
      `/v1/sites/${booked.siteId}/reservations`,
      { class: "AC", ...times },
    );
    await booked.site.hear();
    const admitted = { booking, version, connector: "CP7/1", at: times.start, by: "pass" as const };
    booked.site.write([{ type: "booking.admitted", data: admitted }]);
    const startedAt = Date.parse(times.start);
    const other = charge(booked.hub, { startedAt: startedAt - 24 * HOUR, readings: [[30, 11_000]], cpId: "CP7" });
    await booked.site.say();
    const start = () => booked.site.write([{ type: "booking.started", data: { booking, version } }]);
    // Somebody else's, the day before, is not the booking's.
    start();
    await booked.site.say();
    const session = charge(booked.hub, { startedAt, readings: [[30, 11_000]], cpId: "CP7" });
    await booked.site.say();
    const payers = async () => {
      await billSessions(cloud.db, termsOf(cloud.first.deps), booked.siteId);
      const query = cloud.db.selectFrom("charges").select(["kind", "user_id"]).where("site_id", "=", booked.siteId);
      return (await query.orderBy("number").execute()).map(({ kind, user_id }) => [kind, user_id]);
    };
    const nobodys = ["session", null];
    expect(await payers()).toEqual([nobodys, nobodys]);
    start();
    await booked.site.say();
    const { sessions } = await mine();
    expect(sessions.find(({ id }) => id === other.id)).toBeUndefined();
    expect(sessions.find(({ id }) => id === session.id)).toMatchObject({ via: "reservation" });
    // What was billed to nobody is billed to him.
    expect(await payers()).toEqual([nobodys, nobodys, ["correction", null], ["session", userId]]);
  });
});

it.each(["has been", "is just being"])(
  "a session that %s billed and turns out to be another's gives its first driver's month the energy back",
  async (when) => {
    const booked = await bookingSite(cloud);
    const { organizationId } = booked;
    const plan = { name: "Plan", currency: "EUR", monthlyFee: 100, vat: null, percent: 0, includedWh: 4000 };
    const { planId } = await booked.owner.ok<{ planId: string }>(
      "POST",
      `/v1/organizations/${organizationId}/plans`,
      plan,
    );
    const member = await cloud.person();
    await member.ok("POST", "/v1/me/memberships", { planId });
    await member.ok("POST", "/v1/me/id-tags", { siteId: booked.siteId, idTag: "MEMBER", label: "Card" });
    await booked.owner.ok("POST", `/v1/sites/${booked.siteId}/id-tags/MEMBER/decision`, { approved: true });
    const times = { start: instantOfSlot(booked.base), end: instantOfSlot(booked.base + 4) };
    const wish = { class: "AC", ...times };
    const { booking, version } = await driver.ok<{ booking: string; version: number }>(
      "POST",
      `/v1/sites/${booked.siteId}/reservations`,
      wish,
    );
    await booked.site.hear();
    const admitted = { booking, version, connector: "CP7/1", at: times.start, by: "pass" as const };
    booked.site.write([{ type: "booking.admitted", data: admitted }]);
    charge(booked.hub, { startedAt: Date.parse(times.start), readings: [[30, 11_000]], cpId: "CP7", idTag: "MEMBER" });
    await booked.site.say();
    const bill = () => billSessions(cloud.db, termsOf(cloud.first.deps), booked.siteId);
    const used = async () => {
      await bill();
      const { memberships } = await member.ok<{ memberships: { month: { usedWh: number } }[] }>(
        "GET",
        "/v1/me/memberships",
      );
      return memberships.map(({ month }) => month.usedWh);
    };
    if (when === "has been") expect(await used()).toEqual([4000]);
    booked.site.write([{ type: "booking.started", data: { booking, version } }]);
    if (when === "has been") await booked.site.say();
    else {
      const both: Promise<unknown>[] = [];
      await cloud.db.transaction().execute(async (tx) => {
        await sql`lock table invoice_counters in exclusive mode`.execute(tx);
        for (const step of [bill, () => booked.site.say()]) {
          both.push(step());
          await eventually(async () => {
            const { rows } = await sql`
            select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`.execute(
              cloud.db,
            );
            expect(rows).toHaveLength(both.length);
          });
        }
      });
      await Promise.all(both);
    }
    expect(await used()).toEqual([0]);
  },
);

describe("GET /v1/me/sessions", () => {
  it("comes by pages, newest first", async () => {
    const all = (await mine()).sessions.map(({ id }) => id);
    expect(all.length).toBeGreaterThanOrEqual(2);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: Awaited<ReturnType<typeof mine>> = await mine(driver, `?limit=1${cursor ? `&cursor=${cursor}` : ""}`);
      seen.push(...page.sessions.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(all);
    expect((await mine(await cloud.person())).sessions).toEqual([]);
    for (const query of ["limit=0", "cursor=x"]) {
      expect(await driver.refused("GET", `/v1/me/sessions?${query}`)).toEqual([
        400,
        query === "limit=0" ? "invalid" : "invalid_cursor",
      ]);
    }
    expect((await cloud.first.request("/v1/me/sessions")).status).toBe(401);
    expect((await cloud.first.request("/v1/me/id-tags")).status).toBe(401);
  });
});
