import { z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import type { Kysely } from "kysely";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";

export const organizationParam = z.object({ organizationId: z.string().min(1).max(64) });

export const MAX_MEMBERS = 200;

/** Throws AppError `organization_full` (409). */
export async function requireRoom(db: Kysely<Database>, organizationId: string): Promise<void> {
  const members = await db
    .selectFrom("auth.member")
    .select("userId")
    .where("organizationId", "=", organizationId)
    .limit(MAX_MEMBERS)
    .execute();
  if (members.length < MAX_MEMBERS) return;
  throw new AppError("organization_full", `An organisation has at most ${MAX_MEMBERS} members.`, { status: 409 });
}

/** Checks that sites belong to an organisation; null is all of them. Throws AppError 400 `unknown_site`. */
export async function requireOwnSites(db: Db, organizationId: string, siteIds: string[] | null): Promise<void> {
  if (siteIds === null) return;
  const rows = await db
    .selectFrom("sites")
    .select("site_id")
    .where("organization_id", "=", organizationId)
    .where("site_id", "in", siteIds)
    .execute();
  if (rows.length !== new Set(siteIds).size) {
    throw new AppError("unknown_site", "The organisation has no such site.", { status: 400 });
  }
}
