/** Where a car stands in the queue for current, epoch ms. */
export interface Turn {
  /** It has had its minimum without a break since; null: it has none. */
  servedSince: number | null;
  /** Its present turn began; it may keep its place for several. */
  turnSince: number | null;
  waitingSince: number | null;
  /** How long it was served in all its turns that are over: of those who wait equally long, the one who had least comes first. */
  servedMs: number;
  /** It has its minimum and makes no use of it. */
  resting: boolean;
}

export const noTurn: Turn = { servedSince: null, turnSince: null, waitingSince: null, servedMs: 0, resting: false };

interface Queueing {
  key: string;
  priority: number;
  since: number;
  turn: Turn;
}

/**
 * Who is served first: higher priority where that counts; then those in the middle of their turn, so that nobody is interrupted; then those who
 * wait, the longest first; then those whose turn is over or who make no use of it, the one that was served longest at the end. So each gets a turn after at most one turn of each other.
 */
export function inTurn<C extends Queueing>(
  claims: C[],
  { sharing, turnMs, now }: { sharing: "fair" | "priority"; turnMs: number; now: number },
): C[] {
  const rank = ({ turn }: C) => {
    if (turn.turnSince === null) return 1;
    return turn.resting || now - turn.turnSince >= turnMs ? 2 : 0;
  };
  const order = (a: C, b: C): number => {
    const byPriority = sharing === "priority" ? b.priority - a.priority : 0;
    return byPriority || rank(a) - rank(b) || within(a, b, rank(a)) || a.since - b.since || (a.key < b.key ? -1 : 1);
  };
  return claims.toSorted(order);
}

/** Among those of the same rank. */
function within(a: Queueing, b: Queueing, rank: number): number {
  const [first, second] = [a.turn, b.turn];
  if (rank === 1) {
    return (first.waitingSince ?? a.since) - (second.waitingSince ?? b.since) || first.servedMs - second.servedMs;
  }
  const byService = (first.servedSince as number) - (second.servedSince as number);
  if (rank === 0) return byService;
  return Number(first.resting) - Number(second.resting) || -byService;
}

/**
 * The turn after a car was given `targetA`. `contested`: another one waits, so a turn that is over and goes on is a new one; otherwise it
 * only makes room once another comes.
 */
export function turnAfter(
  turn: Turn,
  targetA: number | null,
  { contested, turnMs, now }: { contested: boolean; turnMs: number; now: number },
): Turn {
  if (targetA === null) return noTurn;
  if (targetA === 0) {
    const servedMs = turn.servedMs + (turn.servedSince === null ? 0 : now - turn.servedSince);
    return { ...noTurn, waitingSince: turn.waitingSince ?? now, servedMs };
  }
  const over = turn.turnSince !== null && contested && now - turn.turnSince >= turnMs;
  const turnSince = over ? now : (turn.turnSince ?? now);
  return { ...turn, servedSince: turn.servedSince ?? now, turnSince, waitingSince: null };
}
