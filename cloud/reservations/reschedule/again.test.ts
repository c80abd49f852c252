import { describe, expect, it } from "vitest";
import { sql } from "kysely";
import { instantOfSlot, startOfSlot } from "../../../shared/booking";
import { eventually } from "../../../shared/testing/eventually";
import { choiceOfBooking } from "../../billing/choices";
import type { Person } from "../../testing/person";
import type { BookingSite } from "../../testing/seats";
import { lockBook } from "../book";
import type { Reservation } from "../testing/reschedule";
import { MINUTE, rescheduleTown } from "../testing/reschedule";
import { offerAgain } from "./open-offer";
import { rescheduleJob } from "./watch";

/** What has changed between an offer and its answer. */

const town = await rescheduleTown();
const { driver } = town;
const other = await town.cloud.person();

/** The driver has the first connector, which fails. */
async function failing(lat: number, connectors: number): Promise<{ site: BookingSite; mine: Reservation }> {
  const site = await town.chargerSite(lat, connectors);
  const mine = await town.book(site);
  expect(mine.seat).toBe("CP1/1");
  await site.site.hear();
  return { site, mine };
}
async function fails(site: BookingSite): Promise<void> {
  town.tell(site, 1, "Faulted");
  await site.site.say();
  await town.later(site, 11 * MINUTE);
  await town.round();
}
const cancel = ({ siteId }: BookingSite, { booking }: Reservation, who: Person) =>
  who.ok("POST", `/v1/sites/${siteId}/reservations/${booking}/cancel`);
const offerOf = async ({ booking }: Reservation) => (await town.offers()).find((each) => each.booking === booking);

describe("a connector that comes free", () => {
  it("is offered to whoever was offered nothing; who waits for it in line besides, waits no more", async () => {
    const { site, mine } = await failing(50, 2);
    const theirs = await town.book(site, other);
    await fails(site);
    expect(await offerOf(mine)).toMatchObject({ offer: null, compensation: { amount: 700 } });
    const { siteId, base } = site;
    const wish = { class: "AC", start: instantOfSlot(base), end: instantOfSlot(base + 2) };
    await driver.ok("POST", `/v1/sites/${siteId}/waiting-list`, wish);
    await site.site.hear();
    await cancel(site, theirs, other);
    await site.site.hear();
    await town.round();
    expect(await offerOf(mine)).toMatchObject({ offer: { siteId, distanceM: 0 }, compensation: { amount: 0 } });
    expect(await town.told(mine.booking)).toEqual(["bookingAtRisk", "bookingAtRisk"]);
    expect((await town.say(site, mine, true)).status).toBe(200);
    const { waits } = await driver.ok<{ waits: { state: string }[] }>("GET", "/v1/waiting-list");
    expect(waits).toMatchObject([{ state: "booked" }]);
  });

  it("is offered also while another site has more who wait than are looked at in a round", async () => {
    const crowded = await failing(56, 1);
    await fails(crowded.site);
    const { site, mine } = await failing(57, 2);
    const theirs = await town.book(site, other);
    await fails(site);
    expect(await offerOf(mine)).toMatchObject({ offer: null });
    const { db, first } = town.cloud;
    await db.updateTable("place_connectors").set({ type: null }).where("site_id", "=", crowded.site.siteId).execute();
    await sql`
      insert into reservations (site_id, booking, version, seat, class, from_slot, to_slot, stage, sale, user_id, created_at)
      select site_id, booking || n, version, seat, class, from_slot, to_slot, stage, sale, 'crowd', created_at
      from reservations, generate_series(1, 200) n where booking = ${crowded.mine.booking}`.execute(db);
    await sql`
      insert into booking_reschedules (site_id, booking, version, state, cause, from_slot, offered_at)
      select site_id, booking || n, version, state, cause, from_slot - 1, offered_at
      from booking_reschedules, generate_series(1, 200) n where booking = ${crowded.mine.booking}`.execute(db);
    await site.site.hear();
    await cancel(site, theirs, other);
    await site.site.hear();
    await rescheduleJob.run(first.deps, {});
    expect(await offerOf(mine)).toMatchObject({ offer: { siteId: site.siteId } });
    await sql`delete from booking_reschedules where site_id = ${crowded.site.siteId}`.execute(db);
    await sql`delete from reservations where site_id = ${crowded.site.siteId}`.execute(db);
  });

  it("takes the booking at its start, where nobody has answered", async () => {
    const { site, mine } = await failing(51, 2);
    const theirs = await town.book(site, other);
    await fails(site);
    await site.site.hear();
    await cancel(site, theirs, other);
    await site.site.hear();
    town.cloud.skewMs = startOfSlot(site.base) - Date.now() + MINUTE;
    await town.round();
    await site.site.hear();
    expect(await town.read(site, mine)).toMatchObject({ status: "reserved", seat: "CP1/2", owed: { amount: 400 } });
    expect(await town.told(mine.booking)).toEqual(["bookingAtRisk", "bookingMoved"]);
    await town.round();
    expect(await town.sums(mine.booking)).toBe(400);
  });
});

