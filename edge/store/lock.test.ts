import { spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { lockByName, lockFolder } from "./lock";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "hitchpost-lock-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const onLinux = test.runIf(process.platform === "linux");

test("one at a time, also within one process; released, it is free", async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "store_locked", status: 409 });
  await unlock();
  await (
    await lockFolder(folder)
  )();
});

test("a killed process holds nothing, whatever its process id is now", { timeout: 30_000 }, async () => {
  const program = `import { lockFolder } from ${JSON.stringify(join(import.meta.dirname, "lock.ts"))};
    await lockFolder(${JSON.stringify(folder)}); console.log("locked"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  await expect(lockFolder(folder)).rejects.toMatchObject({ code: "store_locked" });
  const gone = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await gone;
  await (
    await lockFolder(folder)
  )();
});

/** Runs with another `flock` in the search path, or none. */
async function withPath(path: string, run: () => Promise<void>): Promise<void> {
  const { PATH } = process.env;
  process.env.PATH = path;
  try {
    await run();
  } finally {
    process.env.PATH = PATH;
  }
}

onLinux("without flock(1) a socket name does it", async () => {
  await withPath("/nowhere", async () => {
    const unlock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: "store_locked" });
    await unlock();
    await (
      await lockFolder(folder)
    )();
  });
});

onLinux("a flock(1) that fails or cannot be run is an error, not a lock", async () => {
  const program = join(folder, "flock");
  await writeFile(program, "#!/bin/sh\nexit 71\n", { mode: 0o755 });
  await withPath(folder, () => expect(lockFolder(folder)).rejects.toThrow(/ended with 71/));
  await chmod(program, 0o644);
  await withPath(folder, () => expect(lockFolder(folder)).rejects.toMatchObject({ code: "EACCES" }));
});

onLinux("elsewhere the folder's file or a pipe name is taken", async () => {
  await (
    await lockFolder(folder, "darwin")
  )();
  await (
    await lockFolder(folder, "win32")
  )();
  await expect(lockFolder(join(folder, "flock", "none"), "darwin")).rejects.toMatchObject({ code: "ENOTDIR" });
});

onLinux("a name that cannot be bound is an error of its own", async () => {
  await expect(lockByName(join(folder, "no", "such", "folder"))).rejects.toMatchObject({ syscall: "listen" });
});
