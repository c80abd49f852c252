import type { Sale } from "../../shared/booking";
import { instantOfSlot } from "../../shared/booking";
import type { BookingSettings } from "../../shared/booking-settings";
import { AppError } from "../../shared/error";
import type { Money } from "../../shared/session";
import { freeTariff } from "../../shared/session";
import type { Tariff } from "../../shared/tariff";
import { isOffered } from "../../shared/tariff";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import { settingsOf } from "./settings";

/** What a site sells, and by which rules. */
export interface Offering {
  siteId: string;
  timeZone: string;
  currency: string;
  defaultTariff: Tariff | null;
  settings: BookingSettings;
  /** Seats that the cloud sells, in the order in which they are offered. */
  seats: { seat: string; class: string }[];
}

/** Throws AppError `not_found` for a site that is not there or takes no reservations. */
export async function offeringOf(db: Db, siteId: string): Promise<Offering> {
  const [site, settings, seats] = await Promise.all([
    db
      .selectFrom("sites")
      .leftJoin("tariffs", (join) =>
        join.onRef("tariffs.site_id", "=", "sites.site_id").onRef("tariffs.tariff_id", "=", "sites.default_tariff_id"),
      )
      .select(["sites.time_zone", "sites.currency", "tariffs.tariff"])
      .where("sites.site_id", "=", siteId)
      .executeTakeFirst(),
    settingsOf(db, siteId),
    db
      .selectFrom("booking_seats")
      .select(["seat", "class"])
      .where("site_id", "=", siteId)
      .where("gone", "=", false)
      .where("walk_in", "=", false)
      .orderBy("place")
      .execute(),
  ]);
  if (!site || seats.length === 0) throw notFound("site that takes reservations");
  const { time_zone: timeZone, currency, tariff: defaultTariff } = site;
  return { siteId, timeZone, currency, defaultTariff, settings, seats };
}

/** What a driver asks for: whole cells of a class. */
export interface Wish {
  class: string;
  from: number;
  to: number;
}

/** Price of the reservation, by the hour, half a minor unit up. */
export function priceOfBooking(offering: Offering, { from, to }: Wish): Money {
  return { amount: Math.round((offering.settings.pricePerHour * (to - from)) / 4), currency: offering.currency };
}

/** Tariff of the energy: the site's, as it holds when the booking starts; none means free. */
export function tariffOfBooking({ defaultTariff, currency }: Offering, { from }: Wish): Tariff {
  const holds = defaultTariff && isOffered(defaultTariff, instantOfSlot(from));
  return holds ? defaultTariff : freeTariff(currency);
}

/** A sale but for what only the transaction knows: its seat and the epoch. Price, terms and tariff are frozen in it. */
export type UnseatedSale = Omit<Sale, "seat" | "class" | "epoch">;

/** Throws AppError `closed` (409), `too_long` (400), or `unknown_class` (404) where the site does not sell that at all. */
export function saleFor(offering: Offering, booking: string, key: string, wish: Wish): UnseatedSale {
  const { siteId, settings, seats } = offering;
  if (!settings.open) throw new AppError("closed", "This site sells no reservations at present.", { status: 409 });
  if ((wish.to - wish.from) * 15 > settings.maxMinutes) {
    throw new AppError("too_long", `A reservation lasts at most ${settings.maxMinutes} minutes here.`, { status: 400 });
  }
  if (!seats.some((each) => each.class === wish.class)) throw notFound("class of connector at this site");
  return {
    booking,
    version: 1,
    replaces: null,
    hub: siteId,
    seller: "cloud",
    from: wish.from,
    to: wish.to,
    price: priceOfBooking(offering, wish),
    terms: settings.terms,
    tariff: tariffOfBooking(offering, wish),
    key,
    stage: "reserved",
    doubt: false,
    cancel: null,
    use: null,
    end: null,
  };
}
