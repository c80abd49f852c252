import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SimCharger, Traits } from "./testing/charger";
import { SimSite } from "./testing/site";
import { SETTLE_MS } from "./watch";

/**
 * The promise of load management, tried against simulated chargers that come and go, obey late, answer late or never, refuse, and reset, under a hub that
 * is killed and started again: what the chargers may take together never exceeds the site's limit once it was reached.
 */

const traits = fc.record({
  ratedA: fc.constantFrom(10, 16, 32),
  latencyMs: fc.constantFrom(20, 400, 3_000, 9_900),
  obeysAfterMs: fc.constantFrom(0, 900, SETTLE_MS - 1),
  unit: fc.constantFrom<Traits["unit"]>("both", "both", "A", "W"),
  refuses: fc.constantFrom<string[]>(
    [],
    [],
    ["TxProfile"],
    ["TxProfile", "TxDefaultProfile"],
    ["ChargePointMaxProfile"],
  ),
  kinds: fc.constantFrom<string[]>(["Relative", "Absolute"], ["Absolute"]),
  meters: fc.boolean(),
  triggers: fc.boolean(),
});

const deeds = ["start", "end", "leave", "come", "boot", "hang", "wake"] as const;
const troubles = ["restartHub", "diskFails", "diskWorks"] as const;

type Step =
  | { kind: "deed"; deed: (typeof deeds)[number]; who: number; amps: number }
  | { kind: "trouble"; trouble: (typeof troubles)[number] }
  | { kind: "pass"; seconds: number };

const ofCharger = fc.record({
  kind: fc.constant("deed" as const),
  deed: fc.constantFrom<(typeof deeds)[number]>(...deeds, "start", "start", "come"),
  who: fc.nat(4),
  amps: fc.constantFrom(5, 6, 10, 16, 32),
});
const ofHub = fc.record({
  kind: fc.constant("trouble" as const),
  trouble: fc.constantFrom<(typeof troubles)[number]>(...troubles, "restartHub"),
});
const wait = fc.record({ kind: fc.constant("pass" as const), seconds: fc.constantFrom(0.03, 0.5, 2, 7, 30, 70) });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof({ weight: 5, arbitrary: ofCharger }, { weight: 1, arbitrary: ofHub }, { weight: 5, arbitrary: wait }),
  { minLength: 10, maxLength: 60 },
);

async function apply(site: SimSite, step: Step, look: () => void): Promise<void> {
  if (step.kind === "pass") return site.pass(step.seconds, look);
  if (step.kind === "trouble") {
    if (step.trouble === "restartHub") site.restartHub();
    else site.diskFails = step.trouble === "diskFails";
    return;
  }
  const chargers = [...site.chargers.values()];
  const charger = chargers[step.who % chargers.length] as SimCharger;
  const { deed, amps } = step;
  if (deed === "start") charger.start([amps, amps, amps]);
  if (deed === "end") charger.end();
  if (deed === "leave") charger.disconnect();
  if (deed === "come") charger.connect();
  if (deed === "boot") charger.boot();
  if (deed === "hang" || deed === "wake") charger.hung = deed === "hang";
}

/** A hub that starts again while a charger hangs: of what it remembers the others had less, and were once told as much at a time when it did not fit. */
const silent = {
  ...{ ratedA: 10 as const, latencyMs: 20 as const, obeysAfterMs: 0, unit: "both" as const },
  ...{ refuses: [] as string[], kinds: ["Relative", "Absolute"], meters: false, triggers: false },
};
const start = (who: number): Step => ({ kind: "deed", deed: "start", who, amps: 5 });
const pass = (seconds: number): Step => ({ kind: "pass", seconds });
const forgetful: Step[] = [
  ...[start(0), start(2), pass(0.03), start(1), pass(70), { ...start(1), deed: "hang" } as Step],
  ...[{ kind: "trouble", trouble: "restartHub" } as Step, ...[1, 2, 3, 4, 5].map(() => pass(0.03))],
];

/** Chargers that keep to stored limits only, and a hub that starts again with bounds in mind that are more than either holds. */
const stored = { ...silent, refuses: ["TxProfile"] };
const bounded: Step[] = [
  ...[start(1), pass(30), pass(30), pass(30), start(0), pass(7)],
  ...[{ kind: "trouble", trouble: "restartHub" } as Step, start(0), pass(30)],
];

describe("the chargers together", () => {
  it("never may take more than the site's limit, whatever they and the hub go through", async () => {
    let armed = 0;
    let raises = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(16, 20, 32, 50),
        fc.array(traits, { minLength: 1, maxLength: 4 }),
        fc.constantFrom<"fair" | "priority">("fair", "priority"),
        fc.constantFrom<0 | 6>(0, 6),
        steps,
        async (limitA, all, sharing, safeCurrentA, what) => {
          const site = new SimSite(
            limitA,
            all.map((each, index) => ({ ...each, cpId: `CP${index}` })),
          );
          await site.set({ sharing, safeCurrentA, turnMinutes: 1 });
          site.connectAll();
          let reached = false;
          const look = () => {
            const view = site.loads.view();
            for (const { cpId, worstCaseA } of view.connectors) {
              const possibleA = site.charger(cpId).possibleA;
              // The hub reckons with at least what is true; its view is rounded to tenths.
              expect(worstCaseA[0]).toBeGreaterThanOrEqual(possibleA - 0.06);
            }
            reached ||=
              site.possibleA <= limitA + 1e-6 && view.connectors.length === all.length && view.worstCaseA[0] <= limitA;
            if (reached) expect(site.possibleA).toBeLessThanOrEqual(limitA + 0.06);
          };
          await site.pass(60, look);
          for (const step of what) await apply(site, step, look);
          site.loads.stop();
          if (reached) armed += 1;
          raises += [...site.chargers.values()].flatMap((each) => each.received).length;
        },
      ),
      {
        numRuns: 80,
        examples: [
          [16, [silent, silent, { ...silent, meters: true, triggers: true }], "fair", 0, forgetful],
          [16, [stored, { ...stored, meters: true, triggers: true }], "priority", 0, bounded],
        ],
      },
    );
    // The property is not true because nothing happened.
    expect(armed).toBeGreaterThan(50);
    expect(raises).toBeGreaterThan(500);
  });
});
