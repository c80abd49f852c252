import type { Terms } from "../../../shared/booking/types";
import type { ConnectorType, Facility } from "../../../shared/connector-types";
import type { OpeningHours } from "../../../shared/opening-hours";
import type { Money } from "../../../shared/session";
import type { Tariff } from "../../../shared/tariff/schema";

/** What the cloud's API gives drivers. Money in minor units, energy Wh, power W, instants ISO 8601 UTC. */

export type Access = "public" | "members" | "booked" | "private";
export type PlaceStatus = "available" | "occupied" | "reserved" | "outOfService";

/** `GET /v1/search` */
export interface SearchPage {
  places: FoundPlace[];
  total: number;
  capped: boolean;
  nextCursor: string | null;
}

export interface FoundPlace {
  siteId: string;
  name: string;
  street: string;
  city: string;
  lat: number;
  lng: number;
  distanceM: number;
  access: Access;
  timeZone: string;
  open: boolean;
  online: boolean;
  photoUrl: string | null;
  rating: { average: number | null; count: number };
  fitting: number;
  maxPowerW: number;
  connectors: { type: ConnectorType; maxPowerW: number; count: number; available: number }[];
  price: Money;
}

/** `GET /v1/places/{siteId}` */
export interface Place {
  siteId: string;
  name: string;
  host: "business" | "private";
  street: string;
  postalCode: string;
  city: string;
  country: string;
  lat: number;
  lng: number;
  timeZone: string;
  currency: string;
  description: string;
  facilities: Facility[];
  hours: OpeningHours;
  now: { open: boolean; until: string | null };
  access: Access;
  mayBook: boolean;
  photos: { photoId: string; url: string; width: number; height: number; caption: string }[];
  rating: { average: number | null; count: number };
  hub: { online: boolean; offlineSince: string | null };
  connectors: PlaceConnector[];
  tariffs: Tariff[];
}

/** `GET /v1/me/places`: a place that a share link has opened. */
export interface JoinedPlace {
  siteId: string;
  name: string;
  street: string;
  city: string;
  access: Access;
  open: boolean;
  online: boolean;
}

export interface PlaceConnector {
  cpId: string;
  connectorId: number;
  status: PlaceStatus | null;
  since: string | null;
  label: string;
  type: ConnectorType | null;
  current: "AC" | "DC" | null;
  powerW: number | null;
  tariffId: string | null;
}

/** A message of `GET /v1/places/{siteId}/live`. */
export interface PlaceLive {
  hub: Place["hub"];
  connectors: Pick<PlaceConnector, "cpId" | "connectorId" | "status" | "since">[];
}

/** `GET /v1/sites/{siteId}/availability` */
export interface Availability {
  timeZone: string;
  currency: string;
  pricePerHour: number;
  maxMinutes: number;
  terms: Terms;
  tariff: Tariff;
  open: boolean;
  connected: boolean;
  classes: SeatClass[];
}

export interface SeatClass {
  class: string;
  seats: number;
  slots: { start: string; free: number; onRequest: number }[];
}

/** `POST /v1/sites/{siteId}/holds` */
export interface Hold {
  holdId: string;
  class: string;
  start: string;
  end: string;
  expiresAt: string;
  secondsLeft: number;
  price: Money;
  terms: Terms;
  tariff: Tariff;
}

/** One of the driver's reservations; `pin` only as the answer to its confirmation. */
export interface Reservation {
  siteId: string;
  booking: string;
  version: number;
  status: "reserved" | "charging" | "fulfilled" | "noShow" | "cancelled" | "compensated";
  pending: boolean;
  class: string;
  start: string;
  end: string;
  price: Money;
  owed: Money;
  terms: Terms;
  tariff: Tariff;
  pin?: string | null;
}

export interface PassAnswer {
  token: string;
  needsPin: boolean;
  opens: string;
  start: string;
  end: string;
}

/** `GET /v1/vehicles` */
export interface Vehicle {
  id: string;
  name: string;
  make: string;
  model: string;
  batteryWh: number | null;
  connectors: ConnectorType[];
  maxAcW: number | null;
  maxDcW: number | null;
  isMine: boolean;
}
export type VehicleInput = Omit<Vehicle, "id" | "isMine">;

/** `GET /v1/me/bills` */
export interface Bill {
  chargeId: string;
  number: string;
  type: "invoice" | "creditNote";
  at: string;
  siteName: string | null;
  timeZone: string;
  currency: string;
  gross: number;
  outstanding: number;
  /** What it is for; null: a membership's month, or a correction. */
  subject?: { type: "session"; sessionId: string } | { type: "reservation"; booking: string } | null;
}
