import type { Offer, PassClaims, Sale, SaleAnswer, Terms } from "../../shared/booking";
import { SLOT_MS, claimsOf, saleId, slotOf, startOfSlot, windowOf } from "../../shared/booking";
import { callCloud, commitAtCloud } from "./cloud";
import { arrive } from "./arrival";
import { cut, restore } from "./faults";
import { callHub } from "./hub";
import type { Site, World } from "./world";
import { newId } from "./world";

/** People with phones: they book, change their minds, ask twice, and want what others have. */

const MINUTE = 60_000;
const tariff: Sale["tariff"] = {
  id: "kwh",
  currency: "EUR",
  tax_included: true,
  elements: [{ price_components: [{ type: "ENERGY", price: 4500, step_size: 1 }] }],
};

/** What somebody wants. */
interface Wish {
  seat: string;
  from: number;
  to: number;
}

type Place = "hub" | "cloud";

interface Which {
  booking: string;
  version: number;
}

/** A wish at a boundary: now, at the frontier, at the edge of what somebody else has. */
export function someWish(world: World, site: Site): Wish {
  const { random, schedule, profile } = world;
  const now = slotOf(schedule.now);
  const length = random.pick([1, 1, 2, 2, 3, 4, 6]);
  const taken = world.checker.all(site.name).filter(({ cells }) => cells && cells.to > now);
  if (taken.length > 0 && random.chance(0.45)) {
    const { sale } = random.pick(taken);
    const from = Math.max(now, random.pick([sale.from, sale.from, sale.to - 1, sale.to, sale.from - length]));
    return { seat: sale.seat, from, to: Math.max(from + 1, from + random.pick([length, sale.to - from])) };
  }
  const edge = profile.frontier;
  const ahead = random.pick([0, 0, 1, 2, edge - 1, edge, edge + 1, edge - length, random.int(0, 16)]);
  const from = Math.max(now, now + ahead);
  const seat = random.pick(
    Object.keys(site.cloud.memory.book.seats).concat(Object.keys(site.active.machine.memory.book.seats)),
  );
  return { seat, from, to: from + length };
}

/** What the page of a side offers: cells that are its own, at an edge of them. */
export function offered(world: World, site: Site, side: Place): Wish {
  const { random, schedule } = world;
  const length = random.pick([1, 1, 2, 2, 3, 4]);
  const { book } = side === "hub" ? site.active.machine.memory : site.cloud.memory;
  const now = slotOf(schedule.now);
  const seat = random.pick(Object.keys(book.seats).concat(Object.keys(site.cloud.memory.book.seats)));
  const runs = (book.owned[seat] ?? []).filter(({ to }) => to > now);
  if (runs.length === 0) return someWish(world, site);
  const run = random.pick(runs);
  const first = Math.max(now + 1, run.from);
  const from = Math.max(
    first,
    random.pick([first, first, Math.min(run.to, now + 24) - length, first + random.int(0, 6)]),
  );
  return { seat, from, to: from + length };
}

/** Somebody tries to book at one side, and again with the same key when no answer comes. */
export function book(world: World, site: Site, side: Place, wish: Wish, key: string, tries = 3): void {
  if (tries === 0 || world.healing) return;
  const { random, schedule, rules, counts } = world;
  const again = (ms: number) => schedule.after(ms, () => book(world, site, side, wish, key, tries - 1));
  const hub = site.active;
  const up = side === "hub" ? hub.machine.up : site.cloud.up;
  if (!up) return again(random.int(1, 10) * MINUTE);
  let answered = false;
  const answer = (given: SaleAnswer): void => {
    if (random.chance(0.07)) return;
    answered = true;
    if (!given.ok) {
      counts.refused++;
      if (given.refusal === "not_owner" && side === "cloud" && site.connected && random.chance(0.6)) {
        request(world, site, wish);
        again(5_000);
      }
      return;
    }
    if (given.repeated && world.checker.truth(site.name, saleId(given.sale))?.sale.key !== key) return;
    counts[side === "hub" ? "soldByHub" : "soldByCloud"]++;
    if (!site.connected) counts.soldCutOff++;
    if (given.sale.stage === "reserved") owns(world, site, given.sale);
  };
  const offer = offerOf(world, wish, key);
  if (side === "hub") callHub(world, site, hub, (state, now) => rules.sell(state, offer, now), answer);
  else {
    const did = (given: SaleAnswer) => ({ kind: "sells" as const, offer, answer: given });
    callCloud(world, site, (state, now) => rules.sell(state, offer, now), answer, did);
  }
  const wait = random.pick([2_000, 20_000, 5 * MINUTE]);
  schedule.after(wait, () => {
    if (!answered) again(0);
  });
}

