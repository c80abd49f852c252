import { describe, expect, it } from "vitest";
import type { Sale } from "../../shared/booking";
import { FOREVER, instantOfSlot, startOfSlot, walkIn } from "../../shared/booking";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { localTime } from "../../shared/tariff/local-time";
import { place } from "../sites/testing/places";
import { charge } from "../testing/charging";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { bookingSite, wish } from "../testing/seats";

/** What an owner is shown before a change, and the calendar. */

const cloud = await openCloud();
const driver = await cloud.person();

interface Preview {
  shown: string;
  count: number;
  affected: { booking: string; why: string[]; then: string }[];
}

describe("a change of an owner", () => {
  it("is made with what was shown, and not where that has grown meanwhile", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC", B: "AC" });
    const site = `/v1/sites/${siteId}`;
    const book = (from: number) =>
      driver.ok<{ booking: string }>("POST", `${site}/reservations`, wish(base + from, base + from + 4));
    const preview = (body: object) => owner.ok<Preview>("POST", `${site}/booking-changes/preview`, body);
    const { booking } = await book(0);
    const block = { seat: null, start: instantOfSlot(base), end: null };
    const first = await preview({ kind: "block", ...block });
    expect(first).toMatchObject({ count: 1, affected: [{ booking, why: ["blocked"], then: "stays" }] });
    await book(0);
    const made = (shown: string) => owner.send("POST", `${site}/blocks?shown=${shown}`, block);
    expect((await made(first.shown)).status).toBe(409);
    const second = await preview({ kind: "block", ...block });
    expect(second).toMatchObject({ count: 2 });
    const other = await bookingSite(cloud);
    expect((await other.owner.send("POST", `${site}/blocks?shown=${second.shown}`, block)).status).toBe(404);
    expect((await made(second.shown)).status).toBe(201);
    expect(await owner.ok("GET", `${site}/blocks`)).toMatchObject({ blocks: [{ seat: null, end: null }] });
    expect(await driver.refused("POST", `${site}/reservations`, wish(base + 90, base + 91))).toEqual([409, "blocked"]);
    // Whoever has booked comes and goes as before.
    expect(await driver.ok("GET", `${site}/reservations/${booking}`)).toMatchObject({ status: "reserved" });

    const rules = { ...defaultBookingSettings, open: false };
    const path = `${site}/booking-settings`;
    expect(await owner.refused("PUT", path, rules)).toEqual([409, "bookings_affected"]);
    const { shown } = await preview({ kind: "settings", settings: rules });
    expect(await owner.refused("PUT", `${path}?shown=${second.shown}`, rules)).toEqual([409, "bookings_affected"]);
    expect(await owner.ok("PUT", `${path}?shown=${shown}`, rules)).toEqual(rules);
    // Nothing more is met by what holds already.
    expect(await owner.ok("PUT", path, { ...rules, pricePerHour: 5 })).toMatchObject({ pricePerHour: 5 });

    const never = { week: null, exceptions: [0, 1, 2].map((day) => closedOn(startOfSlot(base + day * 96))) };
    const hours = await preview({ kind: "hours", hours: never });
    expect(hours).toMatchObject({ count: 2, affected: [{ why: ["closed"] }, { why: ["closed"] }] });
    const described = { ...place, hours: never };
    expect(await owner.refused("PUT", `${site}/place`, described)).toEqual([409, "bookings_affected"]);
    await owner.ok("PUT", `${site}/place?shown=${hours.shown}`, described);
    expect((await owner.send("POST", `${site}/booking-changes/preview`, { kind: "none" })).status).toBe(400);
  });
});

