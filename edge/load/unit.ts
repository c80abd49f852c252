import type { LoadState } from "../state/state";
import type { Claim } from "./allocate";
import { countedA } from "./counts";
import type { Grip } from "./grip";
import { remembered, shown, transactionOver } from "./grip";
import type { Written } from "./held";
import { writtenNow } from "./held";
import type { Outlet } from "./observe";
import { noTurn } from "./turns";
import type { Turn } from "./turns";
import { countsOf, isResting, newWatch, settledUnseen, wantedA, watchAgain } from "./watch";
import type { Watch } from "./watch";

/** All that load management keeps of one outlet. */
export interface Unit {
  outlet: Outlet;
  grip: Grip;
  watch: Watch;
  turn: Turn;
  /** The transaction that `watch` and the grip's own limit are about; undefined: the hub has just started and takes them as they are. */
  sessionId: string | null | undefined;
  /** To be told again though confirmed. */
  again: { stored: boolean; tx: boolean };
  /** What it should have now, amperes; null: no transaction. */
  targetA: number | null;
  written: Written | null;
  /** When it was last asked for a reading. */
  askedAt: number;
  /** Since when this run of the hub knows it, epoch ms. */
  knownSince: number;
}

/** An outlet that is seen for the first time since the hub started, with what the journal knows of it. */
export function newUnit(outlet: Outlet, load: LoadState | undefined, now: number): Unit {
  const held = load?.held[outlet.key];
  const told = load?.problems[outlet.key];
  const beyond = told?.problem === "no_effect" ? { limitA: told.limitA ?? 0, measuredA: told.measuredA ?? 0 } : null;
  return {
    outlet,
    grip: remembered(held),
    watch: { ...newWatch, beyond },
    turn: noTurn,
    sessionId: undefined,
    again: { stored: true, tx: true },
    targetA: null,
    written: held ? writtenNow(null, held, now) : null,
    askedAt: 0,
    knownSince: now,
  };
}

/** Follows what the hub's state says now. What happens at a charger that is out of reach is not known, so nothing is taken back then. */
export function followed(unit: Unit, outlet: Outlet, measures: boolean, now: number): Unit {
  const next = { ...unit, outlet };
  if (!outlet.connected) return next;
  const id = outlet.session?.id ?? null;
  if (unit.sessionId !== undefined && id !== null && id !== unit.sessionId) {
    return { ...next, sessionId: id, grip: transactionOver(unit.grip), watch: watchAgain(unit.watch), turn: noTurn };
  }
  if (id === null && !outlet.inUse) return { ...next, sessionId: null, grip: transactionOver(unit.grip) };
  const grip = settledUnseen(unit.grip, measures, now) ? shown(unit.grip) : unit.grip;
  return { ...next, sessionId: id, grip };
}

/** Its claim on the site's current; `steered`: it can be told limits and is believed to keep them. */
export function claimOf(unit: Unit, steered: boolean, now: number): Claim {
  const { outlet, grip, watch, turn } = unit;
  const counts = countsOf(outlet, watch, now);
  return {
    key: outlet.key,
    wired: counts.wired,
    used: counts.used,
    fixedA: steered ? null : countedA(counts, grip),
    active: outlet.session !== null,
    since: outlet.session?.startedAt ?? 0,
    priority: outlet.priority,
    wantA: wantedA(outlet, watch),
    maxA: outlet.ratedA,
    turn: { ...turn, resting: isResting(outlet, watch, turn.servedSince, now) },
  };
}
