import type { PerPhase, PhaseCurrents, SiteLimit } from "../../shared/load";
import { localTime, weekdays } from "../../shared/tariff/local-time";
import { lowest, perPhase } from "./phases";

/** A limit that is going to fall counts this long before, so that chargers have been lowered and have obeyed by then. */
export const LEAD_MS = 60_000;

export interface LimitInput {
  /** HUB_SITE_LIMIT_A: the owner's settings never exceed it; null: none. */
  capA: PerPhase | null;
  limit: SiteLimit | null;
  /** What the site meter leaves now; null: there is none, or it is silent. */
  leftA: PhaseCurrents | null;
  timeZone: string;
}

/** The current per phase that all chargers together may take at `now` (epoch ms); null: nobody has set a limit. */
export function limitAt(input: LimitInput, now: number): PhaseCurrents | null {
  const { limit, leftA, timeZone } = input;
  if (!limit) return capped(input, null);
  switch (limit.kind) {
    case "constant":
      return capped(input, perPhase(limit.limitA));
    case "schedule":
      return capped(input, lowest(scheduled(limit, timeZone, now), scheduled(limit, timeZone, now + LEAD_MS)));
    case "meter": {
      const guaranteed = perPhase(limit.guaranteedA);
      if (!leftA) return capped(input, guaranteed);
      const fuse = perPhase(limit.fuseA);
      return capped(input, [
        Math.min(fuse[0], Math.max(guaranteed[0], leftA[0])),
        Math.min(fuse[1], Math.max(guaranteed[1], leftA[1])),
        Math.min(fuse[2], Math.max(guaranteed[2], leftA[2])),
      ]);
    }
  }
}

/** What is there at any time, also when the hub is gone and nobody reads the clock or the meter; null: no limit. */
export function guaranteedLimit(input: LimitInput): PhaseCurrents | null {
  const { limit } = input;
  if (!limit) return capped(input, null);
  switch (limit.kind) {
    case "constant":
      return capped(input, perPhase(limit.limitA));
    case "schedule": {
      const all = [limit.otherwiseA, ...limit.windows.map((window) => window.limitA)];
      return capped(input, all.map(perPhase).reduce(lowest));
    }
    case "meter":
      return capped(input, lowest(perPhase(limit.guaranteedA), perPhase(limit.fuseA)));
  }
}

function capped({ capA }: LimitInput, limit: PhaseCurrents | null): PhaseCurrents | null {
  if (capA === null) return limit;
  return limit ? lowest(limit, perPhase(capA)) : perPhase(capA);
}

type Schedule = Extract<SiteLimit, { kind: "schedule" }>;

function scheduled(schedule: Schedule, timeZone: string, at: number): PhaseCurrents {
  const { weekday, minuteOfDay } = localTime(timeZone, at);
  // ISO counts from Monday = 1 to Sunday = 7.
  const today = weekdays.indexOf(weekday) || 7;
  const yesterday = today === 1 ? 7 : today - 1;
  const open = schedule.windows.filter(({ days, from, to }) => {
    const on = (day: number) => days.length === 0 || days.includes(day);
    const [start, end] = [minutes(from), minutes(to)];
    if (start < end) return on(today) && minuteOfDay >= start && minuteOfDay < end;
    return (on(today) && minuteOfDay >= start) || (on(yesterday) && minuteOfDay < end);
  });
  if (open.length === 0) return perPhase(schedule.otherwiseA);
  return open.map((window) => perPhase(window.limitA)).reduce(lowest);
}

function minutes(timeOfDay: string): number {
  return Number(timeOfDay.slice(0, 2)) * 60 + Number(timeOfDay.slice(3));
}
