import fc from "fast-check";
import { expect, test } from "vitest";
import { Archives } from "./archive";
import { BLOCK_BYTES, groupKey } from "./archive-file";
import { MemoryDisk } from "./testing/memory-disk";
import { FOLDER } from "./testing/open";
import type { ArchiveLine } from "./types";

type Line = ArchiveLine & { seq: number };
const id = (index: number): string => `id-${String(index).padStart(6, "0")}`;
const line = (index: number, more: Partial<Line> = {}): Line => ({
  file: "jobs-2026-11",
  id: id(index),
  seq: index,
  value: { index },
  ...more,
});

/** Lines of a kilobyte, so that a few hundred fill some blocks. */
const wide = (index: number, more: Partial<Line> = {}): Line =>
  line(index, { value: { index, text: "x".repeat(1000) }, group: `group-${index % 3}`, ...more });

const indexes = (items: { value: unknown }[]): number[] => items.map((item) => (item.value as { index: number }).index);

async function allPages(archives: Archives, limit: number, month?: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Archives["list"]>> = await archives.list("jobs", {
      limit,
      cursor,
      ...(month ? { month } : {}),
    });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map((item) => `${item.file.slice(5)} ${item.id}`));
    cursor = page.nextCursor;
  } while (cursor);
  return ids;
}

test("nothing archived: empty pages", async () => {
  const archives = new Archives(new MemoryDisk(), FOLDER);
  await archives.append([]);
  expect(await archives.list("jobs", { limit: 10 })).toEqual({ items: [], nextCursor: null });
  expect(await archives.get("jobs", "x")).toBeNull();
  expect(await archives.group("jobs", "x")).toEqual([]);
});

test("newest month and newest id first, page by page, each id once with its latest value", async () => {
  const archives = new Archives(new MemoryDisk(), FOLDER);
  await archives.append([line(3), line(1), line(9, { file: "jobs-2026-10" }), line(1, { file: "other-2026-11" })]);
  await archives.append([line(2), line(1, { seq: 50, value: { index: 100 } }), line(1, { seq: 1 })]);
  const expected = ["2026-11 id-000003", "2026-11 id-000002", "2026-11 id-000001", "2026-10 id-000009"];
  for (const limit of [1, 2, 3, 4, 5]) expect(await allPages(archives, limit)).toEqual(expected);
  expect(await allPages(archives, 2, "2026-10")).toEqual(expected.slice(3));
  expect(await archives.get("jobs", id(1))).toEqual({ file: "jobs-2026-11", id: id(1), value: { index: 100 } });
  expect(await archives.files("jobs")).toEqual(["jobs-2026-11", "jobs-2026-10"]);
});

test("a cursor of somebody else's making is refused", async () => {
  const archives = new Archives(new MemoryDisk(), FOLDER);
  for (const cursor of ["x", "other-2026-11/id", "jobs-2026-11/", "jobs-2026-11"]) {
    await expect(archives.list("jobs", { limit: 1, cursor })).rejects.toMatchObject({ code: "bad_cursor" });
  }
});

test("a file name that is none is refused before anything is written", async () => {
  const disk = new MemoryDisk();
  const archives = new Archives(disk, FOLDER);
  await expect(archives.append([line(1, { file: "../x-2026-11" })])).rejects.toThrow(/no name/);
  expect(disk.contents(`${FOLDER}/archive/../x-2026-11.jsonl`)).toBe("");
});

test("a search reads the blocks it needs and no others, also with an index from the disk", async () => {
  const disk = new MemoryDisk();
  const writer = new Archives(disk, FOLDER);
  for (let start = 0; start < 1000; start += 50) {
    await writer.append(Array.from({ length: 50 }, (_, index) => wide(start + index)));
  }
  const reader = new Archives(disk, FOLDER);
  await reader.get("jobs", id(0));
  let reads = 0;
  disk.before = ({ kind, path }) => {
    if (kind === "read" && path.endsWith(".jsonl")) reads += 1;
  };
  for (const archives of [writer, reader]) {
    reads = 0;
    expect(await archives.get("jobs", id(512))).toMatchObject({ value: { index: 512 } });
    expect(reads).toBeLessThanOrEqual(2);
    reads = 0;
    expect(indexes((await archives.list("jobs", { limit: 5 })).items)).toEqual([999, 998, 997, 996, 995]);
    expect(reads).toBeLessThanOrEqual(2);
    expect(await archives.get("jobs", id(5000))).toBeNull();
    expect((await archives.group("jobs", "group-1")).length).toBe(333);
  }
  reads = 0;
  await new Archives(disk, FOLDER).get("jobs", id(1));
  expect(reads, "a full block is not read again to index it").toBeLessThanOrEqual(4);
});

test("groups by month, oldest first", async () => {
  const archives = new Archives(new MemoryDisk(), FOLDER);
  const months = ["2026-09", "2026-10", "2026-11"];
  await archives.append(
    months.flatMap((month, index) => [
      wide(2 * index + 1, { file: `jobs-${month}`, group: "a" }),
      wide(2 * index, { file: `jobs-${month}`, group: "a" }),
      wide(9, { file: `jobs-${month}`, group: "b" }),
    ]),
  );
  expect(indexes(await archives.group("jobs", "a"))).toEqual([0, 1, 2, 3, 4, 5]);
  expect(indexes(await archives.group("jobs", "a", { from: "2026-10" }))).toEqual([2, 3, 4, 5]);
  expect(indexes(await archives.group("jobs", "a", { to: "2026-10" }))).toEqual([0, 1, 2, 3]);
  expect(indexes(await archives.group("jobs", "a", { from: "2026-10", to: "2026-10" }))).toEqual([2, 3]);
});

