/**
 * Gathers look-ups that come at the same time: while a query is under way, those that come wait, and go together with the next. So a crowd costs a few queries, and
 * each answer is still of a query that began after its question. Keys with the same id are asked once. `load` gives an answer for each key, in their order; where it fails, all who
 * asked with it fail.
 */
export function batched<K, V>(idOf: (key: K) => string, load: (keys: K[]) => Promise<V[]>): (key: K) => Promise<V> {
  interface Batch {
    places: Map<string, number>;
    keys: K[];
    answers: Promise<V[]>;
  }
  let next: Batch | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function begin(): Batch {
    const keys: K[] = [];
    const answers = last.then(() => {
      next = undefined;
      return load(keys);
    });
    last = answers.catch(() => undefined);
    next = { places: new Map(), keys, answers };
    return next;
  }

  return async (key) => {
    const { places, keys, answers } = next ?? begin();
    const id = idOf(key);
    const place = places.get(id) ?? keys.push(key) - 1;
    places.set(id, place);
    return (await answers)[place] as V;
  };
}
