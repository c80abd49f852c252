import { sql } from "kysely";
import type { Sale } from "../../shared/booking";
import { instantOfSlot } from "../../shared/booking";
import type { BookingSettings } from "../../shared/booking-settings";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { ConnectorType } from "../../shared/connector-types";
import { AppError } from "../../shared/error";
import { freeTariff } from "../../shared/session";
import type { Tariff, TariffVersion } from "../../shared/tariff";
import { isOffered, versionAt } from "../../shared/tariff";
import type { BookingPrice } from "../../shared/tariff/booking";
import { priceOfBooking } from "../../shared/tariff/booking";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";

/** What a site sells, and by which rules. */
export interface Offering {
  siteId: string;
  timeZone: string;
  currency: string;
  /** The site's tariff as it holds now and as it is known to become; null: it has none. */
  tariffVersions: TariffVersion[] | null;
  settings: BookingSettings;
  /** The site's hub can check passes of this cloud. */
  ready: boolean;
  /** Seats that the cloud sells, in the order in which they are offered; `type` of the plug, null: its owner has not said. */
  seats: { seat: string; class: string; type: ConnectorType | null }[];
}

/** Throws AppError `not_found` for a site that is not there or takes no reservations. */
export async function offeringOf(db: Db, siteId: string): Promise<Offering> {
  const { rows } = await sql<Omit<Offering, "siteId" | "settings"> & { settings: BookingSettings | null }>`
    select s.time_zone as "timeZone", s.currency, b.settings, (
      select json_agg(json_build_object('from', v.begins, 'tariff', v.tariff) order by v.begins, v.version) from (
        select 'epoch'::timestamptz as begins, 0 as version, t.tariff
        union all
        select effective_from, version, tariff from tariff_versions
        where site_id = t.site_id and tariff_id = t.tariff_id and effective_from >= t.next_at) v
      where t.tariff_id is not null) as "tariffVersions", (
      select coalesce(json_agg(json_build_object('seat', k.seat, 'class', k.class, 'type', p.type) order by k.place), '[]')
      from booking_seats k left join place_connectors p on p.site_id = k.site_id and p.seat = k.seat
      where k.site_id = s.site_id and not k.gone and not k.walk_in) as seats,
      exists (select from hubs h where h.site_id = s.site_id and h.replaced_at is null and h.pass_secrets is not null) as ready
    from sites s
    left join tariffs t on t.site_id = s.site_id and t.tariff_id = s.default_tariff_id
    left join booking_settings b on b.site_id = s.site_id
    where s.site_id = ${siteId}`.execute(db);
  const [found] = rows;
  if (!found || found.seats.length === 0) throw notFound("site that takes reservations");
  return { ...found, siteId, settings: found.settings ?? defaultBookingSettings };
}

/** What a driver asks for: whole cells of a class. */
export interface Wish {
  class: string;
  /** Only seats with this plug; a hub binds a booking to its own seat first. Missing: any of the class. */
  type?: ConnectorType | undefined;
  from: number;
  to: number;
}

/** Seats on which a wish can be had, in the order in which they are offered. */
export function seatsFor({ seats }: Pick<Offering, "seats">, wish: Pick<Wish, "class" | "type">): string[] {
  const fits = (each: Offering["seats"][number]) => wish.type === undefined || each.type === wish.type;
  return seats.flatMap((each) => (each.class === wish.class && fits(each) ? [each.seat] : []));
}

/** Price of the reservation and its terms, by the tariff that it is sold with. */
function priceAndTerms(offering: Offering, tariff: Tariff, { from, to }: Wish): BookingPrice {
  const time = { start: instantOfSlot(from), seconds: (to - from) * 900 };
  return priceOfBooking(tariff, offering.settings, time, offering.timeZone);
}

/** Tariff of the energy: the site's, in the version that holds when the booking starts; none means free. */
export function tariffOfBooking({ tariffVersions, currency }: Offering, { from }: Wish): Tariff {
  const start = instantOfSlot(from);
  const tariff = versionAt(tariffVersions ?? [], Date.parse(start))?.tariff;
  return tariff && isOffered(tariff, start) ? tariff : freeTariff(currency);
}

/** A sale but for what only the transaction knows: its seat and the epoch. Price, terms and tariff are frozen in it. */
export type UnseatedSale = Omit<Sale, "seat" | "class" | "epoch">;

/** Nobody at the site could check a pass: its hub has yet to learn how, or there is none. */
export const hubNotReady = () =>
  new AppError("hub_not_ready", "This site's hub has yet to learn how to check passes of this cloud.", { status: 409 });

/** Throws AppError `closed` or `hub_not_ready` (409), `too_long` (400), or `unknown_class` (404) where the site does not sell that at all. */
export function saleFor(offering: Offering, booking: string, key: string, wish: Wish): UnseatedSale {
  const { siteId, settings, ready } = offering;
  if (!settings.open) throw new AppError("closed", "This site sells no reservations at present.", { status: 409 });
  if (!ready) throw hubNotReady();
  if ((wish.to - wish.from) * 15 > settings.maxMinutes) {
    throw new AppError("too_long", `A reservation lasts at most ${settings.maxMinutes} minutes here.`, { status: 400 });
  }
  if (seatsFor(offering, wish).length === 0) throw notFound("class of connector at this site");
  const tariff = tariffOfBooking(offering, wish);
  return {
    booking,
    version: 1,
    replaces: null,
    hub: siteId,
    seller: "cloud",
    from: wish.from,
    to: wish.to,
    ...priceAndTerms(offering, tariff, wish),
    tariff,
    key,
    stage: "reserved",
    doubt: false,
    cancel: null,
    use: null,
    end: null,
  };
}
