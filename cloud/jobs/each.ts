/** Does the work for each, one after another or so many at once. A failure holds up none of the others: the first is thrown in the end. */
export async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>, atOnce = 1): Promise<void> {
  const failures: unknown[] = [];
  const left = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = left.next(); !next.done; next = left.next()) {
      try {
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (failures.length > 0) throw failures[0];
}
