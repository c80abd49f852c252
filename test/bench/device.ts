import { readFileSync, statSync } from "node:fs";
import { until } from "../../shared/testing/until";
import { CODE_LIMIT, codeEnd, findBuilt } from "../../device/virtual/built";
import { scaledClock } from "../../device/virtual/clock";
import type { ScaledClock } from "../../device/virtual/clock";
import { startFleet } from "../../device/virtual/fleet";
import type { Fleet } from "../../device/virtual/fleet";
import { buildProgram } from "../../device/virtual/testing/build";
import { Central } from "../../device/virtual/testing/central";
import { Soak } from "../../device/virtual/testing/soak";
import type { VirtualCharger } from "../../device/virtual/virtual-charger";
import { flashWritesOfADay } from "./device/day";
import { bytesOf, CUTS } from "./device/profiles";
import { figure, progress, report } from "./harness";
import type { BenchOptions, Figure } from "./harness";
import { temporaryFolder } from "../support/programs";

/**
 * The charger's program in its VM (dist/device/charger.devs), over a real Aedes on this machine: the VM's heap is the ESP32's 64 KB, its speed is not, so
 * times are for comparison between versions only.
 */

const BENCH = "device";
const TAPS = 20;
const KEY = "5a".repeat(32);
/** The heap is collected at each so many looks at it. */
const COLLECT_EACH = 20;
const BURST_SCALE = 5;
/** Chargers' seconds in one of ours, and how many of them the hub is away: far more samples than the queue has places. */
const AWAY_SCALE = 10;
const AWAY_S = 120;

/** Runs the benchmark; `large` taps more often. */
export async function run(options: BenchOptions): Promise<void> {
  buildProgram();
  const bytes = statSync(findBuilt().bytecode).size;
  const board = readFileSync(findBuilt().board);
  const figures: Figure[] = [
    figure(BENCH, "bytecode_bytes", bytes, "bytes", "<= 98304"),
    figure(BENCH, "board_bytecode_bytes", board.length, "bytes", "<= 98304"),
    figure(BENCH, "board_code_end_bytes", codeEnd(board), "bytes", `<= ${CODE_LIMIT}`),
  ];
  progress("everything full: list, profiles, queue; a line that breaks, and bursts of a hundred calls ...");
  figures.push(...(await inVm((desk) => heapInABurst(desk, options.large ? 20 : 2), BURST_SCALE)));
  progress("samples of a session while the hub is away ...");
  figures.push(...(await inVm(heapWhileAway, AWAY_SCALE)));
  progress("a day of charging ...");
  figures.push(figure(BENCH, "flash_writes_per_day", flashWritesOfADay(), "writes"));
  const taps = options.large ? 5 * TAPS : TAPS;
  progress(`${taps} taps ...`);
  figures.push(...(await inVm((desk) => tapToContactor(desk, taps))));
  for (const [profile, cut] of Object.entries(CUTS)) {
    progress(`compiling without ${profile} ...`);
    figures.push(figure(BENCH, `${profile}_bytes`, await bytesOf(cut, bytes), "bytes"));
  }
  progress("100 chargers in this process ...");
  figures.push(await inVm(manyChargers));
  report(figures, options);
}

/** A central system over Aedes, and what is needed to power chargers on. */
interface BenchDesk {
  central: Central;
  clock: ScaledClock;
  /** What is called whenever a VM looks at its clock: the finest look into it that a host has. */
  watch(look: (() => void) | undefined): void;
  power(ids: string[], key?: string): Promise<VirtualCharger>;
}

async function inVm<T>(measure: (desk: BenchDesk) => Promise<T>, scale = 1): Promise<T> {
  const clock = scaledClock(scale);
  const central = new Central(clock.now);
  const { path: folder, remove } = temporaryFolder();
  let fleet: Fleet | undefined;
  let look: (() => void) | undefined;
  const desk: BenchDesk = {
    central,
    clock,
    watch: (next) => (look = next),
    power: async (ids, key = "") => {
      const looking = {
        ...clock,
        now: () => {
          look?.();
          return clock.now();
        },
      };
      const where = { hubHost: "127.0.0.1", hubPort: central.port, password: "", key, dataDir: folder };
      fleet = await startFleet({ ids, ...where, clock: looking, sampleIntervalSec: 5 });
      return [...fleet.chargers.values()][0] as VirtualCharger;
    },
  };
  await central.start();
  try {
    return await measure(desk);
  } finally {
    fleet?.stop();
    await central.stop();
    await remove();
  }
}

