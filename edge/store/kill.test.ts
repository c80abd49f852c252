import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { countingIds, essence, ledger, replay } from "./testing/ledger";
import type { LedgerEvent, LedgerState } from "./testing/ledger";
import { openStore } from "./store";

/** A real process on a real disk, killed in mid-write again and again; `KILL_ROUNDS=200` for the long form. */
const ROUNDS = Number(process.env.KILL_ROUNDS ?? 10);

let folder = "";
beforeEach(() => {
  folder = temporaryFolder();
});

/** Runs the child until it has acknowledged so many commits, kills it, and adds up what it acknowledged. */
function runAndKill(acknowledged: Map<string, number>, commits: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", join(import.meta.dirname, "testing/kill-child.ts"), folder],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let errors = "";
    let left = commits;
    child.stderr.on("data", (chunk: Buffer) => (errors += chunk.toString()));
    createInterface({ input: child.stdout }).on("line", (line) => {
      const match = /^(w\d+) (\d+)$/.exec(line);
      if (!match) return;
      acknowledged.set(match[1] ?? "", Number(match[2]));
      left -= 1;
      if (left === 0) child.kill("SIGKILL");
    });
    child.once("error", reject);
    child.once("close", (_code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error(`child ended: ${errors}`)),
    );
  });
}

test(
  `kill -9 under load, ${ROUNDS} rounds: nothing acknowledged is missing`,
  { timeout: ROUNDS * 20_000 },
  async () => {
    const acknowledged = new Map<string, number>();
    let seed = 12345;
    for (let round = 0; round < ROUNDS; round += 1) {
      seed = (seed * 48271) % 2147483647;
      await runAndKill(acknowledged, 1 + (seed % 3000));
      const store = await openStore<LedgerState, LedgerEvent>({
        folder,
        domain: ledger,
        now: () => 0,
        newId: countingIds(),
        onFatal: () => {},
      });
      for (const [account, count] of acknowledged) {
        const kept = store.state.totals[account] ?? 0;
        expect(kept, `round ${round}, ${account}`).toBeGreaterThanOrEqual(count);
        expect(kept, `round ${round}, ${account}`).toBeLessThanOrEqual(count + 1);
        acknowledged.set(account, kept);
      }
      const sum = [...acknowledged.keys()].reduce((total, account) => total + (store.state.totals[account] ?? 0), 0);
      expect(store.state.totals.all).toBe(sum);
      expect(store.head.seq).toBe(2 * sum);
      const tail = await store.read(Math.max(0, store.head.seq - 500), 500);
      expect(tail.events.at(-1)?.seq).toBe(store.head.seq);
      if (tail.events[0]?.seq === 1) expect(essence(replay(tail.events))).toEqual(essence(store.state));
      await store.close();
    }
  },
);
