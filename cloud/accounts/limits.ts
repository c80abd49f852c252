import { createHash } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import type { Deps } from "../deps";
import { clientNetwork } from "../http/client-address";
import { clearHits, countHit } from "../http/rate-limit";
import type { AppEnv } from "../http/router";
import { userOf } from "./access";

/** Of one address: everything that changes something, tries of a password, and mails. Of one account: tries that failed, and mails. */
const CHANGES = { hits: 300, windowMs: 5 * 60_000 };
const PASSWORD_TRIES = { hits: 60, windowMs: 5 * 60_000 };
const FAILURES = { hits: 10, windowMs: 15 * 60_000 };
const MAILS_OF_ADDRESS = { hits: 30, windowMs: 60 * 60_000 };
const MAILS_OF_ACCOUNT = { hits: 5, windowMs: 60 * 60_000 };

const triesPassword = /\/(sign-(in|up)\/email|change-password|reset-password)$/;
const asksForMail = /\/(sign-up\/email|request-password-reset|send-verification-email|change-email)$/;

/** The e-mail is hashed: a table of limits is no list of accounts. */
export const failuresKey = (email: string) =>
  `account:${createHash("sha256").update(email.trim().toLowerCase()).digest("hex")}`;

/** Counts a try of an account's password. Throws AppError `too_many_requests` (429) after ten in a quarter of an hour; `clearHits` after one that worked. */
export const countFailure = ({ db, now }: Pick<Deps, "db" | "now">, email: string) =>
  countHit(db, failuresKey(email), FAILURES, now());

/**
 * Counts what better-auth is asked for, by address and by account, before it sees it; a password that is right clears the account's failures. Whether there
 * is such an account makes no difference.
 */
export function authLimits(deps: Deps): MiddlewareHandler<AppEnv> {
  const { db, now, auth, trustProxy } = deps;
  return async (c, next) => {
    if (c.req.method !== "POST") return next();
    const address = clientNetwork(c, trustProxy);
    const { path } = c.req;
    await countHit(db, `auth:${address}`, CHANGES, now());
    if (triesPassword.test(path)) await countHit(db, `password:${address}`, PASSWORD_TRIES, now());
    if (asksForMail.test(path)) {
      // Signing up is counted by its address as a try of a password already.
      if (!triesPassword.test(path)) await countHit(db, `mail:${address}`, MAILS_OF_ADDRESS, now());
      const email = await emailOf(c.req.raw.clone());
      if (email !== undefined) await countHit(db, `mail-${failuresKey(email)}`, MAILS_OF_ACCOUNT, now());
      return next();
    }
    const email = path.endsWith("/sign-in/email")
      ? await emailOf(c.req.raw.clone())
      : path.endsWith("/change-password")
        ? (await userOf(auth, c.req.raw.headers))?.email
        : undefined;
    if (email === undefined) return next();
    await countFailure(deps, email);
    await next();
    if (c.res.ok) await clearHits(db, failuresKey(email));
  };
}

async function emailOf(request: Request): Promise<string | undefined> {
  const body: unknown = await request.json().catch(() => undefined);
  const { email, newEmail } = (body ?? {}) as { email?: unknown; newEmail?: unknown };
  const found = email ?? newEmail;
  return typeof found === "string" ? found : undefined;
}
