import { expect, test } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { added } from "./testing/ledger";
import type { LedgerEvent } from "./testing/ledger";
import { MemoryDisk } from "./testing/memory-disk";
import type { Call } from "./testing/memory-disk";
import { FOLDER, openLedger } from "./testing/open";

/** Holds back calls of a disk until `open` is called. */
function gate(disk: MemoryDisk, held: (call: Pick<Call, "kind" | "path">) => boolean) {
  const waiting: (() => void)[] = [];
  const opened = new Promise<void>((resolve) => void waiting.push(resolve));
  const openFile = disk.open.bind(disk);
  disk.open = async (path, mode) => {
    if (held({ kind: "open", path: `${mode} ${path}` })) await opened;
    const file = await openFile(path, mode);
    const { sync } = file;
    file.sync = async () => {
      if (held({ kind: "sync", path })) await opened;
      await sync();
    };
    return file;
  };
  return () => waiting[0]?.();
}

const close = (job: string) => () => ({
  reply: 0,
  events: [{ type: "closed", data: { connector: 1, job } }] as LedgerEvent[],
});

const idle = async (turns = 50) => {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test("the archives never know more than the journal has on disk", async () => {
  const disk = new MemoryDisk();
  let holding = false;
  const openArchiver = gate(disk, ({ kind, path }) => kind === "open" && path === `read ${FOLDER}/journal-1.log`);
  const openJournal = gate(disk, ({ kind, path }) => holding && kind === "sync" && path.includes("journal-"));
  const store = await openLedger(disk, { segmentBytes: 300 });
  for (const job of ["a", "b", "c"]) await store.commit(close(job));
  holding = true;
  const late = store.commit(close("late"));
  openArchiver();
  await idle();
  expect(disk.contents(`${FOLDER}/archive/jobs-2026-11.jsonl`)).toBe("");
  openJournal();
  await late;
  await eventually(() => expect(disk.contents(`${FOLDER}/archive/jobs-2026-11.jsonl`)).toContain('"knows":4'));
});

test("what is archived leaves the live state, what is not stays", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk, { segmentBytes: 300 });
  for (const job of ["a", "b", "c", "d"]) await store.commit(close(job));
  await eventually(() => expect(Object.keys(store.state.closed)).not.toContain("a"));
  for (const job of ["a", "b", "c", "d"]) {
    const live = store.state.closed[job] !== undefined;
    const archived = (await store.archive.get("jobs", job)) !== null;
    expect([live, archived].filter(Boolean).length, job).toBe(1);
  }
});

test("pairing is on disk at once, so that a restart does not take the outbox for nobody's", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk);
  await store.commit(() => ({ reply: 0, events: [added("a", 1)] }));
  store.setAcked(1);
  await eventually(() => expect(disk.contents(`${FOLDER}/snapshot.json`)).toContain('"ackedSeq":1'));
  const { callCount } = disk;
  store.setAcked(1);
  await idle();
  expect(disk.callCount).toBe(callCount);
});

test("an archive or prune that throws ends the store", async () => {
  const fatal: Error[] = [];
  const { ledger } = await import("./testing/ledger");
  const domain = {
    ...ledger,
    archive: () => {
      throw new Error("archive");
    },
  };
  const store = await openLedger(new MemoryDisk(), {
    domain,
    segmentBytes: 200,
    onFatal: (error) => fatal.push(error),
  });
  await store.commit(close("a"));
  await store.commit(close("b")).catch(() => {});
  await eventually(() => expect(fatal.length).toBe(1));
  await expect(store.commit(close("c"))).rejects.toMatchObject({ code: "store_unavailable" });
  await store.close();
});
