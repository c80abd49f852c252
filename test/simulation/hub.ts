import type { Book, CloudBookingEvent, Envelope, HubBookingEvent, Link } from "../../shared/booking";
import { acceptAtHub, acknowledged, append, applied, newLink, saleId, settle, slotOf } from "../../shared/booking";
import { receiveAtCloud } from "./cloud";
import { post } from "./network";
import type { Hub, Site, World } from "./world";
import { describe } from "./words";
import { clock, newId, say } from "./world";

/** The hub's program, as far as bookings go: the store's commit, the two streams, and what runs by itself. */

/** A message from the cloud. */
type Down =
  | { kind: "event"; envelope: Envelope<CloudBookingEvent> }
  | { kind: "ack"; epoch: number; seq: number }
  | { kind: "stale"; epoch: number }
  /** The cloud's epoch, for a hub that asks for a new one. */
  | { kind: "epoch"; epoch: number; recovery: string };

interface Extra {
  link?: Link<HubBookingEvent>;
  durable?: () => void;
  afterwards?: () => void;
}

/** What a hub says of sales that there were before: it makes them open or ended at the site only where the chargers are. */
const opinions = new Set<HubBookingEvent["type"]>(["booking.ended", "booking.restated", "hub.recovered"]);

/** Decide, fold and append in one step; what leaves the hub waits for the disk. */
export function commitAtHub(world: World, site: Site, hub: Hub, events: HubBookingEvent[], extra: Extra = {}): void {
  const { machine } = hub;
  const before = machine.memory;
  const book = events.reduce(world.rules.foldHub, before.book);
  const link = append(extra.link ?? before.link, events);
  for (const event of events) say(world, () => `${nameOf(site, hub)} ${describe(event)}`);
  machine.commit(
    { book, link, wrote: events },
    () => {
      // A replaced computer has no chargers: what it thinks of cars and bookings there concerns nobody. What it sells does.
      const heard = hub === site.active ? events : events.filter(({ type }) => !opinions.has(type));
      world.checker.hubWrote(site.name, before.book, heard);
      if (world.random.chance(0.05) && hub === site.active) site.backups.push(machine.disk);
      extra.durable?.();
    },
    () => {
      const sent = events.length > 0 && machine.memory.book.recovery === null ? link.unacked.slice(-events.length) : [];
      for (const envelope of sent) sendUp(world, site, hub, envelope);
      extra.afterwards?.();
    },
  );
  crashPerhaps(world, site, hub);
}

/** Runs a decision upon the state in memory, commits it, and answers when that is on disk. */
export function callHub<Answer>(
  world: World,
  site: Site,
  hub: Hub,
  decide: (book: Book, now: number) => { answer: Answer; events: HubBookingEvent[] },
  answer: (answer: Answer) => void,
): void {
  const decision = decide(hub.machine.memory.book, clock(world, hub.machine.skew));
  const done = world.checker.call(hub.machine);
  commitAtHub(world, site, hub, decision.events, {
    afterwards: () => {
      done();
      answer(decision.answer);
    },
  });
}

/** What arrives from the cloud. */
export function receiveFromCloud(world: World, site: Site, hub: Hub, down: Down): void {
  const { machine } = hub;
  if (!machine.up) return;
  const { book, link } = machine.memory;
  if (down.kind === "ack") {
    const after = acknowledged(link, down);
    if (after.unacked.length < link.unacked.length) commitAtHub(world, site, hub, [], { link: after });
  } else if (down.kind === "stale") {
    // An answer to what it sent before a restore is not for what it is now.
    if (book.recovery !== null || link.epoch !== down.epoch) return;
    hub.retired = true;
    commitAtHub(world, site, hub, world.rules.beginRecovery(newId(world, "retired")));
  } else if (down.kind === "epoch") {
    if (book.recovery === down.recovery) askForEpoch(world, site, hub, down.recovery, down.epoch);
  } else {
    const { envelope } = down;
    const verdict = book.recovery === null ? world.rules.accept(link, envelope) : acceptAtHub(book, link, envelope);
    // What it took a moment ago may not be on disk yet: the acknowledgement of a repeat waits as well.
    if (verdict === "repeat")
      commitAtHub(world, site, hub, [], { afterwards: () => acknowledge(world, site, hub, link) });
    if (verdict !== "apply" && verdict !== "enter") return;
    const next = applied(verdict === "enter" ? newLink<HubBookingEvent>(envelope.epoch) : link);
    const now = clock(world, machine.skew);
    const events = world.rules.receiveAtHub(book, envelope.message, { now, sight: hub === site.active });
    if (verdict === "enter") {
      // The cloud gets its part of the standing split again, as far as it is not quarantined.
      const recovered = events.reduce(world.rules.foldHub, book);
      events.push(...world.rules.releaseToCloud(recovered, slotOf(now) + world.profile.frontier));
    }
    say(
      world,
      () => `${nameOf(site, hub)} takes message ${envelope.seq} of epoch ${envelope.epoch}: ${envelope.message.type}`,
    );
    commitAtHub(world, site, hub, events, {
      link: next,
      durable: () => world.checker.applied(site.name, "down", envelope, next.epoch),
      afterwards: () => acknowledge(world, site, hub, next),
    });
  }
}

