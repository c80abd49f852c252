import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import type { Database } from "../db/schema";

/**
 * The organisation that a new site will belong to: the one asked for, where the user owns or administers it; else the first that they own; else a new
 * one, of which they become the owner. Throws AppError `forbidden` for a foreign one.
 */
export async function owningOrganization(
  trx: Transaction<Database>,
  user: { id: string; name: string },
  wanted: string | undefined,
  make: { newId: () => string; now: number },
): Promise<{ id: string; role: string }> {
  // One user's parallel requests must not make two organisations.
  await trx.selectFrom("auth.user").select("id").where("id", "=", user.id).forUpdate().execute();
  const member = await trx
    .selectFrom("auth.member")
    .select(["organizationId", "role"])
    .where("userId", "=", user.id)
    .where("role", "in", ["owner", "admin"])
    .$if(wanted !== undefined, (query) => query.where("organizationId", "=", wanted as string))
    .orderBy("createdAt")
    .executeTakeFirst();
  if (member) return { id: member.organizationId, role: member.role };
  if (wanted !== undefined) {
    throw new AppError("forbidden", "This organisation is not yours to add sites to.", { status: 403 });
  }
  const id = make.newId();
  const createdAt = new Date(make.now);
  await trx.insertInto("auth.organization").values({ id, name: user.name, slug: id, createdAt }).execute();
  const membership = { id: make.newId(), organizationId: id, userId: user.id, role: "owner", createdAt };
  await trx.insertInto("auth.member").values(membership).execute();
  return { id, role: "owner" };
}
