import { randomInt } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { stopEverything, until } from "../support/programs";
import { compareBooks } from "./books";
import { Chance } from "./chance";
import { Memory } from "./memory";
import { Network } from "./network";
import { readOptions, usage } from "./options";
import type { Options } from "./options";
import { People } from "./people";
import type { Site } from "./site";
import { Trouble } from "./trouble";

/** `npm run soak -- --minutes N`: exit code 0 where all books are equal, 1 where they are not, 2 for arguments that make no sense. */

const SAY_EVERY_MS = 10_000;
/** People at one site at a time, for each charger there. */
const CROWD = 0.5;
const DRIVERS = 20;
const PATIENCE_S = 300;

const options = readOptions(process.argv.slice(2), randomInt(2 ** 31));
if (typeof options === "string") {
  console.error(`${options}\n\n${usage}`);
  process.exitCode = 2;
} else {
  process.exitCode = (await soak(options)) ? 0 : 1;
}

async function soak({ minutes, ...rest }: Options): Promise<boolean> {
  const network = new Network({ minutes, ...rest });
  const chance = new Chance(rest.seed);
  const memory = new Memory();
  try {
    say(`Starting ${rest.clouds} clouds, ${rest.hubs} hubs and 2 x ${rest.chargers} chargers, seed ${rest.seed} ...`);
    await network.start(say);
    const end = Date.now() + minutes * 60_000;
    const over = () => Date.now() > end;
    const people = new People(network, chance, over);
    const trouble = new Trouble(network, chance, over);
    const drivers = await Promise.all(Array.from({ length: DRIVERS }, (_, index) => network.signUp(`driver${index}`)));
    const crowd = network.sites.flatMap((site) =>
      Array.from({ length: Math.ceil(site.chargers.length * CROWD) }, () => people.walkIn(site)),
    );
    const progress = async () => {
      while (!over()) {
        await pause(SAY_EVERY_MS);
        await memory.sample(programsOf(network));
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
    console.log(`What people met: ${wordsOf(people.tally.refusals)}`);
    console.log(`What was broken: ${wordsOf(trouble.done)}`);
    for (const { name, samples, earlyMb, lateMb } of memory.summary()) {
      console.log(`Memory of ${name}: ${earlyMb} MB early, ${lateMb} MB late (${samples} samples)`);
    }
    console.log(
      `Books: ${total.sessions} sessions, ${total.energyWh} Wh, ${(total.amount / 100).toFixed(2)} EUR, ${total.reservations} reservations.`,
    );
    for (const each of wrong) console.log(`WRONG  ${each}`);
    console.log(wrong.length === 0 ? "All books are equal." : `${wrong.length} differences.`);
    return wrong.length === 0;
  } finally {
    await network.stop().catch((error: unknown) => say(`Ending failed: ${String(error)}`));
    await stopEverything();
  }
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

function programsOf({ clouds, sites }: Network): { name: string; pid: number }[] {
  return [
    ...clouds
      .filter(({ running }) => running)
      .map(({ program }, index) => ({ name: `cloud ${index + 1}`, pid: program.pid })),
    ...sites
      .filter(({ running }) => running)
      .map(({ hub, options: { name } }) => ({ name: `hub ${name}`, pid: hub.pid })),
    ...sites
      .filter(({ fleet }) => fleet.running)
      .map(({ fleet, options: { name } }) => ({ name: `VMs ${name}`, pid: fleet.program.pid })),
  ];
}

function wordsOf(counts: ReadonlyMap<string, number>): string {
  const parts = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name, count]) => `${name} ${count}`);
  return parts.join(", ") || "nothing";
}

function say(what: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)}  ${what}`);
}
