import type { AuthorizationStatus, IdTagStatus, ConnectorStatus } from "../../shared/ocpp";
import type { LoadProblem, LoadSettings } from "../../shared/load";
import type { HubEvent, Registration } from "../../shared/events";
import type { Session } from "../../shared/session";
import type { Site } from "../../shared/site";
import { unnamedSite } from "../../shared/site";
import type { Tariff, TariffVersion } from "../../shared/tariff";
import type { BookingState } from "../booking/state";

/**
 * The hub's live state: what the next decision needs, and nothing else. It is the fold of the journal, plain JSON, small;
 * closed sessions leave it for the archives. Maps are plain objects keyed by id, since the snapshot is JSON.
 */
export interface HubState {
  site: Site;
  /** null: the hub works alone. */
  /** `since`: its event, the first that this cloud gets; missing: it was made before that was kept. */
  pairing: { hubId: string; siteId: string; cloudUrl: string; epoch: number; since?: number } | null;
  /** Position of the last feed message that took effect. */
  feedAck: number;
  chargePoints: Record<string, ChargePoint>;
  tariffs: Record<string, Tariff>;
  /** Versions that take the place of a tariff at their time, by tariff id; missing: none was ever told. */
  comingTariffs?: Record<string, TariffVersion[]>;
  /** By normalised idTag. */
  idTags: Record<string, IdTag>;
  accessKeys: Record<string, AccessKey>;
  /** Requests of the page that have neither failed nor become a session, by requestId. */
  startRequests: Record<string, StartRequest>;
  /** Running sessions by session id. */
  openSessions: Record<string, OpenSession>;
  /** Ended sessions that the archives do not hold yet, and whose StopTransaction may be repeated. */
  closedSessions: Record<string, ClosedSession>;
  /** Session ids of both, by charge point and by transaction: a message must not have to look at those of the whole site. */
  sessionsOf: Record<string, { open: string[]; closed: string[] }>;
  byTransaction: Record<string, string>;
  /** StopTransactions that fit no session, the latest last, so that a repeat is known. */
  orphans: Orphan[];
  /** By how much the clock was set ahead, and nobody has said since that it is right; missing or 0: by nothing that matters. */
  clockAheadMs?: number;
  /** Load management (edge/load); missing: never set. */
  load?: LoadState;
  /** Files of the operator beside the journal (edge/files), by id, oldest first; missing: there was never one. */
  files?: Record<string, StoredFile>;
  /** What chargers keep of the id tags (edge/local-list); missing: none was ever set. */
  localLists?: LocalLists;
  /** Reservations (edge/booking); missing: never turned on. */
  booking?: BookingState;
  /** Number of the last receipt; the series has no holes. */
  lastReceipt: number;
}

interface Orphan {
  cpId: string;
  transactionId: number;
  chargerTime: string | null;
  meterStop: number;
}

export type StoredFile = Extract<HubEvent, { type: "file.stored" }>["data"] & {
  at: string;
  /** Part of the address that it is fetched from: who knows it may. */
  secret: string;
};

export interface LocalLists {
  /** By normalised idTag, removed ones too: the event that changed it last, and how it is spelled. */
  changes: Record<string, { seq: number; idTag: string }>;
  /** A list from before this event can only be sent anew as a whole. */
  floor: number;
  chargers: Record<string, Omit<Extract<HubEvent, { type: "localList.told" }>["data"], "cpId"> & { at: string }>;
}

export interface LoadState {
  settings: LoadSettings | null;
  /** By `cpId/connectorId`: what a charger may hold at most, amperes. */
  held: Record<string, { storedA: number; ceilingA: number }>;
  /** By `cpId/connectorId`: chargers that do not obey. */
  problems: Record<string, { problem: LoadProblem; limitA: number | null; measuredA: number | null; since: string }>;
}

export interface ChargePoint {
  registration: Registration;
  /** Password verifier, never the password; null: none is asked for. */
  passwordHash: string | null;
  /** Key of its sealed frames, 64 hex digits; null or missing: it has none. It never leaves the hub. */
  key?: string | null;
  /** HUB_ACCEPT_UNKNOWN let it in and nobody has registered it: once that is off it is unknown again. */
  stranger?: boolean;
  boot: {
    vendor: string;
    model: string;
    serialNumber: string | null;
    firmwareVersion: string | null;
    at: string;
    accepted: boolean;
  } | null;
  online: boolean;
  onlineChangedAt: string | null;
  connectors: Record<string, Connector>;
  /** Passwords, keys and certificates on their way (edge/security); missing: none. */
  security?: SecurityState;
  /** How its uploads and firmware updates last went; missing: it never said. */
  reports?: Partial<Record<ReportSubject, { status: string; requestId: number | null; at: string }>>;
}

export interface SecurityState {
  /** Verifiers of passwords that it was told to use and has not come with yet, the latest last. */
  nextPasswords: string[];
  /** The profile that it was told to rise to. */
  nextProfile: number | null;
  /** Client certificates that open, the latest last. */
  certificates: IssuedCertificate[];
}

export interface IssuedCertificate {
  serialNumber: string;
  /** SHA-256, hex. */
  fingerprint: string;
  commonName: string;
  issuedAt: string;
  notAfter: string;
}

/** What a charger reports the progress of. */
export type ReportSubject = Extract<HubEvent, { type: "chargePoint.reported" }>["data"]["about"];

export interface Connector {
  status: ConnectorStatus;
  errorCode: string;
  info: string | null;
  at: string;
}

export interface IdTag {
  idTag: string;
  status: IdTagStatus;
  expiryDate: string | null;
  parentIdTag: string | null;
}

/** `hash`: verifier of the key, never the key. */
export interface AccessKey {
  name: string;
  hash: string;
  expiresAt: string | null;
}

export interface StartRequest {
  requestId: string;
  cpId: string;
  connectorId: number;
  /** Minted for this start only, at most 20 characters. */
  idTag: string;
  /** SHA-256 of the secret that the page keeps, hex. */
  secretHash: string;
  requestedAt: string;
  acceptedAt: string | null;
  /** Set once it failed; kept for the page to tell its driver, then forgotten (see `fold`). */
  failed: { reason: string; at: string } | null;
}

export interface OpenSession {
  session: Session;
  /** SHA-256 of the starter's secret; null: started at the charger or by the owner. */
  secretHash: string | null;
  /** What recognises a repeated StartTransaction. */
  chargerTime: string | null;
  parentIdTag: string | null;
  /** What StartTransaction was answered with; a repeat gets the same. */
  authorization: AuthorizationStatus;
  /** Its meter readings contradict each other: they are kept, and billed is start and stop alone. */
  suspicious: boolean;
  /** When the charger first showed that it no longer knows of it (a boot, or a connector that is free); null: it did not. */
  abandonedSince: string | null;
  /** When its start came, by the hub's clock; missing: before hubs kept that. */
  arrivedAt?: string | undefined;
}

export interface ClosedSession extends OpenSession {
  /** The charger's own text of the end; null: the hub ended it, or the charger gave none. */
  stopTime: string | null;
  /** Sequence number of the event that ended it. */
  seq: number;
}

/** The state of a hub that has seen nothing. */
export function initialState(): HubState {
  return {
    site: unnamedSite,
    pairing: null,
    feedAck: 0,
    chargePoints: {},
    tariffs: {},
    idTags: {},
    accessKeys: {},
    startRequests: {},
    openSessions: {},
    closedSessions: {},
    sessionsOf: {},
    byTransaction: {},
    orphans: [],
    lastReceipt: 0,
  };
}
