import { sql } from "kysely";
import { describe, expect, it } from "vitest";
import type { Bookable } from "../../shared/bookable";
import { SLOT_MS, instantOfSlot, slotOf } from "../../shared/booking";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { bookingSite } from "../testing/seats";
import type { Board } from "./board";
import { registration } from "../testing/registration";
import { place } from "./testing/places";

const DAY_MS = 86_400_000;
const cloud = await openCloud();
const [admin, driver] = [await cloud.admin(), await cloud.person()];
const site = await bookingSite(cloud, { "CP1/1": "AC", "CP1/2": "AC" });
// A clock on the wall that says each hour once.
await cloud.db.updateTable("sites").set({ time_zone: "UTC" }).where("site_id", "=", site.siteId).execute();
/** Slots from which the cloud may sell, tomorrow at the latest. */
const base = slotOf(cloud.now()) + 12;

const path = (rest: string) => `/v1/sites/${site.siteId}${rest}`;
const describeAs = (changes: object) => site.owner.ok("PUT", path("/place"), { ...place, ...changes });
const wish = (from: number, to = from + 2) => ({ class: "AC", start: instantOfSlot(from), end: instantOfSlot(to) });
const outcome = async (person: Person, rest: string, body: unknown) => {
  const response = await person.send("POST", path(rest), body);
  const { error } = (await response.json()) as { error?: { code: string } };
  return error?.code ?? response.status;
};
const listing = (action: string) => site.owner.ok("POST", path("/place/listing"), { action });
const decide = (decision: string) =>
  admin.ok("POST", `/v1/admin/listings/${site.siteId}/decision`, { decision, reason: "why" });

