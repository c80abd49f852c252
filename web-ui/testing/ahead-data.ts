import type { Reschedule, Series, Wait } from "../app/driver/ahead-types";
import { siteId } from "./app-data";
import { reservations } from "./driver-data";

/** Data of a real shape for waiting lists, weekly bookings, and bookings that have to move. */

const eur = (amount: number) => ({ amount, currency: "EUR" });
const wait: Wait = {
  siteId,
  siteName: "Lindenhof garage",
  waitId: "0198f3a0-0000-7000-8000-000000000e01",
  class: "11kW",
  start: "2026-11-22T16:00:00.000Z",
  end: "2026-11-22T18:00:00.000Z",
  state: "waiting",
  ahead: 0,
  offer: null,
};
export const offered: Wait = {
  ...wait,
  waitId: "0198f3a0-0000-7000-8000-000000000e02",
  state: "offered",
  start: "2026-11-21T18:00:00.000Z",
  end: "2026-11-21T20:00:00.000Z",
  offer: { holdId: "h1", expiresAt: "2026-11-21T13:25:12.000Z", secondsLeft: 1200, price: eur(400) },
};
export const waits: Wait[] = [
  offered,
  { ...wait, ahead: 2 },
  { ...wait, waitId: "0198f3a0-0000-7000-8000-000000000e03", siteName: "Mill Lane", state: "missed" },
];

export const move: Reschedule = {
  siteId,
  siteName: "Lindenhof garage",
  booking: reservations[0]!.booking,
  start: "2026-11-21T17:00:00.000Z",
  end: "2026-11-21T19:00:00.000Z",
  cause: "charger",
  offer: {
    offerId: "o1",
    siteId: "0198f3a0-0000-7000-8000-000000000001",
    siteName: "Mill Lane",
    distanceM: 640,
    start: "2026-11-21T17:00:00.000Z",
    end: "2026-11-21T19:00:00.000Z",
    price: eur(450),
  },
  refund: eur(400),
  compensation: eur(0),
};

export const weekly: Series = {
  siteId,
  siteName: "Lindenhof garage",
  seriesId: "0198f3a0-0000-7000-8000-000000000f01",
  class: "11kW",
  days: ["SATURDAY"],
  from: "18:00",
  to: "20:00",
  startsOn: "2026-11-21",
  until: null,
  count: 10,
  timeZone: "Europe/Berlin",
  ended: false,
  dates: [
    { date: "2026-11-21", start: null, end: null, refusal: null, reservation: reservations[0]! },
    { date: "2026-11-28", start: null, end: null, refusal: "taken", reservation: null },
  ],
};

/** What the server of the built app answers about them. */
export const aheadAnswers = (isEmpty: () => boolean): [RegExp, () => [status: number, body: unknown]][] => [
  [/^GET \/v1\/waiting-list$/, () => [200, { waits: isEmpty() ? [] : waits }]],
  [/^POST \/v1\/sites\/[^/]+\/waiting-list$/, () => [201, wait]],
  [/^GET \/v1\/me\/reschedules$/, () => [200, { reschedules: isEmpty() ? [] : [move] }]],
  [/^GET \/v1\/reservation-series$/, () => [200, { series: isEmpty() ? [] : [weekly] }]],
];
