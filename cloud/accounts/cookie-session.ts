import { createHmac, timingSafeEqual } from "node:crypto";
import { parse } from "hono/utils/cookie";
import { sql } from "kysely";
import { batched } from "../db/batched";
import type { Db } from "../db/database";

interface Settings {
  db: Db;
  secret: string;
  /** Name of better-auth's session cookie. */
  cookie: string;
  /** A session with less time left than this, in ms, is better-auth's to prolong, or to end. */
  freshMs: number;
  /** Epoch ms. */
  now: () => number;
}

interface CookieUser {
  id: string;
  email: string;
  name: string;
}

/**
 * Who a browser's session cookie is of, by one look into the sessions, which many requests share: the plain case of better-auth's own look-up, which takes most of a
 * short request's time. undefined: anything else, such as a bearer token, a wrong signature, or a session that is unknown or due to be prolonged; then better-auth is
 * asked, and decides. A session that was revoked is not found from that moment on.
 */
export function cookieSessions({ db, secret, cookie, freshMs, now }: Settings) {
  const find = batched(
    (token: string) => token,
    async (tokens) => {
      const { rows } = await sql<CookieUser & { token: string; expires: Date }>`
        select s.token, s."expiresAt" as expires, u.id, u.email, u.name from auth.session s join auth."user" u on u.id = s."userId"
        where s.token = any(${tokens})`.execute(db);
      const known = new Map(rows.map((row) => [row.token, row]));
      return tokens.map((token) => known.get(token));
    },
  );
  return async (headers: Headers): Promise<CookieUser | undefined> => {
    if (headers.has("authorization")) return undefined;
    const token = signedToken(parse(headers.get("cookie") ?? "", cookie)[cookie] ?? "", secret);
    const found = token === undefined ? undefined : await find(token);
    if (!found || found.expires.getTime() <= now() + freshMs) return undefined;
    const { id, email, name } = found;
    return { id, email, name };
  };
}

/** The token of better-auth's `token.signature` (HMAC-SHA256, base64); undefined where it was not signed by us. */
function signedToken(value: string, secret: string): string | undefined {
  const dot = value.lastIndexOf(".");
  const token = value.slice(0, Math.max(dot, 0));
  // PostgreSQL takes no NUL, and no token of ours has one.
  if (!/^[\x21-\x7e]+$/.test(token)) return undefined;
  const given = Buffer.from(value.slice(dot + 1), "base64");
  const expected = createHmac("sha256", secret).update(token).digest();
  return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined;
}
