import { cp, stat } from "node:fs/promises";
import { join } from "node:path";
import Database from "libsql";
import { Low } from "lowdb";
import { JSONFile } from "lowdb/node";
import { v7 } from "uuid";
import { nodeFiles } from "../../edge/store/files";
import type { Files } from "../../edge/store/files";
import { openStore } from "../../edge/store/store";
import type { Domain, OpenStore } from "../../edge/store/types";
import { best, figure, median, milliseconds, progress, report } from "./harness";
import type { BenchOptions, Figure } from "./harness";
import { counting } from "./store/counting";
import { wearOfADay } from "./store/wear";
import { temporaryFolder } from "../support/programs";

/**
 * The hub's event store beside what a hub would otherwise be built on.
 * - lowdb alone: the whole document is written at each change. Its JSONFile never syncs, so it promises less than our store does, which syncs
 *   each commit; the ratio favours it.
 * - SQLite (libsql, WAL, synchronous=FULL): the same durability, an fsync a transaction. Its writers are grouped as ours are: all that wait in
 *   one turn of the event loop share a transaction. It only inserts the event's text, while ours also folds, hashes and keeps a state.
 * Both sides of a ratio take turns in the same run, on the same disk (the system's temporary folder); the best round of each counts.
 */

const BENCH = "store";
const CONNECTORS = 2000;

/** About 1 MB of live state: connectors with their last reading. */
interface State {
  connectors: Record<string, Reading>;
}
interface Reading {
  cpId: string;
  connectorId: number;
  registerWh: number;
  powerW: number;
  /** Stands for what else a connector carries: session, tariff, flags. */
  session: string;
}
type Metered = { type: "metered"; data: Reading & { at: string; chargerTime: string }; local?: never };

const name = (index: number): string => `CP${index % CONNECTORS}`;
const SESSION = "s".repeat(380);

function initial(): State {
  const readings = Array.from({ length: CONNECTORS }, (_, index): [string, Reading] => [name(index), reading(index)]);
  return { connectors: Object.fromEntries(readings) };
}

function reading(index: number): Reading {
  return {
    cpId: name(index),
    connectorId: 1,
    registerWh: 1_000_000 + index,
    powerW: 7000 + (index % 400),
    session: SESSION,
  };
}

/** A meter reading of some 300 bytes, as the journal holds it. */
function metered(index: number): Metered {
  const data = { ...reading(index), session: "0199f0aa-0000-7000-8000-000000000001", at: "2026-11-21T08:00:00.000Z" };
  return { type: "metered", data: { ...data, chargerTime: "2026-11-21T08:00:00Z" } };
}

const domain: Domain<State, Metered> = {
  version: 1,
  initial,
  fold(state, { data }) {
    const known = state.connectors[data.cpId];
    if (known) Object.assign(known, { registerWh: data.registerWh, powerW: data.powerW });
  },
  archive: (event) => [
    { file: `samples-${event.at.slice(0, 7)}`, id: event.id, group: event.data.session, value: event.data },
  ],
  prune() {},
  migrate: () => initial(),
};

type BenchStore = OpenStore<State, Metered>;

function open(folder: string, files: Files = nodeFiles): Promise<BenchStore> {
  return openStore<State, Metered>({
    folder,
    domain,
    now: () => Date.now(),
    newId: () => v7(),
    files,
    // Written once in the life of a folder, so no part of what a commit costs.
    reserveBytes: 0,
    onFatal: (error) => {
      throw error;
    },
  });
}

/** Runs writers side by side, each waiting for its own commit; gives commits a second. */
async function rate(writers: number, total: number, commit: (index: number) => Promise<unknown>): Promise<number> {
  let next = 0;
  const writer = async (): Promise<void> => {
    while (next < total) {
      const index = next;
      next += 1;
      await commit(index);
    }
  };
  const time = await milliseconds(() => Promise.all(Array.from({ length: writers }, writer)));
  return (total / time) * 1000;
}

const commitTo =
  (store: BenchStore) =>
  (index: number): Promise<number> =>
    store.commit(() => ({ reply: index, events: [metered(index)] }));

/** lowdb as its readme has it: change the document, write it. */
async function openLowdb(folder: string): Promise<(index: number) => Promise<void>> {
  const low = new Low<State>(new JSONFile(join(folder, "db.json")), initial());
  await low.write();
  return async (index) => {
    const event = metered(index);
    low.data.connectors[event.data.cpId] = reading(index);
    await low.write();
  };
}

