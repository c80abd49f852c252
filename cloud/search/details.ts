import { sql } from "kysely";
import { isOpenAt } from "../../shared/opening-hours";
import type { OpeningHours } from "../../shared/opening-hours";
import type { ConnectorType } from "../../shared/connector-types";
import type { Db } from "../db/database";
import { HUB_OFFLINE_MS } from "../sites/board";
import type { Access, Host } from "../sites/tables";
import type { Found } from "./find";

interface Row {
  site_id: string;
  name: string;
  host: Host;
  street: string;
  city: string;
  access: Access;
  hours: OpeningHours;
  last_seen_at: Date | null;
  photo_id: string | null;
  connectors: { type: ConnectorType; maxPowerW: number; count: number; available: number }[];
}

/** What a list shows of each place of a page, in the order of the page; a place that went meanwhile is left out. */
export async function detailsOf(db: Db, found: readonly Found[], types: readonly ConnectorType[], now: number) {
  const siteIds = found.map(({ siteId }) => siteId);
  const { rows } = await sql<Row>`select * from search_details(${siteIds}::uuid[], ${[...types]})`.execute(db);
  const known = new Map(rows.map((row) => [row.site_id, row]));
  return found.flatMap((each) => {
    const row = known.get(each.siteId);
    if (!row) return [];
    const { siteId, point, distanceM, fitting, powerW, price, rating, timeZone } = each;
    const { name, host, street, city, access } = row;
    const seen = row.last_seen_at?.getTime() ?? 0;
    const online = now - seen < HUB_OFFLINE_MS;
    return [
      {
        siteId,
        name,
        host,
        street,
        city,
        ...point,
        distanceM,
        access,
        timeZone,
        open: isOpenAt(row.hours, timeZone, now),
        online,
        photoUrl: row.photo_id && `/v1/places/${siteId}/photos/${row.photo_id}`,
        rating: {
          average: rating.count === 0 ? null : Math.round((rating.sum / rating.count) * 10) / 10,
          count: rating.count,
        },
        fitting,
        maxPowerW: powerW,
        connectors: row.connectors.map((kind) => ({ ...kind, available: online ? kind.available : 0 })),
        price,
      },
    ];
  });
}
