import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../shared/testing/folder";
import { readCommand, runCommand } from "./commands";
import { hubDomain } from "./state/domain";
import { openStore } from "./store/store";

let folder: string;
let count = 0;
const now = () => Date.UTC(2026, 10, 21, 9);

beforeEach(() => {
  folder = temporaryFolder();
});

function open(data: string) {
  return openStore({
    folder: data,
    domain: hubDomain,
    now,
    newId: () => `0190163d-8694-739b-aea5-${String(++count).padStart(12, "0")}`,
    onFatal: (error) => {
      throw error;
    },
    reserveBytes: 0,
  });
}

describe("arguments", () => {
  it("run the hub when there are none", () => expect(readCommand([])).toBeNull());

  it("name a command and its file", () => {
    expect(readCommand(["backup", "hub.gz"])).toEqual({ name: "backup", file: "hub.gz" });
    expect(readCommand(["restore", "hub.gz"])).toEqual({ name: "restore", file: "hub.gz" });
  });

  it.each([[["backup"]], [["restore", ""]], [["explode", "x"]], [["backup", "a", "b"]], [["--help"]]])(
    "that make no sense (%j) are answered with how it is used",
    (args) => expect(() => readCommand(args)).toThrow(/npm run hub -- backup FILE/),
  );
});

describe("a back-up", () => {
  it("of a running hub brings state and keys back into an empty folder", async () => {
    const [data, other, file] = [join(folder, "hub"), join(folder, "other"), join(folder, "hub.gz")];
    await mkdir(data);
    await writeFile(join(data, "hub-key.json"), "the key");
    const store = await open(data);
    await store.commit(() => ({ reply: null, events: [{ type: "accessKey.removed", data: { name: "x" } }] }));
    await store.commit(() => ({
      reply: null,
      events: [{ type: "idTag.set", data: { idTag: "Tag", status: "Accepted", expiryDate: null, parentIdTag: null } }],
    }));
    expect(await runCommand({ name: "backup", file }, data, now)).toMatch(/up to event 2 .+Not in it: firmware files/);
    await store.close();
    expect((await stat(file)).mode & 0o077).toBe(0);

    expect(await runCommand({ name: "restore", file }, other, now)).toContain("2026-11-21T09:00:00.000Z");
    expect(await readFile(join(other, "hub-key.json"), "utf8")).toBe("the key");
    const again = await open(other);
    expect(again.state.idTags["TAG"]?.status).toBe("Accepted");
    expect(again.report.restoredAt).not.toBeNull();
    await again.close();
  });

  it("never replaces what is there", async () => {
    const data = join(folder, "hub");
    const file = join(folder, "hub.gz");
    await (await open(data)).close();
    await writeFile(file, "something of mine");
    await expect(runCommand({ name: "backup", file }, data, now)).rejects.toMatchObject({ code: "backup_exists" });
    await expect(runCommand({ name: "restore", file }, data, now)).rejects.toMatchObject({ code: "restore_not_empty" });
    await expect(runCommand({ name: "restore", file }, join(folder, "new"), now)).rejects.toMatchObject({
      code: "backup_damaged",
    });
  });
});