/**
 * A charger with everything full, whose line breaks until its queue is full too, and whose hub then sends a hundred calls at once; frames are sealed, as on a
 * site. The heap is looked at as it lies, with its garbage, and now and then after a collection: to the byte what is in use, and the largest piece that is left.
 */
async function heapInABurst({ central, clock, power, watch }: BenchDesk, rounds: number): Promise<Figure[]> {
  central.keys = { CP1: KEY };
  const charger = await power(["CP1"], KEY);
  const soak = new Soak(central, charger, (ms) => new Promise<void>((resolve) => void clock.after(resolve, ms)));
  await soak.fill();
  let least = Infinity;
  let lazy = Infinity;
  let largest = Infinity;
  let looks = 0;
  watch(() => {
    const heap = charger.heap();
    if (!heap) return;
    looks += 1;
    lazy = Math.min(lazy, heap.free);
    if (looks % COLLECT_EACH === 0) charger.collectAlways();
    // by the second look it has collected
    if (looks % COLLECT_EACH !== 2) return;
    charger.collectAlways(false);
    least = Math.min(least, heap.free);
    largest = Math.min(largest, heap.largest);
  });
  for (let i = 0; i < rounds; i += 1) await soak.round();
  watch(undefined);
  return [
    figure(BENCH, "least_free_heap_bytes", least, "bytes", ">= 12288"),
    figure(BENCH, "least_largest_piece_bytes", largest, "bytes"),
    figure(BENCH, "least_free_heap_uncollected", lazy, "bytes"),
    figure(BENCH, "heap_bytes", charger.heap()?.size ?? NaN, "bytes"),
  ];
}

/** What a charger needs that goes on with a session, a sample each second, and can tell nobody: its queue fills, and is thinned again and again. */
async function heapWhileAway(desk: BenchDesk): Promise<Figure[]> {
  const { central, clock } = desk;
  const charger = await desk.power(["CP1"]);
  await central.expectStatus("Available");
  await central.call("CP1", "ChangeConfiguration", { key: "MeterValueSampleInterval", value: "1" });
  charger.plug({});
  await central.expectStatus("Preparing");
  await central.call("CP1", "RemoteStartTransaction", { idTag: "TAG" });
  await central.expectStatus("Charging");
  charger.cutNetwork(true);
  await new Promise<void>((resolve) => void clock.after(resolve, AWAY_S * 1000));
  let least = Infinity;
  charger.collectAlways();
  desk.watch(() => (least = Math.min(least, charger.heap()?.free ?? least)));
  await new Promise<void>((resolve) => void clock.after(resolve, 5000));
  const before = central.sent("MeterValues").length;
  charger.cutNetwork(false);
  await until("what was queued", () => central.sent("MeterValues").length > before + 2);
  desk.watch(undefined);
  if (charger.panics > 0) throw new Error(`the program panicked:\n${charger.view().log.join("\n")}`);
  return [figure(BENCH, "least_free_heap_away_bytes", least, "bytes", ">= 12288")];
}

async function tapToContactor({ central, power }: BenchDesk, taps: number): Promise<Figure[]> {
  const charger = await power(["CP1"]);
  await central.expectStatus("Available");
  charger.plug({});
  await central.expectStatus("Preparing");
  const times: number[] = [];
  for (let i = 0; i < taps; i += 1) {
    const from = performance.now();
    charger.plant.tap("CARD");
    await until("the contactor", () => charger.plant.contactorClosed);
    times.push(performance.now() - from);
    await central.expectCall("StartTransaction", i + 1);
    charger.plant.tap("CARD");
    await central.expectCall("StopTransaction", i + 1);
  }
  const at = (share: number): number => times.toSorted((a, b) => a - b)[Math.ceil(share * times.length) - 1] ?? NaN;
  return [
    figure(BENCH, "tap_to_contactor_p50_ms", at(0.5), "ms"),
    figure(BENCH, "tap_to_contactor_p95_ms", at(0.95), "ms"),
  ];
}

async function manyChargers({ central, power }: BenchDesk): Promise<Figure> {
  const ids = Array.from({ length: 100 }, (_, i) => `M${i}`);
  const from = performance.now();
  await power(ids);
  const registered = () => new Set(central.sent("StatusNotification").map(({ cpId }) => cpId)).size === ids.length;
  await until("all of them", registered, 60);
  return figure(BENCH, "hundred_chargers_online_ms", performance.now() - from, "ms");
}
