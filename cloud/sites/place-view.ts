import type { Selectable } from "kysely";
import { openState } from "../../shared/opening-hours";
import { isOffered } from "../../shared/tariff";
import type { Db } from "../db/database";
import { HUB_OFFLINE_MS } from "./board";
import type { Place, PlaceLive } from "./place-schemas";
import type { ConnectorRow } from "./places";
import {
  connectorLink,
  connectorsOf,
  inUse,
  photoView,
  photosOf,
  placeFields,
  ratingOf,
  technicalView,
} from "./places";
import type { PlaceTable } from "./tables";

/** What a driver sees of a site: nothing of its sessions, its hub's health or its people. */

/** Connectors that drivers are shown: those that the hub has; without a hub, those that the owner has described. */
function shown(rows: readonly ConnectorRow[]): ConnectorRow[] {
  const told = rows.filter((row) => row.told);
  return inUse(told.length > 0 ? told : rows.filter(({ type }) => type !== null));
}

async function hubOf(db: Db, siteId: string, now: number): Promise<PlaceLive["hub"]> {
  const hub = await db
    .selectFrom("hubs")
    .select("last_seen_at")
    .where("site_id", "=", siteId)
    .where("replaced_at", "is", null)
    .executeTakeFirst();
  const seen = hub?.last_seen_at ?? null;
  const online = seen !== null && now - seen.getTime() < HUB_OFFLINE_MS;
  return { online, offlineSince: online ? null : (seen?.toISOString() ?? null) };
}

const statusView = ({ cp_id: cpId, connector_id: connectorId, status, since }: ConnectorRow) => ({
  cpId,
  connectorId,
  status,
  since: since?.toISOString() ?? null,
});

/** The live part alone, at `now` (epoch ms). */
export async function readLive(db: Db, siteId: string, now: number): Promise<PlaceLive> {
  const [hub, rows] = await Promise.all([hubOf(db, siteId, now), connectorsOf(db, siteId)]);
  return { hub, connectors: shown(rows).map(statusView) };
}

/** The whole place at `now` (epoch ms). */
export async function readPlace(
  { db, publicUrl }: { db: Db; publicUrl: string },
  row: Selectable<PlaceTable>,
  mayBook: boolean,
  now: number,
): Promise<Place> {
  const siteId = row.site_id;
  const [site, hub, photos, connectors, tariffs] = await Promise.all([
    db
      .selectFrom("sites")
      .select(["name", "time_zone", "currency", "default_tariff_id"])
      .where("site_id", "=", siteId)
      .executeTakeFirstOrThrow(),
    hubOf(db, siteId, now),
    photosOf(db, siteId),
    connectorsOf(db, siteId),
    db.selectFrom("tariffs").select("tariff").where("site_id", "=", siteId).orderBy("tariff_id").execute(),
  ]);
  const offered = tariffs.map(({ tariff }) => tariff).filter((each) => isOffered(each, new Date(now).toISOString()));
  const views = shown(connectors).map((each) => {
    const wanted = each.tariff_id ?? site.default_tariff_id;
    const tariffId = offered.some(({ id }) => id === wanted) ? wanted : null;
    return { ...statusView(each), ...technicalView(each), tariffId, link: connectorLink(publicUrl, each) };
  });
  const { open, until } = openState(row.hours, site.time_zone, now);
  return {
    siteId,
    name: site.name,
    ...placeFields(row),
    timeZone: site.time_zone,
    currency: site.currency,
    now: { open, until: until === null ? null : new Date(until).toISOString() },
    mayBook,
    photos: photos.map(photoView),
    rating: ratingOf(row),
    hub,
    connectors: views,
    tariffs: offered.filter(({ id }) => views.some(({ tariffId }) => tariffId === id)),
  };
}
