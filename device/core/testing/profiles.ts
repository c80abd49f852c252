import { readProfile } from "../charging-profile";
import type { ChargingProfile } from "../charging-profile";
import { limitOf } from "../charging-schedule";
import type { Payload } from "../frame";
import { addSeconds, parseInstant } from "../time";
import type { Instant } from "../time";

export const NOW = "2026-03-01T12:00:00Z"; // what the rig's central system says, a Sunday

export interface Wish {
  id?: number;
  stackLevel?: number;
  purpose?: string;
  kind?: string;
  recurrencyKind?: string;
  validFrom?: unknown;
  validTo?: unknown;
  start?: unknown;
  duration?: unknown;
  unit?: string;
  periods?: unknown;
  transactionId?: unknown;
}

/** A chargingProfile; a limit of 10 A from the transaction's start where nothing else is wished for. */
export function payload(wish: Wish = {}): Payload {
  return {
    chargingProfileId: wish.id ?? 1,
    stackLevel: wish.stackLevel ?? 0,
    chargingProfilePurpose: wish.purpose ?? "TxDefaultProfile",
    chargingProfileKind: wish.kind ?? "Relative",
    ...(wish.recurrencyKind === undefined ? {} : { recurrencyKind: wish.recurrencyKind }),
    ...(wish.validFrom === undefined ? {} : { validFrom: wish.validFrom }),
    ...(wish.validTo === undefined ? {} : { validTo: wish.validTo }),
    ...(wish.transactionId === undefined ? {} : { transactionId: wish.transactionId }),
    chargingSchedule: {
      ...(wish.start === undefined ? {} : { startSchedule: wish.start }),
      ...(wish.duration === undefined ? {} : { duration: wish.duration }),
      chargingRateUnit: wish.unit ?? "A",
      chargingSchedulePeriod: wish.periods ?? [{ startPeriod: 0, limit: 10 }],
    },
  };
}

export function read(wish: Wish = {}, connectorId = 1): ChargingProfile {
  return readProfile(connectorId, payload(wish)) as ChargingProfile;
}

function instant(text: string): Instant {
  return parseInstant(text) as Instant;
}

/** The limit of a profile some seconds into a transaction that began at NOW. */
export function after(seconds: number, wish: Wish): { ma: number; leftSec: number } {
  return limitOf(read(wish), { at: addSeconds(instant(NOW), seconds), known: true, sinceStart: seconds });
}

export function amps(limit: number): Wish {
  return { periods: [{ startPeriod: 0, limit }] };
}
