import { expect, test } from "vitest";
import { AppError } from "../../shared/error";
import { added, essence, ledger } from "./testing/ledger";
import type { LedgerEvent, LedgerState } from "./testing/ledger";
import { MemoryDisk, seeded } from "./testing/memory-disk";
import type { Call } from "./testing/memory-disk";
import { openLedger } from "./testing/open";
import type { LedgerStore } from "./testing/open";

/**
 * The whole life of a store (commits, batches, rotation, archives, snapshots, removal) with the disk failing or the power going at
 * every call in turn, and then what a new process finds.
 */

const SMALL = { segmentBytes: 900, snapshotEveryEvents: 6, reserveBytes: 200 };

/** What the test knows: every commit in order, which were acknowledged, and how far the cloud was said to be. */
interface Witness {
  commits: LedgerEvent[][];
  acknowledged: number;
  acked: number | null;
  /** The last event that subscribers were told of. */
  durable: number;
  fatal: Error[];
}

const newWitness = (): Witness => ({ commits: [], acknowledged: 0, acked: null, durable: 0, fatal: [] });

async function commit(store: LedgerStore, witness: Witness, events: LedgerEvent[]): Promise<void> {
  const number = witness.commits.length + 1;
  const settled = store.commit(() => {
    witness.commits.push(events);
    return { reply: number, events };
  });
  witness.acknowledged = Math.max(witness.acknowledged, await settled);
}

