import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Builds the charger's program where it is stale, so that a test works in a fresh clone. */
export function buildProgram(): void {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../../..");
  execFileSync(process.execPath, [path.join(root, "scripts/lib/build-device.mjs")], { stdio: "pipe" });
}
