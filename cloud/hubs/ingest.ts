import { hash } from "node:crypto";
import { z } from "zod";
import type { EventBatch } from "../../shared/sync";
import { eventBatchSchema } from "../../shared/sync";
import { AppError } from "../../shared/error";
import { noteEndedSessions } from "../billing/bill-sessions";
import { billSiteJob } from "../billing/jobs";
import type { Db } from "../db/database";
import { invalid } from "../http/errors";
import { send } from "../jobs/send";
import { holdJob } from "../payments/jobs";
import { tellDrivers } from "../notifications/charging";
import { lockBook } from "../reservations/book";
import { bookEvents, hearBook } from "../reservations/hear";
import { linkDrivers } from "../sessions/drivers";
import { hearFaults } from "../maintenance/hear";
import { hearPlaces, mayBringConnectors } from "../sites/hear";
import type { RawEvent } from "./cursor";
import { judgeBatch } from "./cursor";
import { applyEvents } from "./fold";
import type { SiteState } from "./fold";
import { loadState, refoldSessions, saveState, sessionOf } from "./site-state";
import { continues, hasEvents, storeEvents } from "./store-events";
import { toldColumns } from "./told";
import type { HubIdentity } from "./token";

/** A validated batch with its events as they were received. */
type ReceivedBatch = EventBatch & { raw: RawEvent[] };

interface Ingested {
  ackedSeq: number;
  /** How many events were new. */
  fresh: number;
  /** The hub, where something for it has come of them; to wake after the commit. */
  woken: string | undefined;
}

/** As generated code: half a batch's reading was zod's interpreter. */
const batchSchema = z.compile(eventBatchSchema);

/** Reads a batch from its text. Throws AppError `invalid` that says which event does not fit, and why. */
export function readBatch(text: string): ReceivedBatch {
  let received: unknown;
  try {
    received = JSON.parse(text);
  } catch (cause) {
    throw new AppError("invalid", "The body is not JSON.", { status: 400, cause });
  }
  const result = batchSchema.safeParse(received);
  if (!result.success) throw invalid(result.error);
  const { events } = received as { events: { data: unknown }[] };
  const raw = result.data.events.map((event, index) => ({ ...event, json: JSON.stringify(events[index]?.data) }));
  return { ...result.data, raw };
}

/** One that began and ended while the hub was away has nothing set aside. */
const isRunning = ({ sessions }: SiteState, id: string) => sessions.get(id)?.session.endedAt === null;

const sha256 = (text: string) => hash("sha256", text, "hex");

/**
 * Applies a batch and moves the hub's cursor, in one transaction; the hub's row is locked, so its batches come one after the other. Resolves after the
 * commit. Repeats change nothing. Throws AppError with 409 where the batch does not continue what the cloud has (`judgeBatch`).
 */
export async function ingest(db: Db, hub: HubIdentity, batch: ReceivedBatch, now: number): Promise<Ingested> {
  const { siteId, hubId } = hub;
  const ofTheBook = bookEvents(batch.events).length > 0;
  return db.transaction().execute(async (trx) => {
    if (ofTheBook || mayBringConnectors(batch.events)) await lockBook(trx, siteId);
    const row = await trx
      .selectFrom("hubs")
      .select(["epoch", "acked_seq", "chain_hash", "replaced_at"])
      .where("site_id", "=", siteId)
      .where("hub_id", "=", hubId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (row.replaced_at) throw new AppError("hub_replaced", "Another hub was paired with this site.", { status: 403 });
    const cursor = { epoch: row.epoch, ackedSeq: row.acked_seq, chainHash: row.chain_hash };
    const verdict = judgeBatch(cursor, { ...batch, events: batch.raw }, sha256);

    let fresh = 0;
    let woken: string | undefined;
    const isKnown =
      verdict.kind === "old"
        ? await hasEvents(trx, siteId, batch.raw)
        : verdict.kind === "same" || verdict.over === undefined || (await continues(trx, hub, batch.raw, verdict.over));
    if (!isKnown) {
      throw new AppError("diverged", "This is not the past that the cloud knows. Ask for a new epoch.", {
        status: 409,
        details: { expectedSeq: (cursor.ackedSeq ?? 0) + 1, epoch: cursor.epoch },
      });
    }
    if (verdict.kind === "advance") {
      const skipped = batch.raw.length - verdict.fresh.length;
      const events = verdict.fresh.map((raw, index) => ({ raw, parsed: batch.events[skipped + index]! }));
      const added = await storeEvents(trx, { siteId, hubId, epoch: cursor.epoch }, events);
      fresh = added.length;
      const state = await loadState(trx, siteId, added);
      const refolded = cursor.epoch > 1 ? await refoldSessions(trx, siteId, added, state) : new Set<string>();
      applyEvents(
        state,
        added.filter((event) => !sessionOf(event).some((id) => refolded.has(id))),
      );
      await saveState(trx, siteId, hubId, state);
      if (await noteEndedSessions(trx, siteId, state, now)) await send(trx, billSiteJob, { siteId });
      for (const { type, data } of added) {
        if (type === "session.started" && isRunning(state, data.id))
          await send(trx, holdJob, { siteId, sessionId: data.id });
      }
      woken = await hearPlaces(trx, siteId, added, now);
      await hearFaults(trx, siteId, added, now);
      if (ofTheBook) await hearBook(trx, siteId, bookEvents(added), now);
      await linkDrivers(trx, siteId, added);
      await tellDrivers(trx, siteId, added, now);
    }
    const next = verdict.kind === "advance" ? verdict.next : cursor;
    await trx
      .updateTable("hubs")
      .set((hubs) => ({
        acked_seq: next.ackedSeq,
        chain_hash: next.chainHash,
        last_seen_at: new Date(now),
        ...toldColumns(hub),
        ...(batch.head === undefined ? {} : { head_seq: batch.head }),
        feed_ack: hubs.fn("greatest", [hubs.ref("feed_ack"), hubs.val(batch.feedAck)]),
        // A cloud that was restored from a back-up goes on behind what the hub has applied already.
        feed_position: hubs.fn("greatest", [hubs.ref("feed_position"), hubs.val(batch.feedAck)]),
      }))
      .where("site_id", "=", siteId)
      .where("hub_id", "=", hubId)
      .execute();
    return { ackedSeq: next.ackedSeq ?? 0, fresh, woken };
  });
}
