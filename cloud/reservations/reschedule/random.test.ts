import { describe, expect, it } from "vitest";
import { startOfSlot } from "../../../shared/booking";
import type { Person } from "../../testing/person";
import type { BookingSite } from "../../testing/seats";
import type { Reservation } from "../testing/reschedule";
import { MINUTE, rescheduleTown } from "../testing/reschedule";

const { cloud, second, driver, round, chargerSite, tell, book, say, sums, later } = await rescheduleTown();

describe("whatever happens to bookings whose chargers fail", () => {
  it("ends each of them once, and the money fits", async () => {
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return Math.floor((seed / 2_147_483_648) * below);
    };
    const sites = [await chargerSite(44, 2), await chargerSite(44.02, 2)];
    const people = [driver, await cloud.person(), await cloud.person()];
    const bookings: { site: BookingSite; person: Person; booking: string }[] = [];
    for (const person of people) {
      const site = sites[bookings.length % 2]!;
      bookings.push({ site, person, booking: (await book(site, person)).booking });
    }
    const answer = (accept: boolean) => {
      const { site, person, booking } = bookings[random(3)]!;
      return say(site, { booking }, accept, random(2) === 0 ? person : person.at(second));
    };
    const cancel = async () => {
      const { site, person, booking } = bookings[random(3)]!;
      await person.send("POST", `/v1/sites/${site.siteId}/reservations/${booking}/cancel`);
    };
    const acts = [
      async () => {
        const site = sites[random(2)]!;
        tell(site, 1 + random(2), random(3) === 0 ? "Available" : "Faulted");
        await site.site.say();
      },
      () => later(sites[random(2)]!, 6 * MINUTE),
      () => sites[random(2)]!.site.hear(),
      round,
      () => answer(true),
      () => answer(false),
      cancel,
    ];
    for (let step = 0; step < 40; step++) {
      // Most of them alone, some at once with another.
      const chosen = acts[random(random(4) === 0 ? 7 : 6)]!;
      await Promise.all(random(3) === 0 ? [chosen(), round(), answer(random(2) === 0)] : [chosen()]);
    }
    for (const { site } of sites) await site.hear();
    cloud.skewMs = startOfSlot(Math.max(...sites.map(({ base }) => base))) - Date.now() + MINUTE;
    await round();
    for (const { site } of sites) await site.hear();
    const siteIds = sites.map(({ siteId }) => siteId);
    const rows = await cloud.db.selectFrom("reservations").selectAll().where("site_id", "in", siteIds).execute();
    for (const person of people) {
      const open = rows.filter(({ user_id, stage }) => stage !== "ended" && user_id !== null);
      const own = new Set(
        (await person.ok<{ reservations: Reservation[] }>("GET", "/v1/reservations")).reservations.map(
          ({ booking }) => booking,
        ),
      );
      expect(open.filter(({ booking }) => own.has(booking)).length).toBeLessThanOrEqual(1);
    }
    for (const { booking, site_id } of rows) {
      const versions = rows.filter((row) => row.booking === booking && row.site_id === site_id);
      const owed = versions.reduce((sum, { sale }) => sum + (sale.end ? sale.end.owed : sale.price.amount), 0);
      expect(await sums(booking)).toBe(owed);
      expect(versions.filter(({ stage }) => stage !== "ended").length).toBeLessThanOrEqual(1);
    }
    for (const { siteId, site } of sites) {
      for (const sale of Object.values(site.book.sales)) {
        const row = rows.find(
          (each) => each.site_id === siteId && each.booking === sale.booking && each.version === sale.version,
        );
        expect([row?.sale.stage, row?.sale.end]).toEqual([sale.stage, sale.end]);
      }
    }
    const left = await cloud.db.selectFrom("booking_reschedules").selectAll().where("site_id", "in", siteIds).execute();
    expect(left.filter(({ state }) => state === "offered")).toEqual([]);
  });
});
