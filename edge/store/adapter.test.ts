import { Low } from "lowdb";
import { expect, test } from "vitest";
import { PREVIOUS_SNAPSHOT, SNAPSHOT, SnapshotAdapter } from "./adapter";
import type { Snapshot } from "./adapter";
import { added } from "./testing/ledger";
import { MemoryDisk, seeded } from "./testing/memory-disk";
import { FOLDER, openLedger } from "./testing/open";

const CURRENT = `${FOLDER}/${SNAPSHOT}`;
const PREVIOUS = `${FOLDER}/${PREVIOUS_SNAPSHOT}`;

function adapterOn(disk: MemoryDisk, onDisk: (seq: number) => Promise<void> = async () => {}) {
  return new SnapshotAdapter<string>({ files: disk, folder: FOLDER, onDisk });
}

function snapshot(seq: number): Snapshot<string> {
  return { version: 1, seq, hash: "h", at: null, ackedSeq: null, archivedSeq: 0, state: `state ${seq}` };
}

test("a missing file is null; what lowdb writes is read back, and the one before is kept", async () => {
  const disk = new MemoryDisk();
  const low = new Low(adapterOn(disk), null as Snapshot<string> | null);
  await low.read();
  expect(low.data).toBeNull();
  for (const seq of [1, 2]) {
    low.data = snapshot(seq);
    await low.write();
  }
  expect(await adapterOn(disk).read()).toEqual(snapshot(2));
  expect(JSON.parse(disk.contents(PREVIOUS))).toMatchObject({ state: "state 1" });
});

test("a written snapshot survives a power cut, a half-written one leaves the one before", async () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const disk = new MemoryDisk();
    const adapter = adapterOn(disk);
    await adapter.write(snapshot(1));
    await adapter.write(snapshot(2));
    expect(await adapterOn(disk.powerCut(seeded(seed))).read()).toEqual(snapshot(2));
    disk.cutAt(disk.callCount + (seed % 8));
    await adapter.write(snapshot(3)).catch(() => {});
    const left = await adapterOn(disk.powerCut(seeded(seed))).read();
    expect([2, 3]).toContain(left?.seq);
  }
});

test("it is the state at the time of the call, and waits for the journal", async () => {
  const disk = new MemoryDisk();
  const waiting: (() => void)[] = [];
  const adapter = adapterOn(disk, () => new Promise((resolve) => void waiting.push(resolve)));
  const data = snapshot(1);
  const written = adapter.write(data);
  data.state = "later";
  expect(disk.callCount).toBe(0);
  waiting[0]?.();
  await written;
  expect(await adapter.read()).toEqual(snapshot(1));
});

test("a damaged snapshot falls back to the one before, which then stays; the damaged one is kept aside", async () => {
  const disk = new MemoryDisk();
  const first = adapterOn(disk);
  await first.write(snapshot(1));
  await first.write(snapshot(2));
  for (const spoil of [
    (bytes: Buffer) => bytes.fill(0x39, 30, 31),
    (bytes: Buffer) => bytes.subarray(0, 50),
    (bytes: Buffer) => bytes.subarray(0, bytes.length - 1),
    () => Buffer.alloc(0),
  ]) {
    const copy = disk.powerCut(seeded(1));
    copy.spoil(CURRENT, spoil);
    const adapter = adapterOn(copy);
    expect(await adapter.read()).toEqual(snapshot(1));
    expect(adapter.damage).toEqual(["snapshot.json is damaged and was not used."]);
    await adapter.write(snapshot(3));
    expect(JSON.parse(copy.contents(PREVIOUS))).toMatchObject({ seq: 1 });
    expect(JSON.parse(copy.contents(CURRENT))).toMatchObject({ seq: 3 });
    expect((await copy.list(FOLDER)).includes("snapshot.damaged.json")).toBe(true);
    copy.spoil(CURRENT, spoil);
    copy.spoil(PREVIOUS, spoil);
    expect(await adapterOn(copy).read()).toBeNull();
  }
});

test("with its newest snapshot damaged, the store has lost nothing; with both, it says what is missing", async () => {
  const disk = new MemoryDisk();
  const options = { segmentBytes: 300, snapshotEveryEvents: 4 };
  for (let life = 0; life < 4; life += 1) {
    const store = await openLedger(disk, options);
    for (let count = 0; count < 20; count += 1) await store.commit(() => ({ reply: 0, events: [added("a", 1)] }));
    await store.close();
  }
  const both = disk.killed();
  disk.spoil(CURRENT, (bytes) => bytes.fill(0x20, 60, 70));
  const store = await openLedger(disk, options);
  expect(store.state.totals).toEqual({ a: 80 });
  expect(store.report.damagedSnapshots.length).toBe(1);
  expect(store.report.replayedEvents).toBeGreaterThan(0);

  for (const path of [CURRENT, PREVIOUS]) both.spoil(path, (bytes) => bytes.fill(0x20, 60, 70));
  await expect(openLedger(both, options)).rejects.toMatchObject({ code: "store_damaged" });
});

test("snapshot and journal of two different hubs are not taken for one", async () => {
  const one = new MemoryDisk();
  const two = new MemoryDisk();
  for (const disk of [one, two]) {
    const store = await openLedger(disk);
    for (let count = 0; count < 3; count += 1) await store.commit(() => ({ reply: 0, events: [added("a", count)] }));
    await store.close();
  }
  const other = Buffer.from(two.contents(CURRENT));
  one.spoil(CURRENT, () => other);
  await expect(openLedger(one)).rejects.toThrow(/do not have the same past/);
});

test("a journal that ends before its snapshot is damaged, not short", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk);
  for (let count = 0; count < 3; count += 1) await store.commit(() => ({ reply: 0, events: [added("a", count)] }));
  await store.close();
  const journal = `${FOLDER}/journal-1.log`;
  const without = disk.killed();
  disk.spoil(journal, (bytes) => bytes.subarray(0, bytes.length - 5));
  await expect(openLedger(disk)).rejects.toThrow(/lacks events from 3 on/);
  await without.remove(journal);
  await expect(openLedger(without)).rejects.toThrow(/there is no journal file/);
});