describe("a class with several plugs", () => {
  it("gives a driver who names his one that fits, also when he moves, and none where nothing does", async () => {
    const seats = { "CP1/1": "50kW", "CP1/2": "50kW", "CP1/3": "50kW" };
    const { owner, siteId, base, site: hubBook } = await bookingSite(cloud, seats);
    const fast = { class: "50kW", walkIn: false };
    const site = `/v1/sites/${siteId}`;
    await owner.ok("PUT", `${site}/connectors/CP1/1`, { type: "CHADEMO" });
    await owner.ok("PUT", `${site}/connectors/CP1/2`, { type: "IEC_62196_T2_COMBO" });
    const span = { start: instantOfSlot(base), end: instantOfSlot(base + 4) };
    const asked = { class: "50kW", type: "IEC_62196_T2_COMBO", ...span };
    const seen = await driver.ok(
      "GET",
      `${site}/availability?start=${span.start}&end=${instantOfSlot(base + 1)}&type=IEC_62196_T2_COMBO`,
    );
    expect(seen).toMatchObject({ classes: [{ seats: 1, types: ["IEC_62196_T2_COMBO"], slots: [{ free: 1 }] }] });
    const held = await driver.ok<{ holdId: string; seat: string }>("POST", `${site}/holds`, asked);
    expect(held.seat).toBe("CP1/2");
    const { booking } = await driver.ok<{ booking: string }>("POST", `${site}/reservations`, { holdId: held.holdId });
    expect(await driver.refused("POST", `${site}/reservations`, asked)).toEqual([409, "taken"]);
    const types = { ...asked, type: "IEC_62196_T2" };
    expect(await driver.refused("POST", `${site}/reservations`, types)).toEqual([404, "not_found"]);
    const later = { start: instantOfSlot(base + 8), end: instantOfSlot(base + 12) };
    const other = await cloud.person();
    await other.ok("POST", `${site}/reservations`, { ...asked, ...later });
    expect(await driver.refused("POST", `${site}/reservations/${booking}/modify`, later)).toEqual([409, "taken"]);
    // Without a plug any of the class will do.
    expect(await driver.ok("POST", `${site}/reservations`, { class: "50kW", ...span })).toMatchObject({
      seat: "CP1/1",
    });
    // Whose connector has gone keeps his plug: none of the others fits his car.
    hubBook.write([{ type: "seats.set", data: { seats: { "CP1/1": fast, "CP1/3": fast } } }]);
    await hubBook.say();
    const free = { start: instantOfSlot(base + 16), end: instantOfSlot(base + 20) };
    expect(await driver.refused("POST", `${site}/reservations/${booking}/modify`, free)).toEqual([409, "unknown_seat"]);
    await owner.ok("PUT", `${site}/connectors/CP1/3`, { type: "IEC_62196_T2_COMBO" });
    expect(await driver.ok("POST", `${site}/reservations/${booking}/modify`, free)).toMatchObject({ seat: "CP1/3" });
  });
});

describe("what the owner says of connectors", () => {
  it("comes down to the hub whole, at each change and to a hub that takes its place", async () => {
    const { owner, siteId, base, hub } = await bookingSite(cloud, { "CP1/1": "AC" });
    const heard = async (hubId: string) => {
      const rows = await cloud.db
        .selectFrom("feed")
        .select("data")
        .where("hub_id", "=", hubId)
        .where("type", "=", "bookable.set")
        .orderBy("position")
        .execute();
      return rows.map(({ data }) => data as unknown);
    };
    const path = `/v1/sites/${siteId}`;
    const block = { seat: "CP1/1", start: instantOfSlot(base), end: instantOfSlot(base + 2) };
    const { blockId } = await owner.ok<{ blockId: string }>("POST", `${path}/blocks`, block);
    await owner.ok("PUT", `${path}/connectors/CP1/1`, { type: "CHADEMO" });
    await owner.ok("POST", `${path}/blocks`, { ...block, seat: null, end: null });
    expect((await owner.send("DELETE", `${path}/blocks/${blockId}`)).status).toBe(204);
    const [of, all] = [
      { seat: "CP1/1", from: base, to: base + 2 },
      { seat: null, from: base, to: FOREVER },
    ];
    const plugs = { "CP1/1": "CHADEMO" };
    const told = await heard(hub.id);
    expect(told).toMatchObject([
      { blocks: [of], plugs: {} },
      { blocks: [of], plugs },
      { blocks: [of, all], plugs },
      { blocks: [all], plugs },
    ]);
    const next = await cloud.pair({ owner, siteId });
    expect(await heard(next.id)).toEqual([told[3]]);
    expect((await owner.send("DELETE", `${path}/connectors/CP1/1`)).status).toBe(204);
    expect((await heard(next.id))[1]).toMatchObject({ blocks: [all], plugs: {} });
    // A machine that was this site's hub may remember what was taken back since.
    const { blocks } = await owner.ok<{ blocks: { blockId: string }[] }>("GET", `${path}/blocks`);
    for (const each of blocks) await owner.send("DELETE", `${path}/blocks/${each.blockId}`);
    const last = await cloud.pair({ owner, siteId });
    expect(await heard(last.id)).toEqual([{ blocks: [], plugs: {} }]);
  });
});

