import type { Selectable, Transaction } from "kysely";
import type { Site } from "../../shared/site";
import type { Db } from "../db/database";
import type { Database, SiteTable } from "../db/schema";
import { notFound } from "../http/errors";
import type { ListingState } from "./tables";

/** A site as its members see it. */
interface OwnedSite extends Site {
  siteId: string;
  organizationId: string;
  /** The signed-in user's role there. */
  role: string;
  /** How its listing stands; null: its place has not been described yet. */
  listing: ListingState | null;
}

function toSite(row: Selectable<SiteTable>): Site {
  return {
    name: row.name,
    timeZone: row.time_zone,
    currency: row.currency,
    startPolicy: row.start_policy,
    defaultTariffId: row.default_tariff_id,
    seller: row.seller,
  };
}

/** A site's columns from its fields. */
export function siteColumns(site: Site) {
  return {
    name: site.name,
    time_zone: site.timeZone,
    currency: site.currency,
    start_policy: site.startPolicy,
    default_tariff_id: site.defaultTariffId,
    seller: JSON.stringify(site.seller),
  };
}

/** Sites of all organisations that the user belongs to, oldest first; with `siteId` only that one. */
export async function sitesOf(db: Db, userId: string, siteId?: string): Promise<OwnedSite[]> {
  const rows = await db
    .selectFrom("sites")
    .innerJoin("auth.member", "auth.member.organizationId", "sites.organization_id")
    .leftJoin("places", "places.site_id", "sites.site_id")
    .selectAll("sites")
    .select(["auth.member.role", "places.state"])
    .where("auth.member.userId", "=", userId)
    .$if(siteId !== undefined, (query) => query.where("sites.site_id", "=", siteId as string))
    .orderBy("sites.created_at")
    .orderBy("sites.site_id")
    .execute();
  return rows.map((row) => ({
    siteId: row.site_id,
    organizationId: row.organization_id,
    role: row.role,
    listing: row.state,
    ...toSite(row),
  }));
}

/** The site, locked until the transaction ends: changes of one site and pairings come one after the other. */
export async function lockSite(trx: Transaction<Database>, siteId: string): Promise<Site> {
  const row = await trx.selectFrom("sites").selectAll().where("site_id", "=", siteId).forUpdate().executeTakeFirst();
  if (!row) throw notFound("site");
  return toSite(row);
}