/** SQLite with grouped transactions: those that wait when a turn ends are inserted and committed together. */
function openSqlite(folder: string): { commit: (index: number) => Promise<void>; close: () => void } {
  const database = new Database(join(folder, "events.db"));
  database.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE event (seq INTEGER PRIMARY KEY, text TEXT NOT NULL)",
  );
  const { synchronous } = database.prepare("PRAGMA synchronous").get() as { synchronous: number };
  if (synchronous !== 2) throw new Error(`SQLite does not sync each commit (synchronous=${synchronous}).`);
  const insert = database.prepare("INSERT INTO event (text) VALUES (?)");
  let waiting: { text: string; settle: () => void }[] = [];
  const flush = (): void => {
    const batch = waiting;
    waiting = [];
    database.exec("BEGIN");
    for (const { text } of batch) insert.run(text);
    database.exec("COMMIT");
    for (const { settle } of batch) settle();
  };
  return {
    commit: (index) =>
      new Promise((settle) => {
        const { type, data } = metered(index);
        const text = JSON.stringify({ id: v7(), at: new Date().toISOString(), type, data });
        if (waiting.push({ text, settle }) === 1) setImmediate(flush);
      }),
    close: () => database.close(),
  };
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const { path: folder, remove } = temporaryFolder();
  try {
    return await work(folder);
  } finally {
    await remove();
  }
}

async function ownRate(writers: number, total: number): Promise<number> {
  return inFolder(async (folder) => {
    const store = await open(folder);
    const commit = commitTo(store);
    await rate(writers, Math.ceil(total / 10), commit);
    const result = await rate(writers, total, commit);
    await store.close();
    return result;
  });
}

async function besideLowdb(rounds: number, scale: number): Promise<Figure[]> {
  const own: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await ownRate(1, 2000 * scale));
    theirs.push(await inFolder(async (folder) => rate(1, 100 * scale, await openLowdb(folder))));
  }
  return [
    figure(BENCH, "commits_vs_lowdb_1", best(own) / best(theirs), "times", ">= 10"),
    figure(BENCH, "commits_per_s_1", best(own), "commits/s"),
    figure(BENCH, "lowdb_commits_per_s_1", best(theirs), "commits/s"),
  ];
}

async function besideSqlite(rounds: number, scale: number): Promise<Figure[]> {
  const own: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    own.push(await ownRate(256, 40_000 * scale));
    theirs.push(
      await inFolder(async (folder) => {
        const sqlite = openSqlite(folder);
        await rate(256, 4000 * scale, sqlite.commit);
        const result = await rate(256, 40_000 * scale, sqlite.commit);
        sqlite.close();
        return result;
      }),
    );
  }
  return [
    figure(BENCH, "commits_vs_sqlite_256", best(own) / best(theirs), "times", ">= 0.3"),
    figure(BENCH, "commits_per_s_256", best(own), "commits/s"),
    figure(BENCH, "sqlite_commits_per_s_256", best(theirs), "commits/s"),
  ];
}

/** All that goes to the disk (journal, snapshots, archives and their index) for each byte of event text. */
async function bytesWritten(scale: number): Promise<Figure[]> {
  return inFolder(async (folder) => {
    let written = 0;
    let eventBytes = 0;
    const store = await open(folder, counting({ write: ({ length }) => (written += length) }));
    store.subscribe((events) => {
      for (const { id, seq, at, type, data } of events) {
        eventBytes += Buffer.byteLength(JSON.stringify({ id, seq, at, type, data }));
      }
    });
    const total = 100_000 * scale;
    await rate(8, total, commitTo(store));
    await store.close();
    return [
      figure(BENCH, "bytes_per_event_byte", written / eventBytes, "bytes/byte", "<= 2.5"),
      figure(BENCH, "event_bytes", eventBytes / total, "bytes"),
    ];
  });
}

/** What a start takes after a kill just before the next snapshot was due: 1 MB of snapshot, and the journal behind it. */
async function reopening(): Promise<Figure[]> {
  return inFolder(async (folder) => {
    const source = join(folder, "source");
    const first = await open(source);
    await rate(1, 1, commitTo(first));
    await first.close();
    const store = await open(source);
    await rate(64, 9900, commitTo(store));

    const times: number[] = [];
    const events: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const killed = join(folder, `killed-${round}`);
      await cp(source, killed, { recursive: true });
      const start = performance.now();
      const again = await open(killed);
      times.push(performance.now() - start);
      events.push(again.report.replayedEvents);
      await again.close();
    }
    await store.close();
    const { size } = await stat(join(source, "snapshot.json"));
    return [
      figure(BENCH, "reopen_ms", median(times), "ms"),
      figure(BENCH, "reopen_events", median(events), "events"),
      figure(BENCH, "snapshot_bytes", size, "bytes"),
    ];
  });
}

export async function run(options: BenchOptions): Promise<void> {
  const rounds = options.large ? 7 : 5;
  const scale = options.large ? 4 : 1;
  const figures: Figure[] = [];
  progress("one writer, beside lowdb alone");
  figures.push(...(await besideLowdb(rounds, scale)));
  progress("256 writers, beside SQLite");
  figures.push(...(await besideSqlite(rounds, scale)));
  progress("bytes written");
  figures.push(...(await bytesWritten(scale)));
  progress("a day of four busy chargers");
  figures.push(...(await inFolder((folder) => wearOfADay(BENCH, folder))));
  progress("starting again after a kill");
  figures.push(...(await reopening()));
  report(figures, options);
}
