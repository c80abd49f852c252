import { askBench } from "./bench-client";
import { startBench } from "./bench";
import { parseArgs, USAGE, USUAL_BENCH_PORT, UsageError } from "./config";
import type { RunConfig } from "./config";
import { startFleet } from "./fleet";

async function run(config: RunConfig): Promise<void> {
  const fleet = await startFleet(config);
  const { benchPort } = config;
  const { server, port } = await startBench(fleet, benchPort ?? USUAL_BENCH_PORT)
    .catch((error: unknown) => {
      if (benchPort === undefined && isTaken(error)) return startBench(fleet, 0);
      throw error;
    })
    .catch((error: unknown) => {
      fleet.stop();
      throw error;
    });
  process.stdout.write(`${JSON.stringify({ ready: true, http: port, chargers: config.ids })}\n`);
  process.stderr.write(`Bench: http://127.0.0.1:${port}/\n`);
  const stop = (): void => {
    fleet.stop();
    // The VMs' own timers may still be pending; their flash is written.
    server.close(() => process.exit(0));
    server.closeAllConnections();
  };
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

try {
  const config = parseArgs(process.argv.slice(2));
  if (config.command === "help") process.stdout.write(USAGE);
  else if (config.command === "bench") process.stdout.write(`${await askBench(config)}\n`);
  else await run(config);
} catch (error) {
  const taken = isTaken(error) ? "The bench's port is taken: choose another with --bench-port." : undefined;
  process.stderr.write(`${taken ?? (error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
