import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root: every command works from any folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Runs a program to its end with the terminal's own output. Rejects with its exit code, also as `exitCode` of the error. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], ...options });
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (code === 0) resolve();
      else {
        const message = `${command} ${args.join(" ")} ended with ${signal ?? `exit code ${code}`}`;
        reject(Object.assign(new Error(message), { exitCode: code ?? 1 }));
      }
    });
  });
}

/** Says what Node is needed before anything obscure fails. */
export function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(`hitchpost needs Node 20.19 or later; this is ${process.versions.node}. See https://nodejs.org`);
  process.exit(1);
}

/** Installs the packages of the lockfile where they are missing or older than it. Progress goes to standard error. */
export async function ensureInstalled() {
  checkNode();
  const installed = join(root, "node_modules/.package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error("Installing packages (once, about half a minute) ...");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await run(npm, ["ci", "--no-audit", "--no-fund"], { stdio: ["ignore", process.stderr, "inherit"] });
}
