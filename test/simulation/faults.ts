import { startOfSlot } from "../../shared/booking";
import { arrive } from "./arrival";
import { bootCloud, crashCloud } from "./cloud";
import { want } from "./drivers";
import { bootHub, crashHub } from "./hub";
import { Machine } from "./machine";
import type { Hub, HubState, Site, World } from "./world";
import { clock, say } from "./world";

/** What goes wrong besides people. */

const MINUTE = 60_000;

/** Plans the faults of a run between two instants (epoch ms). */
export function planFaults(world: World, from: number, to: number): void {
  const { random, schedule, profile, sites } = world;
  for (let fault = 0; fault < profile.faults; fault++) {
    const site = random.pick(sites);
    const at = random.int(from, to);
    const length = random.pick([MINUTE, 20 * MINUTE, 90 * MINUTE, 300 * MINUTE]);
    const kind = random.pick(["line", "line", "line", "hub", "cloud", "clock", "restore", "restore", "clone"] as const);
    schedule.at(at, () => {
      if (kind === "line") cut(world, site, length);
      else if (kind === "hub") outage(world, site, length);
      else if (kind === "cloud") {
        crashCloud(world);
        schedule.after(length / 10, () => bootCloud(world));
      } else if (kind === "clock") setClocks(world);
      else if (kind === "restore") restore(world, site);
      else clone(world, site);
    });
  }
}

/** Clocks that are right, a little wrong, and 15 minutes wrong. */
export function setClocks(world: World): void {
  const { random } = world;
  const skew = () =>
    random.pick([0, 0, 60_000, -60_000, 15 * MINUTE, -15 * MINUTE, random.int(-15 * MINUTE, 15 * MINUTE)]);
  world.cloudSkew = skew();
  for (const site of world.sites) for (const hub of site.hubs) hub.machine.skew = skew();
}

/** The line to the cloud breaks. */
export function cut(world: World, site: Site, length: number): void {
  if (!site.connected) return;
  world.counts.partitions++;
  site.connected = false;
  say(world, () => `${site.name} is cut off`);
  world.schedule.after(length, () => {
    site.connected = true;
    say(world, () => `${site.name} is connected`);
  });
}

function outage(world: World, site: Site, length: number): void {
  const hub = site.active;
  crashHub(world, site, hub);
  world.schedule.after(length, () => bootHub(world, site, hub));
}

/** The hub's disk dies; an old back-up goes onto a new one, or there is none. */
export function restore(world: World, site: Site, backup: HubState = someBackup(world, site)): void {
  const { random, schedule, checker, counts } = world;
  const hub = site.active;
  crashHub(world, site, hub);
  counts.restores++;
  hub.machine.replaceDisk(backup);
  hub.doubtful = true;
  hub.retired = false;
  counts.lostSales += checker.restored(site.name, backup.book);
  say(world, () => `${site.name} ${backup === site.blank ? "is replaced" : "is restored from a back-up"}`);
  const away = random.pick([1_000, MINUTE, 10 * MINUTE]);
  if (random.chance(0.3)) setClocks(world);
  schedule.after(away, () => bootHub(world, site, hub));
  tryWhatWasLost(world, site, away);
  // It was the wrong back-up.
  if (!world.healing && random.chance(0.2)) {
    schedule.after(away + random.pick([500, 5_000, MINUTE, 5 * MINUTE]), () => restore(world, site));
  }
}

function someBackup({ random }: World, { backups, blank }: Site): HubState {
  return random.chance(0.1) ? blank : random.pick(backups);
}

/** Somebody has seen the new disk and tries what the old one knew: passes that were used, and cells that were sold or are being cancelled. */
function tryWhatWasLost(world: World, site: Site, away: number): void {
  const { random, schedule } = world;
  const soon = () => away + random.pick([MINUTE, 3 * MINUTE, 10 * MINUTE, 20 * MINUTE, 40 * MINUTE]);
  for (const pass of site.passes) {
    if (startOfSlot(pass.to) < schedule.now || startOfSlot(pass.from) > schedule.now + 60 * MINUTE) continue;
    if (random.chance(0.6)) schedule.after(soon(), () => arrive(world, site, pass, 2));
    const side = random.pick(["cloud", "hub"] as const);
    if (random.chance(0.4)) schedule.after(soon(), () => want(world, site, side, pass));
  }
}

/**
 * Somebody copies the disk into a second computer. Either that is the new hub: the old one is switched off, the chargers move, and the old one may
 * be switched on again later, without chargers. Or it was a mistake, and the owner never confirms it.
 */
function clone(world: World, site: Site): void {
  const { random, schedule, counts, checker } = world;
  const old = site.active;
  const copied = random.pick([old.machine.disk, random.pick(site.backups)]);
  const flushLater = (flush: () => void) => schedule.after(random.pick([1, 20]), flush);
  const machine = new Machine(copied, flushLater, world.tape?.recorder(site.name, copied));
  machine.up = false;
  machine.skew = random.pick([0, old.machine.skew, 15 * MINUTE]);
  const copy: Hub = { machine, upSince: clock(world, machine.skew), retired: false, doubtful: true };
  site.hubs.push(copy);
  counts.clones++;
  if (random.chance(0.3)) {
    say(world, () => `${site.name} is copied, by mistake`);
    schedule.after(MINUTE, () => bootHub(world, site, copy));
    schedule.after(60 * MINUTE, () => crashHub(world, site, copy));
    return;
  }
  // The old one goes on for a while: what it does from the copy on is lost to the new one.
  schedule.after(random.pick([0, 5 * MINUTE, 60 * MINUTE]), () => {
    if (site.active !== old) return;
    crashHub(world, site, old);
    site.active = copy;
    counts.lostSales += checker.restored(site.name, copied.book);
    say(world, () => `${site.name} moves to another computer`);
    bootHub(world, site, copy);
    tryWhatWasLost(world, site, 0);
    schedule.after(random.pick([2 * MINUTE, 30 * MINUTE, 120 * MINUTE]), () => bootHub(world, site, old));
  });
}
