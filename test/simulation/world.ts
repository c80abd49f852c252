import type { Book, CloudBookingEvent, HubBookingEvent, Link, PassClaims } from "../../shared/booking";
import { SLOT_MS, append, newBook, newLink, slotOf, standingSplit } from "../../shared/booking";
import { Checker } from "./invariants";
import { Machine } from "./machine";
import { Random } from "./random";
import type { Rules } from "./rules";
import { Schedule } from "./schedule";
import type { Did, Tape } from "./tape";

/** Everything there is: sites with their hubs and chargers, the cloud's rows for each, the line between, and time. */

export interface HubState {
  book: Book;
  link: Link<HubBookingEvent>;
  /** What the commit wrote that made it. */
  wrote: readonly HubBookingEvent[];
}

export interface CloudState {
  book: Book;
  link: Link<CloudBookingEvent>;
  /** The ledger, added up by sale. */
  ledger: Record<string, number>;
  /** What the transaction was for that made it; null: for the cursors only. */
  did: Did | null;
  /** The cloud's clock then, epoch ms. */
  now: number;
}

/** A car at a connector. `standby`: without a claim. */
export interface Car {
  booking: string;
  version: number;
  standby: boolean;
}

/** A physical connector. */
export interface Bay {
  id: string;
  class: string;
  keptForWalkIns: boolean;
  car: Car | null;
}

/** What a charger has to tell its hub; chargers keep it until it is taken (OCPP 1.6 section 4.8 ff: transaction messages are never dropped). */
interface Report {
  kind: "started" | "stopped";
  booking: string;
  version: number;
  taken: boolean;
}

/** A computer that runs, or once ran, as a site's hub. */
export interface Hub {
  machine: Machine<HubState>;
  upSince: number;
  /** Told by the cloud that another has its place: waits for its owner. */
  retired: boolean;
  /** Its hub starts off unsure of its state: at the next boot. */
  doubtful: boolean;
}

export interface Site {
  name: string;
  hubs: Hub[];
  /** The one that the chargers are connected to. */
  active: Hub;
  cloud: Machine<CloudState>;
  connected: boolean;
  bays: Bay[];
  reports: Report[];
  backups: HubState[];
  /** Of a new computer that nobody has a back-up for. */
  blank: HubState;
  /** Every pass that was ever given out here. */
  passes: PassClaims[];
}

/** How hostile this world is. */
interface Profile {
  loss: number;
  duplicates: number;
  slow: number;
  crash: number;
  frontier: number;
  faults: number;
}

export interface Counts {
  soldByHub: number;
  soldByCloud: number;
  soldCutOff: number;
  refused: number;
  admitted: number;
  copiesRefused: number;
  cancels: number;
  cancelsRefused: number;
  modified: number;
  walkIns: number;
  standbys: number;
  overstays: number;
  full: number;
  moved: number;
  operator: number;
  requests: number;
  partitions: number;
  crashes: number;
  restores: number;
  clones: number;
  lostSales: number;
}

export interface World {
  seed: number;
  random: Random;
  schedule: Schedule;
  rules: Rules;
  profile: Profile;
  sites: Site[];
  cloudSkew: number;
  cloudUp: boolean;
  checker: Checker;
  counts: Counts;
  /** No new wishes and no faults: what is left comes to its end. */
  healing: boolean;
  /** The frontier stays where it is, so that nothing is under way when the books are compared. */
  closing: boolean;
  /** For ids. */
  made: number;
  trace: string[] | null;
  /** Where what the hubs do to their disks is recorded. */
  tape: Tape | null;
}

const START = Date.UTC(2026, 10, 2, 8, 0, 0);

/** Nothing has happened yet. */
export const newCounts = (): Counts => ({
  soldByHub: 0,
  soldByCloud: 0,
  soldCutOff: 0,
  refused: 0,
  admitted: 0,
  copiesRefused: 0,
  cancels: 0,
  cancelsRefused: 0,
  modified: 0,
  walkIns: 0,
  standbys: 0,
  overstays: 0,
  full: 0,
  moved: 0,
  operator: 0,
  requests: 0,
  partitions: 0,
  crashes: 0,
  restores: 0,
  clones: 0,
  lostSales: 0,
});

