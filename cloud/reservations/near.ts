import { sql } from "kysely";
import type { Span } from "../../shared/booking";
import { subtract } from "../../shared/booking/spans";
import type { Deps } from "../deps";
import { Sleeper } from "../http/sse";
import { appendFeed } from "../hubs/append-feed";
import { lockBook } from "./book";
import { spansOf } from "./ranges";
import { isConnected } from "./read";

/** Seats that are asked for, at most, one after the other; the patience for all of them together is `hubPatienceMs`, since a driver waits for the answer. */
const SEATS_ASKED = 8;

type Needs = Pick<Deps, "db" | "wake" | "now" | "newId" | "stopping" | "hubPatienceMs">;

/**
 * Rule 2: asks the connected hub for its cells of a wish, on one seat after the other, until it grants them. Gives the seat, whose cells are the cloud's then, for
 * whoever sells them first; undefined where the hub is away, says no, or says nothing in time.
 */
export async function askForCells(
  deps: Needs,
  siteId: string,
  seats: readonly string[],
  span: Span,
): Promise<string | undefined> {
  const { db, now, hubPatienceMs } = deps;
  if (!(await isConnected(db, siteId, now()))) return undefined;
  const until = now() + hubPatienceMs;
  const { rows } = await sql<{ seat: string; owned: string }>`
    select seat, owned::text as owned from booking_seats
    where site_id = ${siteId} and seat = any(${[...seats]}) and not walk_in
      and not exists (
        select from reservations r where r.site_id = ${siteId} and r.seat = booking_seats.seat and r.held && int4range(${span.from}, ${span.to})
          and (r.expires_at is null or r.expires_at > ${new Date(now())}))
    order by place`.execute(db);
  const asked = rows.flatMap(({ seat, owned }) => {
    const [missing, ...more] = subtract([span], spansOf(owned));
    return missing && more.length === 0 ? [{ seat, missing }] : [];
  });
  for (const { seat, missing } of asked.slice(0, SEATS_ASKED)) {
    if (await ask(deps, siteId, seat, missing, until)) return seat;
  }
  return undefined;
}

async function ask(deps: Needs, siteId: string, seat: string, cells: Span, until: number): Promise<boolean> {
  const { db, wake, now, newId, stopping } = deps;
  const requestId = newId();
  const hubId = await db.transaction().execute(async (trx) => {
    await lockBook(trx, siteId);
    const { epoch } = await trx
      .selectFrom("booking_books")
      .select("epoch")
      .where("site_id", "=", siteId)
      .executeTakeFirstOrThrow();
    const request = { site_id: siteId, request_id: requestId, outcome: null, created_at: new Date(now()) };
    await trx.insertInto("booking_requests").values(request).execute();
    const data = { requestId, seat, ...cells };
    return appendFeed(trx, siteId, [{ type: "cells.requested", epoch, data }], now());
  });
  const sleeper = new Sleeper();
  const stop = wake.on(`site:${siteId}`, sleeper.wake);
  try {
    if (hubId) wake.tell(`feed:${hubId}`);
    for (;;) {
      const row = await db
        .selectFrom("booking_requests")
        .select("outcome")
        .where("site_id", "=", siteId)
        .where("request_id", "=", requestId)
        .executeTakeFirst();
      if (row?.outcome) return row.outcome === "granted";
      const left = until - now();
      if (left <= 0 || (await sleeper.sleep(left, stopping)) === "end") return false;
    }
  } finally {
    stop();
  }
}
