/**
 * What a charger says about time (OCPP 1.6 section 3.13) can be wrong in every way: 1970 before it has been told the time, local time without a
 * zone, a clock that stood still, nothing at all. Its text is always kept; this decides which instant the books use.
 */

/** Messages may wait this long in a charger that is offline. */
const OLDEST_MS = 31 * 86_400_000;
/** A charger's clock may run this far ahead. */
const AHEAD_MS = 5 * 60_000;
const MAX_TEXT = 60;

export interface ChargerTime {
  /** The charger's own text; null: it gave none. */
  text: string | null;
  /** Epoch ms: its time where that can be believed, else the arrival; never later than the arrival. */
  ms: number;
  credible: boolean;
}

/** Judges a charger's time. `now` is the arrival, epoch ms; `timeZone` the site's IANA zone. */
export function chargerTime(text: string | null | undefined, now: number, timeZone: string): ChargerTime {
  if (!text) return { text: null, ms: now, credible: false };
  const kept = text.slice(0, MAX_TEXT);
  const zoned = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(text.trim());
  const ms = zoned ? Date.parse(text.trim()) : withoutZone(text.trim(), now, timeZone);
  const credible = ms >= now - OLDEST_MS && ms <= now + AHEAD_MS;
  return { text: kept, ms: credible ? Math.min(ms, now) : now, credible };
}

/** Without a zone it may mean UTC or the site's local time: believed only where one of the two is about now. NaN otherwise. */
function withoutZone(text: string, now: number, timeZone: string): number {
  const utc = Date.parse(`${text.replace(" ", "T")}Z`);
  if (Number.isNaN(utc)) return Number.NaN;
  const local = utc - offsetMs(utc, timeZone);
  return [utc, local].find((ms) => Math.abs(ms - now) <= AHEAD_MS) ?? Number.NaN;
}

/** How far the zone's clocks are ahead of UTC at about that instant. */
function offsetMs(ms: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "longOffset" });
  const match = /GMT([+-])(\d{2}):(\d{2})/.exec(format.format(ms));
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === "-" ? -1 : 1) * minutes * 60_000;
}

/** Epoch ms as ISO 8601 in UTC with `Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
