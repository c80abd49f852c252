import type { ErrorBody, Receipt, StartBody, StopBody } from "../../shared/hub-page";

/** An answer of the hub, or the code of why there is none; `network` where the hub was not reached. */
export type Answer<T> = { ok: true; value: T } | { ok: false; code: string };

/** The hub's API as the page uses it. */
export interface HubApi {
  start(body: StartBody): Promise<Answer<{ requestId: string }>>;
  stop(body: StopBody): Promise<Answer<unknown>>;
  receipt(sessionId: string, secret: string): Promise<Answer<Receipt>>;
  /** Whether the hub answers at all. */
  alive(): Promise<boolean>;
}

/** After this long without an answer the hub counts as out of reach. */
const patienceMs = 10_000;

/** The hub's API over `fetch`, on the page's own origin. */
export function hubApi(fetch: typeof globalThis.fetch): HubApi {
  async function call<T>(path: string, init: RequestInit): Promise<Answer<T>> {
    try {
      const response = await fetch(path, { ...init, signal: AbortSignal.timeout(patienceMs), cache: "no-store" });
      const body = (await response.json()) as T | ErrorBody;
      if (response.ok) return { ok: true, value: body as T };
      return { ok: false, code: (body as ErrorBody).error.code };
    } catch {
      return { ok: false, code: "network" };
    }
  }
  const post = <T>(path: string, body: unknown) =>
    call<T>(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  return {
    start: (body) => post("/api/start", body),
    stop: (body) => post("/api/stop", body),
    receipt: (sessionId, secret) =>
      call(`/api/receipts/${encodeURIComponent(sessionId)}`, { headers: { authorization: `Bearer ${secret}` } }),
    alive: async () => {
      try {
        return (await fetch("/healthz", { signal: AbortSignal.timeout(patienceMs), cache: "no-store" })).ok;
      } catch {
        return false;
      }
    },
  };
}
