import type { Kysely, Transaction } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { audit } from "../admin/audit";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";

/**
 * Makes the account with this address an admin of the platform, where `onlyVerified` only if the address is verified. Gives whether there is such an account;
 * one that is an admin already stays one.
 */
export async function grantAdmin(db: Db, email: string, onlyVerified: boolean, now: number): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    const user = await tx
      .selectFrom("auth.user")
      .leftJoin("people", "people.user_id", "auth.user.id")
      .select(["auth.user.id", "people.is_admin"])
      .where(sql<string>`lower("auth"."user"."email")`, "=", email.toLowerCase())
      .$if(onlyVerified, (query) => query.where("auth.user.emailVerified", "=", true))
      .executeTakeFirst();
    if (!user) return false;
    if (user.is_admin) return true;
    await tx
      .insertInto("people")
      .values({ user_id: user.id, is_admin: true, phone: null })
      .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ is_admin: true }))
      .execute();
    await audit(tx, { now, actorId: null, action: "admin.granted", subject: `user:${user.id}` });
    return true;
  });
}

/** `cloud admin EMAIL`: makes an existing account an admin, and its address a verified one. Throws AppError `not_found` where there is none. */
export async function adminCommand(db: Db, email: string, now: number): Promise<void> {
  if (!(await grantAdmin(db, email, false, now))) {
    throw new AppError("not_found", `Nobody has registered with ${email} yet. Register in the app first.`, {
      status: 404,
    });
  }
  await db
    .updateTable("auth.user")
    .set({ emailVerified: true })
    .where(sql<string>`lower("email")`, "=", email.toLowerCase())
    .execute();
}

/** The admins of the platform who can do something about it. */
export async function adminIds(tx: Kysely<Database>): Promise<string[]> {
  const rows = await tx
    .selectFrom("people")
    .select("user_id")
    .where("is_admin", "=", true)
    .where("blocked_at", "is", null)
    .execute();
  return rows.map(({ user_id }) => user_id);
}

/**
 * Locks the platform's admins, so that of two who demote or block each other one remains. Gives how many there are beside `actorId`. Throws AppError `forbidden`
 * (403) where that one is none any more.
 */
export async function lockAdmins(tx: Transaction<Database>, actorId: string): Promise<number> {
  const rows = await tx
    .selectFrom("people")
    .select("user_id")
    .where("is_admin", "=", true)
    .where("blocked_at", "is", null)
    .orderBy("user_id")
    .forUpdate()
    .execute();
  const others = rows.filter(({ user_id }) => user_id !== actorId).length;
  if (others === rows.length) {
    throw new AppError("forbidden", "Only an admin of this platform may do this.", { status: 403 });
  }
  return others;
}
