import { v7 } from "uuid";
import { openStore } from "../store";
import { added, ledger } from "./ledger";
import type { LedgerEvent, LedgerState } from "./ledger";

/**
 * A process that commits as fast as it can until it is killed: `node --import tsx kill-child.ts FOLDER`. For each commit that was acknowledged
 * it prints the writer and the writer's count before that writer goes on.
 */
const WRITERS = 32;

let time = 0;
const store = await openStore<LedgerState, LedgerEvent>({
  folder: process.argv[2] ?? "",
  domain: ledger,
  now: () => (time += 10),
  newId: () => v7(),
  segmentBytes: 64 * 1024,
  snapshotEveryEvents: 200,
  onFatal: (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
});
if (store.report.cutBytes > 0) process.stdout.write(`cut ${store.report.cutBytes}\n`);
process.stdout.write("ready 0\n");

async function writer(account: string): Promise<void> {
  for (;;) {
    const count = await store.commit((state) => ({
      reply: (state.totals[account] ?? 0) + 1,
      events: [added(account, 1), added("all", 1)],
    }));
    await new Promise((resolve) => process.stdout.write(`${account} ${count}\n`, resolve));
    if (store.head.seq % 500 === 0) store.setAcked(store.head.seq > 2000 ? store.head.seq - 2000 : 0);
  }
}

await Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(`w${index}`)));
