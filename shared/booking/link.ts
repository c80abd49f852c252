/**
 * The log: one FIFO a direction. A message is written into the sender's log in the same transaction as the state it tells of; the receiver applies
 * only the next one of the current epoch, in the same transaction as its effect, and acknowledges cumulatively. On the hub the log up is
 * the journal and the cursor down is `feed.applied`; in the cloud the log down is the feed's table and the cursor up is the hub's row.
 */

/** One message on its way. `seq` counts from 1 in each epoch and direction. */
export interface Envelope<Message> {
  epoch: number;
  seq: number;
  message: Message;
}

/** One end of both logs: what it sent and is not yet acknowledged, and how far it has applied the other's. */
export interface Link<Out> {
  epoch: number;
  /** Sequence number of the last message sent. */
  sent: number;
  /** Oldest first. */
  unacked: Envelope<Out>[];
  /** Sequence number of the last message of the other side that has taken effect here. */
  applied: number;
}

/** The link at the start of an epoch. */
export function newLink<Out>(epoch: number): Link<Out> {
  return { epoch, sent: 0, unacked: [], applied: 0 };
}

/** The link with messages appended to its log. */
export function append<Out>(link: Link<Out>, messages: readonly Out[]): Link<Out> {
  const { epoch, sent } = link;
  const added = messages.map((message, index) => ({ epoch, seq: sent + index + 1, message }));
  return { ...link, sent: sent + messages.length, unacked: [...link.unacked, ...added] };
}

/**
 * What to do with a message: `apply` it, it is the next one; `repeat`: it took effect before, acknowledge again (I5); `gap`: one before it is
 * missing, wait; `stale`: of an older epoch, whose sender was replaced (I6); `newer`: of an epoch that this end has not entered.
 */
export function accept(
  link: Link<unknown>,
  { epoch, seq }: Envelope<unknown>,
): "apply" | "repeat" | "gap" | "stale" | "newer" {
  if (epoch !== link.epoch) return epoch < link.epoch ? "stale" : "newer";
  if (seq <= link.applied) return "repeat";
  return seq === link.applied + 1 ? "apply" : "gap";
}

/** The link after it has applied the next message. */
export function applied<Out>(link: Link<Out>): Link<Out> {
  return { ...link, applied: link.applied + 1 };
}

/** The link after an acknowledgement of everything up to `seq`; one of another epoch says nothing. */
export function acknowledged<Out>(link: Link<Out>, ack: { epoch: number; seq: number }): Link<Out> {
  if (ack.epoch !== link.epoch) return link;
  return { ...link, unacked: link.unacked.filter(({ seq }) => seq > ack.seq) };
}
