import { advanceMetering, beginMetering, periodsOf } from "../periods";
import type { ChargingPeriod, Metering, PriceComponent, Tariff, TariffElement, TariffRestrictions } from "../schema";

/** A tariff in EUR without VAT in its prices, as in the examples of OCPI 2.2.1. */
export function tariff(elements: TariffElement[], more: Partial<Tariff> = {}): Tariff {
  return { id: "t", currency: "EUR", tax_included: false, elements, ...more };
}

/** One price component alone in its element; price in units of the currency, VAT in percent, as OCPI writes them. */
export function element(
  type: PriceComponent["type"],
  price: number,
  vat?: number,
  stepSize = 1,
  restrictions?: TariffRestrictions,
): TariffElement {
  const component: PriceComponent = { type, price: Math.round(price * 10_000), step_size: stepSize };
  if (vat !== undefined) component.vat = Math.round(vat * 100);
  return { price_components: [component], ...(restrictions ? { restrictions } : {}) };
}

/** Meters a session in Berlin: steps of [minutes, Wh] one after the other, from an instant. */
export function session(t: Tariff, startedAt: string, ...steps: [minutes: number, wh: number][]): ChargingPeriod[] {
  let metering = beginMetering(startedAt);
  let at = Date.parse(startedAt);
  let energyWh = 0;
  for (const [minutes, wh] of steps) {
    at += minutes * 60_000;
    energyWh += wh;
    metering = advanceMetering(metering, { at: new Date(at).toISOString(), energyWh }, t, berlin);
  }
  return periodsOf(metering);
}

/** Readings as [seconds since the start, session Wh]. */
export function meter(
  t: Tariff,
  startedAt: string,
  readings: [seconds: number, wh: number][],
  zone = berlin,
): Metering {
  return readings.reduce((metering, [seconds, energyWh]) => {
    const at = new Date(Date.parse(startedAt) + seconds * 1000).toISOString();
    return advanceMetering(metering, { at, energyWh }, t, zone);
  }, beginMetering(startedAt));
}

export const berlin = "Europe/Berlin";
