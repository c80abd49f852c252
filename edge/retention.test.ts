import { pino } from "pino";
import { expect, it } from "vitest";
import { eventually } from "../shared/testing/eventually";
import type { RetentionOptions } from "./retention";
import { Retention } from "./retention";
import { Archives } from "./store/archive";
import { MemoryDisk } from "./store/testing/memory-disk";
import { ManualClock } from "./testing/manual-clock";

const monthOf = (index: number) => `${2010 + Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, "0")}`;

/** Archives with a line of about a kilobyte for each of so many months, and each prefix. */
async function archivesOf(months: number, more: string[] = []) {
  const disk = new MemoryDisk();
  const archives = new Archives(disk, "/data");
  const all = [...Array.from({ length: months }, (_, index) => monthOf(index)), ...more];
  for (const prefix of ["sessions", "samples", "status"]) {
    const value = "x".repeat(1000);
    await archives.append(all.map((month, seq) => ({ file: `${prefix}-${month}`, id: `id-${month}`, seq, value })));
  }
  const count = async () => {
    const lengths = ["sessions", "samples", "status"].map(async (prefix) => (await archives.files(prefix)).length);
    return Promise.all(lengths);
  };
  const start = (options: Partial<RetentionOptions>) => {
    const clock = new ManualClock();
    const sizeOf = async (file: string) => disk.contents(`/data/archive/${file}.jsonl`).length;
    const log = pino({ level: "silent" });
    const keep = { keepMonths: 24, maxBytes: Infinity };
    return { clock, retention: new Retention({ archive: archives, sizeOf, clock, log, ...keep, ...options }) };
  };
  return { archives, count, start };
}

it("samples and history are kept for their months, sessions for the books", async () => {
  const { archives, count, start } = await archivesOf(140);
  await start({}).retention.apply();
  expect(await count()).toEqual([132, 24, 24]);
  expect((await archives.files("samples"))[0]).toBe(`samples-${monthOf(139)}`);
  expect(await archives.get("samples", `id-${monthOf(116)}`)).not.toBeNull();
  expect(await archives.get("samples", `id-${monthOf(115)}`)).toBeNull();
});

it("a clock that was ahead by decades costs its own month and nothing else", async () => {
  const { count, start } = await archivesOf(23, ["2099-01"]);
  await start({}).retention.apply();
  expect(await count()).toEqual([24, 24, 24]);
});

it("for room the oldest samples go first, then the oldest history, never sessions nor the last two months", async () => {
  const { count, start } = await archivesOf(12);
  await start({ maxBytes: 30_000 }).retention.apply();
  const [, samples = 0] = await count();
  expect(await count()).toEqual([12, samples, 12]);
  expect(samples).toBeGreaterThan(2);
  await start({ maxBytes: 18_000 }).retention.apply();
  const [sessions, left, history = 0] = await count();
  expect([sessions, left]).toEqual([12, 2]);
  expect(history).toBeLessThan(12);
  await start({ maxBytes: 1 }).retention.apply();
  expect(await count()).toEqual([12, 2, 2]);
});

it("is looked after at the start and every six hours, until it is stopped, whatever fails", async () => {
  const { archives, count, start } = await archivesOf(3);
  let broken = true;
  const archive = {
    files: (prefix: string) => (broken ? Promise.reject(new Error("EIO")) : archives.files(prefix)),
    dropBefore: archives.dropBefore.bind(archives),
  };
  const { clock, retention } = start({ archive, keepMonths: 2 });
  retention.start();
  await clock.advance(0);
  expect(await count()).toEqual([3, 3, 3]);
  broken = false;
  await eventually(async () => {
    await clock.advance(6 * 3_600_000);
    expect(await count()).toEqual([3, 2, 2]);
  });
  retention.stop();
  await archives.append([{ file: "status-2030-01", id: "new", seq: 9, value: 1 }]);
  await clock.advance(12 * 3_600_000);
  expect(await count()).toEqual([3, 2, 3]);
});
