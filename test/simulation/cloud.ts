import type { Book, CloudBookingEvent, Envelope, HubBookingEvent, Link } from "../../shared/booking";
import { acknowledged, append, applied, newLink } from "../../shared/booking";
import { receiveFromCloud } from "./hub";
import { post } from "./network";
import type { Did } from "./tape";
import { describe } from "./words";
import type { CloudState, Hub, Site, World } from "./world";
import { clock, say } from "./world";

/** The cloud's program, as far as bookings go: one transaction a decision, the two streams, and what runs by itself. */

/** A message from a hub. */
type Up =
  | { kind: "event"; envelope: Envelope<HubBookingEvent> }
  | { kind: "ack"; epoch: number; seq: number }
  | { kind: "needEpoch"; recovery: string; after: number };

interface Extra {
  link?: Link<CloudBookingEvent>;
  /** The book with a hub's event already in it. */
  book?: Book;
  did?: Did;
  durable?: () => void;
  afterwards?: () => void;
}

/** One transaction: cells, sales, feed, cursor and ledger. */
export function commitAtCloud(world: World, site: Site, events: CloudBookingEvent[], extra: Extra = {}): void {
  const before = site.cloud.memory;
  const book = events.reduce(world.rules.foldCloud, extra.book ?? before.book);
  const link = append(extra.link ?? before.link, events);
  for (const event of events) say(world, () => `the cloud (${site.name}) ${describe(event)}`);
  const did = extra.did ?? (events.length > 0 ? { kind: "writes" as const, events } : null);
  const now = clock(world, world.cloudSkew);
  const after: CloudState = { book, link, ledger: ledgerAfter(world, before, book), did, now };
  site.cloud.commit(
    after,
    () => {
      world.checker.cloudWrote(site.name, before.book, book, events);
      extra.durable?.();
    },
    () => {
      if (events.length > 0) for (const envelope of link.unacked.slice(-events.length)) sendDown(world, site, envelope);
      extra.afterwards?.();
    },
  );
  const { random, profile, healing, schedule } = world;
  if (healing || !random.chance(profile.crash / 3)) return;
  schedule.after(random.pick([0, 1, 3, 10, 100]), () => {
    crashCloud(world);
    schedule.after(random.int(5_000, 10 * 60_000), () => bootCloud(world));
  });
}

/** Runs a decision in a transaction and answers when that is on disk. */
export function callCloud<Answer>(
  world: World,
  site: Site,
  decide: (book: Book, now: number) => { answer: Answer; events: CloudBookingEvent[] },
  answer: (answer: Answer) => void,
  didOf?: (answer: Answer) => Did,
): void {
  const decision = decide(site.cloud.memory.book, clock(world, world.cloudSkew));
  const done = world.checker.call(site.cloud);
  commitAtCloud(world, site, decision.events, {
    ...(didOf && { did: didOf(decision.answer) }),
    afterwards: () => {
      done();
      answer(decision.answer);
    },
  });
}

/** What arrives from a computer that signs as this site's hub. */
export function receiveAtCloud(world: World, site: Site, hub: Hub, up: Up): void {
  if (!site.cloud.up) return;
  const { book, link } = site.cloud.memory;
  if (up.kind === "ack") {
    const after = acknowledged(link, up);
    if (after.unacked.length < link.unacked.length) commitAtCloud(world, site, [], { link: after });
  } else if (up.kind === "needEpoch") {
    // The owner has confirmed which computer is the hub now: the one that the chargers are connected to.
    if (hub !== site.active) return;
    const events = world.rules.startEpoch(book, up, clock(world, world.cloudSkew));
    const { epoch } = book;
    const did: Did = { kind: "begins", recovery: up.recovery, after: up.after };
    if (events.length > 0) return commitAtCloud(world, site, events, { link: newLink(epoch + 1), did });
    if (book.recovery === up.recovery) return;
    post(world, site, hub, () => receiveFromCloud(world, site, hub, { kind: "epoch", epoch, recovery: up.recovery }));
  } else {
    const { envelope } = up;
    const verdict = world.rules.accept(link, envelope);
    if (verdict === "stale")
      post(world, site, hub, () => receiveFromCloud(world, site, hub, { kind: "stale", epoch: envelope.epoch }));
    if (verdict === "repeat") commitAtCloud(world, site, [], { afterwards: () => acknowledge(world, site, link) });
    if (verdict !== "apply") return;
    const next = applied(link);
    commitAtCloud(world, site, [], {
      book: world.rules.applyAtCloud(book, envelope.message),
      did: { kind: "hears", event: envelope.message },
      link: next,
      durable: () => world.checker.applied(site.name, "up", envelope, link.epoch),
      afterwards: () => acknowledge(world, site, next),
    });
  }
}

/** Once in a while: sends again, and moves the frontier on while the hub is there. */
export function tickCloud(world: World, site: Site): void {
  if (!site.cloud.up) return;
  const { book } = site.cloud.memory;
  for (const envelope of site.cloud.disk.link.unacked.slice(0, 10)) sendDown(world, site, envelope);
  if (!site.connected || !site.active.machine.up || world.closing) return;
  const grants = world.rules.advanceFrontier(book, clock(world, world.cloudSkew), world.profile.frontier);
  if (grants.length > 0) commitAtCloud(world, site, grants);
}

export function bootCloud(world: World): void {
  world.cloudUp = true;
  for (const site of world.sites) site.cloud.up = true;
}

export function crashCloud(world: World): void {
  if (!world.cloudUp) return;
  world.counts.crashes++;
  world.cloudUp = false;
  for (const { cloud } of world.sites) {
    world.checker.cut(cloud);
    cloud.crash(world.random.int(0, cloud.pending));
  }
  say(world, () => "the cloud loses power");
}

function ledgerAfter(world: World, before: CloudState, book: Book): Record<string, number> {
  if (book.sales === before.book.sales) return before.ledger;
  const ledger = { ...before.ledger };
  for (const [id, sale] of Object.entries(book.sales)) {
    const old = before.book.sales[id];
    if (old === sale) continue;
    for (const { amount } of world.rules.postings(old, sale)) ledger[id] = (ledger[id] ?? 0) + amount;
  }
  return ledger;
}

/** The feed goes to whoever signs as the hub: also to one that was replaced. */
function sendDown(world: World, site: Site, envelope: Envelope<CloudBookingEvent>): void {
  for (const hub of site.hubs)
    post(world, site, hub, () => receiveFromCloud(world, site, hub, { kind: "event", envelope }));
}

function acknowledge(world: World, site: Site, link: Link<CloudBookingEvent>): void {
  const { epoch, applied: seq } = link;
  for (const hub of site.hubs)
    post(world, site, hub, () => receiveFromCloud(world, site, hub, { kind: "ack", epoch, seq }));
}
