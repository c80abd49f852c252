/** Counts who is here now, in all and by key. */
interface Tally {
  all(): number;
  of(key: string): number;
  /** Gives the way to leave; leaving twice counts once. */
  enter(key: string): () => void;
}

/** A tally of nobody. */
export function tally(): Tally {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    all: () => total,
    of: (key) => counts.get(key) ?? 0,
    enter(key) {
      total += 1;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      let isHere = true;
      return () => {
        if (!isHere) return;
        isHere = false;
        total -= 1;
        const left = (counts.get(key) ?? 0) - 1;
        if (left > 0) counts.set(key, left);
        else counts.delete(key);
      };
    },
  };
}
