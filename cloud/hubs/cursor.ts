import type { EventBatch } from "../../shared/sync";
import { chainHash, firstSeq } from "../../shared/sync";
import { AppError } from "../../shared/error";

/** Where the cloud stands in a hub's stream; null until the first batch of an epoch. */
interface Cursor {
  epoch: number;
  ackedSeq: number | null;
  chainHash: string | null;
}

/** An event as it was received: what is hashed and kept. */
export interface RawEvent {
  id: string;
  seq: number;
  at: string;
  type: string;
  data: unknown;
  /** JSON of its data before validation dropped anything. */
  json: string;
}

/**
 * `old`: everything in the batch lies before the cursor, so its events must be found among the ones kept. `over`: the cursor stands in a range that the hub has thinned since (it did
 * not hear how far the cloud was), where there is no hash to compare: what the batch has before that range must be found among the ones kept, and of the range, from `over` on, only
 * meter samples.
 */
type Verdict = { kind: "advance"; fresh: RawEvent[]; next: Cursor; over?: number } | { kind: "same" } | { kind: "old" };

/**
 * Compares a batch with the cursor. Throws AppError with 409 `stale_epoch`, `gap` or `diverged`, details `{ expectedSeq, epoch }`, or 400 for a batch
 * whose own seqs have a hole.
 */
export function judgeBatch(
  cursor: Cursor,
  batch: Pick<EventBatch, "epoch" | "prev" | "head"> & { events: RawEvent[] },
  sha256: (text: string) => string,
): Verdict {
  const { epoch, prev, head, events } = batch;
  const expectedSeq = (cursor.ackedSeq ?? 0) + 1;
  const conflict = (code: "gap" | "diverged" | "stale_epoch", message: string) =>
    new AppError(code, message, { status: 409, details: { expectedSeq, epoch: cursor.epoch } });
  const diverged = () => conflict("diverged", "This is not the past that the cloud knows. Ask for a new epoch.");

  if (epoch < cursor.epoch)
    throw conflict("stale_epoch", `Epoch ${epoch} is over; the present one is ${cursor.epoch}.`);
  if (epoch > cursor.epoch) throw diverged();
  if (events.some((event, index) => isAfterHole(event, events[index - 1]))) {
    throw new AppError("hole_in_batch", "The seqs of a batch must follow one another.", { status: 400 });
  }
  const { ackedSeq } = cursor;
  if (head !== undefined && head < (ackedSeq ?? 0)) throw diverged();
  const [first] = events;
  const last = events.at(-1);
  if (!first || !last) {
    if (ackedSeq !== null && prev !== cursor.chainHash) throw diverged();
    return { kind: "same" };
  }
  if (ackedSeq !== null && firstSeq(first) > ackedSeq + 1) {
    throw conflict("gap", `The event with seq ${expectedSeq} is expected next.`);
  }
  if (ackedSeq !== null && last.seq < ackedSeq) return { kind: "old" };

  let hash = prev;
  let known = ackedSeq === null || firstSeq(first) === ackedSeq + 1 ? prev : undefined;
  let over: RawEvent | undefined;
  for (const event of events) {
    hash = chainHash(hash, event, sha256, event.json);
    if (event.seq === ackedSeq) known = hash;
    if (ackedSeq !== null && firstSeq(event) <= ackedSeq && ackedSeq < event.seq) over = event;
  }
  if (ackedSeq !== null && !over && known !== cursor.chainHash) throw diverged();
  if (last.seq === ackedSeq) return { kind: "same" };
  const fresh = ackedSeq === null ? events : events.filter((event) => event.seq > ackedSeq);
  const next = { epoch, ackedSeq: last.seq, chainHash: hash };
  if (over) return { kind: "advance", fresh, next, over: firstSeq(over) };
  return { kind: "advance", fresh, next };
}

function isAfterHole(event: RawEvent, before: RawEvent | undefined): boolean {
  const first = firstSeq(event);
  return first > event.seq || (before !== undefined && first !== before.seq + 1);
}
