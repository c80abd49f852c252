/** Waits until `look` gives something; fails with `what` when it does not in time. */
export async function waitFor<T>(what: string, look: () => T | undefined | false | null, ms = 90_000): Promise<T> {
  for (let waited = 0; waited < ms; waited += 5) {
    const found = look();
    if (found !== undefined && found !== false && found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`not in time: ${what}`);
}