async function live(disk: MemoryDisk, witness: Witness): Promise<void> {
  const store = await openLedger(disk, { ...SMALL, onFatal: (error) => witness.fatal.push(error) });
  store.subscribe((events) => {
    witness.durable = events.at(-1)?.seq ?? witness.durable;
  });
  let before: Promise<unknown> = Promise.resolve();
  for (let wave = 0; wave < 18; wave += 1) {
    const job = `job-${wave}`;
    const settled = Promise.all([
      commit(store, witness, [{ type: "opened", data: { connector: 1, job }, local: { secret: "s" } }]),
      commit(store, witness, [added(`a${wave}`, wave + 1), added("all", 1)]),
      commit(store, witness, [{ type: "closed", data: { connector: 1, job } }, added("all", 2)]),
    ]);
    settled.catch(() => {});
    // Two waves are under way at a time, so that snapshots and archives meet events that are not on disk yet.
    await before;
    before = settled;
    if (wave % 4 === 3) {
      witness.acked = witness.durable;
      store.setAcked(witness.durable);
    }
    // Some turns of the event loop, so that housekeeping gets its share and the calls of both are well mixed.
    for (let turn = 0; turn < 2 * wave; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  await before;
  await store.close();
}

/** The state and the commits' boundaries after the first `seq` intended events. */
function intended(witness: Witness, seq: number): { state: LedgerState; commits: number; whole: boolean } {
  const state = ledger.initial();
  let at = 0;
  let commits = 0;
  for (const events of witness.commits) {
    if (at >= seq) break;
    for (const event of events) {
      at += 1;
      ledger.fold(state, { ...event, id: "", seq: at, at: "" });
    }
    commits += 1;
  }
  return { state, commits, whole: at === seq };
}

async function firstKept(store: LedgerStore): Promise<number> {
  const error: unknown = await store.read(0, 1).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error === null) return 1;
  expect(error).toBeInstanceOf(AppError);
  return Number((error as AppError).details?.firstSeq);
}

async function checkSurvivor(disk: MemoryDisk, witness: Witness): Promise<void> {
  const store = await openLedger(disk, SMALL);
  const seq = store.head.seq;
  const expected = intended(witness, seq);
  expect(expected.whole, "no commit is torn").toBe(true);
  expect(expected.commits, "nothing acknowledged is lost").toBeGreaterThanOrEqual(witness.acknowledged);
  expect(essence(store.state)).toEqual(essence(expected.state));

  const first = await firstKept(store);
  if (witness.acked !== null) expect(first, "the outbox is whole").toBeLessThanOrEqual(witness.acked + 1);
  const { events } = await store.read(first - 1, 1000);
  expect(events.map((event) => event.seq)).toEqual(
    Array.from({ length: seq - first + 1 }, (_, index) => first + index),
  );

  const kept = new Set(events.map((event) => event.id));
  const archived = (await store.archive.list("adds", { limit: 1000 })).items;
  const amounts = [
    ...archived.filter((item) => !kept.has(item.id)).map((item) => item.value),
    ...events.filter((event) => event.type === "added").map((event) => event.data),
  ] as { account: string; amount: number }[];
  const totals: Record<string, number> = {};
  for (const { account, amount } of amounts) totals[account] = (totals[account] ?? 0) + amount;
  expect(totals, "journal and archives have each event once").toEqual(expected.state.totals);
  for (const { value } of (await store.archive.list("jobs", { limit: 1000 })).items) {
    expect((value as { knows: number }).knows, "the archives know no more than the journal").toBeLessThanOrEqual(seq);
  }
  for (const job of Object.keys(expected.state.closed)) {
    const known = store.state.closed[job] !== undefined || (await store.archive.get("jobs", job)) !== null;
    expect(known, `${job} is in the live state or in the archives`).toBe(true);
  }

  expect(await store.commit(() => ({ reply: "on", events: [added("after", 1)] }))).toBe("on");
  const { state } = store;
  await store.close();
  const again = await openLedger(disk, SMALL);
  expect(essence(again.state)).toEqual(essence(state));
  expect(again.report.cutBytes).toBe(0);
  await again.close();
}

/** What the process after a kill has shown must be there after a power cut too, though it has not written anything itself. */
async function checkKilled(dead: MemoryDisk, witness: Witness, random: () => number): Promise<void> {
  const disk = dead.killed();
  const store = await openLedger(disk, SMALL);
  const shown = intended(witness, store.head.seq).commits;
  const cut = disk.powerCut(random);
  await store.close();
  await checkSurvivor(cut, { ...witness, acknowledged: shown });
  await checkSurvivor(disk, witness);
}

async function callsOfOneLife(): Promise<Call[]> {
  const disk = new MemoryDisk();
  const calls: Call[] = [];
  disk.before = (call) => void calls.push(call);
  const witness = newWitness();
  await live(disk, witness);
  expect(witness.acknowledged).toBe(witness.commits.length);
  return calls;
}

test("the life under test rotates, archives, writes snapshots, falls back on none, and removes files", async () => {
  const calls = await callsOfOneLife();
  const done = (kind: Call["kind"], part: string) =>
    calls.filter((call) => call.kind === kind && call.path.includes(part));
  expect(done("open", "/journal-").length).toBeGreaterThan(5);
  expect(done("remove", "/journal-").length).toBeGreaterThan(2);
  expect(done("rename", "snapshot.json.tmp").length).toBeGreaterThan(2);
  expect(done("sync", "/archive/").length).toBeGreaterThan(2);
});

test(
  "power cut or kill -9 at every call: nothing acknowledged is lost, nothing is torn",
  { timeout: 120_000 },
  async () => {
    for (const { index, kind, path } of await callsOfOneLife()) {
      const disk = new MemoryDisk();
      const witness = newWitness();
      disk.cutAt(index);
      const error: unknown = await live(disk, witness).catch((reason: unknown) => reason);
      expect(error ?? witness.fatal[0], `call ${index} ${kind} ${path}`).toBeInstanceOf(Error);
      for (let seed = 0; seed < 3; seed += 1) await checkSurvivor(disk.powerCut(seeded(index * 100 + seed)), witness);
      await checkKilled(disk, witness, seeded(index));
    }
  },
);

test(
  "an I/O error at every call: told once, nothing promised after it, nothing acknowledged lost",
  { timeout: 120_000 },
  async () => {
    const calls = await callsOfOneLife();
    for (const { index, kind, path } of calls) {
      const disk = new MemoryDisk();
      const witness = newWitness();
      let failed = false;
      disk.before = (call) => {
        if (call.index !== index) return;
        failed = true;
        throw Object.assign(new Error("EIO"), { code: "EIO" });
      };
      const error: unknown = await live(disk, witness).catch((reason: unknown) => reason);
      expect(failed).toBe(true);
      expect(error ?? witness.fatal[0], `call ${index} ${kind} ${path}`).toBeInstanceOf(Error);
      expect(witness.fatal.length).toBeLessThanOrEqual(1);
      for (let seed = 0; seed < 2; seed += 1) await checkSurvivor(disk.powerCut(seeded(index * 100 + seed)), witness);
      await checkKilled(disk, witness, seeded(index));
    }
  },
);

test(
  "a full disk at every call: what can be written is, nothing acknowledged is lost",
  { timeout: 120_000 },
  async () => {
    for (const { index } of await callsOfOneLife()) {
      const disk = new MemoryDisk();
      const witness = newWitness();
      let failed = false;
      disk.before = (call) => {
        if (call.index !== index) return;
        failed = true;
        throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
      };
      await live(disk, witness).catch(() => {});
      expect(failed).toBe(true);
      await checkSurvivor(disk.powerCut(seeded(index)), witness);
      await checkKilled(disk, witness, seeded(index));
    }
  },
);
