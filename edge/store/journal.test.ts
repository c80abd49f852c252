import { expect, test } from "vitest";
import { AppError } from "../../shared/error";
import { added, essence, replay } from "./testing/ledger";
import { MemoryDisk } from "./testing/memory-disk";
import { FOLDER, openLedger } from "./testing/open";

const FILE = `${FOLDER}/journal-1.log`;

/** A journal of three batches, of 1, 2 and 1 commits, and where each batch ends. No snapshot, as after a power cut. */
async function journalOf(): Promise<{ bytes: Buffer; ends: number[]; lineEnds: number[] }> {
  const disk = new MemoryDisk();
  const store = await openLedger(disk);
  const ends: number[] = [];
  const written = () => disk.contents(FILE).replaceAll("\0", "");
  for (const accounts of [["a"], ["b", "c"], ["d"]]) {
    await Promise.all(
      accounts.map((account) => store.commit(() => ({ reply: 0, events: [added(account, 1), added("all", 1)] }))),
    );
    ends.push(Buffer.byteLength(written()));
  }
  const bytes = Buffer.from(written());
  const lineEnds = [0];
  for (const [index, byte] of bytes.entries()) if (byte === 0x0a) lineEnds.push(index + 1);
  return { bytes, ends, lineEnds };
}

const diskOf = (bytes: Buffer) => new MemoryDisk(new Map([[FILE, bytes]]));

async function openError(disk: MemoryDisk, about = ""): Promise<AppError> {
  const error: unknown = await openLedger(disk).catch((reason: unknown) => reason);
  expect(error, about).toBeInstanceOf(AppError);
  return error as AppError;
}

test("cut at any byte: whole commits before it are there, the rest is taken off and reported", async () => {
  const { bytes, lineEnds } = await journalOf();
  for (let length = 0; length <= bytes.length; length += 1) {
    const disk = diskOf(bytes.subarray(0, length));
    const store = await openLedger(disk);
    const whole = lineEnds.findLastIndex((end) => end <= length);
    expect(store.head.seq).toBe(whole * 2);
    expect(store.report.cutBytes).toBe(length - (lineEnds[whole] ?? 0));
    const { events } = await store.read(0, 100);
    expect(essence(store.state)).toEqual(essence(replay(events)));
  }
});

test("a flipped bit anywhere is refused, or is in the last batch and cut", async () => {
  const { bytes, ends } = await journalOf();
  const lastBatch = ends[1] ?? 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const spoilt = Buffer.from(bytes);
    spoilt[at] = (spoilt[at] ?? 0) ^ 0x04;
    if (at >= lastBatch) {
      const store = await openLedger(diskOf(spoilt));
      expect(store.head.seq, `byte ${at}`).toBe(6);
      expect(store.report.cutBytes).toBe(bytes.length - lastBatch);
      continue;
    }
    const disk = diskOf(spoilt);
    const error = await openError(disk, `byte ${at}: ${JSON.stringify(spoilt.toString("utf8", at - 9, at + 9))}`);
    expect(error.code).toBe("store_damaged");
    expect(error.message).toContain("journal-1.log");
    expect(Buffer.from(disk.contents(FILE)).equals(Buffer.from(spoilt.toString("utf8"))), "nothing was changed").toBe(
      true,
    );
  }
});

test("a batch that reached the disk in pieces is cut from its first gap on, whatever follows", async () => {
  const { bytes, ends, lineEnds } = await journalOf();
  const [, first = 0, second = 0] = lineEnds;
  const twoBatches = Buffer.from(bytes.subarray(0, ends[1]));
  twoBatches.fill(0, first + 5, first + 60);
  const store = await openLedger(diskOf(twoBatches));
  expect(store.head.seq).toBe(2);
  expect(store.report.cutBytes).toBe(twoBatches.length - first);
  expect(second).toBeGreaterThan(first);
});

test("a file that is missing, foreign or doubled is refused with a sentence that says so", async () => {
  const disk = new MemoryDisk();
  const store = await openLedger(disk, { segmentBytes: 200, snapshotEveryEvents: 1_000_000 });
  store.setAcked(0);
  for (let count = 0; count < 8; count += 1) await store.commit(() => ({ reply: 0, events: [added("a", 1)] }));
  const names = (await disk.list(FOLDER)).filter((name) => name.startsWith("journal-"));
  expect(names.length).toBeGreaterThan(3);
  const copy = (change: (files: Map<string, Buffer>) => void) => {
    const files = new Map(names.map((name) => [`${FOLDER}/${name}`, Buffer.from(disk.contents(`${FOLDER}/${name}`))]));
    change(files);
    return new MemoryDisk(files);
  };
  const [one = "", two = "", three = ""] = names.map((name) => `${FOLDER}/${name}`);
  expect((await openError(copy((files) => files.delete(one)))).message).toContain("lacks events from 1 on");
  expect((await openError(copy((files) => files.delete(two)))).message).toContain("the next file is");
  const torn = await openError(copy((files) => files.set(two, (files.get(two) ?? Buffer.alloc(0)).subarray(0, 30))));
  expect(torn.message).toContain("damaged in the middle");
  const doubled = await openError(
    copy((files) =>
      files.set(three, Buffer.concat([files.get(two) ?? Buffer.alloc(0), files.get(three) ?? Buffer.alloc(0)])),
    ),
  );
  expect(doubled.code).toBe("store_damaged");
});

test("reading begins anywhere, crosses files, respects the limit, and gives the hash before the first event", async () => {
  const disk = new MemoryDisk();
  const options = { segmentBytes: 1500, snapshotEveryEvents: 1_000_000 };
  const store = await openLedger(disk, options);
  store.setAcked(0);
  const hashes = [store.head.hash];
  for (let count = 0; count < 20; count += 1) {
    await store.commit(() => {
      return { reply: 0, events: [added("a", 1), added("b", 1)] };
    });
  }
  const all = await store.read(0, 1000);
  expect(all.prev).toBe("0".repeat(64));
  expect(all.events.length).toBe(40);
  const { nextHash } = await import("./record");
  for (const event of all.events) hashes.push(nextHash(hashes.at(-1) ?? "", event));
  expect(hashes.at(-1)).toBe(store.head.hash);

  const again = await openLedger(disk, options);
  for (const reader of [store, again]) {
    for (let seq = 0; seq <= 40; seq += 1) {
      const { prev, events } = await reader.read(seq, 7);
      expect(prev).toBe(hashes[seq]);
      expect(events).toEqual(all.events.slice(seq, seq + 7));
    }
    await expect(reader.read(41, 1)).rejects.toMatchObject({ code: "seq_ahead" });
  }
});

test("damage in an old file is an error of whoever reads it", async () => {
  const disk = new MemoryDisk();
  const options = { segmentBytes: 200, snapshotEveryEvents: 1_000_000 };
  const store = await openLedger(disk, options);
  store.setAcked(0);
  for (let count = 0; count < 4; count += 1) await store.commit(() => ({ reply: 0, events: [added("a", 1)] }));
  await store.close();
  disk.spoil(FILE, (bytes) => bytes.fill(0x20, 100, 110));
  const again = await openLedger(disk, options);
  await expect(again.read(0, 10)).rejects.toMatchObject({ code: "store_damaged" });
  expect((await again.read(1, 10)).events.length).toBe(3);
});