describe("the calendar", () => {
  it("shows reservations, walk-ins, sessions and blocks by day and connector, and nothing of another site", async () => {
    const { owner, siteId, base, site, hub } = await bookingSite(cloud, {
      "CP1/1": "AC",
      "CP1/2": "AC",
      "CP10/1": "AC",
    });
    const path = `/v1/sites/${siteId}`;
    const date = localTime("Europe/Berlin", startOfSlot(base)).date;
    const { booking } = await driver.ok<{ booking: string }>("POST", `${path}/reservations`, wish(base, base + 8));
    await site.hear();
    // Moved by a day: the old time is not shown any more.
    const far = wish(base + 96, base + 100);
    await driver.ok("POST", `${path}/reservations/${booking}/modify`, { start: far.start, end: far.end });
    await site.hear();
    const listed = ({ start, end }: { start: string; end: string }) =>
      owner.ok("GET", `${path}/reservations?start=${start}&end=${end}`);
    expect(await listed(wish(base - 4, base + 90))).toEqual({ reservations: [] });
    expect(await listed(far)).toMatchObject({ reservations: [{ booking, status: "reserved", start: far.start }] });
    await owner.ok("POST", `${path}/blocks`, { seat: "CP1/2", start: instantOfSlot(base), end: null });
    const session = charge(hub, { startedAt: startOfSlot(base), readings: [[30, 11_000]], cpId: "CP10" });
    await hub.send();
    interface Calendar {
      days: { date: string; hours: number; connectors: { connector: string; entries: Record<string, unknown>[] }[] }[];
      nextCursor: string | null;
      nextDate: string;
      previousDate: string;
    }
    const read = (query: string) => owner.ok<Calendar>("GET", `${path}/calendar?date=${date}&${query}`);
    const two = await read("days=3");
    expect(two).toMatchObject({ timeZone: "Europe/Berlin", truncated: false, nextCursor: null });
    expect(two.days[0]!.connectors.map(({ connector }) => connector)).toEqual(["CP1/1", "CP1/2", "CP10/1"]);
    const all = two.days.flatMap((day) =>
      day.connectors.flatMap(({ connector, entries }) =>
        entries.map(({ kind, start }) => ({ connector, kind, start })),
      ),
    );
    const of = (kind: string) => [
      ...new Set(all.filter((each) => each.kind === kind).map((each) => `${each.connector} ${each.start}`)),
    ];
    expect(of("reservation")).toEqual([`CP1/1 ${far.start}`]);
    expect(of("session")).toEqual([`CP10/1 ${instantOfSlot(base)}`]);
    expect(of("block")).toEqual([`CP1/2 ${instantOfSlot(base)}`]);
    expect(JSON.stringify(two)).toContain(session.id);
    expect(JSON.stringify(two)).toContain("Some One");

    const begun = walkIn(site.book, { ...noWish, connector: "CP1/2" }, cloud.now());
    site.write(begun.events);
    await site.say();
    const { sale } = begun.answer as { sale: Sale };
    const today = localTime("Europe/Berlin", startOfSlot(sale.from)).date;
    const now = await owner.ok<Calendar>("GET", `${path}/calendar?date=${today}&days=1`);
    const entries = now.days[0]!.connectors.find(({ connector }) => connector === sale.seat)!.entries;
    expect(entries).toContainEqual(
      expect.objectContaining({ kind: "walkIn", booking: "w", usedConnector: "CP1/2", driver: null }),
    );

    const page = await read("connectors=2");
    expect(page).toMatchObject({ nextCursor: "CP1/2", days: [{ connectors: [{}, {}] }] });
    const rest = await read(`connectors=2&cursor=${encodeURIComponent("CP1/2")}`);
    expect(rest.days[0]!.connectors.map(({ connector }) => connector)).toEqual(["CP10/1"]);
    expect(rest.nextCursor).toBeNull();
    const change = await owner.ok<Calendar>("GET", `${path}/calendar?date=2027-03-28&days=1`);
    expect(change).toMatchObject({ nextDate: "2027-03-29", previousDate: "2027-03-27", days: [{ hours: 23 }] });

    const other = await bookingSite(cloud, { "CP1/1": "AC" });
    const theirs = await other.owner.ok<Calendar>("GET", `/v1/sites/${other.siteId}/calendar?date=${date}&days=7`);
    expect(theirs.days.flatMap((day) => day.connectors.flatMap(({ entries }) => entries))).toEqual([]);
    expect(await other.owner.refused("GET", `${path}/calendar`)).toEqual([404, "not_found"]);
    for (const bad of ["date=2027-02-30", "date=9999-12-31", "days=8", "connectors=0"]) {
      expect(await owner.refused("GET", `${path}/calendar?${bad}`)).toEqual([400, "invalid"]);
    }
  });
});

const noWish = {
  ...{ booking: "w", key: "w", class: "AC", slots: 2, price: { amount: 0, currency: "EUR" } },
  ...{ terms: defaultBookingSettings.terms, tariff: perKwh },
};

function closedOn(at: number) {
  return { date: localTime("Europe/Berlin", at).date, periods: [], note: "" };
}
