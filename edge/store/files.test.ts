import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeOf, nodeFiles, openIfPresent, removeIfPresent } from "./files";
import { readLines } from "./lines";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hitchpost-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("folders are made with those above them, and only their owner may look in", async () => {
  const deep = join(folder, "a", "b", "c");
  await nodeFiles.makeFolder(deep);
  await nodeFiles.makeFolder(deep);
  expect((await stat(deep)).mode & 0o777).toBe(0o700);
  expect(await nodeFiles.list(join(folder, "a"))).toEqual(["b"]);
  expect(await nodeFiles.list(join(folder, "nowhere"))).toEqual([]);
  await nodeFiles.syncFolder(deep);
  expect(await nodeFiles.space(deep)).toBeGreaterThan(0);
  await writeFile(join(folder, "file"), "");
  await expect(nodeFiles.list(join(folder, "file"))).rejects.toMatchObject({ code: "ENOTDIR" });
});

test("a file is created once, written anywhere, cut, extended, read back", async () => {
  const path = join(folder, "x");
  expect(await openIfPresent(nodeFiles, path)).toBeNull();
  const file = await nodeFiles.open(path, "create");
  await expect(nodeFiles.open(path, "create")).rejects.toMatchObject({ code: "EEXIST" });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await file.write(Buffer.from("hello world"), 0);
  await file.write(Buffer.from("W"), 6);
  await file.truncate(7);
  await file.extend(9);
  await file.sync();
  expect(await file.size()).toBe(9);
  expect((await file.read(0, 100)).toString()).toBe("hello W\0\0");
  expect((await file.read(4, 2)).toString()).toBe("o ");
  await file.close();
  const readOnly = await nodeFiles.open(path, "read");
  await expect(readOnly.write(Buffer.from("x"), 0)).rejects.toMatchObject({ code: "EBADF" });
  await readOnly.close();
  await nodeFiles.rename(path, `${path}2`);
  await removeIfPresent(nodeFiles, `${path}2`);
  await removeIfPresent(nodeFiles, `${path}2`);
  await expect(removeIfPresent(nodeFiles, folder)).rejects.toThrow();
  await expect(openIfPresent(nodeFiles, join(folder, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  expect(codeOf("no error")).toBeUndefined();
});

test("lines across chunks, longer than a chunk, and a last one without end", async () => {
  const path = join(folder, "lines");
  const texts = ["short", "", "ü".repeat(400_000), "x".repeat(300_000), "last"];
  await writeFile(path, texts.join("\n"));
  const file = await nodeFiles.open(path, "read");
  const found: string[] = [];
  let offset = 0;
  for await (const lines of readLines(file, 0, await file.size())) {
    for (const line of lines) {
      expect(line.offset).toBe(offset);
      offset += line.length;
      found.push(line.text);
      expect(line.ended).toBe(found.length < texts.length);
    }
  }
  expect(found).toEqual(texts);
  for await (const lines of readLines(file, 0, offset + 1000))
    offset -= lines.reduce((sum, line) => sum + line.length, 0);
  expect(offset).toBe(0);
  await file.close();
});
