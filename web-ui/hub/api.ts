import type { ErrorBody, PassBody, StartAnswer, StartBody, StopBody, UnlockBody } from "../../shared/hub-page";

/** Why there is no answer: the hub's code, `network` where the hub was not reached, and what it says beside. */
export interface Refusal {
  code: string;
  details?: Record<string, unknown> | undefined;
}
export type Answer<T> = { ok: true; value: T } | ({ ok: false } & Refusal);

/** The hub's API as the page uses it. */
export interface HubApi {
  start(body: StartBody): Promise<Answer<StartAnswer>>;
  stop(body: StopBody): Promise<Answer<unknown>>;
  unlock(body: UnlockBody): Promise<Answer<unknown>>;
  compensate(body: PassBody): Promise<Answer<{ owed: number }>>;
  /** Whether the hub answers at all. */
  alive(): Promise<boolean>;
}

/** After this long without an answer the hub counts as out of reach. */
const patienceMs = 10_000;
/** Unlocking waits for the charger's own answer, for which the hub has 30 s. */
const unlockPatienceMs = 35_000;

/** The hub's API over `fetch`, on the page's own origin. */
export function hubApi(fetch: typeof globalThis.fetch): HubApi {
  async function post<T>(path: string, body: unknown, patience = patienceMs): Promise<Answer<T>> {
    try {
      const response = await fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(patience),
        cache: "no-store",
      });
      const value = (await response.json()) as T | ErrorBody;
      if (response.ok) return { ok: true, value: value as T };
      const { code, details } = (value as ErrorBody).error;
      return { ok: false, code, details };
    } catch {
      return { ok: false, code: "network" };
    }
  }
  return {
    start: (body) => post("/api/start", body),
    stop: (body) => post("/api/stop", body),
    unlock: (body) => post("/api/unlock", body, unlockPatienceMs),
    compensate: (body) => post("/api/pass/compensation", body),
    alive: async () => {
      try {
        return (await fetch("/healthz", { signal: AbortSignal.timeout(patienceMs), cache: "no-store" })).ok;
      } catch {
        return false;
      }
    },
  };
}
