import { sql } from "kysely";
import type { Db } from "../db/database";

/** Columns by which a row is somebody's, whatever the table. */
const owners = [
  "user_id",
  "driver_id",
  "author_id",
  "payer_id",
  "inviter_id",
  "actor_id",
  "created_by",
  "opened_by",
  "answered_by",
];
/** What proves something to us, and would help nobody but a thief. */
const secrets = new Set(["pin_tag", "code_hash", "token_hash", "p256dh", "auth", "token"]);

/**
 * Everything that is kept of a person, by table. The tables are those of the catalogue which have a person's column, so that one that is new is not
 * forgotten. Secrets are left out.
 */
export async function exportOf(db: Db, userId: string): Promise<Record<string, unknown>> {
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select c.table_name as table, c.column_name as column from information_schema.columns c
    join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name and t.table_type = 'BASE TABLE'
    where c.table_schema = 'public' and c.column_name in (${sql.join(owners)})
    order by 1, 2`.execute(db);
  const account = await db
    .selectFrom("auth.user")
    .select(["id", "name", "email", "emailVerified", "createdAt"])
    .where("id", "=", userId)
    .executeTakeFirstOrThrow();
  const signIns = await db
    .selectFrom("auth.session")
    .select(["createdAt", "expiresAt", "ipAddress", "userAgent"])
    .where("userId", "=", userId)
    .execute();
  const memberships = await db
    .selectFrom("auth.member")
    .innerJoin("auth.organization", "auth.organization.id", "auth.member.organizationId")
    .select(["auth.organization.name", "auth.member.role", "auth.member.createdAt"])
    .where("auth.member.userId", "=", userId)
    .execute();
  const all: Record<string, unknown> = { account, signIns, memberships };
  for (const { table, column } of columns) {
    // As text, since json columns may hold what jsonb cannot.
    const { rows } = await sql<{ row: string }>`
      select row_to_json(t)::text as row from ${sql.table(table)} t where t.${sql.ref(column)} = ${userId}`.execute(db);
    const found = rows.map(({ row }) =>
      Object.fromEntries(Object.entries(JSON.parse(row) as object).filter(([name]) => !secrets.has(name))),
    );
    if (found.length > 0) all[`${table} (${column})`] = found;
  }
  return all;
}
