import type { Mine } from "./model";

/** What is needed of localStorage. A browser may refuse it (private mode, full): then the page remembers for as long as it is open. */
export type Store = Pick<Storage, "getItem" | "setItem">;

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const secretPattern = /^[A-Za-z0-9_-]{32,64}$/;

/** A new secret of 40 characters (240 bits). `fill` fills the bytes at random: plain HTTP has getRandomValues, but no randomUUID. */
export function newSecret(fill: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): string {
  return Array.from(fill(new Uint8Array(40)), (byte) => alphabet[byte & 63]).join("");
}

/** What a browser keeps: its start at each connector, the secrets of its latest sessions, and their power curves. */
export interface Keeper {
  mine(cpId: string, connectorId: number): Mine | null;
  keepMine(cpId: string, connectorId: number, mine: Mine): void;
  /** The secret that opens a session's receipt. */
  receiptSecret(sessionId: string): string | null;
  keepReceipt(sessionId: string, secret: string): void;
  points(sessionId: string): [at: number, watts: number][];
  keepPoints(sessionId: string, points: [at: number, watts: number][]): void;
  /** The token of the booking's pass that a link brought; null: none. */
  pass(): string | null;
  keepPass(token: string | null): void;
}

/** A Keeper over localStorage or its like. What is damaged or of another make counts as not there. */
export function keeperOf(store: Store): Keeper {
  const memory = new Map<string, unknown>();
  const read = (key: string): unknown => {
    if (memory.has(key)) return memory.get(key);
    try {
      return JSON.parse(store.getItem(`hitchpost ${key}`) ?? "null");
    } catch {
      return null;
    }
  };
  const write = (key: string, value: unknown): void => {
    memory.set(key, value);
    try {
      store.setItem(`hitchpost ${key}`, JSON.stringify(value));
    } catch {
      // Kept in memory above: the page works on until it is closed.
    }
  };
  const receipts = (): [string, string][] => (read("receipts") as [string, string][] | null) ?? [];
  return {
    mine(cpId, connectorId) {
      const found = read(`${cpId}/${connectorId}`) as Mine | null;
      return found && secretPattern.test(found.secret) ? found : null;
    },
    keepMine: (cpId, connectorId, mine) => write(`${cpId}/${connectorId}`, mine),
    receiptSecret: (sessionId) => receipts().find(([id]) => id === sessionId)?.[1] ?? null,
    keepReceipt(sessionId, secret) {
      const others = receipts().filter(([id]) => id !== sessionId);
      write("receipts", [[sessionId, secret], ...others].slice(0, 20));
    },
    points(sessionId) {
      const kept = read("curve") as { id: string; points: [number, number][] } | null;
      return kept?.id === sessionId ? kept.points : [];
    },
    keepPoints: (sessionId, points) => write("curve", { id: sessionId, points }),
    pass: () => read("pass") as string | null,
    keepPass: (token) => write("pass", token),
  };
}

/**
 * A start that another device handed over in the address's fragment (`#secret` or `#secret.requestId`); null where there is none.
 * A fragment is never sent to a server.
 */
export function handedOver(fragment: string): Mine | null {
  const [secret = "", requestId = ""] = fragment.replace(/^#/, "").split(".");
  return secretPattern.test(secret) ? { secret, requestId: requestId || null } : null;
}
