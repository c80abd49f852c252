import type { CallRequest } from "../ocpp/calls";

/**
 * The ways in which a limit can be told to a charger. Chargers differ in what they take: some know only one purpose, one unit, or
 * one kind of schedule, so the ways are tried in this order.
 */
export interface Way {
  /** `tx`: a default for any transaction and one for the running one; `default`, `max`: that one profile is rewritten. */
  via: "tx" | "default" | "max";
  unit: "A" | "W";
  kind: "Relative" | "Absolute";
}

const purposes: Omit<Way, "unit">[] = [
  { via: "tx", kind: "Relative" },
  { via: "tx", kind: "Absolute" },
  { via: "default", kind: "Relative" },
  { via: "default", kind: "Absolute" },
  { via: "max", kind: "Absolute" },
];

const allWays: Way[] = (["A", "W"] as const).flatMap((unit) => purposes.map((purpose) => ({ ...purpose, unit })));

/** The ways worth trying. `units` is null where the charger does not say; ChargePointMaxProfile limits the whole charge point, so it serves only one connector. */
export function waysFor(connectors: number, units: readonly ("A" | "W")[] | null): Way[] {
  return allWays.filter(({ via, unit }) => (units?.includes(unit) ?? true) && (via !== "max" || connectors === 1));
}

/** What ChargingScheduleAllowedChargingRateUnit says: `Current`, `Power` or both (OCPP 1.6 section 9.4); some chargers write A and W. */
export function allowedUnits(value: string | null): ("A" | "W")[] | null {
  const words = (value ?? "").split(",").map((word) => word.trim().toLowerCase());
  const units: ("A" | "W")[] = [];
  if (words.some((word) => word === "current" || word === "a")) units.push("A");
  if (words.some((word) => word === "power" || word === "w")) units.push("W");
  return units.length > 0 ? units : null;
}

const VOLTS = 230;
/** Long past, so that it holds for a charger whose clock is behind too. */
const ALWAYS = "2000-01-01T00:00:00Z";

export interface ProfileInput {
  connectorId: number;
  register: "stored" | "tx";
  limitA: number;
  way: Way;
  phases: 1 | 3;
  stackLevel: number;
  transactionId: number | null;
}

/** SetChargingProfile for one limit per phase (OCPP 1.6 section 5.16). In watts it says for how many phases, since 3 is what a charger assumes (section 7.14). */
export function profileFor(input: ProfileInput): CallRequest<"SetChargingProfile"> {
  const { connectorId, register, limitA, way, phases, stackLevel, transactionId } = input;
  const purpose = register === "tx" ? "TxProfile" : way.via === "max" ? "ChargePointMaxProfile" : "TxDefaultProfile";
  const limit = way.unit === "A" ? Math.floor(limitA * 10) / 10 : Math.floor(limitA * VOLTS * phases);
  const sayPhases = way.unit === "W" || phases === 1;
  return {
    connectorId: way.via === "max" ? 0 : connectorId,
    csChargingProfiles: {
      chargingProfileId: profileId(connectorId, purpose),
      stackLevel,
      chargingProfilePurpose: purpose,
      chargingProfileKind: way.kind,
      ...(register === "tx" && transactionId !== null ? { transactionId } : {}),
      chargingSchedule: {
        ...(way.kind === "Absolute" ? { startSchedule: ALWAYS } : {}),
        chargingRateUnit: way.unit,
        chargingSchedulePeriod: [{ startPeriod: 0, limit, ...(sayPhases ? { numberPhases: phases } : {}) }],
      },
    },
  };
}

/** ClearChargingProfile for everything that the hub may have put there. */
export function clearingFor(connectorId: number): CallRequest<"ClearChargingProfile">[] {
  return (["TxProfile", "TxDefaultProfile", "ChargePointMaxProfile"] as const).map((purpose) => ({
    id: profileId(connectorId, purpose),
  }));
}

/** One id for each purpose and connector: a repeat replaces what was there. */
function profileId(connectorId: number, purpose: "TxProfile" | "TxDefaultProfile" | "ChargePointMaxProfile"): number {
  return { TxProfile: 1000, TxDefaultProfile: 2000, ChargePointMaxProfile: 3000 }[purpose] + connectorId;
}
