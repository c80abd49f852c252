import type { AdmitAnswer, Connector, PassClaims, Presented, Sale } from "../../shared/booking";
import { hardEnd, saleId, slotOf, windowOf } from "../../shared/booking";
import { book, offerOf } from "./drivers";
import { restore } from "./faults";
import { callHub, commitAtHub, takeReports } from "./hub";
import type { Bay, Car, Hub, Site, World } from "./world";
import { clock, newId, say } from "./world";

/** People with cars: they come with a pass or without one, plug in, stay too long, and leave. */

const MINUTE = 60_000;

/** Somebody shows a pass at the site's hub. */
export function arrive(world: World, site: Site, pass: PassClaims, tries: number): void {
  const { random, schedule } = world;
  const hub = site.active;
  if (tries === 0) return;
  const again = (ms: number) => schedule.after(ms, () => arrive(world, site, pass, tries - 1));
  if (!hub.machine.up) return again(random.int(1, 8) * MINUTE);
  const proof = !pass.holder ? "missing" : random.pick(["right", "right", "right", "wrong", "missing"] as const);
  const shown: Presented = { claims: pass, signed: true, proof, operator: false };
  show(world, site, hub, shown, (answer) => {
    if (answer.ok) return;
    const { refusal } = answer;
    if (refusal === "used") world.counts.copiesRefused++;
    if (refusal === "wrong_pin" || refusal === "holder_needed") again(5_000);
    else if (refusal === "too_early") again(random.pick([MINUTE, 10 * MINUTE]));
    else if (refusal === "operator_only") {
      if (random.chance(0.3)) askOperator(world, site, hub, shown);
      else again(3 * MINUTE);
    } else if (refusal === "full" || refusal === "neighbour")
      noPlace(world, site, hub, pass, refusal, () => again(5 * MINUTE));
  });
}

/** Somebody without a booking wants to charge now. */
export function walkUp(world: World, site: Site): void {
  const { random, rules, counts } = world;
  const hub = site.active;
  const bay = site.bays.find(({ car }) => !car);
  if (!hub.machine.up || !bay) return;
  const wish = { ...offerOf(world, { seat: "", from: 0, to: 0 }, newId(world, "key")), class: bay.class };
  const slots = random.int(1, 6);
  const decide: Parameters<typeof callHub<ReturnType<typeof rules.walkIn>["answer"]>>[3] = (state, now) =>
    rules.walkIn(state, { ...wish, price: { amount: 0, currency: "EUR" }, connector: bay.id, slots }, now);
  callHub(world, site, hub, decide, (answer) => {
    if (answer.ok) {
      counts.walkIns++;
      energise(world, site, hub, answer.sale, bay.id);
    } else if (answer.refusal === "standby" && !bay.car) {
      counts.standbys++;
      const car: Car = { booking: newId(world, "standby"), version: 1, standby: true };
      bay.car = car;
      leaveAt(world, site, bay, car, world.schedule.now + random.int(5, 120) * MINUTE);
    }
  });
}

/** Somebody who charges wants to stay longer. */
export function extendSomething(world: World, site: Site): void {
  const { random, rules } = world;
  const hub = site.active;
  const charging = Object.values(hub.machine.memory.book.sales).filter(({ stage }) => stage === "started");
  if (charging.length === 0 || !hub.machine.up) return;
  const sale = random.pick(charging);
  const more = { booking: sale.booking, version: sale.version, to: sale.to + random.int(1, 3) };
  callHub(
    world,
    site,
    hub,
    (state, now) => rules.extend(state, more, now),
    () => {},
  );
}

function show(world: World, site: Site, hub: Hub, shown: Presented, then: (answer: AdmitAnswer) => void): void {
  const { random, rules } = world;
  const connectors: Connector[] = site.bays.map(({ id, class: kind, keptForWalkIns, car }) => ({
    id,
    class: kind,
    keptForWalkIns,
    state: !car ? "free" : car.standby ? "standby" : "occupied",
  }));
  const neighbour = site.connected && world.sites.length > 1;
  const clockCredible = !random.chance(0.03);
  triesReplaced(world, site, shown);
  const isHis = (other: { booking: string; version: number }) => saleId(other) === saleId(shown.claims);
  const starting = site.bays.some(({ car }) => car && isHis(car)) || site.reports.some(isHis);
  callHub(
    world,
    site,
    hub,
    (state, now) => rules.admit(state, shown, { now, clockCredible, connectors, neighbour, starting }),
    (answer) => {
      say(world, () => `${site.name} pass ${saleId(shown.claims)}: ${answer.ok ? "admitted" : answer.refusal}`);
      // `used(booking)` is on disk by now (Rule 5); the power may fail before the charger hears of it.
      if (answer.ok) energise(world, site, hub, answer.sale, answer.connector, shown.operator);
      then(answer);
    },
  );
}

/**
 * The same pass at the computers that were replaced, whatever epoch they believe in and whoever stands by: they see no connector, so they let nobody
 * in (I4). That is why a booking may still be open in their books after its cells were sold again.
 */
