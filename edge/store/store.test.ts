import { expect, test } from "vitest";
import { AppError } from "../../shared/error";
import { eventually } from "../../shared/testing/eventually";
import { added, ledger } from "./testing/ledger";
import type { LedgerEvent, LedgerState, LedgerStored } from "./testing/ledger";
import { MemoryDisk } from "./testing/memory-disk";
import { FOLDER, START, openLedger } from "./testing/open";
import type { Decision } from "./types";

type Made = Decision<string, LedgerEvent>;
const add = (account: string, amount: number) => (): Made => ({ reply: "ok", events: [added(account, amount)] });

/** The start of a job on a connector, refused where one is running: what two messages of one batch race for. */
const start =
  (connector: number, job: string) =>
  (state: Readonly<LedgerState>): Made =>
    state.busy[connector] === undefined
      ? { reply: "accepted", events: [{ type: "opened", data: { connector, job } }] }
      : { reply: `taken by ${state.busy[connector]}`, events: [] };

/** A disk whose syncs of journal files wait until they are let go. */
function slowDisk(): { disk: MemoryDisk; syncs: () => number; release: () => void } {
  const disk = new MemoryDisk();
  const open = disk.open.bind(disk);
  let waiting: (() => void)[] = [];
  let count = 0;
  let held = false;
  disk.open = async (path, mode) => {
    const file = await open(path, mode);
    const { sync } = file;
    file.sync = async () => {
      if (held && path.includes("journal-")) {
        count += 1;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
      await sync();
    };
    return file;
  };
  const release = () => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  void Promise.resolve().then(() => (held = true));
  return { disk, syncs: () => count, release };
}

const turns = async (until: () => boolean) => eventually(() => expect(until()).toBe(true));

test("a commit is folded at once, settles with its reply, and is there after a restart", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk);
  const reply = store.commit(() => ({ reply: "done", events: [added("a", 5)] }));
  expect(store.state.totals).toEqual({ a: 5 });
  expect(store.head.seq).toBe(1);
  expect(await reply).toBe("done");
  await store.close();

  const again = await openLedger(disk);
  expect(again.state.totals).toEqual({ a: 5 });
  expect(again.head).toEqual(store.head);
  expect(again.report).toMatchObject({ snapshotSeq: 1, replayedEvents: 0, cutBytes: 0, damagedSnapshots: [] });
  expect(again.report.lastAt).toBe(new Date(START + 1000).toISOString());
});

test("two messages of one batch that race for one connector: one wins, the other sees it", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk);
  const replies = await Promise.all([
    store.commit(start(1, "x")),
    store.commit(start(1, "y")),
    store.commit(start(2, "z")),
  ]);
  expect(replies).toEqual(["accepted", "taken by x", "accepted"]);
  expect(store.head.seq).toBe(2);
});

test("commits made while a sync is running share the next one", async () => {
  const { disk, syncs, release } = slowDisk();
  const store = await openLedger(disk);
  const first = store.commit(add("a", 1));
  await turns(() => syncs() === 1);
  const others = Promise.all(Array.from({ length: 50 }, (_, index) => store.commit(add("b", index))));
  expect(store.head.seq).toBe(51);
  release();
  await first;
  await turns(() => syncs() === 2);
  release();
  await others;
  expect(syncs()).toBe(2);
});

test("an answer without events waits for what it saw, and for nothing when all is on disk", async () => {
  const { disk, syncs, release } = slowDisk();
  const store = await openLedger(disk);
  const order: string[] = [];
  const first = store.commit(start(1, "x")).then(() => order.push("first"));
  await turns(() => syncs() === 1);
  const repeat = store.commit(start(1, "y")).then((reply) => order.push(reply));
  await new Promise((resolve) => setImmediate(resolve));
  expect(order).toEqual([]);
  release();
  await Promise.all([first, repeat]);
  expect(order).toEqual(["first", "taken by x"]);
  expect(await store.commit(start(1, "y"))).toBe("taken by x");
  expect(syncs()).toBe(1);
});

