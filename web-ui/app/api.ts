import type { Site } from "../../shared/site";
import type { Tariff } from "../../shared/tariff/schema";
import type { Board, OwnedSite, OwnerSession, PairingCode, SessionDetail, User } from "./types";

/** Why there is no answer: `network` where the server was not reached; `detail` is the server's own sentence. */
export interface Failure {
  code: string;
  detail: string;
}
export type Answer<T> = { ok: true; value: T } | { ok: false; error: Failure };

/** One call below `/v1`. `key` makes a repeated call the same call. */
export type Call = <T>(method: string, path: string, body?: unknown, key?: string) => Promise<Answer<T>>;

/** The cloud's API as the app uses it. */
export interface Api {
  /** For parts of the app that know their own addresses. */
  call: Call;
  /** Who is signed in; null: nobody. Not `/v1/me`, whose 401 browsers would report as an error of the page. */
  me(): Promise<Answer<{ user: User } | null>>;
  signIn(email: string, password: string): Promise<Answer<unknown>>;
  signUp(name: string, email: string, password: string): Promise<Answer<unknown>>;
  signOut(): Promise<Answer<unknown>>;
  sites(): Promise<Answer<{ sites: OwnedSite[] }>>;
  site(siteId: string): Promise<Answer<OwnedSite>>;
  createSite(site: Pick<Site, "name" | "timeZone" | "currency" | "startPolicy">): Promise<Answer<OwnedSite>>;
  changeSite(siteId: string, changes: Partial<Site>): Promise<Answer<OwnedSite>>;
  board(siteId: string): Promise<Answer<Board>>;
  sessions(siteId: string, cursor: string | null): Promise<Answer<SessionPage>>;
  session(siteId: string, sessionId: string): Promise<Answer<SessionDetail>>;
  stopSession(siteId: string, sessionId: string): Promise<Answer<unknown>>;
  tariffs(siteId: string): Promise<Answer<{ tariffs: Tariff[] }>>;
  /** `from`: an instant from which it holds; without it, at once. */
  putTariff(siteId: string, tariff: Tariff, from?: string): Promise<Answer<Tariff>>;
  pairingCode(siteId: string): Promise<Answer<PairingCode>>;
}

export interface SessionPage {
  sessions: OwnerSession[];
  nextCursor: string | null;
}

const patienceMs = 15_000;
/** Where the link that confirms an address leads. */
const verified = "/verified";

/** The cloud's API over `fetch`, on the app's own origin; the sign-in is a cookie. */
export function cloudApi(fetch: typeof globalThis.fetch): Api {
  async function call<T>(method: string, path: string, body?: unknown, key?: string): Promise<Answer<T>> {
    try {
      const headers = {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(key === undefined ? {} : { "idempotency-key": key }),
      };
      const response = await fetch(`/v1${path}`, {
        method,
        signal: AbortSignal.timeout(patienceMs),
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const value: unknown = response.status === 204 ? null : await response.json();
      return response.ok ? { ok: true, value: value as T } : { ok: false, error: failureOf(value) };
    } catch {
      return { ok: false, error: { code: "network", detail: "" } };
    }
  }
  return {
    call,
    me: () => call("GET", "/auth/get-session"),
    signIn: (email, password) => call("POST", "/auth/sign-in/email", { email, password, callbackURL: verified }),
    signUp: (name, email, password) =>
      call("POST", "/auth/sign-up/email", {
        ...{ name, email, password, callbackURL: verified },
        // Times in mails and messages are told by this clock.
        timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      }),
    signOut: () => call("POST", "/auth/sign-out", {}),
    sites: () => call("GET", "/sites"),
    site: (siteId) => call("GET", site(siteId)),
    createSite: (values) => call("POST", "/sites", values),
    changeSite: (siteId, changes) => call("PATCH", site(siteId), changes),
    board: (siteId) => call("GET", `${site(siteId)}/charge-points`),
    sessions: (siteId, cursor) =>
      call("GET", `${site(siteId)}/sessions?limit=25${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`),
    session: (siteId, sessionId) => call("GET", `${site(siteId)}/sessions/${encodeURIComponent(sessionId)}`),
    stopSession: (siteId, sessionId) =>
      call("POST", `${site(siteId)}/commands`, { command: { name: "stopSession", sessionId } }),
    tariffs: (siteId) => call("GET", `${site(siteId)}/tariffs`),
    putTariff: (siteId, tariff, from) => {
      const later = from === undefined ? "" : `?effectiveFrom=${encodeURIComponent(from)}`;
      return call("PUT", `${site(siteId)}/tariffs/${encodeURIComponent(tariff.id)}${later}`, tariff);
    },
    pairingCode: (siteId) => call("POST", `${site(siteId)}/pairing-codes`),
  };
}

function site(siteId: string): string {
  return `/sites/${encodeURIComponent(siteId)}`;
}

/** Our routes answer `{ error: { code, message } }`, those of the sign-in library `{ code, message }`. */
export function failureOf(body: unknown): Failure {
  const outer = (body ?? {}) as { error?: { code?: string; message?: string }; code?: string; message?: string };
  const { code, message } = outer.error ?? outer;
  return { code: (code ?? "unknown").toLowerCase(), detail: message ?? "" };
}
