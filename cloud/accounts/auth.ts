import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { betterAuth } from "better-auth";
import { bearer, jwt, organization } from "better-auth/plugins";
import type { Db } from "../db/database";

/** The header in which our own routes hand better-auth the client's address; what a client sends under this name is overwritten. */
export const ADDRESS_HEADER = "x-hitchpost-client";
export const AUTH_PATH = "/v1/auth";
export const MIN_PASSWORD = 10;

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

export interface AuthSettings {
  db: Db;
  secret: string;
  publicUrl: string;
  newId: () => string;
  passwords?: ReturnType<typeof scryptPasswords>;
}

/**
 * Sign-in by better-auth over our own tables (ADR 0004): e-mail and password, organisations, bearer tokens for programs, and a key pair whose public
 * half the hubs keep. Its rate limiter is off: ours counts per address and account, in PostgreSQL, and cannot be raced.
 */
export function createAuth({ db, secret, publicUrl, newId, passwords = scryptPasswords() }: AuthSettings) {
  return betterAuth({
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
    },
    session: { expiresIn: 30 * 86_400, updateAge: 86_400 },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: "hitchpost",
      useSecureCookies: publicUrl.startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => newId() },
    },
    plugins: [organization({ teams: { enabled: false } }), bearer(), jwt({ disableSettingJwtHeader: true })],
    telemetry: { enabled: false },
    logger: { disabled: true },
  });
}

export type Auth = ReturnType<typeof createAuth>;

/** Origins whose pages may change things with a cookie: our own; on a developer's machine under each of its names. */
export function originsOf(publicUrl: string): string[] {
  const { origin, protocol, hostname, port } = new URL(publicUrl);
  const names = ["127.0.0.1", "localhost", "[::1]"];
  if (!names.includes(hostname)) return [origin];
  return names.map((name) => new URL(`${protocol}//${name}${port ? `:${port}` : ""}`).origin);
}
