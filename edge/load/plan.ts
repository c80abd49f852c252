import type { PhaseCurrents } from "../../shared/load";
import { MIN_A } from "./allocate";
import type { Counts } from "./counts";
import { countedA } from "./counts";
import type { Grip, Register } from "./grip";
import { confirmedA, holding, mayRaise, sending, shown } from "./grip";
import { add, subtract, sum, within } from "./phases";

/** One charger that may be told something now. */
export interface Candidate {
  key: string;
  cpId: string;
  /** It can be called: connected, nothing under way, no pause after a failure. */
  ready: boolean;
  /** It has been told something and has not answered yet. */
  underWay: boolean;
  grip: Grip;
  counts: Counts;
  storedA: number;
  /** null: no transaction, or one that has no limit of its own. */
  txA: number | null;
  /** What has to be told again though it was confirmed: the charger may have forgotten. */
  again: { stored: boolean; tx: boolean };
  /** A transaction is running there, as far as is known. */
  running: boolean;
  /** The hub has just started, and what its car draws may still be told. */
  unheard: boolean;
  /** Its last raise was a short while ago. */
  lately: boolean;
}

export interface Order {
  key: string;
  register: Register;
  limitA: number;
  /** It may let the charger take more than before. */
  raises: boolean;
}

/** A raise that does not reach its target is worth a message from here on, amperes. */
const WORTHWHILE_A = 2;

/**
 * What to tell whom now, one message a charge point. What cannot let a charger take more goes at once. What could goes only when the worst
 * cases of all chargers together, with it, stay within the limit: so a raise waits until the lowering of others is confirmed
 * and shown. Each raise that is ordered counts for those after it. Where the worst cases together are beyond the limit and nothing can be told (a hub that
 * started again has only upper bounds in mind), one charger at a time is told the least that it may hold: that is known then.
 */
export function plan(candidates: Candidate[], limit: PhaseCurrents): Order[] {
  const orders: Order[] = [];
  const told = new Set<string>();
  const give = (candidate: Candidate, order: Order) => {
    orders.push(order);
    told.add(candidate.cpId);
  };
  const ready = candidates.filter((candidate) => candidate.ready);

  for (const candidate of ready) {
    if (told.has(candidate.cpId)) continue;
    const order = due(candidate).find((each) => !each.raises);
    if (order) give(candidate, order);
  }

  let counted = sum(candidates.map(({ counts, grip }) => countedA(counts, grip)));
  const raising = ready.filter((candidate) => !told.has(candidate.cpId)).toSorted(lowestFirst);
  for (const candidate of raising) {
    if (told.has(candidate.cpId)) continue;
    const own = countedA(candidate.counts, candidate.grip);
    const others = subtract(counted, own);
    for (const wanted of due(candidate)) {
      const order = fitting(candidate, wanted, others, limit);
      if (!order) continue;
      give(candidate, order);
      counted = add(others, countedA(candidate.counts, sending(candidate.grip, order.register, order.limitA)));
      break;
    }
  }
  if (orders.length === 0) {
    const order = leastOf(candidates, limit);
    if (order) orders.push(order);
  }
  return orders;
}

/** One order that makes what is known of a charger smaller, where that is needed and none is under way; the one that is least felt. */
function leastOf(candidates: Candidate[], limit: PhaseCurrents): Order | null {
  const soon = sum(candidates.map(({ counts, grip }) => countedA(counts, shown(grip))));
  if (within(soon, limit) || candidates.some(({ underWay }) => underWay)) return null;
  const possible = candidates.filter(({ ready, grip }) => ready && grip.storedA !== null).flatMap(leasts);
  return possible.toSorted((a, b) => a.felt - b.felt || b.limitA - a.limitA)[0] ?? null;
}

function leasts({ key, grip, counts, txA, running, unheard }: Candidate): (Order & { felt: number })[] {
  const registers: Register[] = txA === null ? ["stored"] : ["tx", "stored"];
  return registers.flatMap((register) => {
    const limitA = register === "tx" ? grip.runningLeastA : grip.storedLeastA;
    const then = countedA(counts, holding(shown(grip), register, limitA));
    if (within(countedA(counts, shown(grip)), then)) return [];
    const felt = running && limitA < MIN_A && (register === "tx" || txA === null) ? 1 : 0;
    if (felt > 0 && unheard) return [];
    return [{ key, register, limitA, raises: false, felt }];
  });
}

/** What it has yet to be told, the running transaction's limit first; nothing of its own before there is a stored one. */
function due(candidate: Candidate): Order[] {
  const { grip, storedA, txA, again } = candidate;
  const orders: Order[] = [];
  const txDue = txA !== null && (confirmedA(grip) !== txA || grip.txDoubtA !== null || again.tx);
  if (txDue && grip.storedA !== null) orders.push(order(candidate, "tx", txA));
  if (grip.storedA !== storedA || grip.storedDoubtA !== null || again.stored) {
    orders.push(order(candidate, "stored", storedA));
  }
  return orders;
}

function order({ key, counts, grip }: Candidate, register: Register, limitA: number): Order {
  const grows = !within(countedA(counts, sending(grip, register, limitA)), countedA(counts, grip));
  return { key, register, limitA, raises: grows || mayRaise(grip, register, limitA) };
}

/** The raise, or as much of it as fits beside the others' worst cases, or null. */
function fitting(candidate: Candidate, wanted: Order, others: PhaseCurrents, limit: PhaseCurrents): Order | null {
  const { grip, counts, lately } = candidate;
  const hasA = confirmedA(grip) ?? 0;
  if (lately && hasA >= MIN_A) return null;
  const fits = (amps: number) => within(add(others, countedA(counts, sending(grip, wanted.register, amps))), limit);
  if (fits(wanted.limitA)) return wanted;
  if (wanted.register === "stored") return null;
  let amps = Math.floor(wanted.limitA);
  while (amps >= MIN_A && !fits(amps)) amps -= 1;
  const worthwhile = amps >= MIN_A && (hasA < MIN_A || amps >= hasA + WORTHWHILE_A);
  return worthwhile ? { ...wanted, limitA: amps } : null;
}

function lowestFirst(a: Candidate, b: Candidate): number {
  return (confirmedA(a.grip) ?? 0) - (confirmedA(b.grip) ?? 0) || (a.key < b.key ? -1 : 1);
}
