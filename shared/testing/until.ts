/**
 * Waits until `look` gives something other than undefined, null or false, without hoping, and gives it; it fails with `what` when the time is up. What this
 * process knows is looked at all the time, what has to be asked for (a promise) ten times a second. Needs no test runner: benchmarks and the soak wait by it too.
 */
export async function until<T>(what: string, look: () => T | Promise<T>, seconds = 180): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  for (;;) {
    let pause = 5;
    try {
      const looking = look();
      if (looking instanceof Promise) pause = 100;
      const seen = await looking;
      if (seen !== undefined && seen !== null && seen !== false) return seen as NonNullable<T>;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline) throw new Error(`Waited ${seconds} s in vain: ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
