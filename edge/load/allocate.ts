import type { PhaseCurrents } from "../../shared/load";
import type { PhaseMask } from "./phases";
import { add, EPSILON_A, least, on, subtract, sum, within } from "./phases";
import { inTurn } from "./turns";
import type { Turn } from "./turns";

/** Less than this no car can take: IEC 61851-1 annex A, 10 % duty cycle. */
export const MIN_A = 6;

/** What one charger claims of the site's current. */
export interface Claim {
  key: string;
  wired: PhaseMask;
  used: PhaseMask;
  /** It cannot be steered now: it counts with this, whatever it should get. */
  fixedA: PhaseCurrents | null;
  /** A transaction runs. */
  active: boolean;
  /** Its transaction's start, epoch ms: who came first gets the odd ampere. */
  since: number;
  priority: number;
  /** What its car is known to make use of, at least MIN_A. */
  wantA: number;
  /** What the charger can. */
  maxA: number;
  turn: Turn;
}

export interface Division {
  sharing: "fair" | "priority";
  limit: PhaseCurrents;
  /** What is there at any time, also without the hub. */
  guaranteed: PhaseCurrents;
  /** What the owner wants stored in each charger. */
  safeA: number;
  turnMs: number;
  now: number;
}

interface Shares {
  /** What to store in each charger: the safe current, or nothing where the site cannot bear it from all of them at once. */
  safeA: number;
  /** Whole amperes for each active charger that can be steered; 0 waits. */
  targets: Map<string, number>;
}

/**
 * Divides a site limit. What is stored in a charger is set aside for it, since it may start at any moment without asking; each active
 * charger then gets the minimum as far as that goes, in turns where it does not, and the rest is shared: to those who use it first.
 */
export function allocate(claims: Claim[], division: Division): Shares {
  const { limit, sharing } = division;
  const fixed = sum(claims.flatMap((claim) => (claim.fixedA ? [claim.fixedA] : [])));
  const steered = claims.filter((claim) => !claim.fixedA);
  const safeA = bearable(claims, fixed, division) ? division.safeA : 0;
  const reserved = sum(steered.map((claim) => on(claim.wired, safeOf(claim, safeA))));
  const active = steered.filter((claim) => claim.active).toSorted(firstCome);
  const fill = new Fill(subtract(subtract(limit, fixed), reserved));

  if (safeA > 0) for (const claim of active) fill.targets.set(claim.key, safeOf(claim, safeA));
  else admit(active, fill, subtract(limit, fixed), division);

  const served = active.filter((claim) => (fill.targets.get(claim.key) as number) > 0);
  for (const cap of ["wantA", "maxA"] as const) {
    if (sharing === "fair") fill.level(served, cap);
    else for (const claim of served.toSorted(higherFirst)) fill.level([claim], cap);
  }
  return { safeA, targets: fill.targets };
}

/** Whether all chargers at once may take the safe current, at any time as well as now, with what cannot be steered as it is. */
function bearable(claims: Claim[], fixed: PhaseCurrents, { limit, guaranteed, safeA }: Division): boolean {
  const safe = (all: Claim[]) => sum(all.map((claim) => on(claim.wired, safeOf(claim, safeA))));
  const steered = claims.filter((claim) => !claim.fixedA);
  return within(safe(claims), guaranteed) && within(add(fixed, safe(steered)), limit);
}

/** The minimum for each, in the order of their turns. Nobody overtakes one who waits on a phase that it needs, or it might wait for ever. */
function admit(active: Claim[], fill: Fill, most: PhaseCurrents, { sharing, turnMs, now }: Division): void {
  const closed: [boolean, boolean, boolean] = [false, false, false];
  for (const claim of inTurn(active, { sharing, turnMs, now })) {
    const behind = claim.used.some((used, phase) => used && closed[phase]);
    fill.targets.set(claim.key, 0);
    if (!behind && fill.grow(claim, MIN_A)) continue;
    if (!within(on(claim.used, MIN_A), most)) continue;
    for (const phase of [0, 1, 2] as const) closed[phase] ||= claim.used[phase];
  }
}

class Fill {
  readonly targets = new Map<string, number>();

  constructor(private budget: PhaseCurrents) {}

  /** Gives so much more where each of its phases has it. */
  grow(claim: Claim, amps: number): boolean {
    if (least(claim.used, this.budget) < amps - EPSILON_A) return false;
    this.budget = subtract(this.budget, on(claim.used, amps));
    this.targets.set(claim.key, (this.targets.get(claim.key) as number) + amps);
    return true;
  }

  /** Raises them together, always the lowest first, up to each one's cap. */
  level(claims: Claim[], cap: "wantA" | "maxA"): void {
    const target = (claim: Claim) => this.targets.get(claim.key) as number;
    let growing = claims;
    for (;;) {
      growing = growing.filter((claim) => target(claim) + 1 <= Math.min(claim[cap], claim.maxA));
      const [first, ...others] = growing;
      if (!first) return;
      const lowestOne = others.reduce((low, claim) => (target(claim) < target(low) ? claim : low), first);
      if (!this.grow(lowestOne, 1)) growing = growing.filter((claim) => claim !== lowestOne);
    }
  }
}

function safeOf(claim: Claim, safeA: number): number {
  return Math.min(safeA, claim.maxA);
}

function firstCome(a: Claim, b: Claim): number {
  return a.since - b.since || (a.key < b.key ? -1 : 1);
}

function higherFirst(a: Claim, b: Claim): number {
  return b.priority - a.priority;
}
