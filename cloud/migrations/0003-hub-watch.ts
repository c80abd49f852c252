import type { Kysely } from "kysely";
import { sql } from "kysely";

/** What an owner should see of a hub: connectors that do not keep to the current that they were given, and a second machine that speaks as it. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // The last that a hub said of each connector's load.
  `create index events_load_problems on events (site_id, cp_id, connector_id, at, id) where type = 'load.problem'`,
  // Each start of a hub's program; one of a hub is the present one.
  `create table hub_instances (
    site_id uuid not null, hub_id uuid not null, instance uuid not null, first_heard_at timestamptz not null, over_at timestamptz,
    heard_again_at timestamptz, primary key (site_id, hub_id, instance), check (heard_again_at is null or over_at is not null))`,
  `create unique index hub_instances_one_present on hub_instances (site_id, hub_id) where over_at is null`,
];
