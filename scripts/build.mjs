import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, root } from "./lib/install.mjs";

/** What each program is bundled from, and what else it needs built. */
const programs = {
  hub: { entry: "edge/main.ts", sources: ["edge", "shared"], web: true },
  cloud: { entry: "cloud/main.ts", sources: ["cloud", "shared"], web: true },
  charger: { entry: "device/virtual/main.ts", sources: ["device"], device: true },
};

/** Builds what is missing or older than its sources: `node scripts/build.mjs [hub] [cloud] [charger]`, all without arguments. */
export async function build(names = Object.keys(programs)) {
  await ensureInstalled();
  const chosen = names.map((name) => programs[name]);
  if (chosen.some((program) => program.device)) {
    await step("charger bytecode", async () => (await import("./lib/build-device.mjs")).buildDevice());
  }
  if (chosen.some((program) => program.web)) {
    await step("web pages", async () => (await import("./lib/build-web.mjs")).buildWeb());
  }
  for (const name of names) {
    const program = programs[name];
    const outfile = join(root, "dist", `${name}.js`);
    if (existsSync(outfile) && statSync(outfile).mtimeMs > newest(program.sources)) continue;
    await step(`${name} program`, () => bundle(program.entry, outfile));
  }
}

async function bundle(entry, outfile) {
  const esbuild = await import("esbuild");
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile,
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    format: "esm",
    sourcemap: "linked",
    logLevel: "warning",
  });
}

/** Says what is being built only when it takes long enough to be wondered about. */
async function step(what, work) {
  const timer = setTimeout(() => console.error(`Building the ${what} ...`), 300);
  try {
    await work();
  } finally {
    clearTimeout(timer);
  }
}

/** Modification time of the youngest file that could change the bundle. */
function newest(folders) {
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.includes(".test."))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return Math.max(...[...files, join(root, "package-lock.json")].map((file) => statSync(file).mtimeMs));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !(name in programs));
  if (unknown.length > 0) {
    console.error(`Unknown program ${unknown.join(", ")}. Known: ${Object.keys(programs).join(", ")}.`);
    process.exit(1);
  }
  try {
    await build(names.length > 0 ? names : undefined);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
