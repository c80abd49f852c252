import { SLOT_MS } from "../../shared/booking";
import { extendSomething, walkUp } from "./arrival";
import { bootCloud, tickCloud } from "./cloud";
import { book, offered, someWish } from "./drivers";
import { planFaults, setClocks } from "./faults";
import { checkHealed } from "./healed";
import { bootHub, tickHub } from "./hub";
import type { Violation } from "./invariants";
import { checkOwnership } from "./ownership";
import type { Rules } from "./rules";
import type { Tape } from "./tape";
import type { Counts, World } from "./world";
import { makeWorld, newId } from "./world";

/** One run: some hours in which people book and everything fails, then healing, then the books are compared. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface Result {
  seed: number;
  violations: readonly Violation[];
  counts: Counts;
  trace: readonly string[];
}

/** Whether a run that has broken these invariants is a failed one, and stops. */
export type Failed = (violations: readonly Violation[]) => boolean;

/** A run of the production code fails when any invariant falls. */
export const anyFell: Failed = (violations) => violations.length > 0;

/** Runs a seed by these rules; `verbose`: with its history. What the hubs do to their disks goes onto the tape. */
export function run(
  seed: number,
  rules: Rules,
  failed: Failed = anyFell,
  verbose = false,
  tape: Tape | null = null,
): Result {
  const world = makeWorld(seed, rules, verbose, tape);
  const { schedule, checker, random } = world;
  const begin = schedule.now;
  const length = random.int(2, 6) * HOUR;
  if (random.chance(0.6)) setClocks(world);
  planTicks(world);
  planWishes(world, begin, begin + length);
  planFaults(world, begin, begin + length);

  const steps = (until: number): boolean => {
    for (;;) {
      const step = schedule.next(until);
      if (!step) return true;
      step();
      for (const site of world.sites) checkOwnership(world, site);
      if (checker.violations.length > 0 && failed(checker.violations)) return false;
    }
  };
  if (steps(begin + length) && heal(world, steps)) {
    checker.allAnswered();
    for (const site of world.sites) checkHealed(world, site);
  }
  return { seed, violations: checker.violations, counts: world.counts, trace: world.trace ?? [] };
}

/** The line is good, everything is switched on, clocks are right; then time passes until every booking is over. */
function heal(world: World, steps: (until: number) => boolean): boolean {
  const { schedule, checker } = world;
  world.healing = true;
  world.cloudSkew = 0;
  bootCloud(world);
  for (const site of world.sites) {
    site.connected = true;
    for (const hub of site.hubs) hub.machine.skew = 0;
    bootHub(world, site, site.active);
  }
  if (!steps(schedule.now + 10 * MINUTE)) return false;
  const last = world.sites.flatMap((site) => checker.all(site.name)).map(({ sale }) => sale.to * SLOT_MS);
  if (!steps(Math.max(schedule.now, ...last) + 3 * HOUR)) return false;
  world.closing = true;
  return steps(schedule.now + 20 * MINUTE);
}

/** What the programs do by themselves, once in a while. */
function planTicks(world: World): void {
  const { schedule, random } = world;
  const calmFrom = () => (world.healing ? 5 * MINUTE : random.int(40_000, 100_000));
  let ticks = 0;
  const tick = (): void => {
    for (const site of world.sites) {
      for (const hub of site.hubs) tickHub(world, site, hub);
      tickCloud(world, site);
    }
    const hurry = world.healing && ticks++ < 30;
    schedule.after(hurry ? 15_000 : calmFrom(), tick);
  };
  schedule.after(random.int(1_000, 30_000), tick);
}

/** What people want, and when: often around a quarter hour. */
function planWishes(world: World, from: number, to: number): void {
  const { schedule, random, sites } = world;
  const wishes = random.int(10, 70);
  for (let wish = 0; wish < wishes; wish++) {
    const any = random.int(from, to);
    const edge = Math.round(any / SLOT_MS) * SLOT_MS + random.pick([-60_000, -1, 0, 1, 60_000]);
    const site = random.pick(sites);
    const kind = random.pick(["cloud", "cloud", "cloud", "hub", "hub", "both", "walkIn", "extend"] as const);
    schedule.at(Math.max(from, random.chance(0.5) ? edge : any), () => {
      if (kind === "walkIn") return walkUp(world, site);
      if (kind === "extend") return extendSomething(world, site);
      const wanted = random.chance(0.4)
        ? offered(world, site, kind === "hub" ? "hub" : "cloud")
        : someWish(world, site);
      if (kind !== "hub") book(world, site, "cloud", wanted, newId(world, "key"));
      if (kind !== "cloud") book(world, site, "hub", wanted, newId(world, "key"));
    });
  }
}
