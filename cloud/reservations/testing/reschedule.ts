import { beforeEach } from "vitest";
import { instantOfSlot } from "../../../shared/booking";
import { defaultBookingSettings } from "../../../shared/booking-settings";
import { place } from "../../sites/testing/places";
import { registration, saying } from "../../testing/registration";
import { openCloud } from "../../testing/open";
import type { Person } from "../../testing/person";
import type { BookingSite } from "../../testing/seats";
import { bookingSite } from "../../testing/seats";
import { rescheduleJob } from "../reschedule/watch";

export const rules = {
  ...defaultBookingSettings,
  pricePerHour: 400,
  terms: { ...defaultBookingSettings.terms, lateCancelFee: 400, noShowFee: 400, compensation: 700 },
};
export const MINUTE = 60_000;
interface Reschedule {
  siteId: string;
  booking: string;
  cause: string;
  offer: { offerId: string; siteId: string; distanceM: number; price: { amount: number } } | null;
  compensation: { amount: number };
}
export interface Reservation {
  booking: string;
  version: number;
  status: string;
  pending: boolean;
  seat: string;
  owed: { amount: number };
}

/** A connector of a test site says how it is. */
function tell({ hub }: BookingSite, connectorId: number, status: "Available" | "Faulted"): void {
  hub.add("connector.status", saying(connectorId, status, status === "Faulted" ? "GroundFailure" : "NoError"));
}

/** A cloud of two processes for the tests of the file that calls this, and what is done at sites whose chargers fail; each test begins at the present time. */
export async function rescheduleTown() {
  const cloud = await openCloud();
  beforeEach(() => {
    cloud.skewMs = 0;
  });
  const second = await cloud.addProcess();
  const [admin, driver] = [await cloud.admin(), await cloud.person()];
  const everyone = () => [cloud.first, second].map(({ deps }) => rescheduleJob.run(deps, {}));
  const round = () => Promise.all(everyone());

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

  const book = ({ siteId, base }: BookingSite, person: Person = driver) =>
    person.ok<Reservation>("POST", `/v1/sites/${siteId}/reservations`, {
      class: "AC",
      start: instantOfSlot(base),
      end: instantOfSlot(base + 4),
    });
  const read = ({ siteId }: BookingSite, { booking }: { booking: string }, person: Person = driver) =>
    person.ok<Reservation>("GET", `/v1/sites/${siteId}/reservations/${booking}`);
  const offers = async (person: Person = driver) =>
    (await person.ok<{ reschedules: Reschedule[] }>("GET", "/v1/me/reschedules")).reschedules;
  /** Answers to what is offered now, or to `offerId`. */
  async function say(
    { siteId }: BookingSite,
    { booking }: { booking: string },
    accept: boolean,
    who: Person = driver,
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
    const rows = await cloud.db
      .selectFrom("booking_postings")
      .select("amount")
      .where("booking", "=", booking)
      .execute();
    return rows.reduce((sum, { amount }) => sum + amount, 0);
  };
  /** Time goes by, with the hub's line up. */
  async function later(site: BookingSite, ms: number): Promise<void> {
    cloud.skewMs += ms;
    await site.site.say();
  }
  return { cloud, second, driver, round, chargerSite, tell, book, read, offers, say, told, sums, later };
}
