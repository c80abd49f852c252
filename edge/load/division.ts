import type { LoadSettings, PhaseCurrents } from "../../shared/load";
import { allocate } from "./allocate";
import type { Link } from "./link";
import { wayOf } from "./link";
import { plan } from "./plan";
import type { Candidate, Order } from "./plan";
import { turnAfter } from "./turns";
import type { Unit } from "./unit";
import { claimOf } from "./unit";
import { countsOf } from "./watch";

/** What a charging car draws may still be told, of chargers that a hub has known for less. */
const FIRST_WORD_MS = 15_000;
/** A raise follows the one before it after this long at the earliest. */
const RAISE_EVERY_MS = 10_000;

interface DivideInput {
  units: readonly Unit[];
  links: ReadonlyMap<string, Link>;
  settings: LoadSettings;
  limit: PhaseCurrents;
  guaranteed: PhaseCurrents;
  /** Charge points that have been called and not answered yet, or must not be called. */
  busy: ReadonlySet<string>;
}

interface Divided {
  safeA: number;
  /** The units with their targets and turns. */
  units: Unit[];
  orders: Order[];
}

/** One round of load management: who should have how much, and what to tell whom right now. */
export function divide(input: DivideInput, now: number): Divided {
  const { units, links, settings, limit, guaranteed, busy } = input;
  const { sharing, safeCurrentA, turnMinutes } = settings;
  const turnMs = turnMinutes * 60_000;
  const division = { sharing, limit, guaranteed, safeA: safeCurrentA, turnMs, now };
  const linkOf = (unit: Unit) => links.get(unit.outlet.cpId) as Link;

  const claims = units.map((unit) => claimOf(unit, isSteered(unit, linkOf(unit)), now));
  const { safeA, targets } = allocate(claims, division);
  // What cannot be steered is told its share all the same, as if it could: it may come round.
  const wished = allocate(
    claims.map((claim) => ({ ...claim, fixedA: null })),
    division,
  ).targets;

  const contested = [...targets.values()].includes(0);
  const restingOf = new Map(claims.map(({ key, turn }) => [key, turn.resting]));
  const next = units.map((unit): Unit => {
    const { key, session } = unit.outlet;
    const targetA = session ? ((targets.get(key) ?? wished.get(key)) as number) : null;
    const resting = restingOf.get(key) as boolean;
    return { ...unit, targetA, turn: turnAfter({ ...unit.turn, resting }, targetA, { contested, turnMs, now }) };
  });
  const candidates = next.map((unit): Candidate => {
    const link = linkOf(unit);
    const { outlet, watch, grip, again, targetA } = unit;
    const way = wayOf(link, outlet.connectors);
    const ofItsOwn = way?.via === "tx";
    return {
      key: outlet.key,
      cpId: outlet.cpId,
      ready: outlet.connected && link.asked && way !== null && now >= link.retryAt && !busy.has(outlet.cpId),
      underWay: busy.has(outlet.cpId),
      grip,
      counts: countsOf(outlet, watch, now),
      storedA: ofItsOwn || targetA === null ? Math.min(safeA, outlet.ratedA) : targetA,
      txA: ofItsOwn ? targetA : null,
      again,
      running: outlet.session !== null,
      unheard: !grip.told && now < unit.knownSince + FIRST_WORD_MS,
      lately: now < watch.raisedAt + RAISE_EVERY_MS,
    };
  });
  return { safeA, units: next, orders: plan(candidates, limit) };
}

/** Whether it can be told limits and is believed to keep them. Two calls without an answer, and it is not waited for any more. */
export function isSteered({ outlet, watch }: Unit, link: Link): boolean {
  return outlet.connected && link.failures < 2 && !watch.beyond && wayOf(link, outlet.connectors) !== null;
}
