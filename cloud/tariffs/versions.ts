import type { Transaction } from "kysely";
import { AppError } from "../../shared/error";
import type { FeedMessage } from "../../shared/sync";
import type { Tariff, TariffVersion } from "../../shared/tariff";
import { versionAt } from "../../shared/tariff";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import { lockSite } from "../sites/queries";

/** A time that a request gives may lie so far back: it was on its way, or the client's clock is late. */
const SLACK_MS = 60_000;
const AHEAD_MS = 366 * 86_400_000;
/** Versions of one tariff that may be known to come; the hub is told of all of them. */
const MAX_COMING = 10;

interface NewVersion {
  siteId: string;
  tariff: Tariff;
  /** Epoch ms from which it holds; undefined: now. */
  from: number | undefined;
  userId: string;
  now: number;
}

/**
 * Adds a version of a tariff in the caller's transaction, and gives what the hub has to hear. Versions that come later stay. Throws AppError 400
 * `other_currency`, `effective_past`, `effective_far`, `first_version` (a new tariff holds at once), and 409 `too_many_versions`.
 */
export async function addVersion(
  trx: Transaction<Database>,
  { siteId, tariff, from, userId, now }: NewVersion,
): Promise<{ version: number; messages: FeedMessage[] }> {
  const site = await lockSite(trx, siteId);
  if (site.currency !== tariff.currency) {
    throw new AppError("other_currency", `The site's currency is ${site.currency}.`, { status: 400 });
  }
  const known = await versionsOf(trx, siteId, tariff.id);
  const at = from === undefined || (from <= now && from >= now - SLACK_MS) ? now : from;
  if (at < now) throw new AppError("effective_past", "What holds already cannot be changed.", { status: 400 });
  if (at > now + AHEAD_MS) throw new AppError("effective_far", "A version begins within a year.", { status: 400 });
  if (at > now && known.length === 0) {
    throw new AppError("first_version", "A new tariff holds at once; its start_date_time says when it is offered.", {
      status: 400,
    });
  }
  if (at > now && known.filter((each) => Date.parse(each.from) > now).length >= MAX_COMING) {
    throw new AppError("too_many_versions", `At most ${MAX_COMING} versions to come.`, { status: 409 });
  }
  const current = versionAt(known, now);
  // What is said again is no new version.
  if (at === now && current && JSON.stringify(current.tariff) === JSON.stringify(tariff)) {
    return { version: current.version, messages: await bringUpToDate(trx, siteId, tariff.id, now) };
  }
  const version = (known.at(-1)?.version ?? 0) + 1;
  await trx
    .insertInto("tariff_versions")
    .values({
      site_id: siteId,
      tariff_id: tariff.id,
      version,
      effective_from: new Date(at),
      tariff: JSON.stringify(tariff),
      created_by: userId,
      created_at: new Date(now),
    })
    .execute();
  return { version, messages: await bringUpToDate(trx, siteId, tariff.id, now) };
}

/** Takes a version back that does not hold yet. Throws AppError 404, and 409 `version_holds`. Gives what the hub has to hear. */
export async function removeVersion(
  trx: Transaction<Database>,
  { siteId, tariffId, version }: { siteId: string; tariffId: string; version: number },
  now: number,
): Promise<FeedMessage[]> {
  await lockSite(trx, siteId);
  const found = (await versionsOf(trx, siteId, tariffId)).find((each) => each.version === version);
  if (!found) throw notFound("version");
  if (Date.parse(found.from) <= now) {
    throw new AppError("version_holds", "Only a version that is yet to come can be taken back.", { status: 409 });
  }
  await trx
    .deleteFrom("tariff_versions")
    .where("site_id", "=", siteId)
    .where("tariff_id", "=", tariffId)
    .where("version", "=", version)
    .execute();
  return bringUpToDate(trx, siteId, tariffId, now);
}

interface KnownVersion extends TariffVersion {
  version: number;
  createdAt: string;
}

/** All versions of a tariff, by number. */
export async function versionsOf(db: Db, siteId: string, tariffId: string): Promise<KnownVersion[]> {
  const rows = await db
    .selectFrom("tariff_versions")
    .selectAll()
    .where("site_id", "=", siteId)
    .where("tariff_id", "=", tariffId)
    .orderBy("version")
    .execute();
  return rows.map((row) => ({
    version: row.version,
    from: row.effective_from.toISOString(),
    tariff: row.tariff,
    createdAt: row.created_at.toISOString(),
  }));
}

/** What a hub that knows nothing has to hear of what is yet to come at its site. */
export async function comingVersions(trx: Transaction<Database>, siteId: string, now: number): Promise<FeedMessage[]> {
  const rows = await trx
    .selectFrom("tariff_versions")
    .select(["tariff_id", "effective_from", "tariff"])
    .where("site_id", "=", siteId)
    .where("effective_from", ">", new Date(now))
    .orderBy("tariff_id")
    .orderBy("version")
    .execute();
  const byTariff = new Map<string, TariffVersion[]>();
  for (const { tariff_id: id, effective_from: from, tariff } of rows) {
    byTariff.set(id, [...(byTariff.get(id) ?? []), { from: from.toISOString(), tariff }]);
  }
  return [...byTariff].map(([tariffId, versions]) => scheduled(tariffId, versions));
}

/**
 * Puts the versions whose time has come into `tariffs`. The hubs have done so by themselves. Gives how many tariffs changed. Run each minute: what must be
 * right to the second looks at the versions.
 */
export async function promoteVersions(db: Db, now: number): Promise<number> {
  const due = await db
    .selectFrom("tariffs")
    .select(["site_id", "tariff_id"])
    .where("next_at", "<=", new Date(now))
    .limit(1000)
    .execute();
  for (const { site_id, tariff_id } of due) {
    await db.transaction().execute(async (trx) => {
      await lockSite(trx, site_id);
      await bringUpToDate(trx, site_id, tariff_id, now);
    });
  }
  return due.length;
}

/** Writes what holds now into `tariffs`; gives what the hub has to hear: that, and what is to come. The site is locked. */
async function bringUpToDate(
  trx: Transaction<Database>,
  siteId: string,
  tariffId: string,
  now: number,
): Promise<FeedMessage[]> {
  const versions = await versionsOf(trx, siteId, tariffId);
  const current = versionAt(versions, now);
  // It was removed meanwhile.
  if (!current) return [];
  const coming = versions.filter(({ from }) => Date.parse(from) > now);
  const next = coming.map(({ from }) => Date.parse(from));
  const row = {
    tariff: JSON.stringify(current.tariff),
    version: current.version,
    updated_at: new Date(now),
    next_at: next.length > 0 ? new Date(Math.min(...next)) : null,
  };
  await trx
    .insertInto("tariffs")
    .values({ site_id: siteId, tariff_id: tariffId, ...row })
    .onConflict((conflict) => conflict.columns(["site_id", "tariff_id"]).doUpdateSet(row))
    .execute();
  const told = coming.map(({ from, tariff }) => ({ from, tariff }));
  return [{ type: "tariff.set", data: current.tariff }, ...(told.length > 0 ? [scheduled(tariffId, told)] : [])];
}

function scheduled(tariffId: string, versions: TariffVersion[]): FeedMessage {
  return { type: "tariff.scheduled", data: { tariffId, versions } };
}
