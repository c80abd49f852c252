import type { ChargingProfile } from "./charging-profile";
import { KIND_RELATIVE } from "./charging-profile";
import { secondsBetween } from "./time";
import type { Instant } from "./time";

/** No limit. */
export const UNLIMITED = -1;
/** Seconds that never pass. */
export const FOREVER = 2147483647;
/** Limits in W become a current at this voltage between phase and neutral. */
export const NOMINAL_V = 230;

/** A limit and how long it stands. */
export interface Limit {
  /** mA a phase, or UNLIMITED. */
  ma: number;
  /** Seconds to the next moment at which it may be another. */
  leftSec: number;
}

/** A moment as schedules see it. */
export interface Moment {
  at: Instant;
  /** Is `at` the time of day, or has nobody told us yet? */
  known: boolean;
  /** Seconds since the transaction began; 0 without one. */
  sinceStart: number;
}

/** mA a phase of the period that begins at this index of a profile's threes. */
function periodMa(p: ChargingProfile, i: number): number {
  const limit = p.periods[i + 1] as number;
  if (!p.watts) return limit * 100;
  const volts = NOMINAL_V * (p.periods[i + 2] as number);
  const mw = limit * 1000;
  return (mw - (mw % volts)) / volts;
}

function lowestMa(p: ChargingProfile): number {
  let lowest = periodMa(p, 0);
  for (let i = 3; i < p.periods.length; i += 3) lowest = Math.min(lowest, periodMa(p, i));
  return lowest;
}

/** The limit that a profile sets at a moment (OCPP 1.6 sections 3.13 and 7.13). */
export function limitOf(p: ChargingProfile, moment: Moment): Limit {
  const timed = p.validFrom !== undefined || p.validTo !== undefined || p.start !== undefined;
  // After a reset the time is unknown until the hub tells it: the strictest that the profile could ask for is never too much.
  if (timed && !moment.known) return { ma: lowestMa(p), leftSec: FOREVER };
  let left = FOREVER;
  if (p.validFrom !== undefined) {
    const wait = secondsBetween(moment.at, p.validFrom);
    if (wait > 0) return { ma: UNLIMITED, leftSec: wait };
  }
  if (p.validTo !== undefined) {
    left = secondsBetween(moment.at, p.validTo);
    if (left <= 0) return { ma: UNLIMITED, leftSec: FOREVER };
  }
  let offset =
    p.kind === KIND_RELATIVE || p.start === undefined ? moment.sinceStart : secondsBetween(p.start, moment.at);
  if (offset < 0) return { ma: UNLIMITED, leftSec: Math.min(left, -offset) };
  if (p.recurSec > 0) {
    offset = offset % p.recurSec;
    left = Math.min(left, p.recurSec - offset);
  }
  if (p.durationSec >= 0) {
    if (offset >= p.durationSec) return { ma: UNLIMITED, leftSec: left };
    left = Math.min(left, p.durationSec - offset);
  }
  let ma = UNLIMITED;
  for (let i = 0; i < p.periods.length; i += 3) {
    const start = p.periods[i] as number;
    if (start > offset) return { ma, leftSec: Math.min(left, start - offset) };
    ma = periodMa(p, i);
  }
  return { ma, leftSec: left };
}

/** Both limits hold: the lower one, until either may change. */
export function lower(a: Limit, b: Limit): Limit {
  const leftSec = Math.min(a.leftSec, b.leftSec);
  if (a.ma === UNLIMITED || b.ma === UNLIMITED) return { ma: Math.max(a.ma, b.ma), leftSec };
  return { ma: Math.min(a.ma, b.ma), leftSec };
}

/** The first holds where it sets a limit, else the second. */
export function orElse(a: Limit, b: Limit): Limit {
  return { ma: a.ma === UNLIMITED ? b.ma : a.ma, leftSec: Math.min(a.leftSec, b.leftSec) };
}