describe("a reservation", () => {
  it("keeps to the hours in which its owner lends the charger", async () => {
    const day = new Date(instantOfSlot(base)).toISOString().slice(0, 10);
    // Closed, by the site's own clock, for the two hours from `base` on.
    const closedFrom = base + 4;
    const clock = (slot: number) =>
      new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", hour: "2-digit", minute: "2-digit" }).format(slot * SLOT_MS);
    const dayOf = (slot: number) => new Intl.DateTimeFormat("en-CA", { timeZone: "UTC" }).format(slot * SLOT_MS);
    const [until, from] = [clock(closedFrom), clock(closedFrom + 8)];
    const periods =
      until < from
        ? [
            { from: "00:00", to: until },
            { from, to: "24:00" },
          ].filter((period) => period.from !== period.to)
        : [{ from, to: until }];
    const dates = [...new Set([day, dayOf(closedFrom), dayOf(closedFrom + 8), dayOf(closedFrom - 96)])];
    const exceptions = dates.map((date) => ({ date, periods, note: "Night" }));
    await describeAs({ hours: { week: null, exceptions } });
    expect(await outcome(driver, "/holds", wish(closedFrom - 1))).toBe("closed_then");
    expect(await outcome(driver, "/reservations", wish(closedFrom + 2))).toBe("closed_then");
    expect(await outcome(driver, "/reservations", wish(closedFrom - 2, closedFrom + 10))).toBe("closed_then");
    const { booking } = await driver.ok<{ booking: string }>("POST", path("/reservations"), wish(closedFrom - 2));
    const moved = { start: instantOfSlot(closedFrom), end: instantOfSlot(closedFrom + 2) };
    expect(await outcome(driver, `/reservations/${booking}/modify`, moved)).toBe("closed_then");
    const query = `start=${instantOfSlot(closedFrom - 1)}&end=${instantOfSlot(closedFrom + 9)}`;
    const { classes } = await driver.ok<{ classes: { slots: { free: number }[] }[] }>(
      "GET",
      path(`/availability?${query}`),
    );
    expect(classes[0]!.slots.map(({ free }) => free)).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
    await describeAs({});
    expect(await outcome(driver, "/reservations", wish(closedFrom + 2))).toBe(201);
  });

  it("is for those whom the owner lets in", async () => {
    await describeAs({ access: "members" });
    expect(await outcome(driver, "/reservations", wish(base + 20))).toBe("members_only");
    await describeAs({ access: "private" });
    expect(await outcome(driver, "/holds", wish(base + 20))).toBe("not_found");
    // Nor is anything said of it: it is answered like a site that is not there, also where the question makes no sense.
    const unknown = "01900000-0000-7000-8000-000000000000";
    const { start, end } = wish(base + 20);
    const weekly = { class: "AC", days: ["MONDAY"], from: "18:00", to: "19:00", startsOn: "2020-01-01", count: 1 };
    const answers = async (person: Person, siteId: string) => {
      const free = await person.send("GET", `/v1/sites/${siteId}/availability?start=${start}&end=${end}`);
      const series = await person.send("POST", `/v1/sites/${siteId}/reservation-series`, weekly);
      return [free.status, series.status, ...(free.ok ? [] : [await free.json(), await series.json()])];
    };
    expect(await answers(driver, site.siteId)).toEqual(await answers(driver, unknown));
    expect(await answers(site.owner, site.siteId)).toEqual([200, 400]);
    expect(await outcome(site.owner, "/reservations", wish(base + 20))).toBe(201);
    await listing("submit").catch(() => undefined);
    const { url } = await site.owner.ok<{ url: string }>("POST", path("/share-links"), { name: "Friends" });
    const share = new URL(url).searchParams.get("share");
    expect((await driver.send("POST", `/v1/places/${site.siteId}/join`, { share })).status).toBe(204);
    const { holdId } = await driver.ok<{ holdId: string }>("POST", path("/holds"), wish(base + 22));
    await describeAs({ access: "members" });
    expect(await outcome(driver, "/reservations", wish(base + 24))).toBe(201);
    // What was held was agreed to.
    expect(await outcome(driver, "/reservations", { holdId })).toBe(201);
  });

  it("is for who has a membership there, as long as it holds", async () => {
    const member = await cloud.person();
    await describeAs({ access: "members" });
    const userId = await member.userId();
    const { organizationId } = site;
    const ids = {
      planId: "01900000-0000-7000-8000-000000000001",
      membershipId: "01900000-0000-7000-8000-000000000002",
    };
    await sql`
      insert into membership_plans (plan_id, organization_id, name, currency, monthly_fee, percent, included_wh, site_ids, time_zone, created_at)
      values (${ids.planId}, ${organizationId}, 'Club', 'EUR', 100, 0, 0, array[${site.siteId}::uuid], 'UTC', now())`.execute(
      cloud.db,
    );
    await sql`
      insert into memberships (membership_id, plan_id, user_id, joined_at, ends_at)
      values (${ids.membershipId}, ${ids.planId}, ${userId}, now(), ${new Date((base + 27) * SLOT_MS)})`.execute(
      cloud.db,
    );
    expect(await outcome(member, "/reservations", wish(base + 26))).toBe(201);
    expect(await outcome(member, "/reservations", wish(base + 28))).toBe("members_only");
  });

  it("is not sold at a place that was refused or retired, but to its own people", async () => {
    await describeAs({});
    await site.owner.ok("PUT", path("/connectors/CP1/1"), { type: "IEC_62196_T2", powerW: 11_000 });
    await listing("submit");
    await decide("approve");
    expect(await outcome(driver, "/reservations", wish(base + 30))).toBe(201);
    await decide("refuse");
    expect(await outcome(driver, "/reservations", wish(base + 32))).toBe("not_found");
    await listing("retire");
    expect(await outcome(driver, "/reservations", wish(base + 32))).toBe("not_found");
    expect(await outcome(site.owner, "/reservations", wish(base + 32))).toBe(201);
  });
});

