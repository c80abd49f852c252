import { expect, test } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { RESERVE_FILE } from "./space";
import { added } from "./testing/ledger";
import { MemoryDisk } from "./testing/memory-disk";
import { FOLDER, openLedger } from "./testing/open";
import type { LedgerOptions, LedgerStore } from "./testing/open";

const RESERVE = `${FOLDER}/${RESERVE_FILE}`;
const full = (code = "ENOSPC") => Object.assign(new Error(code), { code });

/** A store on a disk with so much room, and what it told. */
async function open(disk: MemoryDisk, options: LedgerOptions = {}): Promise<{ store: LedgerStore; told: unknown[] }> {
  const told: unknown[] = [];
  const store = await openLedger(disk, {
    segmentBytes: 2000,
    snapshotEveryEvents: 10,
    reserveBytes: 3000,
    onFull: (isFull) => told.push(isFull),
    onFatal: (error) => told.push(error),
    ...options,
  });
  return { store, told };
}

const add = (store: LedgerStore) => store.commit(() => ({ reply: "ok", events: [added("a", 1)] }));

test("a full disk: the reserve is given up, what is under way is written, and it comes back with the room", async () => {
  const disk = new MemoryDisk();
  disk.free = 8000;
  const { store, told } = await open(disk);
  let commits = 0;
  while (!store.full) {
    expect(await add(store)).toBe("ok");
    commits += 1;
    expect(commits).toBeLessThan(100);
  }
  expect(told).toEqual([true]);
  expect(disk.contents(RESERVE)).toBe("");
  for (let more = 0; more < 4; more += 1) expect(await add(store)).toBe("ok");

  await store.checkSpace();
  expect(store.full).toBe(true);
  disk.free = 100_000;
  await store.checkSpace();
  expect(told).toEqual([true, false]);
  expect(disk.contents(RESERVE).length).toBeGreaterThan(0);
  expect(await add(store)).toBe("ok");
  await store.close();
  const again = await open(disk);
  expect(again.store.state.totals).toEqual({ a: commits + 5 });
  expect(again.store.full).toBe(false);
});

test("a disk that is nearly full is told of before it is", async () => {
  const disk = new MemoryDisk();
  disk.free = 20_000;
  const { store, told } = await open(disk);
  await store.checkSpace();
  expect(told).toEqual([]);
  disk.free = 2000;
  await store.checkSpace();
  await store.checkSpace();
  expect(told).toEqual([true]);
  disk.free = 6500;
  await store.checkSpace();
  expect(told).toEqual([true, false]);
});

test("when even the reserve is used up, nothing acknowledged is lost, and the next start takes nothing on until there is room", async () => {
  const disk = new MemoryDisk();
  disk.free = 5000;
  const { store, told } = await open(disk, { segmentBytes: 1_000_000 });
  let commits = 0;
  const error: unknown = await (async () => {
    for (; commits < 100; commits += 1) await add(store);
  })().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "store_unavailable" });
  expect(told).toMatchObject([true, { code: "store_unavailable" }]);
  await store.close();

  const next = await open(disk);
  expect(next.store.state.totals).toEqual({ a: commits });
  expect(next.store.full).toBe(true);
  await expect(add(next.store)).rejects.toMatchObject({ code: "store_full", status: 507 });
  expect(await next.store.commit(() => ({ reply: "question", events: [] }))).toBe("question");
  expect(next.store.state.totals).toEqual({ a: commits });
  disk.free = 50_000;
  await next.store.checkSpace();
  expect(next.told).toEqual([true, false]);
  expect(await add(next.store)).toBe("ok");
});

test("a quota is a full disk, another error of the reserve is not", async () => {
  const disk = new MemoryDisk();
  disk.before = ({ kind, path }) => {
    if (kind === "write" && path === RESERVE) throw full("EDQUOT");
  };
  expect((await open(disk)).store.full).toBe(true);
  disk.before = ({ kind, path }) => {
    if (kind === "write" && path === RESERVE) throw full("EIO");
  };
  await expect(open(disk)).rejects.toMatchObject({ code: "EIO" });
});

test("snapshots and archives that find no room wait for it", async () => {
  const disk = new MemoryDisk();
  const { store, told } = await open(disk, { segmentBytes: 300 });
  let blocked = true;
  disk.before = ({ kind, path }) => {
    if (blocked && kind === "write" && !path.includes("journal-")) throw full();
  };
  for (let count = 0; count < 30; count += 1) await add(store);
  await eventually(() => expect(told).toEqual([true]));
  expect(store.full).toBe(true);
  expect(await add(store)).toBe("ok");
  blocked = false;
  await store.checkSpace();
  expect(told).toEqual([true, false]);
  for (let count = 0; count < 4; count += 1) await add(store);
  await eventually(async () => expect((await store.archive.group("adds", "a")).length).toBeGreaterThan(10));
  await store.close();
  expect((await open(disk)).store.state.totals).toEqual({ a: 35 });
});

test("a last snapshot without room does not keep the store from closing", async () => {
  const disk = new MemoryDisk();
  const { store } = await open(disk);
  await add(store);
  disk.before = ({ kind, path }) => {
    if (kind === "write" && path.includes("snapshot")) throw full();
  };
  await store.close();
  disk.before = () => {};
  expect((await open(disk)).store.state.totals).toEqual({ a: 1 });
});

test("a new journal file that finds no room leaves the old one as it was", async () => {
  const disk = new MemoryDisk();
  const { store, told } = await open(disk, { segmentBytes: 300 });
  await add(store);
  disk.before = ({ kind, path }) => {
    if (kind === "syncFolder" && path === FOLDER && !store.full) {
      disk.before = () => {};
      throw full();
    }
  };
  for (let count = 0; count < 6; count += 1) await add(store);
  expect(told[0]).toBe(true);
  const files = (await disk.list(FOLDER)).filter((name) => name.startsWith("journal-"));
  expect(files).toEqual(["journal-1.log"]);
  const copy = await open(disk.killed());
  expect(copy.store.state.totals).toEqual({ a: 7 });
});
