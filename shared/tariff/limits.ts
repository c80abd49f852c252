import type { Tariff } from "./schema";
import { allocate, vatLine } from "./vat";
import type { VatLine } from "./vat";

/** VAT lines after `min_price` and `max_price`, and what they changed on the side (net or gross) in which the tariff's prices are given. */
interface Limited {
  vatLines: VatLine[];
  limit: { kind: "min" | "max"; amount: number } | null;
}

/**
 * Holds a price within the tariff's limits (OCPI 2.2.1 Tariff: without VAT and with VAT, both apply). All VAT lines are scaled alike, so
 * that each keeps its true rate: the limit that binds harder is met to the minor unit, the other side follows from the rates. A minimum for
 * a session that used nothing priced goes to the VAT rate of the tariff's first component. Where both cannot hold, the maximum does.
 */
export function applyLimits(lines: VatLine[], tariff: Tariff): Limited {
  const raised = raise(lines, tariff);
  const vatLines = lower(raised, tariff);
  if (vatLines === lines) return { vatLines, limit: null };
  const side = tariff.tax_included ? "gross" : "net";
  return {
    vatLines,
    limit: { kind: vatLines === raised ? "min" : "max", amount: sum(vatLines, side) - sum(lines, side) },
  };
}

function raise(lines: VatLine[], { min_price: min, elements }: Tariff): VatLine[] {
  if (!min || (sum(lines, "net") >= min.excl_vat && sum(lines, "gross") >= min.incl_vat)) return lines;
  const vat = elements[0]?.price_components[0]?.vat ?? null;
  const base = sum(lines, "gross") > 0 ? lines : [vatLine(vat, 10_000, false)];
  // min.incl / gross >= min.excl / net: the side that needs the larger factor.
  const byGross = BigInt(min.incl_vat) * BigInt(sum(base, "net")) >= BigInt(min.excl_vat) * BigInt(sum(base, "gross"));
  return byGross ? scale(base, min.incl_vat, "gross") : scale(base, min.excl_vat, "net");
}

function lower(lines: VatLine[], { max_price: max }: Tariff): VatLine[] {
  const net = sum(lines, "net");
  const gross = sum(lines, "gross");
  if (!max || (net <= max.excl_vat && gross <= max.incl_vat)) return lines;
  const byGross = BigInt(max.incl_vat) * BigInt(net) <= BigInt(max.excl_vat) * BigInt(gross);
  return byGross ? scale(lines, max.incl_vat, "gross") : scale(lines, max.excl_vat, "net");
}

function scale(lines: VatLine[], amount: number, side: "net" | "gross"): VatLine[] {
  const shares = allocate(
    amount,
    lines.map((line) => BigInt(line[side])),
  );
  return lines.map(({ vat }, index) => vatLine(vat, shares[index] as number, side === "gross"));
}

function sum(lines: VatLine[], side: "net" | "gross"): number {
  return lines.reduce((total, line) => total + line[side], 0);
}
