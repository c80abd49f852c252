import { weekdays } from "../../shared/tariff/local-time";
import type {
  Availability,
  Bill,
  FoundPlace,
  Hold,
  JoinedPlace,
  PassAnswer,
  Place,
  PlaceLive,
  Reservation,
  Vehicle,
} from "../app/driver/types";
import { complexTariff, simpleTariff, siteId } from "./app-data";
import { passToken, zone } from "./views";

/** Data of a real shape for tests and screenshots of the drivers' pages. */

const terms = {
  early_start_time: 15,
  noshow_timeout: 20,
  late_stop_time: 5,
  cancel_until_minutes: 60,
  lateCancelFee: 200,
  noShowFee: 400,
  compensation: 500,
};
const price = { amount: 400, currency: "EUR" };

const week = Object.fromEntries(
  weekdays.map((day) => [day, day === "SUNDAY" ? [] : [{ from: "06:00", to: "22:00" }]]),
) as NonNullable<Place["hours"]["week"]>;

export const place: Place = {
  siteId,
  name: "Lindenhof garage",
  host: "business",
  street: "Lindenweg 4",
  postalCode: "10437",
  city: "Berlin",
  country: "DE",
  lat: 52.5416,
  lng: 13.4132,
  timeZone: zone,
  currency: "EUR",
  description: "Drive in by the blue gate and keep right. The chargers are on level -1, bays 12 to 16.",
  facilities: ["CAFE", "SUPERMARKET"],
  hours: { week, exceptions: [] },
  now: { open: true, until: "2026-11-21T21:00:00.000Z" },
  access: "public",
  mayBook: true,
  photos: [],
  rating: { average: 4.6, count: 37 },
  hub: { online: true, offlineSince: null },
  connectors: [
    connector("CP1", "Bay 12", "IEC_62196_T2", 22_000, "available"),
    connector("CP2", "Bay 13", "IEC_62196_T2", 22_000, "occupied"),
    connector("CP3", "Bay 14", "IEC_62196_T2_COMBO", 50_000, "reserved"),
    connector("CP4", "", null, null, null),
  ],
  tariffs: [simpleTariff, complexTariff],
};

function connector(
  cpId: string,
  label: string,
  type: Place["connectors"][number]["type"],
  powerW: number | null,
  status: Place["connectors"][number]["status"],
): Place["connectors"][number] {
  const since = "2026-11-21T12:18:05.000Z";
  return { cpId, connectorId: 1, status, since, label, type, current: null, powerW, tariffId: "day-rate" };
}

/** A neighbour's, as a share link shows it to who has not joined yet. */
export const sharedPlace: Place = {
  ...place,
  siteId: "0198f3a0-0000-7000-8000-0000000000cd",
  name: "Frau Yilmaz, courtyard",
  host: "private",
  access: "private",
  mayBook: false,
};
const { street, city } = place;
export const joinedPlaces: JoinedPlace[] = [
  { ...sharedPlace, street, city, open: true, online: true },
  { siteId, name: place.name, street, city, access: "members", open: true, online: false },
];

export const placeLive: PlaceLive = {
  hub: place.hub,
  connectors: place.connectors.map(({ cpId, connectorId, status, since }) => ({ cpId, connectorId, status, since })),
};

const names = [
  "Lindenhof garage",
  "Café Morgenrot",
  "Stadtwerke Prenzlauer Allee",
  "Frau Yilmaz, courtyard",
  "Tower car park",
];

/** Places around Berlin, the first the one above. */
export function foundPlaces(count: number): FoundPlace[] {
  return Array.from({ length: count }, (_, index) => ({
    siteId: index === 0 ? siteId : `0198f3a0-0000-7000-8000-${String(index).padStart(12, "0")}`,
    name: names[index] ?? `Place ${index + 1}`,
    street: index === 0 ? "Lindenweg 4" : `Schönhauser Allee ${index * 7}`,
    city: "Berlin",
    lat: 52.5416 + Math.sin(index * 2.4) * 0.012 * Math.sqrt(index),
    lng: 13.4132 + Math.cos(index * 2.4) * 0.02 * Math.sqrt(index),
    distanceM: 640 + index * 430,
    access: index === 3 ? "booked" : "public",
    timeZone: zone,
    open: index !== 4,
    online: index !== 2,
    photoUrl: null,
    rating: index === 1 ? { average: null, count: 0 } : { average: 4.6 - index * 0.2, count: 37 },
    fitting: 2,
    maxPowerW: 22_000,
    connectors: [
      { type: "IEC_62196_T2", maxPowerW: 22_000, count: 4, available: index % 3 },
      ...(index % 2 === 0 ? [{ type: "IEC_62196_T2_COMBO" as const, maxPowerW: 50_000, count: 1, available: 0 }] : []),
    ],
    price: { amount: 900 + index * 60, currency: "EUR" },
  }));
}
export const found = foundPlaces(5);

