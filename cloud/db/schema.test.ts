import { getMigrations } from "better-auth/db/migration";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { afterAll, describe, expect, it } from "vitest";
import { createAuth } from "../accounts/auth";
import { migrations } from "../migrations";
import { startTestPostgres } from "../testing/postgres";
import { openDatabase } from "./database";
import { migrate } from "./migrate";

const postgres = await startTestPostgres();
const url = await postgres.database();
const { db } = openDatabase(url, 5, () => undefined);
afterAll(async () => {
  await db.destroy();
  await postgres.stop();
});

/** Tables that belong to no site but to people or to all: on a cluster on one node, or copied to each. */
const shared = new Set([
  "hub_keys",
  "pairing_codes",
  "rate_limits",
  "settings",
  // Of people and organisations, who have many sites (ADR 11).
  "ledger_transactions",
  "ledger_entries",
  "charges",
  "invoice_counters",
  "payment_profiles",
  "payments",
  "payment_events",
  "payout_accounts",
  "payouts",
  "people",
  "phone_codes",
  "families",
  "family_members",
  "invitations",
  "vehicles",
  "audit_log",
  "notifications",
  "notification_deliveries",
  "notification_settings",
  "push_subscriptions",
  "dead_addresses",
  // Of organisations and drivers (ADR 0010).
  "membership_plans",
  "memberships",
  "membership_months",
  "premium_terms",
  "promotions",
  "coupon_redemptions",
  "kysely_migration",
  "kysely_migration_lock",
]);

describe("migrations", () => {
  it("run once, also where processes start together", async () => {
    const others = Array.from({ length: 3 }, () => openDatabase(url, 2, () => undefined).db);
    const applied = (await Promise.all(others.map(migrate))).flat();
    expect(applied).toEqual(Object.keys(migrations));
    expect(await migrate(db)).toEqual([]);
    for (const other of others) await other.destroy();
  });

  it("leave nothing behind when one fails", async () => {
    const broken = openDatabase(await postgres.database(), 2, () => undefined).db;
    migrations["9999-broken"] = { up: async (trx) => void (await sql`select no_such_function()`.execute(trx)) };
    await expect(migrate(broken)).rejects.toThrow("no_such_function");
    delete migrations["9999-broken"];
    expect((await broken.introspection.getTables()).map((table) => table.name)).toEqual([]);
    expect(await migrate(broken)).toEqual(Object.keys(migrations));
    await broken.destroy();
  });
});

describe("the catalogue", () => {
  it("has site_id first in every primary key, unique and exclusion constraint of a tenant's table", async () => {
    const { rows } = await sql<{ table: string; index: string; first: string }>`
      select c.relname as table, i.relname as index, a.attname as first
      from pg_index x
      join pg_class c on c.oid = x.indrelid
      join pg_class i on i.oid = x.indexrelid
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
      where n.nspname = 'public' and (x.indisunique or x.indisexclusion)`.execute(db);
    const tenants = rows.filter((row) => !shared.has(row.table));
    expect(new Set(tenants.map((row) => row.table)).size).toBeGreaterThanOrEqual(9);
    expect(tenants.filter((row) => row.first !== "site_id")).toEqual([]);
    const { rows: tables } = await sql<{ table: string }>`
      select tablename as table from pg_tables where schemaname = 'public'`.execute(db);
    const keyed = new Set(tenants.map((row) => row.table));
    expect(tables.map((row) => row.table).filter((table) => !keyed.has(table) && !shared.has(table))).toEqual([]);
  });

  it("has no foreign key on a tenant's table: a cluster is given them one by one", async () => {
    const { rows } = await sql<{ table: string }>`
      select conrelid::regclass::text as table from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace`.execute(db);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => row.table).filter((table) => !shared.has(table))).toEqual([]);
  });

  it("has every table and column that better-auth wants", async () => {
    const options = "-c search_path=auth";
    const pool = new pg.Pool({ connectionString: url, max: 2, options });
    // The pool is at its end before its connections are, which the server may still cut off.
    pool.on("error", () => undefined);
    const inAuth = new Kysely<Record<string, never>>({ dialect: new PostgresDialect({ pool }) });
    const auth = createAuth({
      db,
      secret: "x".repeat(32),
      publicUrl: "http://127.0.0.1",
      newId: () => "",
      now: () => 0,
      verifyEmails: false,
    });
    const { toBeCreated, toBeAdded } = await getMigrations({
      ...auth.options,
      database: { db: inAuth, type: "postgres" },
    });
    expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] });
    await inAuth.destroy();
  });
});
