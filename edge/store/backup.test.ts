import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { backup } from "./backup";
import { nodeFiles } from "./files";
import { lockFolder } from "./lock";
import { restore } from "./restore";
import { openStore } from "./store";
import { added, countingIds, essence, ledger } from "./testing/ledger";
import type { LedgerEvent, LedgerState } from "./testing/ledger";
import { START } from "./testing/open";
import type { LedgerStore } from "./testing/open";

let root = "";
let folder = "";
let file = "";
const now = () => START;

beforeEach(() => {
  root = temporaryFolder();
  folder = join(root, "hub");
  file = join(root, "hub.backup");
});
afterEach(async () => {
  await Promise.all(opened.map((store) => store.close()));
  opened = [];
});

const newId = countingIds();
let opened: LedgerStore[] = [];

async function open(at = folder): Promise<LedgerStore> {
  const store = await openStore<LedgerState, LedgerEvent>({
    folder: at,
    domain: ledger,
    now,
    newId,
    segmentBytes: 2000,
    snapshotEveryEvents: 20,
    onFatal: (error) => {
      throw error;
    },
  });
  opened.push(store);
  return store;
}

const fill = async (store: LedgerStore, count: number): Promise<void> => {
  for (let index = 0; index < count; index += 1) {
    await store.commit(() => ({ reply: 0, events: [added(`a${index % 5}`, 1), added("all", 1)] }));
  }
};

async function everything(store: LedgerStore) {
  const { items } = await store.archive.list("adds", { limit: 1000 });
  return { state: essence(store.state), head: store.head, archived: items.length };
}

test("a back-up of a stopped store comes back whole, and says that it did until the hub has recovered", async () => {
  const store = await open();
  await fill(store, 5);
  store.setAcked(10);
  await fill(store, 95);
  await store.close();
  await writeFile(join(folder, "hub.key"), "secret");
  const made = await backup({ folder, file, now, also: ["hub.key", "missing.key"] });
  expect(made.seq).toBe(200);
  expect(made.bytes).toBe((await stat(file)).size);
  expect(await readdir(root)).toEqual(["hub", "hub.backup"]);
  const original = await open();
  const expected = await everything(original);
  const outbox = await original.read(10, 1000);
  await original.close();

  const target = join(root, "other", "hub");
  expect(await restore({ file, folder: target, now })).toMatchObject({ at: new Date(START).toISOString() });
  expect(await readFile(join(target, "hub.key"), "utf8")).toBe("secret");
  const copy = await open(target);
  expect(await everything(copy)).toEqual(expected);
  expect(await copy.read(10, 1000)).toEqual(outbox);
  expect(copy.report).toMatchObject({ restoredAt: new Date(START).toISOString(), damagedSnapshots: [], cutBytes: 0 });
  await fill(copy, 3);
  await copy.close();
  const again = await open(target);
  expect(again.report.restoredAt).not.toBeNull();
  await again.confirmRestored();
  expect(again.report.restoredAt).toBeNull();
  await again.close();
  const last = await open(target);
  expect(last.report.restoredAt).toBeNull();
});

test(
  "a back-up under load is a past of the store, with everything acknowledged before it",
  { timeout: 60_000 },
  async () => {
    const store = await open();
    await fill(store, 30);
    let busy = true;
    let acknowledged = store.head.seq;
    const load = (async () => {
      while (busy) {
        await fill(store, 5);
        acknowledged = store.head.seq;
      }
    })();
    for (let round = 0; round < 6; round += 1) {
      const before = acknowledged;
      const path = `${file}-${round}`;
      const { seq } = await backup({ folder, file: path, now });
      expect(seq).toBeGreaterThanOrEqual(before);
      const target = join(root, `copy-${round}`);
      await restore({ file: path, folder: target, now });
      const copy = await open(target);
      expect(copy.head.seq).toBe(seq);
      const { totals } = copy.state;
      expect(totals.all).toBe(seq / 2);
      const first = (await copy.read(seq - 1, 1)).events[0];
      expect(first?.seq).toBe(seq);
      await copy.close();
    }
    busy = false;
    await load;
    await store.close();
  },
);

test("a store without a snapshot is copied too; a folder without a store is an error", async () => {
  await expect(backup({ folder, file, now })).rejects.toMatchObject({ code: "backup_empty", status: 404 });
  expect(await readdir(root)).toEqual([]);
  const store = await open();
  await fill(store, 2);
  expect((await backup({ folder, file, now })).seq).toBe(4);
  await store.close();
  await rm(folder, { recursive: true });
  await restore({ file, folder, now });
  expect((await open()).state.totals).toEqual({ a0: 1, a1: 1, all: 2 });
});

