import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Sale } from "../../../shared/booking";
import type { Database } from "../../db/schema";
import type { Alternative } from "./alternative";

/**
 * What a driver owes whose booking is given up since its charger fails: nothing; and where there was nowhere else to go, he is paid what the site's terms say (OCPI `FULL`). Not where it is
 * he who has the other connector of the site: by a hold, or by a booking made since he was asked.
 */
export async function owedAfterRelease(
  db: Kysely<Database>,
  { siteId, userId, sale }: { siteId: string; userId: string; sale: Sale },
  { offer, offeredAt }: { offer: Alternative | null; offeredAt: Date },
  now: number,
): Promise<number> {
  if (offer !== null) return 0;
  const { rows } = await sql<{ served: boolean }>`
    select exists (
      select from reservations where site_id = ${siteId} and user_id = ${userId} and booking <> ${sale.booking} and class = ${sale.class}
        and held && int4range(${sale.from}, ${sale.to})
        and case when version = 0 then expires_at > ${new Date(now)} else created_at >= ${offeredAt} end) as served`.execute(
    db,
  );
  return rows[0]?.served ? 0 : -sale.terms.compensation;
}

/** Whether a sale still waits for its driver, with nothing under way that ends it. */
export function isWaiting(sale: Sale | undefined): sale is Sale {
  return sale !== undefined && sale.stage === "reserved" && sale.cancel === null && sale.end === null;
}
