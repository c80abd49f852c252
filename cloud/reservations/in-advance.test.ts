import { describe, expect, it } from "vitest";
import { AHEAD_SLOTS, instantOfSlot, slotOf, startOfSlot } from "../../shared/booking";
import type { WeeklyPattern } from "../../shared/booking/weekly";
import { occurrences } from "../../shared/booking/weekly";
import type { BookingSettings } from "../../shared/booking-settings";
import { defaultBookingSettings } from "../../shared/booking-settings";
import { localTime, weekdays } from "../../shared/tariff/local-time";
import { runJob } from "../jobs/job";
import { holdEndingJob } from "../notifications/bookings";
import { eventually } from "../../shared/testing/eventually";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { bookingSite, wish } from "../testing/seats";
import { seriesJob } from "./recurring/job";
import { later } from "./recurring/series";
import { askHubsJob, waitingJob } from "./waiting/job";

/** The waiting list and weekly bookings as drivers and owners use them. */

const cloud = await openCloud();
const [driver, other] = await Promise.all([cloud.person(), cloud.person()]);

const DAY_MS = 86_400_000;
const inbox = async (person: Person) => {
  const { notifications } = await person.ok<{ notifications: { kind: string }[] }>("GET", "/v1/notifications");
  return notifications.map(({ kind }) => kind);
};
/** Straight into the table: what a change of the rules does to bookings is shown elsewhere. */
async function setRules(siteId: string, more: Partial<BookingSettings>): Promise<void> {
  const row = { settings: JSON.stringify({ ...defaultBookingSettings, ...more }), updated_at: new Date(cloud.now()) };
  await cloud.db
    .insertInto("booking_settings")
    .values({ site_id: siteId, ...row })
    .onConflict((conflict) => conflict.column("site_id").doUpdateSet(row))
    .execute();
}
interface Wait {
  waitId: string;
  state: string;
  ahead: number;
  offer: { holdId: string; secondsLeft: number; price: { amount: number } } | null;
}
const waitsOf = async (person: Person) => (await person.ok<{ waits: Wait[] }>("GET", "/v1/waiting-list")).waits;
const offer = () => runJob(waitingJob, cloud.first.deps, {});

