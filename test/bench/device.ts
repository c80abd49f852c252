import { statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBuilt } from "../../device/virtual/built";
import { scaledClock } from "../../device/virtual/clock";
import type { ScaledClock } from "../../device/virtual/clock";
import { startFleet } from "../../device/virtual/fleet";
import type { Fleet } from "../../device/virtual/fleet";
import { buildProgram } from "../../device/virtual/testing/build";
import { Central } from "../../device/virtual/testing/central";
import { waitFor } from "../../device/virtual/testing/wait";
import type { VirtualCharger } from "../../device/virtual/virtual-charger";
import { flashWritesOfADay } from "./device/day";
import { bytesOf, CUTS } from "./device/profiles";
import { figure, progress, report } from "./harness";
import type { BenchOptions, Figure } from "./harness";

/**
 * The charger's program in its VM (dist/device/charger.devs), over a real Aedes on this machine: the VM's heap is the ESP32's 64 KB, its speed is not, so
 * times are for comparison between versions only.
 */

const BENCH = "device";
const BURST = 20;
const TAPS = 20;
/** Id tags in the charger's list, all that it has room for, and those that a message brings. */
const LISTED = 200;
const LIST_PIECE = 12;
/** Chargers' seconds in one of ours, and how many of them the hub is away: far more samples than the queue has places. */
const AWAY_SCALE = 10;
const AWAY_S = 120;

/** Runs the benchmark; `large` taps more often. */
export async function run(options: BenchOptions): Promise<void> {
  buildProgram();
  const bytes = statSync(findBuilt().bytecode).size;
  const figures: Figure[] = [figure(BENCH, "bytecode_bytes", bytes, "bytes", "<= 98304")];
  progress(
    `a burst of ${BURST} calls, as many with long answers, and pieces of a list, into a charging charger with a full stack of profiles and ${LISTED} tags in its list ...`,
  );
  figures.push(...(await inVm(heapInABurst)));
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
  /** Called whenever a VM looks at its clock: the finest look into it that a host has. */
  look: () => void;
  power(ids: string[]): Promise<VirtualCharger>;
}

async function inVm<T>(measure: (desk: BenchDesk) => Promise<T>, scale = 1): Promise<T> {
  const clock = scaledClock(scale);
  const central = new Central(clock.now);
  const folder = await mkdtemp(join(tmpdir(), "hitchpost-bench-"));
  let fleet: Fleet | undefined;
  const desk: BenchDesk = {
    central,
    clock,
    look: () => undefined,
    power: async (ids) => {
      const looking = {
        ...clock,
        now: () => {
          desk.look();
          return clock.now();
        },
      };
      const where = { hubHost: "127.0.0.1", hubPort: central.port, password: "", dataDir: folder };
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
    await rm(folder, { recursive: true, force: true });
  }
}

async function heapInABurst(desk: BenchDesk): Promise<Figure[]> {
  const { central } = desk;
  const charger = await desk.power(["CP1"]);
  await central.expectStatus("Available");
  for (let i = 0; i < 6; i += 1) await central.call("CP1", "SetChargingProfile", fullProfile(i));
  for (let at = 0; at < LISTED; at += LIST_PIECE) await central.call("CP1", "SendLocalList", pieceOfList(at));
  charger.plug({});
  await central.expectStatus("Preparing");
  await central.call("CP1", "RemoteStartTransaction", { idTag: "TAG" });
  await central.expectStatus("Charging");
  let least = Infinity;
  let lazy = Infinity;
  let version = LISTED;
  const burst = async (name: string): Promise<void> => {
    for (let i = 0; i < BURST; i += 1) {
      central.send("CP1", [2, `${name}-s${i}`, "ChangeConfiguration", { key: "Nonsense", value: "x".repeat(250) }]);
      central.send("CP1", [2, `${name}-l${i}`, "GetConfiguration", {}]);
    }
    for (const at of [LIST_PIECE, 2 * LIST_PIECE]) {
      central.send("CP1", [2, `${name}-t${at}`, "SendLocalList", { ...pieceOfList(at), listVersion: ++version }]);
    }
    await central.call("CP1", "ClearCache", {}, true);
    await waitFor("the burst's samples", () => central.sent("MeterValues").length > 2);
  };
  // first with garbage counted as used, as it lies about until the VM collects; then what is in use, to the byte
  desk.look = () => (lazy = Math.min(lazy, charger.heap()?.free ?? lazy));
  await burst("a");
  charger.collectAlways();
  await new Promise((resolve) => setTimeout(resolve, 200));
  desk.look = () => (least = Math.min(least, charger.heap()?.free ?? least));
  await burst("b");
  desk.look = () => undefined;
  if (charger.panics > 0) throw new Error(`the program panicked:\n${charger.view().log.join("\n")}`);
  return [
    figure(BENCH, "least_free_heap_bytes", least, "bytes", ">= 12288"),
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
  desk.look = () => (least = Math.min(least, charger.heap()?.free ?? least));
  await new Promise<void>((resolve) => void clock.after(resolve, 5000));
  const before = central.sent("MeterValues").length;
  charger.cutNetwork(false);
  await waitFor("what was queued", () => central.sent("MeterValues").length > before + 2);
  desk.look = () => undefined;
  if (charger.panics > 0) throw new Error(`the program panicked:\n${charger.view().log.join("\n")}`);
  return [figure(BENCH, "least_free_heap_away_bytes", least, "bytes", ">= 12288")];
}

/** A SendLocalList that adds tags, at their longest, or sets them again. */
function pieceOfList(at: number): Record<string, unknown> {
  const count = Math.min(LIST_PIECE, LISTED - at);
  const localAuthorizationList = Array.from({ length: count }, (_, i) => ({
    idTag: `CARD-OF-A-DRIVER-${100 + at + i}`,
    idTagInfo: { status: "Accepted", expiryDate: "2099-01-01T00:00:00.000Z", parentIdTag: "THE-GROUP-OF-DRIVERS" },
  }));
  return { listVersion: at + 1, updateType: at === 0 ? "Full" : "Differential", localAuthorizationList };
}

function fullProfile(i: number): Record<string, unknown> {
  const chargingSchedulePeriod = Array.from({ length: 8 }, (_, at) => ({ startPeriod: at * 3600, limit: 10 + at }));
  return {
    connectorId: i < 4 ? 1 : 0,
    csChargingProfiles: {
      chargingProfileId: 100 + i,
      stackLevel: i % 4,
      chargingProfilePurpose: "TxDefaultProfile",
      chargingProfileKind: "Recurring",
      recurrencyKind: "Daily",
      chargingSchedule: { startSchedule: "2020-01-01T00:00:00Z", chargingRateUnit: "A", chargingSchedulePeriod },
    },
  };
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
    await waitFor("the contactor", () => charger.plant.contactorClosed);
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
  await waitFor("all of them", registered, 60_000);
  return figure(BENCH, "hundred_chargers_online_ms", performance.now() - from, "ms");
}