test("a decision that throws changes nothing and harms no other", async () => {
  const store = await openLedger(new MemoryDisk());
  const bad = store.commit(() => {
    throw new AppError("no", "No.");
  });
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const unwritable = store.commit(() => ({
    reply: "",
    events: [{ type: "added", data: circular } as unknown as LedgerEvent],
  }));
  const good = store.commit(add("a", 1));
  await expect(bad).rejects.toMatchObject({ code: "no" });
  await expect(unwritable).rejects.toThrow(TypeError);
  expect(await good).toBe("ok");
  expect(store.head.seq).toBe(1);
});

test("a commit inside a decision is refused", async () => {
  const store = await openLedger(new MemoryDisk());
  let inner: Promise<unknown> = Promise.resolve();
  await store.commit((): Made => {
    inner = store.commit(add("a", 1)).catch((error: unknown) => error);
    return { reply: "outer", events: [] };
  });
  expect(await inner).toBeInstanceOf(Error);
  expect(store.head.seq).toBe(0);
});

test("the fold gets what the journal holds, so a restart folds the very same", async () => {
  const disk = new MemoryDisk();
  const seen: unknown[] = [];
  const domain = {
    ...ledger,
    fold: (state: LedgerState, event: LedgerStored) => void (seen.push(event), ledger.fold(state, event)),
  };
  const store = await openLedger(disk, { domain });
  const shared = { account: "a", amount: 1, note: undefined };
  await store.commit(() => ({ reply: "", events: [{ type: "added", data: shared, local: { secret: "s" } }] }));
  shared.amount = 99;
  const again = await openLedger(disk, { domain });
  expect(seen[1]).toEqual(seen[0]);
  expect(seen[0]).not.toHaveProperty("data.note");
  expect(again.state).toEqual(store.state);
});

test("`local` is kept but not in the chain", async () => {
  const options = { newId: () => "id", now: () => START };
  const one = await openLedger(new MemoryDisk(), options);
  const two = await openLedger(new MemoryDisk(), options);
  await one.commit(() => ({ reply: "", events: [{ ...added("a", 1), local: { secret: "s" } } as LedgerEvent] }));
  await two.commit(add("a", 1));
  expect(one.head).toEqual(two.head);
  expect((await one.read(0, 1)).events[0]?.local).toEqual({ secret: "s" });
});

test("subscribers hear each batch after its sync, in order; one that throws harms nobody; one that left hears no more", async () => {
  const errors: unknown[] = [];
  const log = { info() {}, warn() {}, error: (details: object) => void errors.push(details) };
  const store = await openLedger(new MemoryDisk(), { log });
  const heard: number[] = [];
  store.subscribe(() => {
    throw new Error("subscriber");
  });
  const leave = store.subscribe((events) => heard.push(...events.map((event) => event.seq)));
  await Promise.all([store.commit(add("a", 1)), store.commit(add("a", 2))]);
  await store.commit(add("a", 3));
  expect(heard).toEqual([1, 2, 3]);
  leave();
  await store.commit(add("a", 4));
  expect(heard).toEqual([1, 2, 3]);
  expect(errors.length).toBe(3);
});

test("when the disk refuses, waiting commits reject, further ones are refused, and it is told once", async () => {
  const disk = new MemoryDisk();
  const fatal: Error[] = [];
  const store = await openLedger(disk, { onFatal: (error) => fatal.push(error) });
  await store.commit(add("a", 1));
  disk.before = ({ kind }) => {
    if (kind === "sync") throw Object.assign(new Error("EIO"), { code: "EIO" });
  };
  const waiting = await Promise.allSettled([store.commit(add("a", 2)), store.commit(add("a", 3))]);
  for (const outcome of waiting) expect(outcome).toMatchObject({ reason: { code: "store_unavailable", status: 503 } });
  disk.before = () => {};
  await expect(store.commit(add("a", 4))).rejects.toMatchObject({ code: "store_unavailable" });
  expect(fatal.length).toBe(1);
  await store.close();
  const again = await openLedger(disk);
  expect(again.state.totals).toEqual({ a: 1 });
});