describe("the waiting list", () => {
  it("offers what is cancelled to the first, then to the next, who accepts", async () => {
    const { owner, siteId, site, base } = await bookingSite(cloud, { A: "AC" });
    await setRules(siteId, { pricePerHour: 200 });
    const line = `/v1/sites/${siteId}/waiting-list`;
    const bookings = `/v1/sites/${siteId}/reservations`;
    const time = wish(base + 8, base + 12);
    expect(await driver.refused("POST", line, time)).toEqual([409, "free"]);
    const { booking } = await owner.ok<{ booking: string }>("POST", bookings, time);
    const first = await driver.ok<Wait>("POST", line, time);
    expect(first).toMatchObject({ state: "waiting", ahead: 0, offer: null });
    expect(await driver.ok("POST", line, time)).toEqual(first);
    const second = await other.ok<Wait>("POST", line, wish(base + 8, base + 10));
    expect(second.ahead).toBe(1);
    expect(await driver.refused("POST", `${line}/${first.waitId}/accept`, {})).toEqual([409, "not_offered"]);
    await owner.ok("POST", `${bookings}/${booking}/cancel`);
    await offer();
    expect(await waitsOf(driver)).toMatchObject([{ state: "waiting" }]);
    await site.hear();
    // The transaction that took the hub's word sent the job.
    await cloud.runJobs();
    expect(await waitsOf(driver)).toMatchObject([{ state: "offered", offer: { price: { amount: 200 } } }]);
    expect(await waitsOf(other)).toMatchObject([{ state: "waiting", ahead: 0 }]);
    expect(await inbox(driver)).toEqual(["waitingOffer"]);
    const queue = await owner.ok<{ waits: object[] }>("GET", line);
    expect(queue).toMatchObject({ offerMinutes: 30, waits: [{ state: "offered", class: "AC" }, { state: "waiting" }] });
    expect(JSON.stringify(queue)).not.toContain("userId");
    expect(await owner.refused("POST", bookings, wish(base + 9, base + 10))).toEqual([409, "taken"]);

    await owner.ok("PUT", `${line}/settings`, { offerMinutes: 10 });
    cloud.skewMs += 29 * 60_000;
    for (let round = 0; round < 2; round++) await runJob(holdEndingJob, cloud.first.deps, {});
    expect(await inbox(driver)).toEqual(["holdEnding", "waitingOffer"]);
    cloud.skewMs += 61_000;
    expect(await waitsOf(driver)).toMatchObject([{ state: "missed", offer: null }]);
    expect(await driver.refused("POST", `${line}/${first.waitId}/accept`, {})).toEqual([410, "hold_over"]);
    // Whoever comes from the street finds the next in line served before them.
    expect(await owner.refused("POST", bookings, wish(base + 9, base + 10))).toEqual([409, "taken"]);
    expect((await inbox(driver))[0]).toBe("waitingMissed");
    const [offered] = await waitsOf(other);
    expect(offered).toMatchObject({ state: "offered" });
    expect(offered!.offer!.secondsLeft).toBeLessThanOrEqual(600);
    expect(await driver.refused("POST", `${line}/${second.waitId}/accept`, {})).toEqual([404, "not_found"]);
    const sold = await other.ok<{ booking: string; pin: string }>("POST", `${line}/${second.waitId}/accept`, {
      pin: true,
    });
    expect(sold).toMatchObject({ booking: offered!.offer!.holdId, status: "reserved", price: { amount: 100 } });
    expect(sold.pin).toMatch(/^\d+$/);
    expect(await other.ok("POST", `${line}/${second.waitId}/accept`, {})).toEqual(sold);
    expect(await waitsOf(other)).toMatchObject([{ state: "booked", offer: null }]);
    await site.hear();
    expect(Object.values(site.book.sales).map((sale) => sale.booking)).toContain(sold.booking);
    cloud.skewMs = 0;
  });

  it("moves on when an offer is given back, a block is lifted, and the site asks its hub", async () => {
    const { owner, siteId, site, base } = await bookingSite(cloud, { A: "AC" });
    const line = `/v1/sites/${siteId}/waiting-list`;
    const time = wish(base + 8, base + 12);
    const { blockId } = await owner.ok<{ blockId: string }>("POST", `/v1/sites/${siteId}/blocks`, {
      seat: null,
      start: time.start,
      end: time.end,
    });
    const first = await driver.ok<Wait>("POST", line, time);
    const second = await other.ok<Wait>("POST", line, time);
    expect((await owner.send("DELETE", `/v1/sites/${siteId}/blocks/${blockId}`)).status).toBe(204);
    await cloud.runJobs();
    expect((await waitsOf(driver)).find(({ waitId }) => waitId === first.waitId)).toMatchObject({ state: "offered" });
    expect(await other.refused("DELETE", `${line}/${first.waitId}`)).toEqual([404, "not_found"]);
    expect((await driver.send("DELETE", `${line}/${first.waitId}`)).status).toBe(204);
    await cloud.runJobs();
    const mine = (await waitsOf(other)).find(({ waitId }) => waitId === second.waitId);
    expect(mine).toMatchObject({ state: "offered" });
    const held = `/v1/sites/${siteId}/holds/${mine!.offer!.holdId}`;
    expect((await other.send("DELETE", held)).status).toBe(204);
    await offer();
    expect((await waitsOf(other)).find(({ waitId }) => waitId === second.waitId)).toMatchObject({ state: "missed" });

    const near = wish(base - 4, base - 2);
    const { waitId } = await driver.ok<Wait>("POST", line, near);
    const asked = runJob(askHubsJob, cloud.first.deps, {});
    await eventually(async () => expect(await site.waiting()).not.toEqual([]));
    await site.hear();
    await asked;
    expect((await waitsOf(driver)).find((each) => each.waitId === waitId)).toMatchObject({ state: "offered" });
  });

  it("is over for what begins, and for whom the site does not want any more", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC" });
    const waiter = await cloud.person();
    const line = `/v1/sites/${siteId}/waiting-list`;
    const path = `/v1/sites/${siteId}/reservations`;
    await owner.ok("POST", path, wish(base, base + 8));
    expect(await waiter.refused("POST", line, { ...wish(base, base + 2), class: "DC" })).toEqual([404, "not_found"]);
    // The line is of a class: whoever needs one plug of it is not told that he waits for that one.
    const plug = { ...wish(base, base + 2), type: "CHADEMO" };
    expect(await waiter.refused("POST", line, plug)).toEqual([400, "invalid"]);
    const soon = wish(slotOf(cloud.now()), base);
    expect(await waiter.refused("POST", line, soon)).toEqual([409, "too_late"]);
    const far = slotOf(cloud.now()) + AHEAD_SLOTS;
    expect(await waiter.refused("POST", line, wish(far, far + 1))).toEqual([409, "too_far"]);
    for (let n = 0; n < 8; n++) await waiter.ok("POST", line, wish(base + n, base + n + 1));
    for (let n = 0; n < 2; n++) await waiter.ok("POST", line, wish(base + n, base + n + 2));
    expect(await waiter.refused("POST", line, wish(base, base + 3))).toEqual([409, "too_many_waits"]);
    await cloud.db.updateTable("reservations").set({ held: null }).where("site_id", "=", siteId).execute();
    await setRules(siteId, { open: false });
    await offer();
    expect(new Set((await waitsOf(waiter)).map(({ state }) => state))).toEqual(new Set(["waiting"]));
    await setRules(siteId, { maxMinutes: 15 });
    cloud.skewMs = startOfSlot(base) - 4 * 60_000 - cloud.now();
    await offer();
    expect((await waitsOf(waiter)).map(({ state }) => state)).toEqual([
      "over",
      ...Array.from({ length: 7 }, () => "offered"),
      "over",
      "over",
    ]);
    cloud.skewMs = 0;
  });
});