test("what is past its time goes, with its index, and its month can begin anew", async () => {
  const disk = new MemoryDisk();
  const archives = new Archives(disk, FOLDER);
  const months = ["2026-09", "2026-10", "2026-11"];
  for (const month of months) {
    await archives.append(Array.from({ length: 100 }, (_, index) => wide(index, { file: `jobs-${month}` })));
    await archives.append([line(1, { file: `other-${month}` })]);
  }
  expect(await archives.dropBefore("jobs", "2026-11")).toBe(2);
  expect(await archives.dropBefore("jobs", "2026-11")).toBe(0);
  expect(await archives.files("jobs")).toEqual(["jobs-2026-11"]);
  expect((await archives.files("other")).length).toBe(3);
  expect((await disk.list(`${FOLDER}/archive`)).filter((name) => name.endsWith(".index"))).toEqual([
    "jobs-2026-11.index",
  ]);
  await archives.append([line(7, { file: "jobs-2026-09" })]);
  for (const reader of [archives, new Archives(disk, FOLDER)]) {
    expect(indexes((await reader.list("jobs", { limit: 10, month: "2026-09" })).items)).toEqual([7]);
  }
});

test("two groups with one checksum are still two", async () => {
  const archives = new Archives(new MemoryDisk(), FOLDER);
  expect(groupKey("plumless")).toBe(groupKey("buckeroo"));
  await archives.append([line(1, { group: "plumless" }), line(2, { group: "buckeroo" })]);
  expect(indexes(await archives.group("jobs", "plumless"))).toEqual([1]);
});

test("a torn end and a damaged line cost no other line; a wrong index is made again", async () => {
  const path = `${FOLDER}/archive/jobs-2026-11`;
  const disk = new MemoryDisk();
  const writer = new Archives(disk, FOLDER);
  await writer.append(Array.from({ length: 200 }, (_, index) => wide(index)));
  disk.spoil(`${path}.jsonl`, (bytes) => {
    bytes.fill(0x20, BLOCK_BYTES * 2, BLOCK_BYTES * 2 + 4);
    return Buffer.concat([bytes, Buffer.from('{"crc":"00000000","seq":7')]);
  });
  for (const spoil of [
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => bytes.fill(0x20, 5, 9),
    (bytes: Buffer) => bytes.subarray(0, bytes.length - 3),
    () => Buffer.alloc(0),
    (bytes: Buffer) => Buffer.concat([bytes, bytes]),
  ]) {
    const copy = disk.killed();
    copy.spoil(`${path}.index`, spoil);
    const archives = new Archives(copy, FOLDER);
    await archives.append([wide(500)]);
    const ids = await allPages(archives, 50);
    expect(ids.length).toBe(200);
    expect(ids[0]).toBe(`2026-11 ${id(500)}`);
    const again = new Archives(copy, FOLDER);
    expect(await again.get("jobs", id(150))).toMatchObject({ value: { index: 150 } });
    await again.append(Array.from({ length: 100 }, (_, index) => wide(600 + index)));
    expect((await allPages(new Archives(copy, FOLDER), 50)).length).toBe(300);
  }
});

test("after a failed append the file is looked at again", async () => {
  const disk = new MemoryDisk();
  const archives = new Archives(disk, FOLDER);
  await archives.append([line(1)]);
  let failing = true;
  disk.before = ({ kind, path }) => {
    if (failing && kind === "sync" && path.endsWith(".jsonl")) throw new Error("EIO");
  };
  await expect(archives.append([line(2)])).rejects.toThrow("EIO");
  failing = false;
  await archives.append([line(3)]);
  expect((await allPages(archives, 10)).length).toBe(3);
});

test("many months are read with a bounded number of indexes in memory", async () => {
  const disk = new MemoryDisk();
  const archives = new Archives(disk, FOLDER);
  const months = Array.from(
    { length: 40 },
    (_, index) => `${2020 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`,
  );
  await archives.append(months.map((month, index) => line(index, { file: `jobs-${month}` })));
  expect((await allPages(new Archives(disk, FOLDER), 7)).length).toBe(40);
  expect((await archives.group("jobs", "none")).length).toBe(0);
  expect((await allPages(archives, 100)).length).toBe(40);
});

test("whatever is appended: pages are the latest of each id in falling order", async () => {
  const anyLine = fc.record({ index: fc.nat(30), month: fc.constantFrom("2026-10", "2026-11"), seq: fc.nat(1000) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyLine, { maxLength: 20 }), { maxLength: 5 }),
      fc.integer({ min: 1, max: 9 }),
      async (batches, limit) => {
        const disk = new MemoryDisk();
        const archives = new Archives(disk, FOLDER);
        const latest = new Map<string, number>();
        for (const batch of batches) {
          for (const { index, month, seq } of batch) {
            const key = `${month} ${id(index)}`;
            latest.set(key, Math.max(seq, latest.get(key) ?? 0));
          }
          await archives.append(
            batch.map(({ index, month, seq }) => line(index, { file: `jobs-${month}`, seq, value: { index: seq } })),
          );
        }
        const expected = [...latest.keys()].toSorted().toReversed();
        for (const reader of [archives, new Archives(disk, FOLDER)]) {
          expect(await allPages(reader, limit)).toEqual(expected);
          for (const key of expected.slice(0, 3)) {
            const [month = "", of = ""] = key.split(" ");
            const page = await reader.list("jobs", { limit: 100, month });
            expect(page.items.find((item) => item.id === of)?.value).toEqual({ index: latest.get(key) });
          }
        }
      },
    ),
    { numRuns: 40 },
  );
});
