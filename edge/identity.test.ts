import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../shared/testing/folder";
import { adminTokenOf, ensurePrivate, readPrivate, writePrivate } from "./identity";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

describe("the admin token", () => {
  it("is made once, kept for this user only, and found again", async () => {
    const data = join(folder, "new", "hub");
    const first = await adminTokenOf(data, null);
    expect(first).toMatchObject({ isNew: true, file: join(data, "admin-token") });
    expect(first.token).toMatch(/^[\w-]{32}$/);
    expect((await stat(first.file)).mode & 0o777).toBe(0o600);
    expect(await adminTokenOf(data, null)).toMatchObject({ isNew: false, token: first.token });
    expect(await readdir(data)).toEqual(["admin-token"]);
  });

  it("is the one that was given, which is written nowhere", async () => {
    expect(await adminTokenOf(folder, "x")).toMatchObject({ token: "x", isNew: false });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("private files", () => {
  it("replace what was there, and take its mode back", async () => {
    const file = join(folder, "key");
    await writeFile(`${file}.new`, "half of a write", { mode: 0o644 });
    await writePrivate(file, "whole");
    expect(await readFile(file, "utf8")).toBe("whole");
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("are made once, also when two ask at the same time", async () => {
    const file = join(folder, "secret");
    let made = 0;
    const ask = () => ensurePrivate(file, () => `secret ${(made += 1)}`);
    expect(await Promise.all([ask(), ask(), ask()])).toEqual(["secret 1", "secret 1", "secret 1"]);
    expect(await ask()).toBe("secret 1");
    expect(await readFile(file, "utf8")).toBe("secret 1");
  });

  it("may be missing, but not unreadable", async () => {
    expect(await readPrivate(join(folder, "none"))).toBeNull();
    await expect(readPrivate(folder)).rejects.toThrow("EISDIR");
  });
});
