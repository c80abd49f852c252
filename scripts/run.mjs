import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled, root, run } from "./lib/install.mjs";

/**
 * Runs one program after building what is missing: `node scripts/run.mjs hub|cloud|charger|bench|simulate|soak|screenshots [arguments]`.
 * The build is a process of its own, so that its tools take no memory of the program, which then runs in this process.
 */
const [name, ...args] = process.argv.slice(2);

try {
  await ensureInstalled();
  if (name === "hub" || name === "cloud" || name === "charger") {
    await run(process.execPath, ["scripts/build.mjs", name], { stdio: ["ignore", process.stderr, "inherit"] });
    const program = join(root, "dist", `${name}.js`);
    process.argv = [process.execPath, program, ...args];
    await import(pathToFileURL(program).href);
  } else if (name === "bench") {
    if (args.length > 0)
      await run(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", process.stderr, "inherit"] });
    await run(process.execPath, ["--import", "tsx", "test/bench/main.ts", ...args]);
  } else if (name === "simulate") {
    const { register } = await import("tsx/esm/api");
    register();
    const program = join(root, "test/simulation/main.ts");
    process.argv = [process.execPath, program, ...args];
    await import(pathToFileURL(program).href);
  } else if (name === "soak") {
    await run(process.execPath, ["scripts/build.mjs"], { stdio: ["ignore", process.stderr, "inherit"] });
    await run(process.execPath, ["--import", "tsx", "test/soak/main.ts", ...args]);
  } else if (name === "screenshots") {
    await run(process.execPath, ["scripts/build.mjs"]);
    await run(process.execPath, ["--import", "tsx", "test/browser/screenshots.ts", ...args]);
  } else {
    console.error("Usage: node scripts/run.mjs hub|cloud|charger|bench|simulate|soak|screenshots [arguments]");
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = error?.exitCode ?? 1;
}