test("a fold that throws ends the store before its state reaches a snapshot", async () => {
  const disk = new MemoryDisk();
  const fatal: Error[] = [];
  const domain = {
    ...ledger,
    fold(state: LedgerState, event: LedgerStored) {
      ledger.fold(state, event);
      if (event.type === "added" && event.data.account === "bad") throw new Error("fold");
    },
  };
  const store = await openLedger(disk, { domain, onFatal: (error) => fatal.push(error) });
  const good = store.commit(add("a", 1));
  await expect(store.commit(add("bad", 1))).rejects.toMatchObject({ code: "store_unavailable" });
  expect(await good).toBe("ok");
  await expect(store.commit(add("a", 1))).rejects.toMatchObject({ code: "store_unavailable" });
  await store.close();
  expect(fatal.length).toBe(1);
  const again = await openLedger(disk, { domain });
  expect(again.state.totals).toEqual({ a: 1 });
});

test("a closed store refuses, and closing twice is closing once", async () => {
  const store = await openLedger(new MemoryDisk());
  const last = store.commit(add("a", 1));
  const closing = store.close();
  expect(store.close()).toBe(closing);
  expect(await last).toBe("ok");
  await closing;
  await expect(store.commit(add("a", 1))).rejects.toMatchObject({ code: "store_unavailable" });
});

test("the cloud cannot have more than there is", async () => {
  const store = await openLedger(new MemoryDisk());
  await store.commit(add("a", 1));
  expect(() => store.setAcked(2)).toThrow(AppError);
  store.setAcked(1);
});

test("an older snapshot is migrated, a newer one is refused", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk);
  await store.commit(add("a", 1));
  await store.close();
  const newer = {
    ...ledger,
    version: 2,
    migrate: (version: number, state: unknown) => ({ ...(state as LedgerState), secrets: version * 100 }),
  };
  const migrated = await openLedger(disk, { domain: newer });
  expect(migrated.state).toMatchObject({ totals: { a: 1 }, secrets: 100 });
  await migrated.commit(add("a", 1));
  await migrated.close();
  await expect(openLedger(disk)).rejects.toMatchObject({ code: "store_newer" });
});

test("journal files go once they are in the snapshot before the last, archived, and acknowledged", async () => {
  const disk = new MemoryDisk();
  const options = { segmentBytes: 300, snapshotEveryEvents: 2 };
  const store = await openLedger(disk, options);
  store.setAcked(0);
  const journals = async () => (await disk.list(FOLDER)).filter((name) => name.startsWith("journal-")).length;
  for (let count = 0; count < 120; count += 1) await store.commit(add("a", 1));
  await turns(() => disk.contents(`${FOLDER}/snapshot.previous.json`) !== "");
  expect(await journals()).toBeGreaterThan(50);
  expect((await store.read(0, 1000)).events.length).toBe(120);
  store.setAcked(100);
  for (let count = 0; count < 120; count += 1) await store.commit(add("a", 1));
  await eventually(async () => expect((await store.read(100, 1000)).events.length).toBe(140));
  await eventually(() => expect(store.read(0, 1)).rejects.toMatchObject({ code: "journal_gone", status: 410 }));
  store.setAcked(null);
  for (let count = 0; count < 120; count += 1) await store.commit(add("a", 1));
  await eventually(async () => expect(await journals()).toBeLessThan(50));
  await store.close();
  const again = await openLedger(disk, options);
  expect((await again.archive.group("adds", "a")).length).toBeGreaterThan(300);
  expect(again.state.totals).toEqual({ a: 360 });
});