/** Somebody cancels, at one side or at both. */
function cancel(world: World, site: Site, side: Place, sale: Wish & Which): void {
  const { random, schedule, rules, counts } = world;
  const which = { booking: sale.booking, version: sale.version };
  const hub = site.active;
  if (side === "hub" ? !hub.machine.up : !site.cloud.up) return;
  counts.cancels++;
  const done = (answer: { ok: boolean; pending?: boolean }): void => {
    if (!answer.ok) return void counts.cancelsRefused++;
    const truth = world.checker.truth(site.name, saleId(sale));
    if (truth && answer.pending === false) truth.withdrawn = true;
  };
  if (side === "hub") callHub(world, site, hub, (state, now) => rules.cancelAtHub(state, which, now), done);
  else callCloud(world, site, (state, now) => rules.requestCancel(state, which, now), done);
  // Others have been waiting for just these cells.
  for (let vulture = random.int(0, 3); vulture > 0; vulture--) {
    const where = random.pick(["cloud", "cloud", "hub"] as const);
    const delay = random.pick([500, 3_000, 10_000, MINUTE, 10 * MINUTE, random.int(0, 60) * MINUTE]);
    schedule.after(delay, () => want(world, site, where, sale));
  }
}

/** Somebody wants what is left of the cells of a sale. */
export function want(world: World, site: Site, side: Place, sale: Wish): void {
  const { random, schedule } = world;
  const from = Math.max(sale.from, slotOf(schedule.now) + random.pick([0, 0, 1]));
  if (from < sale.to) book(world, site, side, { seat: sale.seat, from, to: sale.to }, newId(world, "key"));
}

/** Somebody moves a booking. */
function modify(world: World, site: Site, side: Place, sale: Sale): void {
  const { random, rules, counts } = world;
  const hub = site.active;
  if (world.healing) return;
  if (side === "hub" ? !hub.machine.up : !site.cloud.up) return;
  const shift = random.pick([-1, 1, 2, 4]);
  const near = { seat: sale.seat, from: sale.from + shift, to: sale.to + shift + random.pick([0, 0, 1]) };
  const wish = random.chance(0.5) ? near : offered(world, site, side);
  const offer = { ...offerOf(world, wish, newId(world, "key")), booking: sale.booking };
  const done = (answer: { ok: true; sale: Sale } | { ok: false }): void => {
    if (!answer.ok) return;
    counts.modified++;
    owns(world, site, answer.sale);
  };
  if (side === "hub") callHub(world, site, hub, (state, now) => rules.modifyAtHub(state, offer, now), done);
  else callCloud(world, site, (state, now) => rules.modifyAtCloud(state, offer, now), done);
}

/** An offer for a wish: what the page would show. */
export function offerOf(world: World, wish: Wish, key: string): Offer {
  const amount = 100 + 50 * (wish.to - wish.from);
  const terms: Terms = {
    early_start_time: world.random.pick([0, 10, 15]),
    noshow_timeout: world.random.pick([10, 15, 30]),
    late_stop_time: 0,
    cancel_until_minutes: 60,
    lateCancelFee: 120,
    noShowFee: 300,
    compensation: 500,
  };
  return { ...wish, key, booking: newId(world, "b"), price: { amount, currency: "EUR" }, terms, tariff };
}

