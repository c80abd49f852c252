import type { Kysely, Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import { currentOf } from "../../shared/connector-types";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import { notFound } from "../http/errors";
import type { PlaceInput } from "./place-schemas";
import type { PlaceConnectorTable, PlacePhotoTable, PlaceTable } from "./tables";

/** A site's place in the database, and how its owner sees it. */

/** Coordinates that move by more than this are another place, which an admin looks at again: about 200 m. */
const MOVED_DEGREES = 0.002;

/** Address of a photo below the cloud's own. */
const photoUrl = (siteId: string, photoId: string) => `/v1/places/${siteId}/photos/${photoId}`;

type PhotoRow = Omit<Selectable<PlacePhotoTable>, "content" | "created_at">;
const photoColumns = ["site_id", "photo_id", "content_type", "width", "height", "caption"] as const;

export function photoView({ site_id, photo_id, content_type, width, height, caption }: PhotoRow) {
  const url = photoUrl(site_id, photo_id);
  return { photoId: photo_id, url, contentType: content_type, width, height, caption };
}

/** Photos of a site without their content, oldest first. */
export async function photosOf(db: Kysely<Database>, siteId: string): Promise<PhotoRow[]> {
  return db
    .selectFrom("place_photos")
    .select(photoColumns)
    .where("site_id", "=", siteId)
    .orderBy("created_at")
    .orderBy("photo_id")
    .execute();
}

/** What a person may read off a place's row. */
export function placeFields(row: Selectable<PlaceTable>) {
  const { host, street, city, country, lat, lng, description, facilities, hours, access } = row;
  const postalCode = row.postal_code;
  return { host, street, postalCode, city, country, lat, lng, description, facilities, hours, access };
}

export function ratingOf({ rating_sum, rating_count }: Pick<Selectable<PlaceTable>, "rating_sum" | "rating_count">) {
  const average = rating_count === 0 ? null : Math.round((rating_sum / rating_count) * 10) / 10;
  return { average, count: rating_count };
}

export function ownPlaceView(row: Selectable<PlaceTable>, photos: readonly PhotoRow[]) {
  return {
    siteId: row.site_id,
    ...placeFields(row),
    state: row.state,
    reason: row.reason,
    submittedAt: row.submitted_at?.toISOString() ?? null,
    decidedAt: row.decided_at?.toISOString() ?? null,
    photos: photos.map(photoView),
    rating: ratingOf(row),
  };
}

/** The place of a site, locked where a transaction is going to change it. Throws AppError `not_found`. */
export async function requirePlace(
  db: Kysely<Database>,
  siteId: string,
  lock?: "lock",
): Promise<Selectable<PlaceTable>> {
  const row = await db
    .selectFrom("places")
    .selectAll()
    .where("site_id", "=", siteId)
    .$if(lock !== undefined, (query) => query.forUpdate())
    .executeTakeFirst();
  if (!row) throw notFound("place: say first where the site is");
  return row;
}

/**
 * Writes what the owner says of a place, and with it what search reads. One that is new is a draft; one that has moved, or is another country's, and was approved
 * or waits, is to be looked at again.
 */
export async function savePlace(
  trx: Transaction<Database>,
  siteId: string,
  input: PlaceInput,
  now: number,
): Promise<Selectable<PlaceTable>> {
  const { postalCode, hours, ...rest } = input;
  const columns = { ...rest, postal_code: postalCode, hours: JSON.stringify(hours), updated_at: new Date(now) };
  const before = await trx
    .selectFrom("places")
    .selectAll()
    .where("site_id", "=", siteId)
    .forUpdate()
    .executeTakeFirst();
  const moved = before !== undefined && hasMoved(before, input);
  const again = moved && before.state === "approved";
  const state = again ? { state: "submitted" as const, submitted_at: new Date(now) } : {};
  const row = await trx
    .insertInto("places")
    .values({ site_id: siteId, ...columns, state: "draft" })
    .onConflict((conflict) => conflict.column("site_id").doUpdateSet({ ...columns, ...state }))
    .returningAll()
    .executeTakeFirstOrThrow();
  await listConnectors(trx, siteId);
  return row;
}

function hasMoved(before: Pick<Selectable<PlaceTable>, "lat" | "lng" | "country">, after: PlaceInput): boolean {
  const far = Math.abs(before.lat - after.lat) > MOVED_DEGREES || Math.abs(before.lng - after.lng) > MOVED_DEGREES;
  return far || before.country !== after.country;
}

/** Brings the rows that search reads in line with the place, in the transaction that has changed it. */
export async function listConnectors(trx: Transaction<Database>, siteId: string): Promise<void> {
  await sql`
    update place_connectors c set lat = p.lat, lng = p.lng,
      listed = place_is_listed(p.site_id) and not c.retired and (c.told or not exists (select from charge_points k where k.site_id = p.site_id))
    from places p where p.site_id = ${siteId} and c.site_id = ${siteId}`.execute(trx);
}

export type ConnectorRow = Selectable<PlaceConnectorTable>;

/** Connectors of a site, in the order in which people count them. */
export async function connectorsOf(db: Db | Transaction<Database>, siteId: string): Promise<ConnectorRow[]> {
  const rows = await db.selectFrom("place_connectors").selectAll().where("site_id", "=", siteId).execute();
  return rows.toSorted(
    (a, b) => a.cp_id.localeCompare(b.cp_id, "en", { numeric: true }) || a.connector_id - b.connector_id,
  );
}

/** Without those of retired charge points. */
export const inUse = (rows: readonly ConnectorRow[]): ConnectorRow[] => rows.filter(({ retired }) => !retired);

/** What a connector is, for everyone. */
export function technicalView({ label, type, power_w }: Pick<ConnectorRow, "label" | "type" | "power_w">) {
  return { label, type, current: type && currentOf(type), powerW: power_w };
}

/** Where the QR code on a connector leads: its page in the cloud's app. */
export function connectorLink(publicUrl: string, { site_id, cp_id, connector_id }: ConnectorRow): string {
  return `${publicUrl}/places/${site_id}?connector=${encodeURIComponent(`${cp_id}/${connector_id}`)}`;
}

export function ownConnectorView(publicUrl: string, row: ConnectorRow) {
  const { cp_id: cpId, connector_id: connectorId, own_power_w: ownPowerW, told } = row;
  return { cpId, connectorId, ...technicalView(row), ownPowerW, told, link: connectorLink(publicUrl, row) };
}
