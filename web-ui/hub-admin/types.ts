import type { ConnectorStatus } from "../../shared/ocpp";

/** What the hub's admin API gives (`/api/openapi.json`), as far as this page shows it. Energy Wh, power W, instants ISO 8601 UTC. */

export interface ChargePoint {
  cpId: string;
  name: string | null;
  online: boolean;
  onlineChangedAt: string | null;
  hasPassword: boolean;
  hasKey: boolean;
  /** Why it was turned away last, or is not listened to; null: it is, or never tried. */
  refused: {
    reason: "wrong_password" | "wrong_certificate" | "insecure" | "unsealed" | "other_key";
    at: string;
  } | null;
  boot: { vendor: string; model: string; firmwareVersion: string | null; accepted: boolean } | null;
  connectors: { connectorId: number; status: ConnectorStatus; errorCode: string; info: string | null; at: string }[];
}

/** How the hub stands with its cloud. */
export interface Pairing {
  paired: boolean;
  cloudUrl: string | null;
  /** Events that the cloud has, and that there are. */
  ackedSeq: number | null;
  headSeq: number;
  feedOpen: boolean;
  lastContactAt: string | null;
  lastError: string | null;
}

/** A charge point that tried to connect and that nobody registered. */
export interface Pending {
  cpId: string;
  transport: "mqtt" | "websocket";
  address: string;
  lastSeenAt: string;
  attempts: number;
}

export interface RunningSession {
  id: string;
  cpId: string;
  connectorId: number;
  startedAt: string;
  endedAt: string | null;
  energyWh: number;
  powerW: number | null;
}

export interface Reservation {
  booking: string;
  reference: string;
  seller: "hub" | "cloud";
  seat: string;
  from: string;
  until: string;
  stage: "reserved" | "admitted" | "started" | "ended";
  doubt: boolean;
  cancelPending: boolean;
}

export interface Reservations {
  recovering: boolean;
  clockCredible: boolean;
  clockAheadMs: number;
  reservations: Reservation[];
}

export interface Reserved {
  reservation: Reservation;
  pin: string | null;
  link: string;
}

/** An entry of a charger's history: what happened, with the event's own data. */
export interface HistoryEntry {
  id: string;
  at: string;
  type: string;
  data: Record<string, unknown>;
}

export type CallAnswer = { result: unknown } | { error: { code: string; description: string } };

export interface HubSite {
  name: string;
  timeZone: string;
}
