import type { Money } from "../../shared/session";
import type { Tariff } from "../../shared/tariff";
import { advanceMetering, beginMetering, isOffered, periodsOf, priceOf } from "../../shared/tariff";
import type { Stay } from "./query";

/**
 * What a stay would cost, by the very function that prices sessions: the energy flows evenly at the connector's power (or evenly over the stay, where that is too
 * short for it), the rest is parking. `timeZone` is the site's.
 */
export function priceOfStay(tariff: Tariff, stay: Stay, powerW: number, timeZone: string): Money {
  const { startMs, energyWh, minutes } = stay;
  if (!isOffered(tariff, iso(startMs))) return { amount: 0, currency: tariff.currency };
  const endMs = startMs + minutes * 60_000;
  const fullMs = Math.min(endMs, startMs + Math.ceil((energyWh * 3600) / powerW) * 1000);
  const begun = beginMetering(iso(startMs));
  const full = advanceMetering(begun, { at: iso(fullMs), energyWh }, tariff, timeZone);
  const over = advanceMetering(full, { at: iso(endMs), energyWh }, tariff, timeZone);
  return { amount: priceOf(tariff, periodsOf(over), timeZone).total, currency: tariff.currency };
}

const iso = (ms: number) => new Date(ms).toISOString();

/**
 * Keeps what was computed and is asked for: at least the `size` entries used last, at most twice as many. In two generations, since putting an entry in its place again
 * each time it is used would cost more than most of the entries.
 */
export class Recent<V> {
  private young = new Map<string, V>();
  private old = new Map<string, V>();

  constructor(private readonly size: number) {}

  get(key: string): V | undefined {
    const value = this.young.get(key);
    if (value !== undefined) return value;
    const before = this.old.get(key);
    if (before !== undefined) this.set(key, before);
    return before;
  }

  set(key: string, value: V): void {
    this.young.set(key, value);
    if (this.young.size < this.size) return;
    this.old = this.young;
    this.young = new Map();
  }
}
