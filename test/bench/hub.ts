import { join } from "node:path";
import { launchHub } from "../support/hub";
import type { Program } from "../support/programs";
import { stopEverything, temporaryFolder } from "../support/programs";
import { best, figure, median, milliseconds, progress, report } from "./harness";
import type { BenchOptions, Figure } from "./harness";
import { writeBacklog } from "./hub/backlog";
import type { LoadResult } from "./hub/load";
import { cpuOf, idleChargers, memoryOf, rpcServer, runLoad } from "./hub/processes";

/**
 * OCPP calls through the whole hub (dist/hub.js, everything validated both ways and on disk before its answer), the load in a process of its
 * own, each charger with one call under way. The yardsticks get the very same load in the same run, in turns:
 * - ocpp-rpc's server in strict mode, which keeps nothing at all;
 * - the same server that writes and syncs each message by itself, on the same disk.
 */

const BENCH = "hub";
const ROUNDS = 3;
const SECONDS = 3;
const SIZES = [20, 100, 500];
const IDLE = 200;

interface Measured extends LoadResult {
  /** Processor time of the server for a call, microseconds; null where the system does not tell. */
  cpu: number | null;
}

/** Runs the benchmark; `large` measures longer, and the backlog of 32 busy chargers instead of 4. */
export async function run(options: BenchOptions): Promise<void> {
  const { path: folder, remove } = temporaryFolder();
  const rounds = options.large ? 2 * ROUNDS + 1 : ROUNDS;
  const figures: Figure[] = [];
  try {
    figures.push(...(await againstYardsticks(folder, rounds)));
    figures.push(...(await absolute(folder)));
    figures.push(await idleMemory(folder));
    figures.push(await startWithBacklog(folder, options.large ? 32 : 4));
  } finally {
    await stopEverything();
    await remove();
  }
  report(figures, options);
}

async function againstYardsticks(folder: string, rounds: number): Promise<Figure[]> {
  const results: Record<"hub" | "rpc" | "each", Measured[]> = { hub: [], rpc: [], each: [] };
  for (let round = 1; round <= rounds; round += 1) {
    progress(`100 chargers beside ocpp-rpc, round ${round} of ${rounds} ...`);
    const rpc = await rpcServer();
    results.rpc.push(await measure(rpc.pid, "websocket", rpc.port, 100));
    rpc.stop();
    const hub = await startHub(join(folder, `ratio-${round}`));
    results.hub.push(await measure(hub.pid, "websocket", hub.ready["http"] ?? 0, 100));
    await hub.stop();
    const each = await rpcServer(join(folder, "each.log"));
    results.each.push(await measure(each.pid, "websocket", each.port, 100));
    each.stop();
  }
  const { hub, rpc, each } = results;
  const rate = (of: Measured[]) => best(of.map(({ perSecond }) => perSecond));
  // Each round by itself: other work on the machine comes and goes between rounds, and would favour one side.
  const ratio = (to: Measured[], of: (result: Measured) => number) =>
    median(hub.map((own, round) => of(own) / of(to[round] as Measured)));
  const figures = [
    figure(
      BENCH,
      "throughput_vs_ocpp_rpc_100",
      ratio(rpc, ({ perSecond }) => perSecond),
      "ratio",
      ">= 0.5",
    ),
    figure(
      BENCH,
      "p99_vs_ocpp_rpc_100",
      ratio(rpc, ({ p99 }) => p99),
      "ratio",
      "<= 3",
    ),
    figure(
      BENCH,
      "throughput_vs_fsync_each",
      ratio(each, ({ perSecond }) => perSecond),
      "ratio",
      ">= 3",
    ),
    figure(BENCH, "ocpp_rpc_100_calls_per_s", rate(rpc), "calls/s"),
    figure(BENCH, "fsync_each_100_calls_per_s", rate(each), "calls/s"),
  ];
  const cpu = ratio(rpc, (result) => result.cpu ?? Number.NaN);
  return Number.isNaN(cpu) ? figures : [...figures, figure(BENCH, "cpu_vs_ocpp_rpc_100", cpu, "ratio")];
}

async function absolute(folder: string): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const transport of ["websocket", "mqtt"] as const) {
    for (const count of SIZES) {
      progress(`${count} chargers over ${transport} ...`);
      const hub = await startHub(join(folder, `${transport}-${count}`));
      const port = hub.ready[transport === "mqtt" ? "mqtt" : "http"] ?? 0;
      const { perSecond, p50, p99, cpu } = await measure(hub.pid, transport, port, count);
      await hub.stop();
      const name = `${transport}_${count}`;
      figures.push(
        figure(BENCH, `${name}_calls_per_s`, perSecond, "calls/s"),
        figure(BENCH, `${name}_p50_ms`, p50, "ms"),
        figure(BENCH, `${name}_p99_ms`, p99, "ms"),
        ...(cpu === null ? [] : [figure(BENCH, `${name}_cpu_us`, cpu, "us/call")]),
      );
    }
  }
  return figures;
}

async function measure(pid: number, transport: "websocket" | "mqtt", port: number, count: number): Promise<Measured> {
  const before = cpuOf(pid);
  const result = await runLoad({ transport, port, count, seconds: SECONDS });
  const after = cpuOf(pid);
  const cpu = before === null || after === null ? null : ((after - before) * 1000) / result.all;
  return { ...result, cpu };
}

async function idleMemory(folder: string): Promise<Figure> {
  progress(`${IDLE} idle chargers ...`);
  const hub = await startHub(join(folder, "idle"));
  const chargers = await idleChargers(hub.ready["http"] ?? 0, IDLE);
  const megabytes = memoryOf(hub.pid);
  chargers.stop();
  await hub.stop();
  return figure(BENCH, "rss_200_idle_mb", megabytes, "MB", "<= 150");
}

async function startWithBacklog(folder: string, chargers: number): Promise<Figure> {
  progress(`writing the backlog of a week, ${chargers} busy chargers ...`);
  const backlog = join(folder, "backlog");
  const events = await writeBacklog(join(folder, "scratch"), backlog, chargers);
  progress(`starting with ${events.toLocaleString("en")} events that wait for the cloud ...`);
  let hub: Program | undefined;
  const ms = await milliseconds(async () => {
    hub = await startHub(backlog, { CLOUD_URL: "http://127.0.0.1:9" });
  });
  await hub?.stop();
  return figure(BENCH, "start_week_backlog_ms", ms, "ms");
}

const startHub = (data: string, more: Record<string, string> = {}): Promise<Program> =>
  launchHub(data, { HUB_ACCEPT_UNKNOWN: "true", ...more });
