import { asksLocalTime, asksPower, conditionsKey, minutesOf, momentAt, thousandfold } from "./elements";
import { localBoundaries } from "./local-time";
import type { ChargingPeriod, Metering, Tariff } from "./schema";

/** A meter reading: the instant (ISO 8601 UTC) and the session's energy so far in whole Wh. */
interface MeterReading {
  at: string;
  energyWh: number;
}

/** A point on the straight line between two readings. */
interface Point {
  seconds: number;
  energyWh: number;
}

/** A meter that stands still for longer is parking from its standstill on; for less, it may be coarse or the car charge slowly. */
const quietSeconds = 300;

/** The meter of a session that begins at `startedAt` (ISO 8601 UTC): no energy, no time. */
export function beginMetering(startedAt: string): Metering {
  return { startedAt, seconds: 0, energyWh: 0, key: "", periods: [], quiet: null };
}

/** The session's charging periods up to the latest reading; their Wh and seconds add up to the session's exactly. */
export function periodsOf(metering: Metering): ChargingPeriod[] {
  return metering.periods;
}

/** The meter of a session that began `byMs` milliseconds later. */
export function shiftMetering(metering: Metering, byMs: number): Metering {
  const moved = (at: string) => new Date(Date.parse(at) + byMs).toISOString();
  const periods = metering.periods.map((period) => ({ ...period, start: moved(period.start) }));
  const { quiet } = metering;
  const last = quiet?.last ? { ...quiet.last, start: moved(quiet.last.start) } : null;
  return { ...metering, startedAt: moved(metering.startedAt), periods, quiet: quiet && { ...quiet, last } };
}

/**
 * The meter after one more reading. The interval since the last one is taken as a straight line and cut where the tariff's active
 * elements may change: local time of day, day and date in the zone of the site, and duration and energy of the session. Energy is
 * split in whole Wh and none is lost. An interval with energy is charging, one without is parking; but a stretch of up to five
 * minutes without energy, once energy comes back, was slow charging or a coarse meter, and becomes charging too. A reading before
 * the last one, or with less energy, counts as the last one's time or energy.
 *
 * Limits: nothing finer is known than the readings, so more of them on the same line may move a cut in time by one Wh, a cut in
 * energy by the time of one Wh, and a switch of power by one interval; nothing else changes. A cut lies on the session's first whole
 * second at or after the boundary. `tariff` and `timeZone` stay the same throughout a session. Cost: one step per boundary, and per
 * day where local time matters; so an instant that is years off makes years of periods, and is the caller's to refuse.
 */
export function advanceMetering(metering: Metering, reading: MeterReading, tariff: Tariff, timeZone: string): Metering {
  const startMs = Date.parse(metering.startedAt);
  const to: Point = {
    seconds: Math.max(metering.seconds, Math.floor((Date.parse(reading.at) - startMs) / 1000)),
    energyWh: Math.max(metering.energyWh, Math.floor(reading.energyWh)),
  };
  if (to.seconds === metering.seconds && to.energyWh === metering.energyWh) return metering;

  const charging = to.energyWh > metering.energyWh;
  const base = charging ? withoutQuiet(metering) : metering;
  const from: Point = { seconds: base.seconds, energyWh: base.energyWh };
  const powerW = portion(to.energyWh - from.energyWh, 3600, to.seconds - from.seconds);
  const periods = [...base.periods];
  let key = base.key;
  let here = from;
  for (const next of [...cuts(from, to, startMs, tariff, timeZone), to]) {
    const seconds = next.seconds - here.seconds;
    const energyWh = next.energyWh - here.energyWh;
    if (seconds === 0 && energyWh === 0) continue;
    const atMs = startMs + here.seconds * 1000;
    const moment = momentAt(tariff, timeZone, atMs, here.seconds, here.energyWh, powerW);
    const nextKey = `${charging ? "T" : "P"}${conditionsKey(tariff, moment)}`;
    const last = periods.at(-1);
    if (last && nextKey === key) {
      periods[periods.length - 1] = { ...last, seconds: last.seconds + seconds, energyWh: last.energyWh + energyWh };
    } else {
      const start = new Date(atMs).toISOString();
      periods.push({ start, seconds, energyWh, charging, ...(asksPower(tariff) ? { powerW } : {}) });
    }
    key = nextKey;
    here = next;
  }
  return { ...metering, ...to, key, periods, quiet: charging ? null : (metering.quiet ?? standstill(metering)) };
}

function standstill({ seconds, key, periods }: Metering): Metering["quiet"] {
  return { seconds, key, count: periods.length, last: periods.at(-1) ?? null };
}

/** The meter as it was before a short stretch without energy, of which the energy that has now come is the explanation. */
function withoutQuiet(metering: Metering): Metering {
  const { quiet } = metering;
  if (!quiet || metering.seconds - quiet.seconds > quietSeconds) return metering;
  const periods = quiet.last ? [...metering.periods.slice(0, quiet.count - 1), quiet.last] : [];
  return { ...metering, seconds: quiet.seconds, key: quiet.key, periods, quiet: null };
}

/** floor(whole * part / of), exact; 0 of nothing. */
function portion(whole: number, part: number, of: number): number {
  return of === 0 ? 0 : Number((BigInt(whole) * BigInt(part)) / BigInt(of));
}

/** The points between two readings at which an element may become active or inactive, in order. */
function cuts(from: Point, to: Point, startMs: number, tariff: Tariff, timeZone: string): Point[] {
  if (!tariff.elements.some((element) => element.restrictions)) return [];
  const seconds = to.seconds - from.seconds;
  const energyWh = to.energyWh - from.energyWh;
  const points: Point[] = [];
  const restrictions = tariff.elements.map((element) => element.restrictions ?? {});

  const times = restrictions.flatMap((r) => [r.min_duration ?? 0, r.max_duration ?? 0]);
  if (asksLocalTime(tariff)) {
    const minutes = restrictions.flatMap((r) => [minutesOf(r.start_time ?? "00:00"), minutesOf(r.end_time ?? "00:00")]);
    const [fromMs, toMs] = [startMs + from.seconds * 1000, startMs + to.seconds * 1000];
    for (const atMs of localBoundaries(timeZone, fromMs, toMs, [...new Set(minutes)])) {
      times.push(Math.ceil((atMs - startMs) / 1000));
    }
  }
  for (const time of times) {
    if (time <= from.seconds || time >= to.seconds) continue;
    points.push({ seconds: time, energyWh: from.energyWh + portion(energyWh, time - from.seconds, seconds) });
  }

  for (const threshold of restrictions.flatMap((r) => [thousandfold(r.min_kwh ?? 0), thousandfold(r.max_kwh ?? 0)])) {
    if (threshold <= from.energyWh || threshold >= to.energyWh) continue;
    // Counted from the end, so that it rounds up: at this second the threshold has been reached.
    const remaining = portion(to.energyWh - threshold, seconds, energyWh);
    points.push({ seconds: to.seconds - remaining, energyWh: threshold });
  }
  return points.toSorted((a, b) => a.seconds - b.seconds || a.energyWh - b.energyWh);
}
