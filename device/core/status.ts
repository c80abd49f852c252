/** Connector statuses of OCPP 1.6 (section 7.7) that this charger uses. */
export type Status =
  | "Available"
  | "Preparing"
  | "Charging"
  | "SuspendedEV"
  | "SuspendedEVSE"
  | "Finishing"
  | "Reserved"
  | "Unavailable"
  | "Faulted";

/** What decides the status. */
export interface Facts {
  faulted: boolean;
  operative: boolean;
  /** A transaction runs. */
  transaction: boolean;
  /** A car is plugged in. */
  plugged: boolean;
  /** Somebody is authorised and the plug is awaited. */
  granted: boolean;
  /** The connector is kept for somebody who has not come yet. */
  reserved: boolean;
  /** A transaction ended and its car is still plugged in. */
  finishing: boolean;
  /** The car asks for power. */
  wantsPower: boolean;
  /** Enough current is offered. */
  offered: boolean;
}

/** The status that the facts mean (OCPP 1.6 section 4.9, which calls it a state diagram of the connector). */
export function statusOf(facts: Facts): Status {
  if (facts.faulted) return "Faulted";
  if (facts.transaction) {
    if (!facts.offered) return "SuspendedEVSE";
    return facts.wantsPower ? "Charging" : "SuspendedEV";
  }
  if (!facts.operative) return "Unavailable";
  if (facts.finishing && !facts.granted) return "Finishing";
  if (facts.reserved && !facts.granted) return "Reserved";
  return facts.plugged || facts.granted ? "Preparing" : "Available";
}

/** The columns of the table in OCPP 1.6 section 4.9: to which statuses each may change. */
export function allowed(from: Status, to: Status): boolean {
  if (from === to) return false;
  if (to === "Available" || to === "Faulted" || from === "Faulted") return true;
  if (from === "Reserved") return to === "Preparing" || to === "Unavailable";
  if (to === "Reserved") return from === "Available";
  if (to === "Preparing") return from === "Available" || from === "Finishing" || from === "Unavailable";
  if (to === "Finishing") return from !== "Available" && from !== "Unavailable";
  if (to === "Unavailable") return from !== "Preparing";
  return from !== "Finishing"; // Charging, SuspendedEV, SuspendedEVSE
}

/**
 * The statuses to report, in order, to go from one to another. Two looks at a connector may lie further apart than one
 * step of the table (a car pulled out and another plugged in); the status between them is then reported too.
 */
export function steps(from: Status, to: Status): Status[] {
  if (from === to) return [];
  if (allowed(from, to)) return [to];
  return to === "Preparing" || to === "Unavailable" || to === "Reserved" ? ["Available", to] : ["Preparing", to];
}
