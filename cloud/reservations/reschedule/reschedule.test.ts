import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { instantOfSlot, startOfSlot } from "../../../shared/booking";
import { defaultBookingSettings } from "../../../shared/booking-settings";
import { place, registration } from "../../sites/testing/places";
import type { TestProcess } from "../../testing/cloud";
import { TestCloud } from "../../testing/cloud";
import type { Person } from "../../testing/person";
import type { BookingSite } from "../../testing/seats";
import { bookingSite } from "../../testing/seats";
import { rescheduleJob } from "./watch";

let cloud: TestCloud;
let second: TestProcess;
let admin: Person;
let driver: Person;
beforeAll(async () => {
  cloud = await TestCloud.start();
  second = await cloud.addProcess();
  [admin, driver] = [await cloud.person(), await cloud.person()];
  await cloud.makeAdmin(admin);
});
beforeEach(() => {
  cloud.skewMs = 0;
});
afterAll(() => cloud.stop());

const rules = {
  ...defaultBookingSettings,
  pricePerHour: 400,
  terms: { ...defaultBookingSettings.terms, lateCancelFee: 400, noShowFee: 400, compensation: 700 },
};
const MINUTE = 60_000;
const everyone = () => [cloud.first, second].map(({ deps }) => rescheduleJob.run(deps, {}));
const round = () => Promise.all(everyone());

interface Reschedule {
  siteId: string;
  booking: string;
  cause: string;
  offer: { offerId: string; siteId: string; distanceM: number; price: { amount: number } } | null;
  compensation: { amount: number };
}
interface Reservation {
  booking: string;
  version: number;
  status: string;
  pending: boolean;
  seat: string;
  owed: { amount: number };
}

/** A site on the list, whose hub has a charger with a connector for each seat. */
async function chargerSite(lat: number, connectors: number): Promise<BookingSite> {
  const ids = Array.from({ length: connectors }, (_, index) => index + 1);
  const booked = await bookingSite(cloud, Object.fromEntries(ids.map((id) => [`CP1/${id}`, "AC"])));
  const { owner, siteId, hub } = booked;
  hub.add("chargePoint.registered", registration("CP1", 16, connectors));
  hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
  for (const id of ids) tell(booked, id, "Available");
  await hub.send();
  await owner.ok("PUT", `/v1/sites/${siteId}/place`, { ...place, lat });
  for (const id of ids) await owner.ok("PUT", `/v1/sites/${siteId}/connectors/CP1/${id}`, { type: "IEC_62196_T2" });
  await owner.ok("POST", `/v1/sites/${siteId}/place/listing`, { action: "submit" });
  await admin.ok("POST", `/v1/admin/listings/${siteId}/decision`, { decision: "approve" });
  await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, rules);
  return booked;
}

function tell({ hub }: BookingSite, connectorId: number, status: "Available" | "Faulted"): void {
  const errorCode = status === "Faulted" ? "GroundFailure" : "NoError";
  hub.add("connector.status", {
    cpId: "CP1",
    connectorId,
    status,
    errorCode,
    info: null,
    vendorErrorCode: null,
    chargerTime: null,
  });
}

const book = ({ siteId, base }: BookingSite, person = driver) =>
  person.ok<Reservation>("POST", `/v1/sites/${siteId}/reservations`, {
    class: "AC",
    start: instantOfSlot(base),
    end: instantOfSlot(base + 4),
  });
const read = ({ siteId }: BookingSite, { booking }: { booking: string }, person = driver) =>
  person.ok<Reservation>("GET", `/v1/sites/${siteId}/reservations/${booking}`);
const offers = async (person = driver) =>
  (await person.ok<{ reschedules: Reschedule[] }>("GET", "/v1/me/reschedules")).reschedules;
/** Answers to what is offered now, or to `offerId`. */
async function say(
  { siteId }: BookingSite,
  { booking }: { booking: string },
  accept: boolean,
  who = driver,
  offerId?: string,
) {
  const seen = offerId ?? (await offers(who)).find((each) => each.booking === booking)?.offer?.offerId ?? "none";
  const path = `/v1/sites/${siteId}/reservations/${booking}/reschedule`;
  return who.send("POST", path, accept ? { accept, offerId: seen } : { accept });
}
const told = async (booking: string) =>
  (await cloud.db.selectFrom("notifications").select(["kind", "data"]).orderBy("created_at").orderBy("id").execute())
    .filter(({ data }) => (data as { booking?: string }).booking === booking)
    .map(({ kind }) => kind)
    .filter((kind) => kind !== "bookingConfirmed");
