import { expect, test } from "vitest";
import { chainHash, firstSeq, GENESIS, THINNED } from "../../shared/sync";
import { eventually } from "../../shared/testing/eventually";
import { sha256 } from "./record";
import { backup } from "./backup";
import { added, essence, ledger, replay } from "./testing/ledger";
import type { LedgerEvent, LedgerStored } from "./testing/ledger";
import { MemoryDisk, seeded } from "./testing/memory-disk";
import type { Call } from "./testing/memory-disk";
import { FOLDER, openLedger } from "./testing/open";
import type { LedgerOptions, LedgerStore } from "./testing/open";

/** Sums may be thinned, and what opens and closes may not. */
const domain = { ...ledger, mayThin: ({ type }: LedgerEvent) => type === "added" };
const SMALL: LedgerOptions = {
  domain,
  segmentBytes: 2000,
  snapshotEveryEvents: 40,
  journalBytes: 6000,
  sentEvents: 10,
};

const turns = async (count = 30) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** A hub whose cloud went away after event 3; now and then a job among the sums. Gives all that was committed. */
async function live(disk: MemoryDisk, commits = 260, more: LedgerOptions = {}): Promise<LedgerStored[]> {
  const all: LedgerStored[] = [];
  const store = await openLedger(disk, { ...SMALL, ...more });
  store.subscribe((events) => void all.push(...events));
  for (let n = 0; n < commits; n += 1) {
    const job = { connector: 1, job: `job-${n}` };
    const events: LedgerEvent[] = [added("all", 1)];
    if (n % 20 === 9) events.push({ type: "opened", data: job, local: { secret: "s" } });
    if (n % 20 === 15) events.push({ type: "closed", data: { connector: 1, job: `job-${n - 6}` } });
    await store.commit(() => ({ reply: 0, events }));
    if (n === 2) store.setAcked(3);
    await turns(2);
  }
  await turns(200);
  await store.close();
  return all;
}

async function outbox(store: LedgerStore): Promise<LedgerStored[]> {
  const found: LedgerStored[] = [];
  for (let seq = 3; seq < store.head.seq; seq = found.at(-1)?.seq ?? seq) {
    // As small pieces as there are, so that each place of a file is begun at.
    const { prev, events } = await store.read(seq, 7);
    expect(prev).toBe(chainOf(found));
    found.push(...events);
  }
  return found;
}

/** The chain hash after the first three events and these. */
let third = GENESIS;
const afterThree = (all: LedgerStored[]) =>
  all.slice(0, 3).reduce((hash, event) => chainHash(hash, event, sha256), GENESIS);
const chainOf = (events: LedgerStored[]) => events.reduce((hash, event) => chainHash(hash, event, sha256), third);

/** What the store shows of all that was committed: nothing missing but sums, no hole, one chain. */
function check(shown: LedgerStored[], all: LedgerStored[], head: { seq: number; hash: string }): number {
  let next = 4;
  let thinned = 0;
  for (const event of shown) {
    expect(firstSeq(event)).toBe(next);
    next = event.seq + 1;
    const original = all[event.seq - 1]!;
    if ((event.type as string) === THINNED) {
      thinned += 1;
      const range = all.slice(firstSeq(event) - 1, event.seq);
      expect(range.every(({ type }) => type === "added")).toBe(true);
      expect(event).toMatchObject({ id: original.id, at: original.at });
    } else expect(event).toEqual(original);
  }
  expect(next).toBe(head.seq + 1);
  expect(chainOf(shown)).toBe(head.hash);
  return thinned;
}

/** Bytes of the folder's own files, archives apart. */
async function sizeOf(disk: MemoryDisk): Promise<number> {
  const names = await disk.list(FOLDER);
  return names.reduce((total, name) => total + disk.contents(`${FOLDER}/${name}`).length, 0);
}

test("an outbox that grows beyond its bound loses its oldest sums, and nothing else; the chain goes on", async () => {
  const disk = new MemoryDisk();
  const all = await live(disk);
  third = afterThree(all);
  const store = await openLedger(disk, SMALL);
  const shown = await outbox(store);
  const thinned = check(shown, all, store.head);
  expect(thinned).toBeGreaterThan(3);
  // The newest are whole, and so are those that may be on their way.
  expect(shown.at(-1)?.type).not.toBe(THINNED);
  expect(essence(store.state)).toEqual(essence(replay(all)));
  // The archives have them still.
  const { items } = await store.archive.list("adds", { limit: 1000 });
  expect(items.length).toBeGreaterThan(shown.filter(({ type }) => type === "added").length);
  await store.close();
  const unbound = new MemoryDisk();
  await live(unbound, 260, { journalBytes: 1e9 });
  expect(await sizeOf(disk)).toBeLessThan(0.6 * (await sizeOf(unbound)));
});

test("nothing is thinned of what has nothing to spare", async () => {
  const disk = new MemoryDisk();
  const all = await live(disk, 120, { domain: ledger, journalBytes: 3000 });
  third = afterThree(all);
  const store = await openLedger(disk, { ...SMALL, domain: ledger });
  const shown = await outbox(store);
  expect(shown).toEqual(all.slice(3));
  await store.close();
});