/** A world from a seed: the same seed, the same run. */
export function makeWorld(seed: number, rules: Rules, verbose: boolean, tape: Tape | null): World {
  const random = new Random(seed);
  const schedule = new Schedule(START + random.int(0, 3) * SLOT_MS);
  const calm = random.chance(0.15);
  const profile: Profile = {
    loss: calm ? 0 : random.pick([0, 0.02, 0.1, 0.3]),
    duplicates: calm ? 0 : random.pick([0, 0.1, 0.3]),
    slow: calm ? 0 : random.pick([0, 0.05, 0.2]),
    crash: random.pick([0, 0.002, 0.01]),
    frontier: random.pick([1, 2, 4, 8]),
    faults: random.int(0, 9),
  };
  const trace: string[] | null = verbose ? [] : null;
  const checker = new Checker(schedule, (text) => trace?.push(`${stamp(schedule.now)} ${text}`));
  const world: World = {
    seed,
    random,
    schedule,
    rules,
    profile,
    sites: [],
    cloudSkew: 0,
    cloudUp: true,
    checker,
    counts: newCounts(),
    healing: false,
    closing: false,
    made: 0,
    trace,
    tape,
  };
  const sites = random.pick([1, 1, 2]);
  for (let index = 0; index < sites; index++) world.sites.push(makeSite(world, `hub${index + 1}`));
  return world;
}

function makeSite(world: World, name: string): Site {
  const { random, schedule, rules, profile } = world;
  const kinds = random.pick([["AC"], ["AC", "AC"], ["AC", "AC", "DC"], ["AC", "AC", "AC"]]);
  const classes = Object.fromEntries(kinds.map((kind, index) => [`${name}-s${index + 1}`, kind]));
  const seats = standingSplit(classes);
  const delay = () => random.pick([1, 5, 20, 200]);

  // A hub that had no cloud yet owns everything; at pairing it releases what lies beyond the frontier.
  const set: HubBookingEvent = { type: "seats.set", data: { seats } };
  const paired = rules.foldHub(newBook("hub", name), set);
  const release = rules.releaseToCloud(paired, slotOf(schedule.now) + profile.frontier);
  const wrote = [set, ...release];
  const book = release.reduce(rules.foldHub, paired);
  const state: HubState = { book, link: append(newLink(1), wrote), wrote };
  const flushLater = (flush: () => void) => schedule.after(delay(), flush);
  const machine = new Machine(state, flushLater, world.tape?.recorder(name, state));
  const hub: Hub = { machine, upSince: schedule.now - 86_400_000, retired: false, doubtful: false };

  const cloudState: CloudState = {
    book: newBook("cloud", name),
    link: newLink(1),
    ledger: {},
    did: null,
    now: schedule.now,
  };
  const cloud = new Machine(cloudState, flushLater, world.tape?.cloudRecorder(name));
  const bays = Object.entries(seats).map(([seat, { class: kind, walkIn }]) => ({
    id: seat.replace("-s", "-c"),
    class: kind,
    keptForWalkIns: walkIn,
    car: null,
  }));
  const blank = { book: paired, link: append(newLink<HubBookingEvent>(1), [set]), wrote: [set] };
  const backups = [state];
  return { name, hubs: [hub], active: hub, cloud, connected: true, bays, reports: [], backups, blank, passes: [] };
}

/** What an id is made of. */
export function newId(world: World, prefix: string): string {
  return `${prefix}${++world.made}`;
}

/** The instant by a clock that is `skew` ahead. */
export function clock(world: World, skew: number): number {
  return world.schedule.now + skew;
}

/** An instant as the history has it: epoch ms, UTC. */
function stamp(ms: number): string {
  return new Date(ms).toISOString().slice(5, 23).replace("T", " ");
}

/** A line for the history. */
export function say(world: World, text: () => string): void {
  world.trace?.push(`${stamp(world.schedule.now)} ${text()}`);
}
