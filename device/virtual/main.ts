import { askBench } from "./bench-client";
import { startBench } from "./bench";
import { parseArgs, USAGE, UsageError } from "./config";
import type { RunConfig } from "./config";
import { startFleet } from "./fleet";

async function run(config: RunConfig): Promise<void> {
  const fleet = await startFleet(config);
  const { server, port } = await startBench(fleet, config.benchPort).catch((error: unknown) => {
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

try {
  const config = parseArgs(process.argv.slice(2));
  if (config.command === "help") process.stdout.write(USAGE);
  else if (config.command === "bench") process.stdout.write(`${await askBench(config)}\n`);
  else await run(config);
} catch (error) {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const taken = code === "EADDRINUSE" ? "The bench's port is taken: choose another with --bench-port." : undefined;
  process.stderr.write(`${taken ?? (error instanceof Error ? error.message : String(error))}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