const sums = async (booking: string) => {
  const rows = await cloud.db.selectFrom("booking_postings").select("amount").where("booking", "=", booking).execute();
  return rows.reduce((sum, { amount }) => sum + amount, 0);
};
/** Time goes by, with the hub's line up. */
async function later(site: BookingSite, ms: number): Promise<void> {
  cloud.skewMs += ms;
  await site.site.say();
}

describe("a charger that fails before a booking", () => {
  it("gets its driver another connector of the site, once, at the price that was agreed", async () => {
    const site = await chargerSite(40, 2);
    const { owner, siteId } = site;
    const reserved = await book(site);
    await site.site.hear();
    expect(reserved.seat).toBe("CP1/1");
    tell(site, 1, "Faulted");
    await site.site.say();
    await round();
    expect(await offers()).toEqual([]);
    await later(site, 11 * MINUTE);
    await owner.ok("PUT", `/v1/sites/${siteId}/booking-settings`, { ...rules, pricePerHour: 9000 });
    await round();
    await round();
    const mine = await offers();
    expect(mine).toMatchObject([{ siteId, cause: "charger", offer: { siteId, distanceM: 0, price: { amount: 400 } } }]);
    const stranger = await cloud.person();
    expect((await say(site, reserved, true, stranger)).status).toBe(404);
    expect(await offers(stranger)).toEqual([]);
    expect((await say(site, reserved, true, driver, "another")).status).toBe(409);
    const { offerId } = mine[0]!.offer!;
    const both = [driver, driver.at(second)].map((who) => say(site, reserved, true, who, offerId));
    const answers = await Promise.all(both);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410]);
    expect(await read(site, reserved)).toMatchObject({ version: 3, seat: "CP1/2", owed: { amount: 400 } });
    await site.site.hear();
    await round();
    expect(await offers()).toEqual([]);
    expect(await told(reserved.booking)).toEqual(["bookingAtRisk", "bookingMoved"]);
    expect(await sums(reserved.booking)).toBe(400);
  });

  it("is waited for where nothing else is free: it stands where it works again, and is compensated where it does not", async () => {
    const site = await chargerSite(41, 1);
    const reserved = await book(site);
    await site.site.hear();
    const fails = async () => {
      tell(site, 1, "Faulted");
      await site.site.say();
      await later(site, 11 * MINUTE);
      await round();
    };
    await fails();
    expect(await offers()).toMatchObject([{ offer: null, compensation: { amount: 700 } }]);
    expect((await say(site, reserved, true)).status).toBe(409);
    tell(site, 1, "Available");
    await site.site.say();
    await round();
    expect(await offers()).toEqual([]);
    expect((await say(site, reserved, false)).status).toBe(410);
    expect(await read(site, reserved)).toMatchObject({ status: "reserved", pending: false });
    await fails();
    expect(await offers()).toHaveLength(1);
    cloud.skewMs = startOfSlot(site.base) - Date.now() + MINUTE;
    await round();
    await round();
    await site.site.hear();
    expect(await read(site, reserved)).toMatchObject({ status: "compensated", owed: { amount: -700 } });
    expect(await told(reserved.booking)).toEqual([
      "bookingAtRisk",
      "bookingStands",
      "bookingAtRisk",
      "bookingReleased",
    ]);
    expect(await sums(reserved.booking)).toBe(-700);
  });

  it("says nothing while the hub is away, and nothing where its driver has cancelled", async () => {
    const site = await chargerSite(42, 1);
    const reserved = await book(site);
    await site.site.hear();
    tell(site, 1, "Faulted");
    await site.site.say();
    cloud.skewMs += 11 * MINUTE;
    await round();
    expect(await offers()).toEqual([]);
    await later(site, 0);
    await round();
    expect(await offers()).toHaveLength(1);
    await driver.ok("POST", `/v1/sites/${site.siteId}/reservations/${reserved.booking}/cancel`);
    expect((await say(site, reserved, false)).status).toBe(410);
    await round();
    expect(await offers()).toEqual([]);
    await site.site.hear();
    // As if he had declined: without a fee, and compensated since there was nothing else.
    expect(await read(site, reserved)).toMatchObject({ status: "compensated", owed: { amount: -700 } });
    expect(await sums(reserved.booking)).toBe(-700);
    expect(await told(reserved.booking)).toEqual(["bookingAtRisk"]);
  });
});

