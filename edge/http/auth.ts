import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../../shared/error";
import type { HubEnv, HubServices } from "./context";

/** The bearer token of a request, or null. */
export function bearerOf(c: Context<HubEnv>): string | null {
  return /^Bearer +(\S.*)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
}

/** Compares two texts in constant time. */
export function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text, "utf8").digest();
  return timingSafeEqual(digest(a), digest(b));
}

/** Finds out who asks: the client's address, and whether it carries the admin token. Refuses nobody. */
export function identify({ adminToken }: Pick<HubServices, "adminToken">): MiddlewareHandler<HubEnv> {
  // A header has bytes: a browser sends one for each letter that it can, a shell those of UTF-8.
  const forms = [adminToken, Buffer.from(adminToken, "utf8").toString("latin1")];
  return async (c, next) => {
    const token = bearerOf(c);
    c.set("address", c.env?.incoming?.socket.remoteAddress ?? "unknown");
    c.set("isAdmin", token !== null && forms.some((form) => isSame(token, form)));
    return next();
  };
}

/** For admin routes: 401 without the right token, 429 for an address that keeps guessing. */
export function requireAdmin({ limits }: Pick<HubServices, "limits">): MiddlewareHandler<HubEnv> {
  return async (c, next) => {
    const address = c.get("address");
    if (limits.guess.blocked(address)) throw tooMany();
    if (!c.get("isAdmin")) {
      if (bearerOf(c) !== null) limits.guess.failed(address);
      c.header("WWW-Authenticate", "Bearer");
      throw new AppError("unauthorized", "This needs the hub's admin token: Authorization: Bearer <token>.", {
        status: 401,
      });
    }
    return next();
  };
}

/** 429 for who asks too often. */
export function tooMany(): AppError {
  return new AppError("rate_limited", "Too many attempts. Wait a minute and try again.", { status: 429 });
}
