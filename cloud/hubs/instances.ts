import type { Kysely } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Database } from "../db/schema";
import { tellCloned } from "./cloned";
import type { HubIdentity } from "./token";

/**
 * Each start of a hub's program has an instance id of its own, which its tokens carry. A new one takes the place of the one before, as after a restart, an update or a restore; the
 * one before is then over and is refused for good. So of two machines that run from one data folder or back-up at most one goes on, and since the other keeps asking, it is noticed.
 */

/** A request of the program before may still be on its way when the next one has begun: no machine's doing until then. */
const ON_ITS_WAY_MS = 60_000;
/** How long after its last request the second machine is told of. */
export const CLONED_MS = 10 * 60_000;
/** Instances that were over for so long are forgotten. */
const KEPT_MS = 90 * 24 * 60 * 60_000;

/** Takes note of who speaks. Throws AppError 409 `cloned` for an instance that is over. */
export async function hearInstance(
  db: Kysely<Database>,
  hub: HubIdentity,
  instance: string,
  now: number,
): Promise<void> {
  const known = await find(db, hub, instance);
  if (known && !known.over_at) return;
  if (known?.over_at) return refuse(db, hub, instance, known, now);
  await db.transaction().execute(async (trx) => {
    const { siteId, hubId } = hub;
    await sql`select from hubs where site_id = ${siteId} and hub_id = ${hubId} for update`.execute(trx);
    if (await find(trx, hub, instance)) return;
    const at = new Date(now);
    await sql`
      delete from hub_instances
      where site_id = ${siteId} and hub_id = ${hubId} and over_at < ${new Date(now - KEPT_MS)}`.execute(trx);
    await sql`
      update hub_instances set over_at = ${at}
      where site_id = ${siteId} and hub_id = ${hubId} and over_at is null`.execute(trx);
    await sql`
      insert into hub_instances (site_id, hub_id, instance, first_heard_at)
      values (${siteId}, ${hubId}, ${instance}, ${at})`.execute(trx);
  });
}

interface Known {
  over_at: Date | null;
  heard_again_at: Date | null;
}

/** Whether nobody has taken the place of the one that speaks, and its key still holds. */
export async function isPresent(db: Kysely<Database>, hub: HubIdentity): Promise<boolean> {
  const current = await db
    .selectFrom("hubs")
    .select("hub_id")
    .where("site_id", "=", hub.siteId)
    .where("hub_id", "=", hub.hubId)
    .where("replaced_at", "is", null)
    .executeTakeFirst();
  if (!current) return false;
  return hub.instance === undefined || (await find(db, hub, hub.instance))?.over_at === null;
}

async function find(
  db: Kysely<Database>,
  { siteId, hubId }: HubIdentity,
  instance: string,
): Promise<Known | undefined> {
  const { rows } = await sql<Known>`
    select over_at, heard_again_at from hub_instances
    where site_id = ${siteId} and hub_id = ${hubId} and instance = ${instance}`.execute(db);
  return rows[0];
}

async function refuse(
  db: Kysely<Database>,
  { siteId, hubId }: HubIdentity,
  instance: string,
  { over_at: overAt, heard_again_at: heardAt }: Known,
  now: number,
): Promise<never> {
  const isClone = overAt !== null && now - overAt.getTime() > ON_ITS_WAY_MS;
  if (isClone && (heardAt === null || now - heardAt.getTime() > ON_ITS_WAY_MS)) {
    await db.transaction().execute(async (trx) => {
      await sql`
        update hub_instances set heard_again_at = ${new Date(now)}
        where site_id = ${siteId} and hub_id = ${hubId} and instance = ${instance}`.execute(trx);
      await tellCloned(trx, { siteId, hubId }, now);
    });
  }
  const message =
    "A second machine speaks as this hub, from the same data folder or back-up, and took its place. Stop one of them; the other may be paired anew.";
  throw new AppError("cloned", message, { status: 409 });
}

/** When an instance of the hub that is over was heard last, within the last minutes; null: only one machine speaks. */
export async function clonedAt(
  db: Kysely<Database>,
  { siteId, hubId }: HubIdentity,
  now: number,
): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select max(heard_again_at) as at from hub_instances
    where site_id = ${siteId} and hub_id = ${hubId} and heard_again_at > ${new Date(now - CLONED_MS)}`.execute(db);
  return rows[0]?.at ?? null;
}
