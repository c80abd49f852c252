import type { Tariff, TariffElement } from "./schema";

/** What the owner pays for a kWh from a time of day on (`HH:MM`, local), without VAT, in 1/10,000 of the currency unit. */
interface EnergyCost {
  start: string;
  cost: number;
}

interface Wish {
  /** By time of day, the first at 00:00, in order. */
  costs: EnergyCost[];
  /** 1/100 percent of the cost. */
  profit: number;
  /** 1/100 percent. */
  vat: number;
  /** What a kWh costs at other sites nearby, VAT included, 1/10,000; null: none is known. */
  nearby: { median: number; count: number } | null;
}

/** One sentence of how a price came about; prices are 1/10,000 of the unit a kWh. */
type Reason =
  | { code: "cost" | "withProfit" | "withVat" | "suggested"; start: string; price: number }
  /** Others nearby take so much, in the middle. */
  | { code: "nearby"; price: number; count: number }
  /** The wanted price is far above them: so much is what drivers will compare with. */
  | { code: "loweredToNearby"; start: string; price: number }
  /** Below the energy's own cost with VAT nothing is suggested. */
  | { code: "keptAtCost"; start: string; price: number }
  /** Others take more: there is room. */
  | { code: "roomBelowNearby"; start: string; price: number };

interface Suggestion {
  /** OCPI elements with prices that include VAT. */
  elements: TariffElement[];
  reasons: Reason[];
}

/** Drivers compare: so much above the middle of the others, in 1/100 percent, is still suggested. */
const ABOVE_NEARBY = 1000;
/** Prices are whole hundredths of the unit. */
const STEP = 100;

/**
 * A price for a kWh at each time of day: the energy's cost, the wanted profit and VAT, rounded up to a hundredth; where that is more than a tenth above
 * the middle of the sites nearby it is lowered to that, yet never below the cost with VAT. Pure; times with equal prices are joined.
 */
export function suggestPrice({ costs, profit, vat, nearby }: Wish): Suggestion {
  const reasons: Reason[] = nearby ? [{ code: "nearby", price: nearby.median, count: nearby.count }] : [];
  const most = nearby ? upTo(plus(nearby.median, ABOVE_NEARBY)) : Infinity;
  const prices = costs.map(({ start, cost }) => {
    const net = plus(cost, profit);
    const wanted = upTo(plus(net, vat));
    const least = upTo(plus(cost, vat));
    const price = Math.max(least, Math.min(wanted, most));
    reasons.push({ code: "cost", start, price: cost }, { code: "withProfit", start, price: net });
    reasons.push({ code: "withVat", start, price: wanted });
    if (price < wanted) reasons.push({ code: "loweredToNearby", start, price: most });
    if (price > most) reasons.push({ code: "keptAtCost", start, price: least });
    if (nearby && wanted < nearby.median) reasons.push({ code: "roomBelowNearby", start, price: nearby.median });
    reasons.push({ code: "suggested", start, price });
    return { start, price };
  });
  const bands = prices.filter(({ price }, index) => index === 0 || price !== prices[index - 1]?.price);
  const elements = bands.map(({ start, price }, index): TariffElement => {
    const end_time = bands[index + 1]?.start ?? "00:00";
    const price_components = [{ type: "ENERGY" as const, price, vat, step_size: 1 }];
    return bands.length === 1
      ? { price_components }
      : { price_components, restrictions: { start_time: start, end_time } };
  });
  return { elements, reasons };
}

/** What a driver pays for a kWh, VAT included, as sites are compared by it: the tariff's first price of energy; null: it has none. */
export function energyPriceOf(tariff: Tariff): number | null {
  for (const { price_components: components } of tariff.elements) {
    const energy = components.find(({ type }) => type === "ENERGY");
    if (energy) return tariff.tax_included ? energy.price : plus(energy.price, energy.vat ?? 0);
  }
  return null;
}

/** The middle of some prices; of two, the mean, half up; null: there are none. */
export function medianOf(prices: readonly number[]): number | null {
  const sorted = prices.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2);
}

function plus(price: number, hundredths: number): number {
  return Math.round((price * (10_000 + hundredths)) / 10_000);
}

function upTo(price: number): number {
  return Math.ceil(price / STEP) * STEP;
}
