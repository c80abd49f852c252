import type { Domain, Stored } from "../types";

/** A small domain for tests: accounts that are added to, and jobs that open, close and go to the archives. */
export type LedgerEvent =
  | { type: "added"; data: { account: string; amount: number; note?: string }; local?: { secret: string } }
  | { type: "opened"; data: { connector: number; job: string }; local?: { secret: string } }
  | { type: "closed"; data: { connector: number; job: string }; local?: { secret: string } };

export interface LedgerState {
  totals: Record<string, number>;
  /** Number and chain-like trace of all events, so that a fold that is missed, doubled or out of order shows. */
  count: number;
  trace: number;
  busy: Record<string, string>;
  closed: Record<string, { seq: number }>;
  secrets: number;
}

export const ledger: Domain<LedgerState, LedgerEvent> = {
  version: 1,
  initial: () => ({ totals: {}, count: 0, trace: 0, busy: {}, closed: {}, secrets: 0 }),
  fold(state, event) {
    state.count += 1;
    state.trace = (state.trace * 31 + event.seq) % 1_000_003;
    if (event.local) state.secrets += 1;
    if (event.type === "added") {
      const { account, amount } = event.data;
      state.totals[account] = (state.totals[account] ?? 0) + amount;
    } else if (event.type === "opened") {
      state.busy[event.data.connector] = event.data.job;
    } else {
      delete state.busy[event.data.connector];
      state.closed[event.data.job] = { seq: event.seq };
    }
  },
  archive(event, state) {
    const month = event.at.slice(0, 7);
    if (event.type === "added") {
      return [{ file: `adds-${month}`, id: event.id, group: event.data.account, value: event.data }];
    }
    if (event.type === "opened") return [];
    const { job } = event.data;
    return [{ file: `jobs-${month}`, id: job, value: { job, knows: state.count } }];
  },
  prune(state, seq) {
    for (const [job, closed] of Object.entries(state.closed)) if (closed.seq <= seq) delete state.closed[job];
  },
  migrate() {
    throw new Error("There is no older version.");
  },
};

export type LedgerStored = Stored<LedgerEvent>;

/** What must be the same however often the store was closed, killed and opened; what is pruned differs. */
export function essence(state: Readonly<LedgerState>): Omit<LedgerState, "closed"> {
  const { closed: _closed, ...rest } = state;
  return rest;
}

/** The state after some events, from nothing. */
export function replay(events: LedgerStored[]): LedgerState {
  const state = ledger.initial();
  for (const event of events) ledger.fold(state, event);
  return state;
}

export const added = (account: string, amount: number): LedgerEvent => ({ type: "added", data: { account, amount } });

/** Ids in the shape and order of UUIDv7, without a clock. */
export function countingIds(): () => string {
  let count = 0;
  return () => {
    count += 1;
    const hex = count.toString(16).padStart(12, "0");
    return `01930000-0000-7000-8000-${hex}`;
  };
}