interface Series {
  seriesId: string;
  ended: boolean;
  until: string | null;
  dates: {
    date: string;
    refusal: string | null;
    reservation: { booking: string; status: string; pending: boolean } | null;
  }[];
}

const outcome = ({ dates }: Series) => dates.map(({ refusal, reservation }) => refusal ?? reservation?.status);

describe("a weekly booking", () => {
  /** Each day about six hours from now by the clock, so that nothing depends on when the test runs. */
  const pattern = () => {
    const { date, minuteOfDay } = localTime("Europe/Berlin", cloud.now());
    const hour = (ahead: number) => `${String((Math.floor(minuteOfDay / 60) + ahead) % 24).padStart(2, "0")}:00`;
    const weekly = {
      days: [...weekdays],
      from: hour(6),
      to: hour(7),
      startsOn: later(date, 2),
      until: null,
      count: 20,
    };
    return { class: "AC", ...weekly };
  };
  const cellsOn = (weekly: WeeklyPattern, date: string) => {
    const { span } = occurrences(weekly, "Europe/Berlin", date).at(-1)!;
    return { start: instantOfSlot(span!.from), end: instantOfSlot(span!.to) };
  };

  it("sells two weeks at once, says what could not be had, goes on as time does, and ends from a date on", async () => {
    const { owner, siteId, site, base } = await bookingSite(cloud, { A: "AC" });
    const regular = await cloud.person();
    const path = `/v1/sites/${siteId}/reservation-series`;
    const body = pattern();
    const block = { seat: null, ...cellsOn(body, later(body.startsOn, 1)) };
    await owner.ok("POST", `/v1/sites/${siteId}/blocks`, block);
    const made = await regular.ok<Series>("POST", path, body);
    // By the time of day, the last of the fourteen days has its hour within the horizon or not.
    expect([12, 13]).toContain(made.dates.length);
    expect(outcome(made).slice(0, 3)).toEqual(["reserved", "blocked", "reserved"]);
    expect(made.dates.every(({ date }, index) => date === later(body.startsOn, index))).toBe(true);
    await runJob(seriesJob, cloud.first.deps, {});
    expect(await regular.ok("GET", "/v1/reservation-series")).toEqual({ series: [made] });

    await site.hear();
    cloud.skewMs = 3 * DAY_MS;
    for (let round = 0; round < 2; round++) await runJob(seriesJob, cloud.first.deps, {});
    const [on] = (await regular.ok<{ series: Series[] }>("GET", "/v1/reservation-series")).series;
    expect(on!.dates).toHaveLength(made.dates.length + 3);
    expect(await inbox(regular)).not.toContain("seriesMissed");
    expect((await inbox(regular)).filter((kind) => kind === "bookingConfirmed")).toHaveLength(on!.dates.length - 1);

    const from = later(body.startsOn, 4);
    expect(await driver.refused("POST", `${path}/${made.seriesId}/cancel`, {})).toEqual([404, "not_found"]);
    const ended = await regular.ok<Series>("POST", `${path}/${made.seriesId}/cancel`, { from });
    expect(ended).toMatchObject({ ended: true, until: later(from, -1) });
    for (const { date, reservation } of ended.dates) expect(reservation?.pending ?? false).toBe(date >= from);
    await runJob(seriesJob, cloud.first.deps, {});
    await site.hear();
    const [last] = (await regular.ok<{ series: Series[] }>("GET", "/v1/reservation-series")).series;
    expect(last!.dates).toHaveLength(ended.dates.length);
    expect(new Set(outcome(last!).slice(4))).toEqual(new Set(["cancelled"]));
    expect(base).toBeGreaterThan(0);
    cloud.skewMs = 0;
  });

  it("tells its driver of a date that was taken, and tries again where the site was closed for a while", async () => {
    const { owner, siteId } = await bookingSite(cloud, { A: "AC" });
    const regular = await cloud.person();
    const path = `/v1/sites/${siteId}/reservation-series`;
    const daily = pattern();
    const weekly = { ...daily, count: null, until: later(daily.startsOn, 15) };
    const made = await regular.ok<Series>("POST", path, weekly);
    await setRules(siteId, { open: false });
    cloud.skewMs = DAY_MS;
    await runJob(seriesJob, cloud.first.deps, {});
    const read = async () => (await regular.ok<{ series: Series[] }>("GET", "/v1/reservation-series")).series[0]!;
    expect(outcome(await read()).slice(made.dates.length)).toEqual(["closed"]);
    await setRules(siteId, {});
    const after = later(made.dates.at(-1)!.date, 2);
    await owner.ok("POST", `/v1/sites/${siteId}/blocks`, { seat: "A", ...cellsOn(weekly, after) });
    cloud.skewMs = 4 * DAY_MS;
    await runJob(seriesJob, cloud.first.deps, {});
    const done = await read();
    expect(outcome(done).slice(made.dates.length, made.dates.length + 2)).toEqual(["reserved", "blocked"]);
    expect(done).toMatchObject({ ended: true });
    expect(done.dates).toHaveLength(16);
    expect((await inbox(regular)).filter((kind) => kind === "seriesMissed")).toHaveLength(2);
    cloud.skewMs = 0;
  });

  it("is refused without a date to come, for a class that is not there, and beyond a share", async () => {
    const { siteId } = await bookingSite(cloud, { A: "AC" });
    const greedy = await cloud.person();
    const path = `/v1/sites/${siteId}/reservation-series`;
    const daily = pattern();
    const refused = (more: object) => greedy.refused("POST", path, { ...daily, ...more });
    expect(await refused({ startsOn: later(daily.startsOn, -4) })).toEqual([400, "invalid"]);
    expect(await refused({ count: null })).toEqual([400, "invalid"]);
    expect(await refused({ until: "2099-01-01" })).toEqual([400, "invalid"]);
    expect(await refused({ from: "12:10" })).toEqual([400, "invalid"]);
    expect(await refused({ class: "DC" })).toEqual([404, "not_found"]);
    expect(await refused({ to: daily.from })).toEqual([400, "too_long"]);
    const far = (days: number) => ({ ...daily, startsOn: later(daily.startsOn, 60 + days) });
    const ids = new Set<string>();
    await cloud.db.deleteFrom("rate_limits").execute();
    for (let n = 0; n < 10; n++) {
      const made = await greedy.ok<Series>("POST", path, far(n));
      expect(made).toMatchObject({ days: weekdays, dates: [], ended: false });
      ids.add(made.seriesId);
      if (n === 4) await cloud.db.deleteFrom("rate_limits").execute();
    }
    await cloud.db.deleteFrom("rate_limits").execute();
    expect(ids.size).toBe(10);
    expect(await greedy.refused("POST", path, far(10))).toEqual([409, "too_many_series"]);
    // The same again, as after an answer that was lost, is not another.
    expect(ids.has((await greedy.ok<Series>("POST", path, far(9))).seriesId)).toBe(true);
  });
});