describe("compensation", () => {
  it("is not paid to whoever has taken the other connector himself", async () => {
    const { site, mine } = await failing(52, 2);
    await fails(site);
    expect(await offerOf(mine)).toMatchObject({ offer: { distanceM: 0 } });
    const second = await town.book(site);
    expect(second.seat).toBe("CP1/2");
    expect((await town.say(site, mine, true)).status).toBe(409);
    expect(await offerOf(mine)).toMatchObject({ offer: null, compensation: { amount: 0 } });
    expect((await town.say(site, mine, false)).status).toBe(200);
    await site.site.hear();
    expect(await town.read(site, mine)).toMatchObject({ status: "cancelled", owed: { amount: 0 } });
    expect(await town.sums(mine.booking)).toBe(0);
  });

  it("is not paid for a hold of one's own", async () => {
    const { site, mine } = await failing(53, 2);
    const wish = { class: "AC", start: instantOfSlot(site.base), end: instantOfSlot(site.base + 1) };
    town.tell(site, 1, "Faulted");
    await site.site.say();
    await town.later(site, 11 * MINUTE);
    await driver.ok("POST", `/v1/sites/${site.siteId}/holds`, wish);
    await town.round();
    expect(await offerOf(mine)).toMatchObject({ offer: null, compensation: { amount: 0 } });
    await cancel(site, mine, driver);
    await site.site.hear();
    expect(await town.sums(mine.booking)).toBe(0);
  });
});

describe("an offer", () => {
  it("is changed under its site's lock", async () => {
    const { site, mine } = await failing(54, 2);
    await fails(site);
    await town.book(site, other);
    const { db, deps } = { db: town.cloud.db, deps: town.cloud.first.deps };
    const row = () =>
      db
        .selectFrom("booking_reschedules as o")
        .innerJoin("reservations as r", (join) =>
          join.onRef("r.booking", "=", "o.booking").onRef("r.version", "=", "o.version"),
        )
        .select(["o.offer", "o.version", "r.sale", "r.user_id"])
        .where("o.booking", "=", mine.booking)
        .executeTakeFirstOrThrow();
    const { offer, version, sale, user_id: userId } = await row();
    expect(offer).not.toBeNull();
    const which = { siteId: site.siteId, userId: userId!, booking: mine.booking };
    let changed: Promise<void> | undefined;
    await db.transaction().execute(async (trx) => {
      await lockBook(trx, site.siteId);
      changed = offerAgain(deps, which, { version, sale, offer }, false);
      await eventually(async () => {
        const { rows } = await sql<{ waiting: number }>`
          select count(*)::integer as waiting from pg_locks l join pg_database d on d.oid = l.database
          where d.datname = current_database() and l.locktype = 'advisory' and not l.granted`.execute(db);
        expect(rows[0]!.waiting).toBe(1);
      });
      expect((await row()).offer).toEqual(offer);
    });
    await changed;
    expect((await row()).offer).toBeNull();
  });

  it("of another site is paid as its driver says", async () => {
    const { site, mine } = await failing(55, 1);
    const near = await town.chargerSite(55.05, 1);
    await near.owner.ok("PUT", `/v1/sites/${near.siteId}/payment-rules`, {
      methods: ["on_site", "on_account"],
      onAccountFor: "everybody",
      hold: null,
    });
    await fails(site);
    const { offerId } = (await offerOf(mine))!.offer!;
    const path = `/v1/sites/${site.siteId}/reservations/${mine.booking}/reschedule`;
    const answer = (method: string) => ({ accept: true, offerId, method });
    expect(await driver.refused("POST", path, answer("plan"))).toEqual([409, "not_accepted"]);
    expect(await driver.refused("POST", path, answer("barter"))).toEqual([400, "invalid"]);
    const { moved } = await driver.ok<{ moved: { booking: string } }>("POST", path, answer("on_site"));
    expect(await choiceOfBooking(town.cloud.db, near.siteId, moved.booking)).toMatchObject({ method: "on_site" });
  });
});
