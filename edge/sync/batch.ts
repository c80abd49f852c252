import type { HubEvent } from "../../shared/events";
import { BATCH_BYTES, BATCH_EVENTS } from "../../shared/sync";
import type { HubStored } from "../state/fold";
import type { HubState } from "../state/state";
import type { Store } from "../store/types";

/** What goes up next. */
export interface Batch {
  count: number;
  json: string;
}

/** Room for what stands around the events. */
const FRAME_BYTES = 1024;

/**
 * The batch after `ackedSeq`: at most BATCH_EVENTS events and BATCH_BYTES bytes, without what stays on the hub. Rejects as `store.read` does.
 */
export async function nextBatch(
  store: Pick<Store<HubState, HubEvent>, "read" | "head">,
  ackedSeq: number,
  { epoch, feedAck }: { epoch: number; feedAck: number },
): Promise<Batch> {
  const { prev, events } = await store.read(ackedSeq, BATCH_EVENTS);
  const texts = fitting(events.map(streamText));
  const head = JSON.stringify({ epoch, prev, feedAck, head: store.head.seq });
  return {
    count: texts.length,
    json: `${head.slice(0, -1)},"events":[${texts.join(",")}]}`,
  };
}

/** An event as the cloud may see it. */
function streamText({ id, seq, at, type, data }: HubStored): string {
  return JSON.stringify({ id, seq, at, type, data });
}

/** As many from the beginning as fit, one at least. */
function fitting(texts: string[]): string[] {
  let bytes = FRAME_BYTES;
  const count = texts.findIndex((text, index) => {
    bytes += Buffer.byteLength(text) + 1;
    return bytes > BATCH_BYTES && index > 0;
  });
  return count === -1 ? texts : texts.slice(0, count);
}