test("power cut, kill -9, an I/O error or a full disk at every call of thinning: one of the two files is there, whole", async () => {
  const calls: Call[] = [];
  const first = new MemoryDisk();
  first.before = (call) => void calls.push(call);
  const short = { journalBytes: 3000 };
  const all = await live(first, 110, short);
  const start = calls.findIndex(({ path }) => path.endsWith(".thin"));
  const end = calls.find(({ kind, path }) => kind === "rename" && path.endsWith(".thin"));
  expect(end).toBeDefined();
  for (const { index } of calls.slice(start - 2, end!.index + 3)) {
    for (const code of ["EIO", "ENOSPC", null]) {
      const disk = new MemoryDisk();
      if (code === null) disk.cutAt(index);
      else {
        disk.before = (call) => {
          if (call.index === index) throw Object.assign(new Error(code), { code });
        };
      }
      await live(disk, 110, short).catch(() => {});
      for (const left of [disk.powerCut(seeded(index)), disk.killed()]) {
        const store = await openLedger(left, SMALL);
        const { events: shown } = await store.read(0, 10_000);
        let next = shown[0] === undefined ? 1 : firstSeq(shown[0]);
        for (const event of shown) {
          expect(firstSeq(event)).toBe(next);
          next = event.seq + 1;
        }
        expect(next).toBe(store.head.seq + 1);
        expect(store.state.totals.all).toBe(sumsUpTo(all, store.head.seq));
        const names = await left.list(FOLDER);
        await store.close();
        expect(names.filter((name) => name.endsWith(".thin")).length).toBe(0);
      }
    }
  }
}, 120_000);

const sumsUpTo = (all: LedgerStored[], seq: number) => all.slice(0, seq).filter(({ type }) => type === "added").length;

test("a file that turns out to be damaged is left as it is, and the hub goes on", async () => {
  const disk = new MemoryDisk();
  const commit = async (store: LedgerStore, times: number) => {
    for (let n = 0; n < times; n += 1) {
      await store.commit(() => ({ reply: 0, events: [added("all", 1)] }));
      await turns(2);
    }
  };
  const before = await openLedger(disk, { ...SMALL, journalBytes: 1e9 });
  before.setAcked(0);
  await commit(before, 70);
  await eventually(async () => {
    expect((await before.archive.list("adds", { limit: 1000 })).items.length).toBeGreaterThan(50);
  });
  await before.close();
  // Files of events after those that may be on their way, long since archived.
  const names = ["journal-12.log", "journal-23.log"];
  for (const name of names) {
    disk.spoil(`${FOLDER}/${name}`, (bytes) => Buffer.from(bytes.fill(0x20, 900, 910)));
  }
  const fatal: Error[] = [];
  const store = await openLedger(disk, { ...SMALL, onFatal: (error) => fatal.push(error) });
  const texts = async () => {
    const journals = (await disk.list(FOLDER)).filter((name) => name.startsWith("journal-"));
    expect(journals).toEqual(expect.arrayContaining(names));
    return journals.map((name) => disk.contents(`${FOLDER}/${name}`));
  };
  await commit(store, 100);
  await eventually(async () => {
    expect((await texts()).filter((text) => text.includes(THINNED)).length).toBeGreaterThan(2);
  });
  expect((await texts()).filter((text) => text.includes("          "))).toHaveLength(2);
  expect((await disk.list(FOLDER)).filter((name) => name.endsWith(".thin"))).toEqual([]);
  expect(fatal).toEqual([]);
  await store.close();
});

test("is read whole while it is thinned", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk, SMALL);
  const all: LedgerStored[] = [];
  store.subscribe((events) => void all.push(...events));
  store.setAcked(0);
  let reading = true;
  const reader = (async () => {
    let seq = 0;
    while (reading) {
      const { events } = await store.read(seq, 11);
      if (events[0]) expect(firstSeq(events[0])).toBeLessThanOrEqual(seq + 1);
      seq = events.at(-1)?.seq ?? 0;
      await turns(1);
    }
  })();
  for (let n = 0; n < 400; n += 1) {
    await store.commit(() => ({ reply: 0, events: [added("all", 1)] }));
    await turns(1);
  }
  reading = false;
  await reader;
  const { events } = await store.read(0, 10_000);
  expect(events.some(({ type }) => (type as string) === THINNED)).toBe(true);
  await store.close();
});

test("a journal whose thinned part is not in the snapshot is not folded as if it were whole", async () => {
  const disk = new MemoryDisk();
  await live(disk);
  await disk.remove(`${FOLDER}/snapshot.json`);
  await disk.remove(`${FOLDER}/snapshot.previous.json`);
  await expect(openLedger(disk, SMALL)).rejects.toMatchObject({
    code: "store_damaged",
    message: expect.stringContaining("they were thinned"),
  });
  await expect(backup({ folder: FOLDER, file: "/b", now: () => 0, files: disk })).rejects.toThrow("thinned meanwhile");
});
