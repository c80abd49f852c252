/**
 * What the hub knows of the limits that one charger holds, and so the most that it may take: everything that was confirmed, everything
 * that was sent and may have arrived, and what it was allowed before for as long as it has not shown that it obeys. And the least that it may hold: more
 * than that may be a raise, whatever the most says. Amperes per phase.
 */
export interface Grip {
  /** Confirmed limit that holds whenever no transaction has its own (TxDefaultProfile, or ChargePointMaxProfile); null: none yet. */
  storedA: number | null;
  /** Sent to be stored, and nobody knows whether it arrived. */
  storedDoubtA: number | null;
  /** Confirmed limit of the running transaction (TxProfile). */
  txA: number | null;
  txDoubtA: number | null;
  /** A confirmed lowering that no reading has shown yet: until then it may take `fromA`. */
  settling: { fromA: number; since: number } | null;
  /** The least that may be stored in it, and the least that its running transaction may be allowed. A hub that starts again knows neither: 0. */
  storedLeastA: number;
  runningLeastA: number;
  /** This run of the hub has told it something. */
  told: boolean;
}

export type Register = "stored" | "tx";

export const noGrip: Grip = {
  ...{ storedA: null, storedDoubtA: null, txA: null, txDoubtA: null, settling: null },
  ...{ storedLeastA: 0, runningLeastA: 0, told: false },
};

/** Who draws anything is allowed this much at least: there is no pilot signal for less (IEC 61851-1, table A.7). */
const LEAST_DRAWN_A = 6;

/** Whether the charger holds nothing of ours, as far as anyone knows. */
export function isEmpty({ storedA, storedDoubtA, txA, txDoubtA }: Grip): boolean {
  return storedA === null && storedDoubtA === null && txA === null && txDoubtA === null;
}

/** What it has been told last and has confirmed; null: nothing. */
export function confirmedA(grip: Grip): number | null {
  return grip.txA ?? grip.storedA;
}

/** The most that it may take, of at most `ratedA`. */
export function worstA(grip: Grip, ratedA: number): number {
  if (grip.storedA === null) return ratedA;
  return Math.min(ratedA, Math.max(storedWorstA(grip, ratedA), runningWorstA(grip)));
}

/** The most that a transaction may take that the hub has not heard of. */
export function storedWorstA(grip: Grip, ratedA: number): number {
  if (grip.storedA === null) return ratedA;
  return Math.min(ratedA, Math.max(grip.storedA, grip.storedDoubtA ?? 0));
}

/** What is on its way counts from the moment before it is sent. */
export function sending(grip: Grip, register: Register, limitA: number): Grip {
  const running = { ...grip, told: true, runningLeastA: Math.min(grip.runningLeastA, limitA) };
  if (register === "tx") return { ...running, txDoubtA: Math.max(grip.txDoubtA ?? 0, limitA) };
  const storedLeastA = Math.min(grip.storedLeastA, limitA);
  return { ...running, storedLeastA, storedDoubtA: Math.max(grip.storedDoubtA ?? 0, limitA) };
}

/** Whether `limitA` in that register may let a charger take more than it may now. One that has never confirmed anything is held to be without any limit. */
export function mayRaise({ storedA, storedLeastA, runningLeastA }: Grip, register: Register, limitA: number): boolean {
  return storedA !== null && limitA > (register === "tx" ? runningLeastA : storedLeastA);
}

/**
 * It confirmed `limitA`; `priorDoubtA` is what was in doubt before that was sent. Where more was allowed until now and a car may be
 * drawing it, the lowering has to show first.
 */
export function accepted(
  grip: Grip,
  register: Register,
  limitA: number,
  priorDoubtA: number | null,
  drawing: boolean,
  now: number,
): Grip {
  const allowedA = worstA(refused(grip, register, priorDoubtA), Infinity);
  const settled = holding(grip, register, limitA);
  const holdsA = confirmedA(settled) as number;
  return drawing && allowedA > holdsA ? { ...settled, settling: { fromA: allowedA, since: now } } : settled;
}

/** It holds `limitA` for certain. */
export function holding(grip: Grip, register: Register, limitA: number): Grip {
  if (register === "tx") return { ...grip, txA: limitA, txDoubtA: null, runningLeastA: limitA };
  const of = grip.txDoubtA === null ? (grip.txA ?? limitA) : Math.min(grip.runningLeastA, limitA);
  return { ...grip, storedA: limitA, storedDoubtA: null, storedLeastA: limitA, runningLeastA: of };
}

/** It refused what was sent, so all is as before. */
export function refused(grip: Grip, register: Register, priorDoubtA: number | null): Grip {
  return register === "tx" ? { ...grip, txDoubtA: priorDoubtA } : { ...grip, storedDoubtA: priorDoubtA };
}

/** The transaction's own limit is of no use for this charger: from now on only the stored one is written, and the other may still hold. */
export function txGivenUp(grip: Grip): Grip {
  const txDoubtA = grip.txA === null ? grip.txDoubtA : Math.max(grip.txA, grip.txDoubtA ?? 0);
  return { ...grip, txA: null, txDoubtA };
}

/** A reading has shown that it obeys, or nothing can show it and its time is over. */
export function shown(grip: Grip): Grip {
  return { ...grip, settling: null };
}

/** The transaction is over, and its own limit with it (OCPP 1.6 section 3.13.1). */
export function transactionOver(grip: Grip): Grip {
  return { ...grip, txA: null, txDoubtA: null, settling: null, runningLeastA: grip.storedLeastA };
}

/** A reading shows that its car draws. Of one that this run of the hub has told nothing, that says how much it is allowed at least. */
export function seenDrawing(grip: Grip): Grip {
  if (grip.told) return grip;
  const ofStored = grip.txA === null && grip.txDoubtA === null;
  return { ...grip, runningLeastA: LEAST_DRAWN_A, storedLeastA: ofStored ? LEAST_DRAWN_A : grip.storedLeastA };
}

/** What a hub that starts again knows: upper bounds that were written before anything was sent. */
export function remembered(held: { storedA: number; ceilingA: number } | undefined): Grip {
  if (!held) return noGrip;
  return { ...noGrip, storedA: held.storedA, txDoubtA: held.ceilingA > held.storedA ? held.ceilingA : null };
}

function runningWorstA(grip: Grip): number {
  return Math.max(grip.txA ?? 0, grip.txDoubtA ?? 0, grip.settling?.fromA ?? 0);
}
