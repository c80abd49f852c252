import fc from "fast-check";
import { expect, test } from "vitest";
import { added, essence, replay } from "./testing/ledger";
import type { LedgerEvent } from "./testing/ledger";
import { MemoryDisk, seeded } from "./testing/memory-disk";
import { openLedger } from "./testing/open";

test("any commits, any crashes: state, journal and archives tell the same", { timeout: 60_000 }, async () => {
  const commit = fc.record({
    account: fc.constantFrom("a", "b", "ü\u2028\n", '{"crc":"'),
    amounts: fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 3 }),
    wait: fc.boolean(),
  });
  const life = fc.record({
    commits: fc.array(commit, { maxLength: 12 }),
    end: fc.constantFrom("close", "kill", "cut"),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 100, max: 2000 }),
      async (lives, segmentBytes) => {
        let disk = new MemoryDisk();
        const options = { segmentBytes, snapshotEveryEvents: 5 };
        let certain: LedgerEvent[] = [];
        for (const { commits, end, seed } of lives) {
          const store = await openLedger(disk, options);
          const all = [...certain];
          const waiting: Promise<number>[] = [];
          for (const { account, amounts, wait } of commits) {
            const events = amounts.map((amount) => added(account, amount));
            const total = all.push(...events);
            waiting.push(store.commit(() => ({ reply: total, events })));
            if (wait) await waiting.at(-1);
          }
          let acknowledged = certain.length;
          for (const each of waiting) void each.then((total) => (acknowledged = Math.max(acknowledged, total)));
          if (end === "close") await store.close();
          else await new Promise((resolve) => setImmediate(resolve));
          const must = acknowledged;
          if (end !== "close") disk.cutAt(disk.callCount);
          disk = end === "cut" ? disk.powerCut(seeded(seed)) : disk.killed();
          if (end !== "close") await Promise.allSettled(waiting);
          const again = await openLedger(disk, options);
          expect(again.head.seq).toBeGreaterThanOrEqual(must);
          certain = all.slice(0, again.head.seq);
          const expected = replay(certain.map((event, index) => ({ ...event, id: "", seq: index + 1, at: "" })));
          expect(essence(again.state)).toEqual(essence(expected));
          await again.close();
        }
      },
    ),
    { numRuns: 60 },
  );
});
