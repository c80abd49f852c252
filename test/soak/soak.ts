import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../../shared/testing/until";
import type { Program } from "../support/programs";
import { stopEverything } from "../support/programs";
import type { Findings } from "./books";
import { compareBooks } from "./books";
import { Chance } from "./chance";
import { Memory } from "./memory";
import type { Ask } from "./network";
import { Network } from "./network";
import type { Options } from "./options";
import { People } from "./people";
import type { Site } from "./site";
import { Trouble } from "./trouble";

const SAY_EVERY_MS = 10_000;
/** People at one site at a time, for each charger there. */
const CROWD = 0.5;
/** Drivers with accounts, for each site; nobody holds two places at one time, so this bounds who comes with a booking in a quarter of an hour. */
const DRIVERS = 12;
const PATIENCE_S = 300;

/** What a soak came to. */
export interface Outcome extends Findings {
  /** What people were told when something did not work, how often. */
  refusals: ReadonlyMap<string, number>;
  /** What was broken, how often. */
  broken: ReadonlyMap<string, number>;
  memory: ReturnType<Memory["summary"]>;
}

/** Lets a soak run to its end; where `interrupted` fires before, it rejects. Either way all programs are ended and the data removed. */
export async function soak(
  options: Options,
  say: (what: string) => void,
  interrupted = new AbortController().signal,
): Promise<Outcome> {
  const network = new Network(options);
  const giveUp = once(interrupted, "abort").then(() => Promise.reject(new Error("Interrupted.")));
  try {
    return await Promise.race([run(network, options, say), giveUp]);
  } finally {
    await network.stop().catch((error: unknown) => say(`Ending failed: ${String(error)}`));
    await stopEverything();
  }
}

/** People charge and book while things break, until the time is over; then all is mended, comes to rest, and every book is compared. `say` is told how it goes. */
async function run(network: Network, options: Options, say: (what: string) => void): Promise<Outcome> {
  const { minutes, clouds, hubs, chargers, seed } = options;
  const chance = new Chance(seed);
  const memory = new Memory();
  say(`Starting ${clouds} clouds, ${hubs} hubs and 2 x ${chargers} chargers, seed ${seed} ...`);
  await network.start(say);
  const drivers: Ask[] = [];
  while (drivers.length < DRIVERS * hubs) drivers.push(await network.signUp(`driver${drivers.length}`));
  say(`${drivers.length} drivers have accounts`);
  const end = Date.now() + minutes * 60_000;
  const over = () => Date.now() > end;
  const people = new People(network, chance, over);
  const trouble = new Trouble(network, chance, over);
  const crowd = network.sites.flatMap((site) =>
    Array.from({ length: Math.ceil(site.chargers.length * CROWD) }, () => people.walkIn(site)),
  );
  const crashes = new Set<string>();
  const look = async () => {
    const running = programsOf(network);
    for (const crash of crashesOf(running)) crashes.add(crash);
    await memory.sample(running.map(({ name, program: { pid } }) => ({ name, pid })));
  };
  const progress = async () => {
    while (!over()) {
      await pause(SAY_EVERY_MS);
      await look();
      say(
        `${Math.max(0, Math.round((end - Date.now()) / 1000))} s left: ${JSON.stringify({ ...people.tally, refusals: undefined })}; ${wordsOf(trouble.done)}`,
      );
    }
  };
  await Promise.all([...crowd, ...drivers.map((ask) => people.driver(ask)), trouble.run(), progress()]);
  say("Everything is mended; waiting until all is told ...");
  for (const site of network.sites) await comeToRest(site);
  say("Comparing the books ...");
  const { total, wrong } = await compareBooks(network, PATIENCE_S);
  await look();
  return {
    total,
    wrong: [...crashes, ...wrong],
    refusals: people.tally.refusals,
    broken: trouble.done,
    memory: memory.summary(),
  };
}

/** Until nobody charges there, chargers have told everything and the cloud has it. */
async function comeToRest(site: Site): Promise<void> {
  const { name } = site.options;
  for (const charger of site.chargers)
    await until(`${charger.cpId} is free`, () => charger.unplug().then(() => true), PATIENCE_S);
  await until(
    `${name}'s chargers have told everything`,
    async () => (await Promise.all(site.chargers.map((each) => each.quiet()))).every(Boolean),
    PATIENCE_S,
  );
  await until(
    `no session is open at ${name}`,
    async () => (await site.sessions()).every(({ endedAt }) => endedAt !== null),
    PATIENCE_S,
  );
  await until(
    `the cloud has everything of ${name}`,
    async () => {
      const { ackedSeq, headSeq } = await site.asAdmin<{ ackedSeq: number; headSeq: number }>("GET", "/api/pairing");
      return ackedSeq === headSeq;
    },
    PATIENCE_S,
  );
}

interface Running {
  name: string;
  program: Program;
}

/** All that nobody has killed or stopped. */
function programsOf({ clouds, sites }: Network): Running[] {
  return [
    ...clouds.flatMap(({ running, program }, index) => (running ? [{ name: `cloud ${index + 1}`, program }] : [])),
    ...sites.flatMap(({ running, hub, options }) => (running ? [{ name: `hub ${options.name}`, program: hub }] : [])),
    ...sites.flatMap(({ fleet: { running, program }, options }) =>
      running ? [{ name: `VMs ${options.name}`, program }] : [],
    ),
  ];
}

/** What ended by itself, with its last words. */
function crashesOf(running: readonly Running[]): string[] {
  return running
    .filter(({ program }) => program.over)
    .map(({ name, program }) => `${name} ended by itself: ${program.output().slice(-1000)}`);
}

/** `a 3, b 1`: the most frequent first. */
export function wordsOf(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  return parts.join(", ") || "nothing";
}
