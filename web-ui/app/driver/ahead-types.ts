import type { Money } from "../../../shared/session";
import type { Weekday } from "../../../shared/tariff/local-time";
import type { Hold, Reservation } from "./types";

/** What the cloud's API gives of bookings that are yet to come about, or to be moved. Money in minor units, instants ISO 8601 UTC. */

/** `GET /v1/waiting-list`; `missed`: the offer ran out, `over`: nothing came free in time. */
export interface Wait {
  siteId: string;
  siteName: string;
  waitId: string;
  class: string;
  start: string;
  end: string;
  state: "waiting" | "offered" | "booked" | "missed" | "over";
  /** Others before. */
  ahead: number;
  offer: Pick<Hold, "holdId" | "expiresAt" | "secondsLeft" | "price"> | null;
}

/** `GET /v1/me/reschedules` */
export interface Reschedule {
  siteId: string;
  siteName: string;
  booking: string;
  start: string;
  end: string;
  cause: "charger" | "owner";
  /** null: nothing else is free. */
  offer: {
    offerId: string;
    siteId: string;
    siteName: string;
    /** 0: at the same site. */
    distanceM: number;
    start: string;
    end: string;
    price: Money;
  } | null;
  refund: Money;
  compensation: Money;
}

/** `POST /v1/sites/{siteId}/reservation-series`; times are the site's wall clock, a `to` not after `from` is on the next day. */
export interface Pattern {
  class: string;
  days: Weekday[];
  from: string;
  to: string;
  /** ISO date. */
  startsOn: string;
  count: number | null;
}

/** `GET /v1/reservation-series` */
export interface Series extends Pattern {
  siteId: string;
  siteName: string;
  seriesId: string;
  until: string | null;
  timeZone: string;
  ended: boolean;
  /** What was booked or refused so far. */
  dates: {
    date: string;
    start: string | null;
    end: string | null;
    refusal: string | null;
    reservation: Reservation | null;
  }[];
}
