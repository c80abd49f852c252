import type { Format } from "../../common/format";
import { SLOT_MS } from "../../../shared/booking/slots";
import { localTime, offsetAt } from "../../../shared/tariff/local-time";
import type { SeatClass } from "./types";

/** Days and quarter hours of a booking, in the site's zone. Instants are epoch ms. */

const DAY_MS = 86_400_000;
/** The cloud sells 14 days ahead. */
const DAYS_AHEAD = 14;
/** One answer tells two days at most. */
const MOST_MS = 192 * SLOT_MS;

export interface Day {
  /** ISO date in the site's zone. */
  date: string;
  start: number;
  end: number;
}

/** First instant of the local day that an instant is in. */
export function dayStart(timeZone: string, at: number): number {
  const guess = at - localTime(timeZone, at).minuteOfDay * 60_000 - (at % 60_000);
  return guess - (offsetAt(timeZone, guess) - offsetAt(timeZone, at));
}

/** Today and the days after it; those of 23 and 25 hours are as long as they are. */
export function daysFrom(timeZone: string, now: number, count = DAYS_AHEAD): Day[] {
  const days: Day[] = [];
  let start = dayStart(timeZone, now);
  while (days.length < count) {
    const end = dayStart(timeZone, start + DAY_MS + DAY_MS / 12);
    days.push({ date: localTime(timeZone, start).date, start, end });
    start = end;
  }
  return days;
}

/** What has to be asked for, so that every start of a day can be judged: the day and the stay behind its last start. */
export function spanFor(day: Day, minutes: number, now: number): { start: string; end: string } {
  const from = Math.max(day.start, Math.floor(now / SLOT_MS) * SLOT_MS);
  const limit = Math.floor(now / SLOT_MS) * SLOT_MS + DAYS_AHEAD * DAY_MS;
  const to = Math.min(day.end + minutes * 60_000, from + MOST_MS, limit);
  return { start: new Date(from).toISOString(), end: new Date(Math.max(to, from + SLOT_MS)).toISOString() };
}

/** `free`: can be booked at once; `request`: the site is asked first; `taken`: somebody has a part of it. */
export interface Start {
  at: number;
  state: "free" | "request" | "taken";
}

/** Every quarter hour of a day at which a stay of `minutes` may begin. */
export function startsOf(kind: SeatClass, day: Day, minutes: number): Start[] {
  const slots = new Map(kind.slots.map((slot) => [Date.parse(slot.start), slot]));
  const length = minutes / 15;
  return [...slots.keys()]
    .filter((at) => at >= day.start && at < day.end)
    .map((at) => {
      const stay = Array.from({ length }, (_, index) => slots.get(at + index * SLOT_MS));
      if (stay.some((slot) => !slot || slot.free + slot.onRequest === 0)) return { at, state: "taken" as const };
      return { at, state: stay.every((slot) => (slot?.free ?? 0) > 0) ? ("free" as const) : ("request" as const) };
    });
}

/** Starts by part of the day, as people look for them. */
export function byPart(starts: readonly Start[], timeZone: string): { part: Part; starts: Start[] }[] {
  const groups = new Map<Part, Start[]>();
  for (const start of starts) {
    const part = parts[Math.floor(localTime(timeZone, start.at).minuteOfDay / 360)] as Part;
    groups.set(part, [...(groups.get(part) ?? []), start]);
  }
  return [...groups].map(([part, each]) => ({ part, starts: each }));
}

/** The starts as the place's clock shows them; in the night that has an hour twice, with the zone's name, so that no two look alike. */
export function timesOf(starts: readonly Start[], format: Pick<Format, "time" | "zone">): Map<number, string> {
  const plain = starts.map(({ at }) => format.time(new Date(at).toISOString()));
  const seen = new Map<string, number>();
  for (const time of plain) seen.set(time, (seen.get(time) ?? 0) + 1);
  return new Map(
    starts.map(({ at }, index) => {
      const time = plain[index] as string;
      return [at, seen.get(time) === 1 ? time : `${time} ${format.zone(new Date(at).toISOString())}`];
    }),
  );
}

const parts = ["night", "morning", "afternoon", "evening"] as const;
export type Part = (typeof parts)[number];

/** The start nearest to one that was lost; null where the day has none left. */
export function nearest(starts: readonly Start[], lost: number): Start | null {
  const open = starts.filter(({ at, state }) => state !== "taken" && at !== lost);
  return open.toSorted((a, b) => Math.abs(a.at - lost) - Math.abs(b.at - lost))[0] ?? null;
}

/** Lengths of stay to choose from, in minutes, up to the longest that a site sells. */
export function stays(maxMinutes: number): number[] {
  const usual = [15, 30, 45, 60, 90, 120, 180, 240, 300, 360, 480, 600, 720, 960, 1200, 1440];
  return usual.filter((minutes) => minutes <= maxMinutes);
}

/** Where the arrow keys lead in a row of choices that wraps every `columns`; the same place where they lead nowhere. */
export function moved(key: string, from: number, count: number, columns: number): number {
  const steps: Record<string, number> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * 4,
    PageUp: -columns * 4,
    Home: -count,
    End: count,
  };
  const step = Object.hasOwn(steps, key) ? (steps[key] as number) : 0;
  return Math.min(count - 1, Math.max(0, from + step));
}

/** W that a class of seats gives, from names such as `11kW`; null where its name tells none. */
export function powerOf(kind: string): number | null {
  const found = /(\d+(?:\.\d+)?) ?kW$/.exec(kind);
  return found ? Math.round(Number(found[1]) * 1000) : null;
}
