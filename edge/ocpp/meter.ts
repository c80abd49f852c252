import { z } from "zod";
import type { SampledValue } from "../../shared/ocpp";
import { looseTime } from "./types";

/** Meter readings (OCPP 1.6 sections 7.33 and 7.43) as chargers really send them, brought to whole Wh and W. */

const word = z.string().nullish();

const sampledValue = z.object({
  value: z.union([z.string(), z.number()]).transform(String),
  context: word,
  format: word,
  measurand: word,
  phase: word,
  location: word,
  unit: word,
});

export const meterValue = z.object({ timestamp: looseTime, sampledValue: z.array(sampledValue) });
export type MeterValue = z.infer<typeof meterValue>;

const limits = { context: 40, format: 20, measurand: 60, phase: 10, location: 20, unit: 20 } as const;

/** What is kept of a reading: every value to the letter, without what was not given. */
export function keptValues(values: MeterValue["sampledValue"]): SampledValue[] {
  return values.map((each) => {
    const kept: SampledValue = { value: each.value.slice(0, 10_000) };
    for (const [field, max] of Object.entries(limits) as [keyof typeof limits, number][]) {
      const text = each[field];
      if (text) kept[field] = text.slice(0, max);
    }
    return kept;
  });
}

/** A register that a charger gave as a number, in whole Wh: rounded down, and within what the cloud can read, or all that comes after would wait behind it. */
export function wholeWh(register: number): number {
  return Math.min(Math.max(0, Math.floor(register)), Number.MAX_SAFE_INTEGER);
}

/** The import register of a reading in whole Wh (rounded down: nothing is invented), or null where it has none. */
export function registerWh(values: readonly SampledValue[]): number | null {
  return total(values, "Energy.Active.Import.Register", { Wh: 0, kWh: 3, MWh: 6 }, "Wh");
}

/** The import power of a reading in whole W, or null where it has none. */
export function powerW(values: readonly SampledValue[]): number | null {
  return total(values, "Power.Active.Import", { W: 0, kW: 3, MW: 6 }, "W");
}

/** Where a value was measured, best first: what the driver gets is what is sold. Left out means Outlet. */
const locations = ["Outlet", "Body", "Inlet", "Cable"];

function total(
  values: readonly SampledValue[],
  measurand: string,
  units: Record<string, number>,
  fallback: string,
): number | null {
  const usable = values.filter(
    (each) => (each.measurand ?? "Energy.Active.Import.Register") === measurand && (each.format ?? "Raw") === "Raw",
  );
  for (const location of locations) {
    const here = usable.filter((each) => (each.location ?? "Outlet") === location);
    const whole = here.findLast((each) => each.phase === undefined);
    const parts = whole ? [whole] : phases(here);
    const numbers = parts.map((each) => scaled(each.value, units, each.unit ?? fallback));
    if (numbers.length === 0 || !numbers.every((each) => each !== null)) continue;
    const sum = numbers.reduce((a, b) => a + b, 0);
    return Number.isSafeInteger(sum) ? sum : null;
  }
  return null;
}

/** One value a phase, where no total is given. */
function phases(values: readonly SampledValue[]): SampledValue[] {
  for (const names of [
    ["L1", "L2", "L3"],
    ["L1-N", "L2-N", "L3-N"],
  ]) {
    const found = names.flatMap((name) => values.findLast((each) => each.phase === name) ?? []);
    if (found.length > 0) return found;
  }
  return [];
}

/** A decimal text times a power of ten, as a whole number rounded towards zero; exact for any number of digits. Null: not a plain number. */
function scaled(text: string, units: Record<string, number>, unit: string): number | null {
  const name = Object.keys(units).find((each) => each.toLowerCase() === unit.toLowerCase());
  const shift = name === undefined ? undefined : units[name];
  const match = /^\s*([+-]?)(\d+)?(?:[.,](\d*))?(?:[eE]([+-]?\d{1,2}))?\s*$/.exec(text);
  if (shift === undefined || !match || (!match[2] && !match[3])) return null;
  const [whole, fraction] = [match[2] ?? "", match[3] ?? ""];
  const point = whole.length + shift + Number(match[4] ?? 0);
  const digits = (whole + fraction).padEnd(Math.max(0, point), "0").slice(0, Math.max(0, point));
  const value = Number(digits === "" ? "0" : digits) * (match[1] === "-" ? -1 : 1);
  return Number.isSafeInteger(value) && value >= 0 ? value : null;
}
