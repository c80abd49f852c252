import type { ConnectorStatus } from "./ocpp";
import type { Money } from "./session";
import type { StartPolicy } from "./site";
import type { Tariff } from "./tariff";
import type { ChargingPeriod } from "./tariff";

/** What the hub and its driver page say to each other. Types only: the page's build stays small. Energy Wh, power W, times ISO 8601 UTC. */

/** One connector as anyone in front of it may see it. */
export interface ConnectorView {
  cpId: string;
  connectorId: number;
  /** The charge point's name, else its cpId. */
  name: string;
  online: boolean;
  /** When `online` last changed. */
  onlineChangedAt: string | null;
  /** null: the charger has not told yet. */
  status: ConnectorStatus | null;
  errorCode: string;
  tariff: Tariff;
  maxCurrentA: number | null;
  /** The running session, or the last one until the car is gone. */
  session: LiveSession | null;
  /** The latest request to start here that is not a session yet. */
  request: StartProgress | null;
  /** The booking that is next here, or that waits for its driver; null: none is known within a day. */
  reservation: ReservationNotice | null;
  /** When the running session has to end since somebody else has booked; null: nobody waits. */
  leaveBy: string | null;
  /** The running session has claimed nothing: it ends when a booked driver comes. */
  standby: boolean;
}

/** `held`: kept for its driver now, so nobody else can start. */
interface ReservationNotice {
  from: string;
  until: string;
  held: boolean;
}

/** A session as the charger's own display would show it: no names, no secrets. */
export interface LiveSession {
  id: string;
  /** The request that led to it: the page that made it knows its own session by this. */
  requestId: string | null;
  startedAt: string;
  endedAt: string | null;
  energyWh: number;
  powerW: number | null;
  lastReadingAt: string;
  cost: Money;
}

/** How far a start is: `requested` (sent to the charger), `accepted` (plug in, or the car is being checked), or failed with the reason. */
export interface StartProgress {
  requestId: string;
  state: "requested" | "accepted" | "failed";
  reason: StartFailure | null;
  at: string;
}

export type StartFailure = "offline" | "rejected" | "no_answer" | "not_plugged_in" | "not_charging" | "error";

/** What the page is rendered with, and what its first live message repeats. */
export interface HubPageView {
  site: { name: string; timeZone: string; currency: string; startPolicy: StartPolicy };
  /** All connectors of the site, for choosing another; small sites only have a few. */
  connectors: ConnectorSummary[];
  /** The connector of this address; null on the list page. */
  connector: ConnectorView | null;
  /** Seconds from one meter reading of a session to the next, as chargers are told. */
  sampleInterval: number;
  /** Sequence number of the journal up to which this is true. */
  position: number;
  /** The hub's clock. */
  now: string;
}

export interface ConnectorSummary {
  cpId: string;
  connectorId: number;
  name: string;
  online: boolean;
  status: ConnectorStatus | null;
}

/** Server-sent events of `GET /api/page/live?cpId=&connectorId=`: the whole view first, then what changed, each with its position as SSE id. */
export type LiveMessage =
  | { kind: "view"; view: HubPageView }
  | { kind: "change"; position: number; now: string; connector: Partial<ConnectorView> };

/**
 * `POST /api/start` -> 202 StartAnswer. `secret` is 32 to 64 characters of [A-Za-z0-9_-] that the page made at random and keeps: the same
 * secret again is the same start, and it is what stop and receipt ask for.
 */
export interface StartBody {
  cpId: string;
  connectorId: number;
  secret: string;
  accessKey?: string | undefined;
  /** Of a booking: its pass as the link's fragment brings it (`#pass=`), with the PIN or the holder's proof that it asks for. */
  pass?: string | undefined;
  pin?: string | undefined;
  proof?: string | undefined;
  /** Instead of the pass, with the PIN: what the confirmation of a booking made at this site says. */
  reference?: string | undefined;
  /** Agrees to leave with notice where nobody can say for how long the place is free (409 `standby_only`). */
  standby?: boolean | undefined;
}

/** Where the start is: a booked driver may have to go to another connector. No `requestId`: the car there has to leave first, then start again. */
export interface StartAnswer {
  requestId: string | null;
  cpId: string;
  connectorId: number;
}

/** `POST /api/pass/compensation` -> 200 { owed }: no place was found (409 `site_full`), and the driver does not want to wait. */
export type PassBody = Pick<StartBody, "cpId" | "connectorId" | "pass" | "pin" | "proof" | "reference">;

/** `POST /api/unlock` -> 202 {}. */
export interface UnlockBody {
  cpId: string;
  connectorId: number;
  secret: string;
}

/** `POST /api/stop` -> 202 {}. */
export interface StopBody {
  sessionId: string;
  secret: string;
}

/** `GET /api/receipts/{sessionId}` with `Authorization: Bearer <secret>`; 409 `session_running` before the end. */
export interface Receipt {
  number: string;
  sessionId: string;
  seller: { name: string; address: string; vatNumber: string };
  site: { name: string; timeZone: string };
  cpId: string;
  connectorId: number;
  startedAt: string;
  endedAt: string;
  meterStart: number;
  meterStop: number;
  energyWh: number;
  reason: string;
  tariff: Tariff;
  periods: ChargingPeriod[];
  cost: Money;
}

/** Every error of the hub's HTTP API: `code` for programs, `message` a plain sentence. */
export interface ErrorBody {
  error: { code: string; message: string; details?: Record<string, unknown> };
}
