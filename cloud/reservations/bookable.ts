import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Bookable } from "../../shared/bookable";
import { slotOf } from "../../shared/booking";
import type { Database } from "../db/schema";
import { appendFeed } from "../hubs/append-feed";
import { spansOf } from "./ranges";

/** Tells the site's hub the owner's blocks and plugs as they are now, in the transaction that changes them, under the lock of its book. Gives the hub to wake. */
export async function tellBookable(
  trx: Transaction<Database>,
  siteId: string,
  now: number,
): Promise<string | undefined> {
  return appendFeed(trx, siteId, [{ type: "bookable.set", data: await bookableOf(trx, siteId, now) }], now);
}

/** What is told. */
export async function bookableOf(trx: Transaction<Database>, siteId: string, now: number): Promise<Bookable> {
  const rows = await trx
    .selectFrom("booking_blocks")
    .select(["seat", "cells", "created_at"])
    .where("site_id", "=", siteId)
    .where(sql<boolean>`upper(cells) > ${slotOf(now)}`)
    .orderBy("cells")
    .execute();
  const blocks = rows.flatMap(({ seat, cells, created_at }) =>
    spansOf(cells).map(({ from, to }) => ({ seat, from, to, madeAt: created_at.toISOString() })),
  );
  const known = await trx
    .selectFrom("place_connectors")
    .select(["seat", "type"])
    .where("site_id", "=", siteId)
    .where("type", "is not", null)
    .orderBy("seat")
    .execute();
  return { blocks, plugs: Object.fromEntries(known.map(({ seat, type }) => [seat, type])) as Bookable["plugs"] };
}
