import type { Kysely, Updateable } from "kysely";
import { sql } from "kysely";
import type { Database } from "../db/schema";
import type { PersonTable } from "./tables";

/** What may be set of a person beside their sign-in. */
type Changes = Omit<Updateable<PersonTable>, "user_id">;

/** Sets what is given of a person, whether or not they have a row yet. An account that does not exist is left alone. */
export async function savePerson(tx: Kysely<Database>, userId: string, changes: Changes): Promise<void> {
  const known = await tx.selectFrom("auth.user").select("id").where("id", "=", userId).executeTakeFirst();
  if (!known) return;
  await tx
    .insertInto("people")
    .values({ phone: null, ...changes, user_id: userId })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ user_id: userId, ...changes }))
    .execute();
}

/** A person with the defaults of one who has no row. */
export async function personOf(tx: Kysely<Database>, userId: string) {
  return tx
    .selectFrom("auth.user as u")
    .leftJoin("people as p", "p.user_id", "u.id")
    .select(["u.id", "u.email", "u.name", "u.emailVerified", "u.createdAt"])
    .select(["p.phone", "p.phone_verified_at", "p.premium_until", "p.blocked_at", "p.deleted_at"])
    .select([
      sql<boolean>`coalesce(p.is_admin, false)`.as("is_admin"),
      sql<"en" | "de">`coalesce(p.language, 'en')`.as("language"),
      sql<string>`coalesce(p.time_zone, 'UTC')`.as("time_zone"),
    ])
    .where("u.id", "=", userId)
    .executeTakeFirstOrThrow();
}