/** What can be booked from a start to an end: the lunch hours are taken, the early ones on request. */
export function availability(start: string, end: string): Availability {
  const [from, to] = [Date.parse(start), Date.parse(end)];
  const slots = Array.from({ length: (to - from) / 900_000 }, (_, index) => {
    const at = from + index * 900_000;
    const hour = new Date(at).getUTCHours();
    const taken = hour === 15 || hour === 16;
    return { start: new Date(at).toISOString(), free: taken || hour > 19 ? 0 : 2, onRequest: hour > 19 ? 1 : 0 };
  });
  return {
    timeZone: zone,
    currency: "EUR",
    pricePerHour: 200,
    maxMinutes: 240,
    terms,
    tariff: simpleTariff,
    open: true,
    connected: true,
    classes: [
      { class: "11kW", seats: 3, slots },
      { class: "STANDARD", seats: 1, slots },
    ],
  };
}

export function held(expiresAt: string): Hold {
  return {
    holdId: "0198f3a0-0000-7000-8000-0000000000cc",
    class: "11kW",
    start: "2026-11-21T17:00:00.000Z",
    end: "2026-11-21T19:00:00.000Z",
    expiresAt,
    secondsLeft: 300,
    price,
    terms,
    tariff: simpleTariff,
  };
}

function reservation(index: number, more: Partial<Reservation>): Reservation {
  return {
    siteId,
    booking: `0198f3a0-0000-7000-8000-0000000002${String(index).padStart(2, "0")}`,
    version: 1,
    status: "reserved",
    pending: false,
    class: "11kW",
    start: "2026-11-21T17:00:00.000Z",
    end: "2026-11-21T19:00:00.000Z",
    price,
    owed: price,
    terms,
    tariff: simpleTariff,
    ...more,
  };
}
export const reservations: Reservation[] = [
  reservation(0, {}),
  reservation(1, { start: "2026-11-23T07:00:00.000Z", end: "2026-11-23T08:30:00.000Z", pending: true }),
  reservation(2, { status: "fulfilled", start: "2026-11-18T10:00:00.000Z", end: "2026-11-18T12:00:00.000Z" }),
  reservation(3, {
    status: "cancelled",
    start: "2026-11-12T10:00:00.000Z",
    end: "2026-11-12T12:00:00.000Z",
    owed: { amount: 200, currency: "EUR" },
  }),
];

export const pass: PassAnswer = {
  token: passToken("2026-11-21T17:00:00.000Z"),
  needsPin: true,
  opens: "2026-11-21T16:45:00.000Z",
  start: "2026-11-21T17:00:00.000Z",
  end: "2026-11-21T19:00:00.000Z",
};

export const vehicles: Vehicle[] = [
  {
    id: "0198f3a0-0000-7000-8000-000000000301",
    name: "Blue Zoe",
    make: "Renault",
    model: "Zoe R135",
    batteryWh: 52_000,
    connectors: ["IEC_62196_T2", "IEC_62196_T2_COMBO"],
    maxAcW: 22_000,
    maxDcW: 50_000,
    isMine: true,
  },
  {
    id: "0198f3a0-0000-7000-8000-000000000302",
    name: "Mira's van",
    make: "",
    model: "",
    batteryWh: null,
    connectors: ["IEC_62196_T2"],
    maxAcW: null,
    maxDcW: null,
    isMine: false,
  },
];

export const bills: Bill[] = [
  {
    chargeId: "0198f3a0-0000-7000-8000-000000000401",
    number: "LIN-2026-000042",
    type: "invoice",
    at: "2026-11-18T12:04:00.000Z",
    siteName: "Lindenhof garage",
    timeZone: zone,
    currency: "EUR",
    gross: 2369,
    outstanding: 0,
  },
  {
    chargeId: "0198f3a0-0000-7000-8000-000000000402",
    number: "LIN-2026-000043",
    type: "creditNote",
    at: "2026-11-12T12:04:00.000Z",
    siteName: "Lindenhof garage",
    timeZone: zone,
    currency: "EUR",
    gross: -200,
    outstanding: 150,
  },
];
