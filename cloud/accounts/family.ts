import type { Kysely, Transaction } from "kysely";
import { AppError } from "../../shared/error";
import { audit } from "../admin/audit";
import type { Database } from "../db/schema";

/** Drivers of one family, beside the one who pays. */
const MAX_DRIVERS = 20;

/** Who pays for what a driver began at an instant (epoch ms): the payer of the family that they had joined by then, or they themselves. */
export async function payerOf(tx: Kysely<Database>, userId: string, at: number): Promise<string> {
  const row = await tx
    .selectFrom("family_members as m")
    .innerJoin("families as f", "f.id", "m.family_id")
    .select("f.payer_id")
    .where("m.user_id", "=", userId)
    .where("m.joined_at", "<=", new Date(at))
    .executeTakeFirst();
  return row?.payer_id ?? userId;
}

/** The family that one pays for or drives in. */
export async function familyOf(tx: Kysely<Database>, userId: string) {
  return tx
    .selectFrom("families as f")
    .leftJoin("family_members as m", (join) => join.onRef("m.family_id", "=", "f.id").on("m.user_id", "=", userId))
    .innerJoin("auth.user as payer", "payer.id", "f.payer_id")
    .select(["f.id", "f.name", "f.payer_id", "payer.name as payer"])
    .where(({ or, eb }) => or([eb("f.payer_id", "=", userId), eb("m.user_id", "=", userId)]))
    .executeTakeFirst();
}

/** All who share one family with somebody, themselves included. */
export async function relativesOf(tx: Kysely<Database>, userId: string): Promise<string[]> {
  const family = await familyOf(tx, userId);
  if (!family) return [userId];
  const rows = await tx.selectFrom("family_members").select("user_id").where("family_id", "=", family.id).execute();
  return [family.payer_id, ...rows.map(({ user_id }) => user_id)];
}

/** Makes somebody a driver of a family. Throws AppErrors with 409: `in_family` already, `family_full`. */
export async function joinFamily(
  tx: Transaction<Database>,
  userId: string,
  familyId: string,
  now: number,
): Promise<void> {
  await tx.selectFrom("families").select("id").where("id", "=", familyId).forUpdate().execute();
  await requireNoFamily(tx, userId);
  const members = await tx.selectFrom("family_members").select("user_id").where("family_id", "=", familyId).execute();
  if (members.length >= MAX_DRIVERS) {
    throw new AppError("family_full", `A family has at most ${MAX_DRIVERS} drivers.`, { status: 409 });
  }
  await tx
    .insertInto("family_members")
    .values({ user_id: userId, family_id: familyId, joined_at: new Date(now) })
    .execute();
  await audit(tx, { now, actorId: userId, action: "family.joined", subject: `family:${familyId}` });
}

/** Throws AppError `in_family` (409). The user's row is locked: of two that come at once, one waits. */
export async function requireNoFamily(tx: Transaction<Database>, userId: string): Promise<void> {
  await tx.selectFrom("auth.user").select("id").where("id", "=", userId).forUpdate().execute();
  if (await familyOf(tx, userId)) {
    throw new AppError("in_family", "You belong to a family already. Leave it first.", { status: 409 });
  }
}