/** A buyer with a pass makes plans, and so do those who would like to have it. */
function owns(world: World, site: Site, sale: Sale): void {
  const { random, schedule, profile } = world;
  const pass = claimsOf(sale, random.chance(0.3) ? { pinTag: "tag" } : null);
  site.passes.push(pass);
  const { opens, closes } = windowOf(sale);
  const start = startOfSlot(sale.from);
  const end = startOfSlot(sale.to);
  const moments = [opens - 1, opens, start - 1, start, start + 1, closes, closes + 1, random.int(opens, closes)];
  // People come when the hub lets them in, by its clock or by theirs.
  const comes = random.pick(moments) - (random.chance(0.5) ? site.active.machine.skew : 0);
  if (random.chance(0.75)) schedule.at(comes, () => arrive(world, site, pass, 4));
  if (random.chance(0.35)) {
    // The pass was copied: it is shown again, soon or towards the end.
    const later = random.pick([1_000, 2 * MINUTE, 8 * MINUTE, random.int(0, SLOT_MS)]);
    schedule.at(comes + later, () => arrive(world, site, pass, 2));
  }
  if (random.chance(0.06)) for (const other of world.sites) schedule.at(comes, () => arrive(world, other, pass, 1));

  const sides = ["cloud", "cloud", "hub"] as const;
  if (random.chance(0.3)) {
    const hour = start - 60 * MINUTE;
    const when = random.pick([comes - 1_000, comes + 1_000, comes + 5 * MINUTE, hour, schedule.now + 1_000]);
    const side = random.pick(sides);
    schedule.at(when, () => cancel(world, site, side, sale));
    if (random.chance(0.2)) schedule.at(when + 500, () => cancel(world, site, side === "hub" ? "cloud" : "hub", sale));
  }
  if (random.chance(0.35)) {
    const soon = schedule.now + random.pick([1_000, 5 * MINUTE]);
    const when = random.pick([comes - 2_000, comes + 500, soon, random.int(schedule.now, Math.max(end, schedule.now))]);
    const side = random.pick(sides);
    schedule.at(when, () => modify(world, site, side, sale));
    if (random.chance(0.4)) schedule.at(when + 200, () => modify(world, site, side === "hub" ? "cloud" : "hub", sale));
  }
  // Others want the same cells from the other side, at times at which an edge has moved over them.
  const edges = [
    schedule.now + 2_000,
    start - profile.frontier * SLOT_MS,
    start - SLOT_MS,
    start,
    comes,
    end - SLOT_MS,
  ];
  for (let rival = random.int(0, 2); rival > 0; rival--) {
    const other = sale.seller === "hub" ? "cloud" : "hub";
    schedule.at(random.pick(edges) + random.pick([-1, 0, 1, MINUTE]), () => want(world, site, other, sale));
  }
  if (profile.faults > 0 && random.chance(0.15)) worstHour(world, site, pass, opens, comes);
  if (profile.faults > 0 && random.chance(0.1)) lostHour(world, site, sale);
}

/** What a disk loses without the cloud having heard of it: a booking is cancelled at the hub, and its cells are sold again. */
function lostHour(world: World, site: Site, sale: Sale): void {
  const { random, schedule } = world;
  const at = (minute: number, what: () => void) => schedule.after(minute * MINUTE, what);
  at(1, () => {
    const backup = site.active.machine.disk;
    cut(world, site, random.int(6, 20) * MINUTE);
    at(1, () => cancel(world, site, "hub", sale));
    at(2, () => want(world, site, "hub", sale));
    at(random.int(3, 8), () => restore(world, site, backup));
  });
}

/** All at once: the line breaks, the pass is used, its booking is cancelled from afar, the disk dies, and others wait for the cells. */
function worstHour(world: World, site: Site, pass: PassClaims, opens: number, comes: number): void {
  const { random, schedule } = world;
  // The hub's clock runs ahead, so that it opens the window before others think it open.
  const ahead = random.chance(0.4) ? 15 * MINUTE : 0;
  const begin = ahead > 0 ? opens - ahead + 1_000 : comes;
  const at = (minute: number, what: () => void) => schedule.at(begin + minute * MINUTE + random.int(-500, 500), what);
  if (ahead > 0) {
    at(-2, () => void (site.active.machine.skew = ahead));
    at(0, () => arrive(world, site, pass, 2));
  }
  if (random.chance(0.7)) at(-1, () => cut(world, site, random.int(2, 12) * MINUTE));
  if (random.chance(0.6)) at(random.int(1, 6), () => cancel(world, site, "cloud", pass));
  if (random.chance(0.6)) at(random.int(1, 5), () => restore(world, site));
  for (const minute of [4, 9, 14, 19, 29]) at(minute, () => want(world, site, "cloud", pass));
  for (const minute of [7, 12, 17, 27, 37]) at(minute, () => arrive(world, site, pass, 1));
}

function request(world: World, site: Site, wish: Wish): void {
  world.counts.requests++;
  commitAtCloud(world, site, [{ type: "cells.requested", data: { ...wish, requestId: newId(world, "r") } }]);
}
