import type { Price, PriceLine } from "./price";
import type { VatLine } from "./vat";
import { allocate, halfUp, vatLine } from "./vat";

/** What lowers the bill of one session: plain data, frozen when the driver booked or, without a booking, when he began. */
export type Agreement = {
  /** Of the membership, promotion or redemption; "premium" for the platform's own. */
  id: string;
  /** As the bill names it. */
  text: string;
} & AgreementTerms;

type AgreementTerms =
  /** A membership's energy: this many Wh, what is left of the month, cost nothing. */
  | { kind: "includedEnergy"; includedWh: number }
  /** 1/100 percent off what is left of the bill. */
  | { kind: "membership" | "promotion" | "premium" | "coupon"; percent: number }
  /** Minor units, VAT included, off what is left of the bill; never more than that. */
  | { kind: "voucher"; amount: number };

/** One further line of a bill. */
export interface DiscountLine {
  id: string;
  kind: Agreement["kind"];
  text: string;
  /** Billed Wh that cost nothing (`includedEnergy`), else 0. */
  energyWh: number;
  /** What it takes off each VAT rate: net, tax and gross are negative or 0. */
  vatLines: VatLine[];
  /** Minor units, VAT included, negative. */
  amount: number;
}

/** A bill after its discounts, in minor units. */
export interface Discounted {
  lines: DiscountLine[];
  /** What is left at each VAT rate. */
  vatLines: VatLine[];
  net: number;
  tax: number;
  /** Including VAT: what the driver pays. */
  total: number;
}

/** Energy that costs nothing goes first, then percents, then amounts: so an amount is never spent on what costs nothing. */
const order: Agreement["kind"][] = ["includedEnergy", "membership", "promotion", "premium", "coupon", "voucher"];

/**
 * Takes a session's agreements off its bill: pure, each on what the one before has left, and never below nothing. The tariff's price itself stays as hub
 * and cloud have it; each agreement is one further line, split by VAT rate: what is left of a rate is rounded half up once, its tax half up from
 * that, and the line is the difference, so that lines and bill add up to the minor unit. A line that takes nothing off is left out.
 * Included energy is worth its own lines of the bill, the first Wh first; `max_price` makes it worth less in proportion, and `min_price` stays due.
 */
export function discountsOf(bill: Price, agreements: readonly Agreement[]): Discounted {
  const lines: DiscountLine[] = [];
  let left = bill.vatLines;
  for (const agreement of agreements.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))) {
    const { grosses, energyWh } = takenOff(bill, left, agreement);
    const rest = left.map(({ vat, gross }, index) => vatLine(vat, gross - (grosses[index] as number), true));
    const amount = sum(rest, "gross") - sum(left, "gross");
    if (amount === 0) continue;
    const vatLines = left.map((line, index) => difference(rest[index] as VatLine, line));
    const { id, kind, text } = agreement;
    lines.push({ id, kind, text, energyWh, vatLines: vatLines.filter(({ gross }) => gross !== 0), amount });
    left = rest;
  }
  return { lines, vatLines: left, net: sum(left, "net"), tax: sum(left, "tax"), total: sum(left, "gross") };
}

/** What an agreement takes off the gross of each VAT line that is left. */
function takenOff(
  bill: Price,
  left: readonly VatLine[],
  agreement: AgreementTerms,
): { grosses: number[]; energyWh: number } {
  switch (agreement.kind) {
    case "includedEnergy":
      return includedEnergy(bill, left, agreement.includedWh);
    case "voucher": {
      const weights = left.map(({ gross }) => BigInt(gross));
      return { grosses: allocate(Math.min(agreement.amount, sum(left, "gross")), weights), energyWh: 0 };
    }
    default: {
      const percent = BigInt(agreement.percent);
      return { grosses: left.map(({ gross }) => halfUp(BigInt(gross) * percent, 10_000n)), energyWh: 0 };
    }
  }
}

function includedEnergy(
  bill: Price,
  left: readonly VatLine[],
  includedWh: number,
): { grosses: number[]; energyWh: number } {
  let wattHours = includedWh;
  const worth = new Map<number | null, number>();
  for (const line of bill.lines) {
    if (line.type !== "ENERGY") continue;
    const covered = Math.min(wattHours, line.quantity);
    wattHours -= covered;
    const amount = halfUp(BigInt(line.amount) * BigInt(covered), BigInt(line.quantity));
    worth.set(line.vat, (worth.get(line.vat) ?? 0) + amount);
  }
  const grosses = left.map(({ vat, gross }) => {
    const all = sumOfLines(bill.lines, vat);
    if (all === 0) return 0;
    const whole = bill.limit?.kind === "min" ? vatLine(vat, all, bill.taxIncluded).gross : gross;
    return Math.min(gross, halfUp(BigInt(whole) * BigInt(worth.get(vat) ?? 0), BigInt(all)));
  });
  return { grosses, energyWh: includedWh - wattHours };
}

function sumOfLines(lines: readonly PriceLine[], vat: number | null): number {
  return lines.reduce((total, line) => total + (line.vat === vat ? line.amount : 0), 0);
}

function difference(a: VatLine, b: VatLine): VatLine {
  return { vat: a.vat, net: a.net - b.net, tax: a.tax - b.tax, gross: a.gross - b.gross };
}

function sum(lines: readonly VatLine[], side: "net" | "tax" | "gross"): number {
  return lines.reduce((total, line) => total + line[side], 0);
}
