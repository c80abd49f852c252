import { access } from "node:fs/promises";
import { join } from "node:path";
import type { Run } from "./harness";

/** `npm run bench -- <name> [--json] [--large]`; without a name it lists them. */
const BENCHES: Record<string, string> = {
  store: "the hub's event store beside lowdb and SQLite",
  hub: "OCPP calls through the whole hub beside an in-memory server",
  "sync-hub": "a week's backlog going out to the cloud",
  "sync-cloud": "100 hubs into one PostgreSQL beside COPY",
  booking: "drivers contending for the same slots",
  search: "search over 100,000 connectors",
  device: "the charger's bytecode, memory and flash",
  web: "sizes and first paint of the pages",
};

const args = process.argv.slice(2);
const name = args.find((arg) => !arg.startsWith("--"));
const unknown = args.filter((arg) => arg !== name && arg !== "--json" && arg !== "--large");

if (name === undefined && unknown.length === 0) {
  console.log("npm run bench -- <name> [--json] [--large]\n");
  for (const [each, about] of Object.entries(BENCHES)) {
    const missing = (await exists(each)) ? "" : " (not in this version)";
    console.log(`  ${each.padEnd(12)} ${about}${missing}`);
  }
} else if (name === undefined || unknown.length > 0 || !BENCHES[name] || !(await exists(name))) {
  console.error(`There is no benchmark for "${args.join(" ")}". Run it without arguments for the list.`);
  process.exitCode = 2;
} else {
  const { run } = (await import(`./${name}.ts`)) as { run: Run };
  await run({ json: args.includes("--json"), large: args.includes("--large") });
}

function exists(bench: string): Promise<boolean> {
  return access(join(import.meta.dirname, `${bench}.ts`)).then(
    () => true,
    () => false,
  );
}
