import { openStore } from "../store";
import type { StoreOptions } from "../store";
import type { OpenStore } from "../types";
import { countingIds, ledger } from "./ledger";
import type { LedgerEvent, LedgerState } from "./ledger";
import type { MemoryDisk } from "./memory-disk";

export type LedgerStore = OpenStore<LedgerState, LedgerEvent>;
export type LedgerOptions = Partial<StoreOptions<LedgerState, LedgerEvent>>;

export const FOLDER = "/data/hub";
export const START = Date.UTC(2026, 10, 21, 8);

const newId = countingIds();

/** Opens the test domain's store on a disk in memory. */
export function openLedger(disk: MemoryDisk, options: LedgerOptions = {}): Promise<LedgerStore> {
  let time = START;
  return openStore<LedgerState, LedgerEvent>({
    folder: FOLDER,
    domain: ledger,
    now: () => (time += 1000),
    newId,
    onFatal: () => {},
    files: disk,
    reserveBytes: 0,
    lock: async () => async () => {},
    ...options,
  });
}
