import { isAPIError } from "better-auth/api";
import type { MiddlewareHandler } from "hono";
import { AppError } from "../../shared/error";
import type { Kysely } from "kysely";
import type { Database } from "../db/schema";
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

/** The signed-in user of a request's headers, or undefined. Throws AppError `unavailable` where the sign-ins cannot be looked up. */
export async function userOf(auth: Auth, headers: Headers): Promise<AppEnv["Variables"]["user"] | undefined> {
  const known = await auth.userOfCookie(headers);
  if (known) return known;
  const found = await auth.api.getSession({ headers }).catch((error: unknown) => {
    // The library's one word for whatever kept it from its tables.
    if (!isAPIError(error) || error.status !== "INTERNAL_SERVER_ERROR") throw error;
    throw new AppError("unavailable", "Sign-ins cannot be looked up just now. Try again soon.", {
      status: 503,
      cause: error,
    });
  });
  if (!found) return undefined;
  const { id, email, name } = found.user;
  return { id, email, name };
}

/** Whether somebody is an admin of the platform. */
export async function isAdmin(db: Kysely<Database>, userId: string): Promise<boolean> {
  const person = await db.selectFrom("people").select("is_admin").where("user_id", "=", userId).executeTakeFirst();
  return person?.is_admin === true;
}

/** Refuses whoever is no admin of the platform, of those who are signed in. */
export function adminsOnly(db: Kysely<Database>): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await requireAdmin(db, c.get("user").id);
    await next();
  };
}

/** Refuses whoever is no admin of the platform. */
export async function requireAdmin(db: Kysely<Database>, userId: string): Promise<void> {
  if (!(await isAdmin(db, userId)))
    throw new AppError("forbidden", "Only an admin of this platform may do this.", { status: 403 });
}

type Need = "look" | "install" | "change";

/** Who may do what: anyone of an organisation looks. */
const may: Record<Need, Set<string> | undefined> = {
  look: undefined,
  install: new Set(["owner", "admin", "installer"]),
  change: new Set(["owner", "admin"]),
};

function requireRole(role: string, need: Need): void {
  if (may[need] && !role.split(",").some((each) => may[need]?.has(each))) {
    const who = need === "install" ? "the owner or an installer" : "the owner";
    throw new AppError("forbidden", `Only ${who} may do this.`, { status: 403 });
  }
}

/**
 * Checks that the user belongs to the site's organisation. Another's site is answered like one that does not exist (404); a member who may only
 * look gets 403 for a change.
 */
export async function requireSite(db: Kysely<Database>, userId: string, siteId: string, need: Need): Promise<void> {
  const member = await db
    .selectFrom("sites")
    .innerJoin("auth.member", "auth.member.organizationId", "sites.organization_id")
    .select("auth.member.role")
    .where("sites.site_id", "=", siteId)
    .where("auth.member.userId", "=", userId)
    .executeTakeFirst();
  if (!member) throw notFound("site");
  requireRole(member.role, need);
}

/** The same for an organisation. Gives its name and the user's role in it. */
export async function requireOrganization(
  db: Kysely<Database>,
  userId: string,
  organizationId: string,
  need: Need,
): Promise<{ name: string; role: string }> {
  const member = await db
    .selectFrom("auth.member")
    .innerJoin("auth.organization", "auth.organization.id", "auth.member.organizationId")
    .select(["auth.organization.name", "auth.member.role"])
    .where("auth.member.organizationId", "=", organizationId)
    .where("auth.member.userId", "=", userId)
    .executeTakeFirst();
  if (!member) throw notFound("organisation");
  requireRole(member.role, need);
  return member;
}