function triesReplaced(world: World, site: Site, shown: Presented): void {
  const { rules, checker } = world;
  const connectors = site.bays.map(({ id, class: kind, keptForWalkIns }): Connector => ({
    id,
    class: kind,
    state: "out",
    keptForWalkIns,
  }));
  for (const hub of site.hubs) {
    if (hub === site.active || !hub.machine.up) continue;
    const now = clock(world, hub.machine.skew);
    const alone = { now, clockCredible: true, connectors, neighbour: false, starting: false };
    const { answer } = rules.admit(hub.machine.memory.book, shown, alone);
    if (answer.ok) checker.fail("I4", `${site.name} ${saleId(shown.claims)}: a replaced computer lets somebody in`);
  }
}

/** An operator looks at the car and at the person, and knows what a program cannot: whether this booking has charged, or was given up. */
function askOperator(world: World, site: Site, hub: Hub, shown: Presented): void {
  const { checker, counts } = world;
  const truth = checker.truth(site.name, saleId(shown.claims));
  if (!truth?.cells || truth.ended || checker.hasCharged(site.name, shown.claims.booking)) return;
  if (world.schedule.now < windowOf(truth.sale).opens) return;
  if (!checker.isFreeFor(site.name, truth) || !hub.machine.up) return;
  counts.operator++;
  show(world, site, hub, { ...shown, operator: true }, () => {});
}

function noPlace(world: World, site: Site, hub: Hub, pass: PassClaims, how: string, wait: () => void): void {
  const { random, checker, counts, rules } = world;
  counts.full++;
  const truth = checker.truth(site.name, saleId(pass));
  if (truth) truth.full = true;
  if (how === "neighbour" && random.chance(0.5)) {
    const other = world.sites.find((each) => each !== site);
    const seat = other && Object.keys(other.cloud.memory.book.seats)[0];
    if (other && seat) {
      counts.moved++;
      const from = slotOf(world.schedule.now) + 1;
      book(world, other, "cloud", { seat, from, to: from + pass.to - pass.from }, newId(world, "key"));
    }
  }
  if (random.chance(0.5) || !hub.machine.up) return wait();
  const events = rules.compensate(hub.machine.memory.book, pass);
  if (events.length > 0) commitAtHub(world, site, hub, events);
}

/** The hub asks the charger to start. It may refuse, and a second car may be there by now. */
function energise(world: World, site: Site, hub: Hub, sale: Sale, connector: string, byOperator = false): void {
  const { random, rules, checker, counts } = world;
  const bay = site.bays.find(({ id }) => id === connector);
  // The same pass was shown twice at once: the first try has come to its end meanwhile, or its place was taken and it was sent to another.
  const { stage, use } = hub.machine.memory.book.sales[saleId(sale)] ?? {};
  if (stage !== "admitted" || use?.connector !== connector || (bay?.car && saleId(bay.car) === saleId(sale))) return;
  if (hub !== site.active || !bay || (bay.car && !bay.car.standby) || random.chance(0.08)) {
    const events = rules.startFailed(hub.machine.memory.book, sale, clock(world, hub.machine.skew));
    if (events.length > 0) commitAtHub(world, site, hub, events);
    return;
  }
  const car: Car = { booking: sale.booking, version: sale.version, standby: false };
  bay.car = car;
  checker.energised(site.name, saleId(sale));
  counts.admitted++;
  say(world, () => `${site.name} ${connector} charges ${saleId(sale)}${byOperator ? " by the operator" : ""}`);
  // Rule 10 is about what a lost disk knew: so disks are lost just after something was used.
  if (!world.healing && random.chance(world.profile.faults / 60)) {
    world.schedule.after(random.pick([100, 5_000, 60_000, 4 * MINUTE]), () => restore(world, site));
  }
  site.reports.push({ kind: "started", booking: sale.booking, version: sale.version, taken: false });
  world.schedule.after(random.int(0, 400), () => takeReports(world, site));
  leaveAt(world, site, bay, car, leaving(world, sale));
}

/** Most go when they have to, some before, some stay. */
function leaving(world: World, sale: Sale): number {
  const { random, schedule, counts } = world;
  const end = Math.max(schedule.now + MINUTE, hardEnd(sale, 5, false));
  const stays = random.chance(0.15);
  if (stays) counts.overstays++;
  if (stays) return end + random.pick([1, 10 * MINUTE, random.int(1, 120) * MINUTE]);
  return random.pick([end, end, end - 1, random.int(schedule.now + 1_000, end)]);
}

function leaveAt(world: World, site: Site, bay: Bay, car: Car, at: number): void {
  world.schedule.at(at, () => {
    if (bay.car !== car) return;
    bay.car = null;
    if (car.standby) return;
    site.reports.push({ kind: "stopped", booking: car.booking, version: car.version, taken: false });
    takeReports(world, site);
  });
}
