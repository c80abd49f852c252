import type { MiddlewareHandler } from "hono";
import { AppError } from "../../shared/error";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import type { AppEnv } from "../http/router";
import type { Auth } from "./auth";

/** Refuses whoever is not signed in, by cookie or bearer token, and hands the user on. */
export function signedIn(auth: Auth): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const user = await userOf(auth, c.req.raw.headers);
    if (!user) throw new AppError("unauthorized", "Sign in first.", { status: 401 });
    c.set("user", user);
    await next();
  };
}

/** The signed-in user of a request's headers, or undefined. */
export async function userOf(auth: Auth, headers: Headers): Promise<AppEnv["Variables"]["user"] | undefined> {
  const found = await auth.api.getSession({ headers });
  if (!found) return undefined;
  const { id, email, name } = found.user;
  return { id, email, name };
}

/** Refuses whoever is no admin of the platform. */
export async function requireAdmin(db: Db, userId: string): Promise<void> {
  const person = await db.selectFrom("people").select("is_admin").where("user_id", "=", userId).executeTakeFirst();
  if (!person?.is_admin)
    throw new AppError("forbidden", "Only an admin of this platform may do this.", { status: 403 });
}

/** Roles of better-auth's organisations; a member looks, an owner or admin changes. */
const changers = new Set(["owner", "admin"]);

/**
 * Checks that the user belongs to the site's organisation. Another's site is answered like one that does not exist (404); a member who may only
 * look gets 403 for a change.
 */
export async function requireSite(db: Db, userId: string, siteId: string, need: "look" | "change"): Promise<void> {
  const member = await db
    .selectFrom("sites")
    .innerJoin("auth.member", "auth.member.organizationId", "sites.organization_id")
    .select("auth.member.role")
    .where("sites.site_id", "=", siteId)
    .where("auth.member.userId", "=", userId)
    .executeTakeFirst();
  if (!member) throw notFound("site");
  if (need === "change" && !member.role.split(",").some((role) => changers.has(role))) {
    throw new AppError("forbidden", "Only the site's owner may change this.", { status: 403 });
  }
}
