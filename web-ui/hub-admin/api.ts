import type { ErrorBody } from "../../shared/hub-page";
import type { LoadSettings, LoadView } from "../../shared/load";
import type {
  CallAnswer,
  ChargePoint,
  HistoryEntry,
  HubSite,
  Pairing,
  Pending,
  Reservations,
  Reserved,
  RunningSession,
} from "./types";

/** Why there is no answer: `network` where the hub was not reached; `detail` is the hub's own sentence. */
export interface Failure {
  code: string;
  detail: string;
}
export type Answer<T> = { ok: true; value: T } | { ok: false; error: Failure };

/** The hub's admin API as this page uses it. */
export interface HubApi {
  site(): Promise<Answer<HubSite>>;
  /** What a charger must be told to find this hub. */
  installer(): Promise<Answer<{ hubUrl: string; mqttPort: number; publicUrl: string | null }>>;
  chargePoints(): Promise<Answer<{ chargePoints: ChargePoint[] }>>;
  pending(): Promise<Answer<{ chargePoints: Pending[] }>>;
  /** Lets a charge point in; with a password that it must then show. */
  approve(pending: Pick<Pending, "cpId" | "transport">, password: string): Promise<Answer<unknown>>;
  /** Another password for one that is registered. */
  setPassword(cpId: string, password: string): Promise<Answer<unknown>>;
  /** Takes plain frames over MQTT of one that is registered. */
  takeUnsealed(cpId: string): Promise<Answer<unknown>>;
  history(cpId: string): Promise<Answer<{ statuses: HistoryEntry[] }>>;
  sessions(): Promise<Answer<{ sessions: RunningSession[] }>>;
  stop(sessionId: string): Promise<Answer<unknown>>;
  load(): Promise<Answer<LoadView>>;
  setLoad(settings: LoadSettings): Promise<Answer<unknown>>;
  reservations(): Promise<Answer<Reservations>>;
  /** `key` names the call: sent again, it is the same reservation. */
  reserve(wish: {
    from: string;
    until: string;
    cpId: string;
    connectorId: number;
    key: string;
  }): Promise<Answer<Reserved>>;
  cancel(booking: string): Promise<Answer<unknown>>;
  pairing(): Promise<Answer<Pairing>>;
  /** Ties the hub to a site in the cloud, by its owner's one-time code. */
  pair(wish: { cloudUrl?: string; code: string }): Promise<Answer<unknown>>;
  confirmClock(): Promise<Answer<unknown>>;
  confirmRecovery(): Promise<Answer<unknown>>;
  call(cpId: string, action: string, payload: unknown): Promise<Answer<CallAnswer>>;
}

/** Longer than the 30 s that the hub waits for a charger. */
const patienceMs = 40_000;

/** The API over `fetch`, on the page's own origin, with the admin token as bearer. */
export function hubApi(fetch: typeof globalThis.fetch, token: string): HubApi {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
    try {
      const response = await fetch(`/api${path}`, {
        method,
        signal: AbortSignal.timeout(patienceMs),
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const value: unknown = text === "" ? null : JSON.parse(text);
      if (response.ok) return { ok: true, value: value as T };
      const { code, message } = (value as ErrorBody).error;
      return { ok: false, error: { code, detail: message } };
    } catch {
      return { ok: false, error: { code: "network", detail: "" } };
    }
  }
  return {
    site: () => ask("GET", "/site"),
    installer: () => ask("GET", "/installer"),
    chargePoints: () => ask("GET", "/charge-points"),
    pending: () => ask("GET", "/pending-charge-points"),
    approve: ({ cpId, transport }, password) =>
      ask("PUT", chargePoint(cpId), {
        // Over MQTT, only our own chargers seal their frames, and those come with a key from flash.sh.
        ...(transport === "mqtt" ? { plainFrames: true } : {}),
        ...(password === "" ? {} : { password, securityProfile: 1 }),
      }),
    setPassword: (cpId, password) => ask("PUT", chargePoint(cpId), { password }),
    takeUnsealed: (cpId) => ask("PUT", chargePoint(cpId), { plainFrames: true }),
    history: (cpId) => ask("GET", `${chargePoint(cpId)}/statuses?limit=20`),
    sessions: () => ask("GET", "/sessions?limit=50"),
    stop: (sessionId) => ask("POST", `/sessions/${sessionId}/stop`),
    load: () => ask("GET", "/load"),
    setLoad: (settings) => ask("PUT", "/load", settings),
    reservations: () => ask("GET", "/reservations"),
    reserve: (wish) => ask("POST", "/reservations", wish),
    cancel: (booking) => ask("DELETE", `/reservations/${encodeURIComponent(booking)}`),
    pairing: () => ask("GET", "/pairing"),
    pair: (wish) => ask("POST", "/pairing", wish),
    confirmClock: () => ask("POST", "/reservations/clock/confirm"),
    confirmRecovery: () => ask("POST", "/reservations/recovery/confirm"),
    call: (cpId, action, payload) => ask("POST", `${chargePoint(cpId)}/commands/${action}`, payload),
  };
}

function chargePoint(cpId: string): string {
  return `/charge-points/${encodeURIComponent(cpId)}`;
}