describe("an owner who takes a connector away", () => {
  it("gets his drivers to the nearest site that has the time and fits", async () => {
    const site = await chargerSite(43, 1);
    const near = await chargerSite(43.05, 1);
    const far = await chargerSite(43.15, 1);
    const reserved = await book(site);
    await site.site.hear();
    const block = { seat: "CP1/1", start: instantOfSlot(site.base), end: null, reschedule: true };
    const path = `/v1/sites/${site.siteId}`;
    const { shown, affected } = await site.owner.ok<{ shown: string; affected: object[] }>(
      "POST",
      `${path}/booking-changes/preview`,
      { kind: "block", ...block },
    );
    expect(affected).toMatchObject([{ booking: reserved.booking, then: "offered" }]);
    await site.owner.ok("POST", `${path}/blocks?shown=${shown}`, block);
    await round();
    expect(await offers()).toMatchObject([{ cause: "owner", offer: { siteId: near.siteId, price: { amount: 400 } } }]);
    // Its owner takes more now: that is another offer. And his rules of payment hold.
    await near.owner.ok("PUT", `/v1/sites/${near.siteId}/booking-settings`, { ...rules, pricePerHour: 500 });
    expect((await say(site, reserved, true)).status).toBe(409);
    expect(await offers()).toMatchObject([{ offer: { siteId: near.siteId, price: { amount: 500 } } }]);
    const accepts = (method: string) =>
      near.owner.ok("PUT", `/v1/sites/${near.siteId}/payment-rules`, {
        methods: [method],
        onAccountFor: "everybody",
        hold: null,
      });
    await accepts("card");
    const refused = await say(site, reserved, true);
    await accepts("on_account");
    expect(await refused.json()).toMatchObject({ error: { code: "not_accepted" } });
    // Its owner sells no more, or somebody is quicker: what is next is offered.
    await near.owner.ok("PUT", `/v1/sites/${near.siteId}/booking-settings`, { ...rules, open: false });
    expect((await say(site, reserved, true)).status).toBe(409);
    expect(await offers()).toMatchObject([{ offer: { siteId: far.siteId } }]);
    await near.owner.ok("PUT", `/v1/sites/${near.siteId}/booking-settings`, rules);
    await far.owner.ok("PUT", `/v1/sites/${far.siteId}/booking-settings`, { ...rules, open: false });
    expect((await say(site, reserved, true)).status).toBe(409);
    await far.owner.ok("PUT", `/v1/sites/${far.siteId}/booking-settings`, rules);
    expect(await offers()).toMatchObject([{ offer: { siteId: near.siteId } }]);
    const quick = await cloud.person();
    await book(near, quick);
    expect((await say(site, reserved, true)).status).toBe(409);
    expect(await offers()).toMatchObject([{ offer: { siteId: far.siteId } }]);
    const answers = await Promise.all([say(site, reserved, true), say(site, reserved, false, driver.at(second))]);
    const accepted = answers[0]!.status === 200;
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 410]);
    await Promise.all([site.site.hear(), far.site.hear()]);
    await round();
    expect(await read(site, reserved)).toMatchObject({ status: "cancelled", owed: { amount: 0 } });
    expect(await sums(reserved.booking)).toBe(0);
    const { reservations } = await driver.ok<{ reservations: (Reservation & { siteId: string })[] }>(
      "GET",
      "/v1/reservations",
    );
    const there = reservations.filter(({ siteId }) => siteId === far.siteId);
    expect(there).toHaveLength(accepted ? 1 : 0);
    expect(Object.values(far.site.book.sales)).toHaveLength(accepted ? 1 : 0);
    expect((await told(reserved.booking)).filter((kind) => kind === "bookingReleased")).toHaveLength(accepted ? 0 : 1);
  });
});

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
