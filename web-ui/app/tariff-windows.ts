import type { PriceComponent, TariffElement } from "../../shared/tariff/schema";

/** Prices of energy that hold for a part of the day, as people type them and as OCPI has them. Times are of the site's clock. */

export interface TimeWindow {
  /** `22:00`. One that ends before it begins goes over midnight. */
  from: string;
  until: string;
  /** Price of a kWh in units of the currency. */
  energy: string;
}

export const MOST_WINDOWS = 4;

/** What is wrong with a window, by its field. */
export type WindowErrors = Partial<Record<keyof TimeWindow, "timeError" | "sameTime" | "overlap" | "numberError">>;

const clock = /^([01]\d|2[0-3]):[0-5]\d$/;
const DAY = 1440;

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

function holdsAt({ from, until }: TimeWindow, minute: number): boolean {
  const [begin, end] = [minutesOf(from), minutesOf(until)];
  return begin < end ? minute >= begin && minute < end : minute >= begin || minute < end;
}

/** Errors of each window, none where it can be used; `read` reads a price. */
export function windowErrors(windows: readonly TimeWindow[], read: (text: string) => number | null): WindowErrors[] {
  const errors = windows.map((window): WindowErrors => {
    const { from, until, energy } = window;
    return {
      ...(clock.test(from) ? {} : { from: "timeError" as const }),
      ...(!clock.test(until) ? { until: "timeError" as const } : from === until ? { until: "sameTime" as const } : {}),
      ...(energy.trim() === "" || read(energy) === null ? { energy: "numberError" as const } : {}),
    };
  });
  const isTimed = (index: number) => !errors[index]!.from && !errors[index]!.until;
  for (const [index, window] of windows.entries()) {
    const earlier = windows.slice(0, index).filter((_, other) => isTimed(other));
    // Two stretches of a circle meet where one begins in the other.
    const meets = (other: TimeWindow) =>
      holdsAt(other, minutesOf(window.from)) || holdsAt(window, minutesOf(other.from));
    if (isTimed(index) && earlier.some(meets)) errors[index]!.from = "overlap";
  }
  return errors;
}

/** Each stretch of a day with its price of a kWh, from minute to minute. Windows are without errors. */
interface DayPart {
  from: number;
  until: number;
  energy: number;
  /** Whether a window's price holds. */
  isWindow: boolean;
}

export function dayOf(windows: readonly TimeWindow[], base: number, read: (text: string) => number | null): DayPart[] {
  const cuts = new Set([0, DAY, ...windows.flatMap(({ from, until }) => [minutesOf(from), minutesOf(until)])]);
  const ordered = [...cuts].toSorted((a, b) => a - b);
  return ordered.slice(0, -1).map((from, index) => {
    const window = windows.find((each) => holdsAt(each, from));
    const energy = window ? (read(window.energy) ?? 0) : base;
    return { from, until: ordered[index + 1] as number, energy, isWindow: window !== undefined };
  });
}

/** A minute of a day as `06:00`; the day's end is `24:00`. */
export function timeText(minute: number): string {
  return `${`${Math.floor(minute / 60)}`.padStart(2, "0")}:${`${minute % 60}`.padStart(2, "0")}`;
}

/** The elements of a tariff (OCPI 2.2.1, 11.4.3) that stand for windows: before the one that always holds, since the first that fits counts. */
export function elementsOf(
  windows: readonly TimeWindow[],
  energyAt: (text: string) => PriceComponent,
): TariffElement[] {
  return windows.map(({ from, until, energy }) => ({
    price_components: [energyAt(energy)],
    restrictions: { start_time: from, end_time: until },
  }));
}

/** The windows that elements stand for; others are left out, as whoever makes the tariff anew notices. */
export function windowsOf(elements: readonly TariffElement[], textOf: (price: number) => string): TimeWindow[] {
  return elements.flatMap(({ price_components: [component], restrictions }) => {
    const { start_time: from, end_time: until } = restrictions ?? {};
    return component && from !== undefined && until !== undefined
      ? [{ from, until, energy: textOf(component.price) || "0" }]
      : [];
  });
}