describe("a charge point", () => {
  const cp = (rest = "") => path(`/charge-points/CP1${rest}`);
  /** Seats that the hub was last told are blocked. */
  const told = async () => {
    const { data } = await cloud.db
      .selectFrom("feed")
      .select("data")
      .where("hub_id", "=", site.hub.id)
      .where("type", "=", "bookable.set")
      .orderBy("position", "desc")
      .limit(1)
      .executeTakeFirstOrThrow();
    return (data as unknown as Bookable).blocks.map(({ seat }) => seat).toSorted();
  };
  const name = async () =>
    (await site.owner.ok<Board>("GET", path("/charge-points"))).chargePoints.map((each) => each.name);

  it("is named by its owner, and keeps that name when the hub tells of it anew", async () => {
    site.hub.add("chargePoint.registered", { ...registration("CP1", 16, 2), name: "Hub's name" });
    await site.hub.send();
    expect(await name()).toEqual(["Hub's name"]);
    expect(await site.owner.ok("PATCH", cp(), { name: " Left bay " })).toMatchObject({ name: "Left bay", told: true });
    site.hub.add("chargePoint.registered", { ...registration("CP1", 16, 2), name: "Hub's other name" });
    await site.hub.send();
    expect(await name()).toEqual(["Left bay"]);
    expect(await site.owner.ok("GET", cp())).toMatchObject({ cpId: "CP1", name: "Left bay", ownName: "Left bay" });
    expect(await site.owner.ok("PATCH", cp(), { name: null })).toMatchObject({
      name: "Hub's other name",
      ownName: null,
    });
    expect(await site.owner.refused("PATCH", cp(), { name: "" })).toEqual([400, "invalid"]);
    const unknown = path("/charge-points/CP7");
    expect(await site.owner.refused("GET", unknown)).toEqual([404, "not_found"]);
    expect(await site.owner.refused("PATCH", unknown, { name: "Seven" })).toEqual([404, "not_found"]);
    expect(await site.owner.refused("POST", `${unknown}/restore`)).toEqual([404, "not_found"]);
    expect(await driver.refused("PATCH", cp(), { name: "Mine" })).toEqual([404, "not_found"]);
  });

  it("is retired: not shown, not started, not booked, and comes back", async () => {
    await describeAs({});
    const { bookings } = await site.owner.ok<{ bookings: number }>("GET", cp());
    expect(bookings).toBeGreaterThan(0);
    const retire = (changes: object) => site.owner.refused("POST", cp("/retire"), { bookings, ...changes });
    expect(await retire({ bookings: bookings - 1 })).toEqual([409, "bookings_affected"]);
    expect(await retire({ bookings: -1 })).toEqual([400, "invalid"]);
    const at = new Date(cloud.now()).toISOString();
    await sql`
      insert into sessions (site_id, id, hub_id, cp_id, connector_id, started_at, session)
      values (${site.siteId}, ${cloud.first.deps.newId()}, ${site.hub.id}, 'CP1', 1, ${at}, '{}')`.execute(cloud.db);
    expect(await retire({})).toEqual([409, "in_use"]);
    const heard = (days: number) => JSON.stringify({ lastReadingAt: new Date(cloud.now() - days * DAY_MS) });
    const session = (days: number) => ({ started_at: new Date(cloud.now() - 30 * DAY_MS), session: heard(days) });
    const running = cloud.db.updateTable("sessions").where("site_id", "=", site.siteId);
    await running.set(session(6)).execute();
    expect(await retire({})).toEqual([409, "in_use"]);
    // Of one that nothing was heard of for a week the end never came: it keeps nobody from retiring the charge point.
    await running.set(session(8)).execute();
    expect(await site.owner.ok("POST", cp("/retire"), { bookings })).toMatchObject({ bookings, told: true });
    expect(await retire({})).toEqual([409, "wrong_state"]);
    await cloud.db.deleteFrom("sessions").where("site_id", "=", site.siteId).execute();
    // The hub goes on telling of it.
    site.hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
    await site.hub.send();
    expect(await name()).toEqual([]);
    const connectors = async () =>
      (await site.owner.ok<{ connectors: unknown[] }>("GET", `/v1/places/${site.siteId}`)).connectors.length;
    expect(await connectors()).toBe(0);
    await cloud.db.updateTable("sites").set({ start_policy: "open" }).where("site_id", "=", site.siteId).execute();
    const start = () => outcome(site.owner, "/starts", { cpId: "CP1", connectorId: 1 });
    expect(await start()).toBe("not_found");
    const asks = () => outcome(site.owner, "/reservations", wish(base + 40));
    expect(await asks()).not.toBe(201);
    const { blocks } = await site.owner.ok<{ blocks: { blockId: string }[] }>("GET", path("/blocks"));
    expect(blocks).toHaveLength(2);
    expect(await told()).toEqual(["CP1/1", "CP1/2"]);
    // Those blocks go with its restoring only: else it would be sold though it is retired.
    expect(await site.owner.refused("DELETE", path(`/blocks/${blocks[0]!.blockId}`))).toEqual([409, "wrong_state"]);
    expect(await asks()).not.toBe(201);
    // A connector that the hub tells of only now is no more booked than the others; what is told twice is blocked once.
    for (const connectors of [3, 3]) {
      site.hub.add("chargePoint.registered", { ...registration("CP1", 16, connectors), name: "Hub's other name" });
      await site.hub.send();
      expect(await told()).toEqual(["CP1/1", "CP1/2", "CP1/3"]);
    }
    expect(await site.owner.ok("POST", cp("/restore"))).toMatchObject({ retiredAt: null });
    expect(await site.owner.refused("POST", cp("/restore"))).toEqual([409, "wrong_state"]);
    expect([await name(), await connectors(), await start(), await asks()]).toEqual([
      ["Hub's other name"],
      3,
      202,
      201,
    ]);
    expect(await told()).toEqual([]);
    const trail = await admin.ok<{ entries: { action: string }[] }>("GET", "/v1/admin/audit?subject=chargePoint:CP1");
    expect(trail.entries.map(({ action }) => action)).toEqual([
      "chargePoint.restored",
      "chargePoint.retired",
      "chargePoint.named",
      "chargePoint.named",
    ]);
  });
});
