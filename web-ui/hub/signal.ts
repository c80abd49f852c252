/** A value that the page shows. Setting it to another one has the page drawn anew, once for all that changes in one go. */
export interface Signal<T> {
  value: T;
}

let draw: (() => void) | null = null;
let isDue = false;

/** Makes a value that the page shows. The page is small and is drawn as a whole, so nobody needs to know which part reads it. */
export function signal<T>(first: T): Signal<T> {
  let held = first;
  return {
    get value() {
      return held;
    },
    set value(next) {
      if (Object.is(next, held)) return;
      held = next;
      if (!draw || isDue) return;
      isDue = true;
      queueMicrotask(() => {
        isDue = false;
        draw?.();
      });
    },
  };
}

/** Has the page drawn after every change from here on. */
export function onChange(run: () => void): void {
  draw = run;
}
