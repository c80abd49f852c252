/**
 * Flash as the core sees it. Writes are handed over in order and may reach the flash a little later; what was there at
 * start-up is given to the constructors as `Saved`. A key has at most 13 characters, a value at most 224
 * bytes (the VM aborts at 229) and never none.
 */
export interface Store {
  put(key: string, value: string): void;
  remove(key: string): void;
}

/** Everything found in flash at start-up. */
export type Saved = Record<string, string>;
