import type { Transaction } from "kysely";
import type { FeedMessage, Part } from "../../shared/sync";
import { PART_CHARS } from "../../shared/sync";
import type { Database } from "../db/schema";

/**
 * Appends messages to the feed of the site's current hub, in the transaction of what they tell. The hub's row is locked until the commit, so positions
 * have no holes and come in the order of the commits. Gives the hub to wake afterwards; undefined where the site has none yet (pairing hands it the
 * whole state). A long message goes in parts.
 */
export async function appendFeed(
  trx: Transaction<Database>,
  siteId: string,
  messages: FeedMessage[],
  now: number,
): Promise<string | undefined> {
  const pieces = messages.flatMap(piecesOf);
  const hub = await trx
    .updateTable("hubs")
    .set((row) => ({ feed_position: row("feed_position", "+", pieces.length) }))
    .where("site_id", "=", siteId)
    .where("replaced_at", "is", null)
    .returning(["hub_id", "feed_position"])
    .executeTakeFirst();
  if (!hub || pieces.length === 0) return hub?.hub_id;
  const first = hub.feed_position - pieces.length + 1;
  const rows = pieces.map((piece, index) => ({
    site_id: siteId,
    hub_id: hub.hub_id,
    position: first + index,
    ...piece,
    created_at: new Date(now),
  }));
  await trx.insertInto("feed").values(rows).execute();
  return hub.hub_id;
}

interface Piece {
  type: FeedMessage["type"];
  data: string;
  epoch: number | null;
}

function piecesOf(message: FeedMessage): Piece[] {
  const data = JSON.stringify(message.data);
  if (data.length <= PART_CHARS) {
    return [{ type: message.type, data, epoch: "epoch" in message ? message.epoch : null }];
  }
  const texts = cut(JSON.stringify(message));
  return texts.map((text, index) => {
    const part: Part = { index, of: texts.length, text };
    return { type: "part", data: JSON.stringify(part), epoch: null };
  });
}

/** Pieces of at most PART_CHARS, none of which ends within a surrogate pair. */
function cut(text: string): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = from + PART_CHARS;
    const isPair = /[\uD800-\uDBFF]/.test(text.charAt(end - 1));
    pieces.push(text.slice(from, isPair ? end - 1 : end));
    from = isPair ? end - 1 : end;
  }
  return pieces;
}
