import type { Kysely } from "kysely";
import { sql } from "kysely";
import { z } from "zod";
import { forEach } from "../../jobs/each";
import type { Database } from "../../db/schema";
import type { Deps } from "../../deps";
import { defineJob } from "../../jobs/job";
import { send } from "../../jobs/send";
import { askForCells } from "../near";
import { offerInLine } from "./offers";

/** A hub is asked for the same cells once in so long. */
const ASK_AGAIN_MS = 5 * 60_000;
/** Hubs that are asked at the same time; each may take seconds to answer, and holds no connection meanwhile. */
const HUBS_AT_ONCE = 32;

/** Offers what has come free, at one site or at all where somebody waits. */
export const waitingJob = defineJob({
  name: "reservations.waiting",
  data: z.object({ siteId: z.uuid().optional() }),
  retry: { limit: 2, delaySeconds: 5 },
  everySeconds: 30,
  async run(deps, { siteId }) {
    const sites = siteId === undefined ? await sitesWithLines(deps.db) : [siteId];
    await forEach(sites, (each) => offerInLine(deps, each));
  },
});

/** Asks hubs for what somebody waits for: a job of its own, and many at once, so that no line waits for the hub of another site. */
export const askHubsJob = defineJob({
  name: "reservations.waiting.ask",
  data: z.object({}),
  retry: { limit: 2, delaySeconds: 5 },
  everySeconds: 30,
  async run(deps) {
    const ask = async (siteId: string) => {
      if (await askHub(deps, siteId)) await offerInLine(deps, siteId);
    };
    await forEach(await sitesWithLines(deps.db), ask, HUBS_AT_ONCE);
  },
});

/** Cells of a site may have come free: the line moves on, soon after the transaction. Costs one look where nobody waits. */
export async function mayHaveComeFree(tx: Kysely<Database>, siteId: string): Promise<void> {
  const waits = await tx
    .selectFrom("booking_waits")
    .select("wait_id")
    .where("site_id", "=", siteId)
    .where("state", "in", ["waiting", "offered"])
    .limit(1)
    .executeTakeFirst();
  if (waits) await send(tx, waitingJob, { siteId });
}

async function sitesWithLines(db: Kysely<Database>): Promise<string[]> {
  const rows = await db
    .selectFrom("booking_waits")
    .select("site_id")
    .distinct()
    .where("state", "in", ["waiting", "offered"])
    .execute();
  return rows.map(({ site_id }) => site_id);
}

/**
 * Rule 2, for those who wait for cells of the hub, which are near or were given back to it: the connected hub is asked for those of one of them, of whoever was asked for
 * longest ago. What it grants is anybody's in line.
 */
async function askHub(deps: Deps, siteId: string): Promise<boolean> {
  const { db, now } = deps;
  const { rows } = await sql<{ wait_id: string; from: number; to: number; seats: string[] }>`
    select w.wait_id, w.from_slot as "from", w.to_slot as "to", array_agg(s.seat order by s.place) as seats
    from booking_waits w join booking_seats s on s.site_id = w.site_id and s.class = w.class and not s.gone and not s.walk_in
    where w.site_id = ${siteId} and w.state = 'waiting' and (w.asked_at is null or w.asked_at <= ${new Date(now() - ASK_AGAIN_MS)})
      and reservation_refusal(w.site_id, s.seat, w.from_slot, w.to_slot, ${new Date(now())}, '') = 'not_owner'
    group by w.wait_id, w.from_slot, w.to_slot, w.asked_at, w.line order by w.asked_at nulls first, w.line limit 1`.execute(
    db,
  );
  const [first] = rows;
  if (!first) return false;
  await db
    .updateTable("booking_waits")
    .set({ asked_at: new Date(now()) })
    .where("site_id", "=", siteId)
    .where("wait_id", "=", first.wait_id)
    .execute();
  return (await askForCells(deps, siteId, first.seats, first)) !== undefined;
}