test("a back-up replaces no other, and a failed one leaves nothing behind", async () => {
  const store = await open();
  await fill(store, 2);
  await store.close();
  await writeFile(file, "precious");
  await expect(backup({ folder, file, now })).rejects.toMatchObject({ code: "backup_exists" });
  expect(await readFile(file, "utf8")).toBe("precious");
  const failing = {
    ...nodeFiles,
    rename: async () => {
      throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
    },
  };
  await expect(backup({ folder, file: `${file}2`, now, files: failing })).rejects.toMatchObject({ code: "ENOSPC" });
  expect(await readdir(root)).toEqual(["hub", "hub.backup"]);
});

test("a journal file that is removed under way makes it begin again, but not for ever", async () => {
  const store = await open();
  await fill(store, 9);
  let misses = 0;
  const flaky = (limit: number): typeof nodeFiles => ({
    ...nodeFiles,
    open: async (path, mode) => {
      if (mode === "read" && path.endsWith("journal-1.log") && misses < limit) {
        misses += 1;
        throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
      }
      return nodeFiles.open(path, mode);
    },
  });
  expect((await backup({ folder, file, now, files: flaky(3) })).seq).toBe(18);
  await expect(backup({ folder, file: `${file}2`, now, files: flaky(100) })).rejects.toMatchObject({ code: "ENOENT" });
  await store.close();
});

test("what the cloud has acknowledged may go while it is copied", async () => {
  const store = await open();
  store.setAcked(0);
  await fill(store, 60);
  await store.close();
  const kept = (await readdir(folder)).filter((name) => name.startsWith("journal-"));
  const older = kept.toSorted((a, b) => Number(a.slice(8, -4)) - Number(b.slice(8, -4)))[1] ?? "";
  const files: typeof nodeFiles = {
    ...nodeFiles,
    open: async (path, mode) => {
      if (path.endsWith(older)) throw Object.assign(new Error("ENOENT"), { code: "ENOENT" });
      return nodeFiles.open(path, mode);
    },
  };
  await backup({ folder, file, now, files });
  const target = join(root, "target");
  await restore({ file, folder: target, now });
  expect(await readdir(target)).not.toContain("journal-1.log");
  const copy = await open(target);
  expect(copy.head.seq).toBe(120);
});

test("a damaged store is not copied as if it were whole", async () => {
  const store = await open();
  store.setAcked(0);
  await fill(store, 30);
  expect((await readdir(folder)).filter((name) => name.startsWith("journal-")).length).toBeGreaterThan(1);
  await store.close();
  await rm(join(folder, "snapshot.json"));
  await rm(join(folder, "snapshot.previous.json"), { force: true });
  const bytes = await readFile(join(folder, "journal-1.log"));
  await writeFile(join(folder, "journal-1.log"), bytes.fill(0x20, 100, 110));
  await expect(backup({ folder, file, now })).rejects.toMatchObject({ code: "store_damaged" });
});

test("a restore replaces nothing, and does not touch a folder that a hub has open", async () => {
  const store = await open();
  await fill(store, 2);
  await backup({ folder, file, now });
  await expect(restore({ file, folder, now })).rejects.toMatchObject({ code: "store_locked" });
  await store.close();
  await expect(restore({ file, folder, now })).rejects.toMatchObject({ code: "restore_not_empty" });
  const empty = join(root, "empty");
  await mkdir(empty);
  await (
    await lockFolder(empty)
  )();
  await restore({ file, folder: empty, now });
  expect((await open(empty)).head.seq).toBe(4);
});

test("a back-up cut or damaged anywhere restores nothing", async () => {
  const store = await open();
  await fill(store, 20);
  await store.close();
  await backup({ folder, file, now });
  const whole = await readFile(file);
  const target = join(root, "target");
  const attempts = [
    ...[0, 5, 40, Math.floor(whole.length / 2), whole.length - 1].map((length) => whole.subarray(0, length)),
    ...[20, 100, Math.floor(whole.length / 2)].map((at) => {
      const copy = Buffer.from(whole);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    }),
    Buffer.from("not a back-up"),
    gzipSync("no json\n"),
    gzipSync("x".repeat(10_000)),
    gzipSync('{"format":"something else"}\n'),
    gzipSync(
      '{"format":"hitchpost-backup-1","at":"now"}\n{"file":"../../escape","bytes":1}\nx{"end":true,"files":1}\n',
    ),
    gzipSync('{"format":"hitchpost-backup-1","at":"now"}\n{"end":true,"files":1}\n'),
    gzipSync(gunzipSync(whole).subarray(0, -3)),
    gzipSync(Buffer.concat([gunzipSync(whole), Buffer.from("more")])),
  ];
  for (const [index, bytes] of attempts.entries()) {
    await writeFile(file, bytes);
    await expect(restore({ file, folder: target, now }), `attempt ${index}`).rejects.toMatchObject({
      code: "backup_damaged",
    });
    expect((await readdir(root)).toSorted()).toEqual(["hub", "hub.backup", "target"]);
  }
  await rm(file);
  await expect(restore({ file, folder: target, now })).rejects.toMatchObject({ code: "ENOENT" });
  expect(await readdir(target)).toEqual(["lock"]);
});
