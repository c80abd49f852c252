import type { Answer, Call } from "../api";
import { failureOf } from "../api";
import type { Given, Method, Param, Path, Taken } from "./types";

/** What goes along with a call: `key` makes a repeated one the same call. */
interface More<P extends Path, M extends Method> {
  query?: Record<string, string | number | undefined>;
  json?: Taken<P, M>;
  key?: string;
}

/** One call of the cloud's API, typed by the cloud: method, path, the values of its parts, and what goes along. */
export type Ask = <P extends Path, M extends Method>(
  method: M,
  path: P,
  params: Record<Param<P>, string>,
  more?: More<P, M>,
) => Promise<Answer<Given<P, M>>>;

/** Owners' calls over the app's own caller. */
export function asking(call: Call): Ask {
  return (method, path, params, { query = {}, json, key } = {}) =>
    call(method.toUpperCase(), addressOf(path, params, query).slice("/v1".length), json, key);
}

/** An address below the cloud's own, its parts filled in. */
export function addressOf<P extends Path>(
  path: P,
  params: Record<Param<P>, string>,
  query: Record<string, string | number | undefined> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, name: Param<P>) => encodeURIComponent(params[name]));
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? filled : `${filled}?${search}`;
}

/** Sends a file as it is. */
export async function sendFile<T>(fetch: typeof globalThis.fetch, address: string, file: Blob): Promise<Answer<T>> {
  try {
    const response = await fetch(address, { method: "POST", headers: { "content-type": file.type }, body: file });
    const value: unknown = await response.json();
    return response.ok ? { ok: true, value: value as T } : { ok: false, error: failureOf(value) };
  } catch {
    return { ok: false, error: { code: "network", detail: "" } };
  }
}
