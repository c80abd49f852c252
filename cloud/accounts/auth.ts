import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { betterAuth } from "better-auth";
import { APIError } from "better-auth/api";
import { bearer, jwt } from "better-auth/plugins";
import { audit } from "../admin/audit";
import type { Db } from "../db/database";
import { send } from "../jobs/send";
import { grantAdmin } from "./admins";
import "./auth-context";
import { cookieSessions } from "./cookie-session";
import type { AccountMail } from "./mails";
import { accountMailJob, languageOf } from "./mails";

/** The header in which our own routes hand better-auth the client's address; what a client sends under this name is overwritten. */
export const ADDRESS_HEADER = "x-hitchpost-client";
export const AUTH_PATH = "/v1/auth";
export const MIN_PASSWORD = 10;
export const MAX_NAME = 100;
const COOKIE_PREFIX = "hitchpost";
/** A session ends after so long, and is prolonged where it is used so long after it began or was prolonged. */
const SESSION_SECONDS = 30 * 86_400;
const PROLONG_SECONDS = 86_400;

const derive = promisify<string, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(scrypt);
const SCRYPT_N = 16_384;

/**
 * Passwords by scrypt in Node's thread pool; better-auth's own, in JavaScript, would hold up every other request. Kept as `salt:key` in hex, compared in
 * constant time. `N` is the cost: tests, which sign many people in, take a small one.
 */
export function scryptPasswords(N = SCRYPT_N) {
  const cost = { N, r: 16, p: 1, maxmem: 64 * 1024 * 1024 };
  return {
    async hash(password: string): Promise<string> {
      const salt = randomBytes(16);
      return `${salt.toString("hex")}:${(await derive(password.normalize("NFKC"), salt, 64, cost)).toString("hex")}`;
    },
    async verify({ hash, password }: { hash: string; password: string }): Promise<boolean> {
      const [salt, key] = hash.split(":").map((part) => Buffer.from(part, "hex"));
      if (!salt || !key) return false;
      const derived = await derive(password.normalize("NFKC"), salt, 64, cost);
      return derived.length === key.length && timingSafeEqual(derived, key);
    },
  };
}

interface AuthSettings {
  db: Db;
  secret: string;
  publicUrl: string;
  newId: () => string;
  /** Epoch ms. */
  now: () => number;
  /** Nobody signs in before their address is verified by mail; false: addresses are taken at their word (ADR 0009). */
  verifyEmails: boolean;
  /** Whoever has this address, verified where that is asked for, becomes an admin of the platform when they sign in. */
  adminEmail?: string;
  passwords?: ReturnType<typeof scryptPasswords>;
}

/**
 * Sign-in by better-auth over our own tables (ADR 0004): e-mail and password, bearer tokens for programs, and a key pair whose public half the hubs keep.
 * Its rate limiter is off: ours counts per address and account, in PostgreSQL, and cannot be raced. Its mails are jobs.
 */
export function createAuth(settings: AuthSettings) {
  const { db, secret, publicUrl, newId, now, verifyEmails, adminEmail, passwords = scryptPasswords() } = settings;
  const mailTo = (to: string, mail: AccountMail, request: Request | undefined) => {
    const language = languageOf(request?.headers.get("accept-language"));
    return send(db, accountMailJob, { id: newId(), to, language, mail });
  };
  const secure = publicUrl.startsWith("https:");
  const auth = betterAuth({
    appName: "hitchpost",
    baseURL: publicUrl,
    basePath: AUTH_PATH,
    secret,
    trustedOrigins: originsOf(publicUrl),
    database: { db: db.withSchema("auth"), type: "postgres" },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: MIN_PASSWORD,
      maxPasswordLength: 200,
      password: passwords,
      requireEmailVerification: verifyEmails,
      onExistingUserSignUp: ({ user }, request) => mailTo(user.email, { kind: "exists" }, request),
      sendResetPassword: ({ user, token }, request) =>
        mailTo(user.email, { kind: "reset", url: `${publicUrl}/reset-password?token=${token}` }, request),
      // Whoever got at the password has lost it everywhere.
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: ({ user }) =>
        audit(db, { now: now(), actorId: user.id, action: "password.reset", subject: `user:${user.id}` }),
    },
    emailVerification: {
      sendOnSignUp: verifyEmails,
      sendOnSignIn: verifyEmails,
      autoSignInAfterVerification: true,
      sendVerificationEmail: ({ user, url }, request) => mailTo(user.email, { kind: "verify", url }, request),
      afterEmailVerification: (user) =>
        audit(db, { now: now(), actorId: user.id, action: "email.verified", subject: `user:${user.id}` }),
    },
    user: {
      changeEmail: {
        enabled: true,
        updateEmailWithoutVerification: !verifyEmails,
        sendChangeEmailConfirmation: ({ user, newEmail, url }, request) =>
          mailTo(user.email, { kind: "confirmChange", newEmail, url }, request),
      },
    },
    databaseHooks: {
      user: {
        create: {
          before: async ({ name }) => {
            const trimmed = name.trim();
            if (trimmed.length === 0 || trimmed.length > MAX_NAME) {
              throw new APIError("BAD_REQUEST", {
                code: "INVALID_NAME",
                message: `A name has 1 to ${MAX_NAME} characters.`,
              });
            }
            return { data: { name: trimmed } };
          },
        },
      },
      session: {
        create: {
          before: async ({ userId }) => {
            const person = await db
              .selectFrom("people")
              .select("blocked_at")
              .where("user_id", "=", userId)
              .executeTakeFirst();
            if (person?.blocked_at) {
              throw new APIError("FORBIDDEN", { code: "BLOCKED", message: "This account is blocked." });
            }
          },
          after: async () => {
            if (adminEmail !== undefined) await grantAdmin(db, adminEmail, verifyEmails, now());
          },
        },
      },
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: PROLONG_SECONDS },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: secure,
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => newId() },
    },
    plugins: [bearer(), jwt({ disableSettingJwtHeader: true })],
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
  const cookie = `${secure ? "__Secure-" : ""}${COOKIE_PREFIX}.session_token`;
  const freshMs = (SESSION_SECONDS - PROLONG_SECONDS) * 1000;
  return Object.assign(auth, { userOfCookie: cookieSessions({ db, secret, cookie, freshMs, now }) });
}

export type Auth = ReturnType<typeof createAuth>;

/** Origins whose pages may change things with a cookie: our own; on a developer's machine under each of its names. */
export function originsOf(publicUrl: string): string[] {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  const names = ["127.0.0.1", "localhost", "[::1]"];
  if (!names.includes(hostname)) return [origin];
  return names.map((name) => new URL(`${protocol}//${name}${port ? `:${port}` : ""}`).origin);
}
