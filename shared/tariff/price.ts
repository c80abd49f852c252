import { currencyDigits } from "../money";
import { activeComponent, momentAt } from "./elements";
import { applyLimits } from "./limits";
import type { ChargingPeriod, PriceComponent, Tariff, TariffDimension } from "./schema";
import { allocate, vatLine } from "./vat";
import type { VatLine } from "./vat";

/** One kind of use at one price. */
export interface PriceLine {
  type: TariffDimension;
  /** Billed Wh (ENERGY), seconds (TIME, PARKING_TIME) or 1 (FLAT), with what `step_size` rounds up. */
  quantity: number;
  /** 1/10,000 of the currency unit, per kWh, per hour or flat, as in the tariff. */
  unitPrice: number;
  /** 1/100 percent; null: no VAT applies. */
  vat: number | null;
  /** Minor units, with VAT where the tariff's prices include it; the lines of a VAT rate add up to that rate's gross or net. */
  amount: number;
}

/** What a session costs, in minor units of the currency. */
export interface Price {
  currency: string;
  /** Whether the amounts of the lines (not the totals) include VAT. */
  taxIncluded: boolean;
  lines: PriceLine[];
  /** What `min_price` added or `max_price` took off (negative), on the side of the lines; null: neither was reached. */
  limit: { kind: "min" | "max"; amount: number } | null;
  vatLines: VatLine[];
  net: number;
  tax: number;
  /** Including VAT: what the driver pays. */
  total: number;
}

/** 1/10,000 units x the least common multiple of 3600 (seconds an hour) and 1000 (Wh a kWh): makes every amount a whole number. */
const exactPerUnit = 10_000n * 18_000n;
const exactFactor: Record<TariffDimension, bigint> = { FLAT: 18_000n, ENERGY: 18n, TIME: 5n, PARKING_TIME: 5n };

/** As people expect them on a receipt. */
const order: TariffDimension[] = ["FLAT", "ENERGY", "TIME", "PARKING_TIME"];

/** What was used of one dimension at one price. */
export interface Use {
  type: TariffDimension;
  component: PriceComponent;
  quantity: number;
}

/**
 * Prices a session from its charging periods: pure and exact, so that hub, cloud and page come to the same cent.
 * Each dimension of each period is priced by its active component (OCPI 2.2.1 Tariff); a FLAT fee is charged once, by the first that
 * becomes active; the `idle_grace` of each stretch without charging is not counted. `step_size` is applied as mod_cdrs of OCPI 2.2.1 orders: once to the session's ENERGY, and once to its PARKING_TIME or,
 * without any, its TIME; the total of that dimension is rounded up with the step of its last component, and billed there.
 * Money is rounded half up once per VAT rate, the tax then half up from that. No periods cost nothing, not even a minimum.
 */
export function priceOf(tariff: Tariff, periods: readonly ChargingPeriod[], timeZone: string): Price {
  return bill(tariff, usesOf(tariff, periods, timeZone), periods.length > 0);
}

/** Uses in money: exact sums, one rounding per VAT rate, then the tariff's limits where they apply. */
export function bill(tariff: Tariff, uses: readonly Use[], limited: boolean): Price {
  const exact = uses.map((use) => BigInt(use.component.price) * BigInt(use.quantity) * exactFactor[use.type]);
  const amounts: number[] = uses.map(() => 0);
  const minorPerUnit = 10n ** BigInt(currencyDigits(tariff.currency));

  const plain: VatLine[] = [];
  for (const vat of new Set(uses.map((use) => use.component.vat ?? null))) {
    const indexes = [...uses.keys()].filter((index) => (uses[index]?.component.vat ?? null) === vat);
    const shares = indexes.map((index) => exact[index] as bigint);
    const sum = shares.reduce((a, b) => a + b, 0n);
    const amount = Number((sum * minorPerUnit * 2n + exactPerUnit) / (exactPerUnit * 2n));
    allocate(amount, shares).forEach((share, place) => (amounts[indexes[place] as number] = share));
    plain.push(vatLine(vat, amount, tariff.tax_included));
  }

  const { vatLines, limit } = limited ? applyLimits(plain, tariff) : { vatLines: plain, limit: null };
  return {
    currency: tariff.currency,
    taxIncluded: tariff.tax_included,
    lines: uses.map(({ type, component, quantity }, index) => ({
      type,
      quantity,
      unitPrice: component.price,
      vat: component.vat ?? null,
      amount: amounts[index] as number,
    })),
    limit,
    vatLines,
    net: vatLines.reduce((sum, line) => sum + line.net, 0),
    tax: vatLines.reduce((sum, line) => sum + line.tax, 0),
    total: vatLines.reduce((sum, line) => sum + line.gross, 0),
  };
}

/** What was used at which price, with step_size: by dimension, then in the order of first use. */
function usesOf(tariff: Tariff, periods: readonly ChargingPeriod[], timeZone: string): Use[] {
  const uses = new Map<string, Use>();
  const last = new Map<TariffDimension, Use>();
  let seconds = 0;
  let energyWh = 0;
  let grace = tariff.idle_grace ?? 0;
  for (const period of periods) {
    const free = period.charging ? 0 : Math.min(grace, period.seconds);
    grace = period.charging ? (tariff.idle_grace ?? 0) : grace - free;
    const powerW = period.powerW ?? averagePower(period);
    const moment = momentAt(tariff, timeZone, Date.parse(period.start), seconds, energyWh, powerW);
    const quantities: [TariffDimension, number][] = [
      ["FLAT", last.has("FLAT") ? 0 : 1],
      ["ENERGY", period.energyWh],
      [period.charging ? "TIME" : "PARKING_TIME", period.seconds - free],
    ];
    for (const [type, quantity] of quantities) {
      const component = quantity > 0 ? activeComponent(tariff, type, moment) : null;
      if (!component) continue;
      const key = `${type} ${component.price} ${component.vat}`;
      const use = { type, component, quantity: (uses.get(key)?.quantity ?? 0) + quantity };
      uses.set(key, use);
      last.set(type, use);
    }
    seconds += period.seconds;
    energyWh += period.energyWh;
  }
  for (const type of ["ENERGY", last.has("PARKING_TIME") ? "PARKING_TIME" : "TIME"] as const) {
    roundUp([...uses.values()], last.get(type));
  }
  return [...uses.values()].toSorted((a, b) => order.indexOf(a.type) - order.indexOf(b.type));
}

/** `step_size`: the total of a dimension is rounded up with the step of its last use, and billed there. */
export function roundUp(uses: readonly Use[], last: Use | undefined): void {
  if (!last) return;
  const total = uses.reduce((sum, { type, quantity }) => sum + (type === last.type ? quantity : 0), 0);
  const step = last.component.step_size;
  last.quantity += Math.ceil(total / step) * step - total;
}

function averagePower({ energyWh, seconds }: ChargingPeriod): number {
  return seconds === 0 ? 0 : Math.floor((energyWh * 3600) / seconds);
}