/** Once in a while: sends again, ends what nobody came for, and compares its book with the connectors. */
export function tickHub(world: World, site: Site, hub: Hub): void {
  const { machine } = hub;
  if (!machine.up) return;
  const { book, link } = machine.memory;
  if (book.recovery !== null) {
    if (!hub.retired) askForEpoch(world, site, hub, book.recovery, link.epoch);
  } else {
    // Only what is on the disk may leave.
    for (const envelope of machine.disk.link.unacked.slice(0, 10)) sendUp(world, site, hub, envelope);
  }
  const now = clock(world, machine.skew);
  const events = [
    ...world.rules.sweep(book, now, hub === site.active ? hub.upSince : null),
    ...settle(book, slotOf(now) - 20),
  ];
  if (events.length > 0) commitAtHub(world, site, hub, events);
  if (hub === site.active) {
    takeReports(world, site);
    reconcile(world, site, hub);
  }
}

/** The chargers' word, in their order; each is taken in one commit with what it means. */
export function takeReports(world: World, site: Site): void {
  const hub = site.active;
  const report = site.reports[0];
  if (!hub.machine.up || !report || report.taken) return;
  report.taken = true;
  const { book } = hub.machine.memory;
  const events =
    report.kind === "started"
      ? world.rules.started(book, report)
      : world.rules.finish(book, report, clock(world, hub.machine.skew));
  commitAtHub(world, site, hub, events, {
    durable: () => void (site.reports = site.reports.filter((each) => each !== report)),
    afterwards: () => takeReports(world, site),
  });
}

/** Power on. */
export function bootHub(world: World, site: Site, hub: Hub): void {
  if (hub.machine.up) return;
  hub.machine.up = true;
  hub.upSince = clock(world, hub.machine.skew);
  say(world, () => `${nameOf(site, hub)} boots`);
  if (hub.doubtful) {
    // The restore command leaves a mark, and another machine's id gives a clone away.
    commitAtHub(world, site, hub, world.rules.beginRecovery(newId(world, "recovery")), {
      durable: () => void (hub.doubtful = false),
    });
  }
  if (hub === site.active) {
    for (const report of site.reports) report.taken = false;
    takeReports(world, site);
  }
}

/** Power cut: some of what was being written is on disk. */
export function crashHub(world: World, site: Site, hub: Hub): void {
  const { machine } = hub;
  if (!machine.up) return;
  world.counts.crashes++;
  world.checker.cut(machine);
  machine.crash(world.random.int(0, machine.pending));
  say(world, () => `${nameOf(site, hub)} loses power`);
}

function nameOf(site: Site, hub: Hub): string {
  return site.hubs.length === 1 ? site.name : `${site.name}#${site.hubs.indexOf(hub) + 1}`;
}

function crashPerhaps(world: World, site: Site, hub: Hub): void {
  const { random, schedule, profile, healing } = world;
  if (healing || !random.chance(profile.crash)) return;
  schedule.after(random.pick([0, 1, 3, 10, 100]), () => {
    crashHub(world, site, hub);
    schedule.after(random.int(10_000, 20 * 60_000), () => bootHub(world, site, hub));
  });
}

/** Charges that the hub's book and its chargers disagree about: after a lost start, or a restore. */
function reconcile(world: World, site: Site, hub: Hub): void {
  if (site.reports.length > 0 || hub.machine.memory.book.recovery !== null) return;
  const now = clock(world, hub.machine.skew);
  const { sales } = hub.machine.memory.book;
  const present = new Set(site.bays.flatMap(({ car }) => (car ? [saleId(car)] : [])));
  for (const [id, sale] of Object.entries(sales)) {
    if (sale.end || !sale.use || present.has(id)) continue;
    const { book } = hub.machine.memory;
    const waited = now - Date.parse(sale.use.at) > 5 * 60_000;
    const events =
      sale.stage === "started"
        ? world.rules.finish(book, sale, now)
        : waited
          ? world.rules.startFailed(book, sale, now)
          : [];
    if (events.length > 0) commitAtHub(world, site, hub, events);
  }
}

function sendUp(world: World, site: Site, hub: Hub, envelope: Envelope<HubBookingEvent>): void {
  post(world, site, hub, () => receiveAtCloud(world, site, hub, { kind: "event", envelope }));
}

function acknowledge(world: World, site: Site, hub: Hub, link: Link<HubBookingEvent>): void {
  const { epoch, applied: seq } = link;
  post(world, site, hub, () => receiveAtCloud(world, site, hub, { kind: "ack", epoch, seq }));
}

function askForEpoch(world: World, site: Site, hub: Hub, recovery: string, after: number): void {
  post(world, site, hub, () => receiveAtCloud(world, site, hub, { kind: "needEpoch", recovery, after }));
}
