import type { Discounted, Price, Tariff } from "../../shared/tariff";
import { allocate, vatLine } from "../../shared/tariff/vat";
import type { InvoiceLine, LineWord } from "./charge-types";

/** Pure: prices as the lines of a bill, which add up to the price to the minor unit, at each VAT rate. */

/** A session's price and what is taken off it, as lines. */
export function linesOfPrice(price: Price, discounted: Pick<Discounted, "lines">): InvoiceLine[] {
  const lines = price.vatLines.flatMap(({ vat, net, tax }) => {
    const uses = price.lines.filter((line) => line.vat === vat);
    const plain = vatLine(
      vat,
      uses.reduce((sum, { amount }) => sum + amount, 0),
      price.taxIncluded,
    );
    const taxes = allocate(
      plain.tax,
      uses.map(({ amount }) => BigInt(amount)),
    );
    const used = uses.map(({ type, quantity, unitPrice, amount }, index): InvoiceLine => {
      const tax = taxes[index] as number;
      const use = type === "FLAT" ? { unitPrice } : { quantity, unitPrice };
      return { text: type, net: price.taxIncluded ? amount - tax : amount, vat: tax, vatRate: vat, ...use };
    });
    const limit: InvoiceLine = {
      text: (price.limit?.kind === "min" ? "MINIMUM" : "MAXIMUM") satisfies LineWord,
      net: net - plain.net,
      vat: tax - plain.tax,
      vatRate: vat,
    };
    return limit.net === 0 && limit.vat === 0 ? used : [...used, limit];
  });
  const off = discounted.lines.flatMap(({ text, vatLines }) =>
    vatLines.map(({ vat, net, tax }): InvoiceLine => ({ text, net, vat: tax, vatRate: vat })),
  );
  return [...lines, ...off];
}

/** One line of a gross amount, negative for what is given back. */
export function grossLine(text: string, gross: number, vatRate: number | null): InvoiceLine {
  const { net, tax } = vatLine(vatRate, Math.abs(gross), true);
  return gross < 0 ? { text, net: -net, vat: -tax, vatRate } : { text, net, vat: tax, vatRate };
}

/** The same lines, taken back. */
export function reversed(lines: readonly InvoiceLine[]): InvoiceLine[] {
  return lines.map((line) => ({ ...line, net: -line.net || 0, vat: -line.vat || 0 }));
}

/**
 * Lines that give a gross amount of a bill back, at each VAT rate its share of what `before` has left of it. Parts round by themselves, and yet never give back more net or VAT
 * than there is; the last one gives back exactly what is left. The amount is at most what is left.
 */
export function backLines(
  lines: readonly InvoiceLine[],
  before: readonly InvoiceLine[],
  amount: number,
  text: string,
): InvoiceLine[] {
  const left = vatTable([...lines, ...before]);
  const all = left.reduce((sum, { net, vat }) => sum + net + vat, 0);
  const shares = allocate(
    amount,
    left.map(({ net, vat }) => BigInt(Math.max(0, net + vat))),
  );
  return left.flatMap(({ vatRate, net, vat }, index) => {
    if (amount === all) return net === 0 && vat === 0 ? [] : reversed([{ text, net, vat, vatRate }]);
    const share = shares[index] as number;
    const tax = Math.min(Math.max(vatLine(vatRate, share, true).tax, share - net), vat);
    return share === 0 ? [] : reversed([{ text, net: share - tax, vat: tax, vatRate }]);
  });
}

/**
 * VAT of a reservation: that of the supply it belongs to, so of the tariff's element for reservations, else of the energy, else of the first component that names one
 * (a reservation's price includes it).
 */
export function vatOfReservation({ elements }: Tariff): number | null {
  const components = elements.flatMap(({ price_components }) => price_components);
  const reserved = elements.find(({ restrictions }) => restrictions?.reservation)?.price_components[0];
  const energy = components.find(({ type }) => type === "ENERGY");
  return reserved?.vat ?? energy?.vat ?? components.find(({ vat }) => vat !== undefined)?.vat ?? null;
}

/** Totals at each VAT rate, the highest first. */
export function vatTable(lines: readonly InvoiceLine[]): { vatRate: number | null; net: number; vat: number }[] {
  const rates = [...new Set(lines.map(({ vatRate }) => vatRate))].toSorted((a, b) => (b ?? -1) - (a ?? -1));
  return rates.map((vatRate) => {
    const at = lines.filter((line) => line.vatRate === vatRate);
    return {
      vatRate,
      net: at.reduce((sum, { net }) => sum + net, 0),
      vat: at.reduce((sum, { vat }) => sum + vat, 0),
    };
  });
}
