import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What hubs say of themselves and how they change their keys; what is looked for when old things are removed. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // A table that is spread by site refers to no other: a cluster takes them one by one, in any order.
  `alter table messages drop constraint messages_site_id_thread_id_fkey`,
  `alter table message_reads drop constraint message_reads_site_id_thread_id_fkey`,
  // head_seq: newest event of its journal, as it last said. clock_skew_ms: its clock minus ours.
  `alter table hubs add column head_seq bigint, add column clock_skew_ms bigint`,
  // A key that takes the place of public_key once the hub has confirmed it; until then both hold. next_said_at: when the hub signed for it.
  `alter table hub_keys add column next_key json, add column next_said_at timestamptz, add check ((next_key is null) = (next_said_at is null))`,
  // When the owners were told that a second machine speaks as the hub; null: it is not so, or is over.
  `alter table hubs add column cloned_told_at timestamptz`,
  `create index faults_of_charge_point on faults (site_id, cp_id, opened_at)`,
  `create index notifications_oldest on notifications (created_at)`,
];
