import { priceOf } from "../../../shared/tariff/price";
import type { Tariff } from "../../../shared/tariff/schema";

/** What a stay would come to: all of it charging at one power. `amount` in minor units, VAT included. */
interface Estimate {
  energyWh: number;
  amount: number;
}

/** Most cars take no more than this of AC, so a guess for an unknown one; W. */
const usualW = 7400;
/** A car that arrives wants about so much, whatever the charger could give; Wh. */
const usualWh = 40_000;

/** The price of a booking's energy, as its tariff would have it, for a car of which nothing is known. */
export function estimateOf(
  tariff: Tariff,
  { start, end, powerW, timeZone }: { start: string; end: string; powerW: number | null; timeZone: string },
): Estimate {
  const seconds = (Date.parse(end) - Date.parse(start)) / 1000;
  const energyWh = Math.round(Math.min(usualWh, ((powerW ?? usualW) * seconds) / 3600));
  const price = priceOf(tariff, [{ start, seconds, energyWh, charging: true }], timeZone);
  return { energyWh, amount: price.total };
}
