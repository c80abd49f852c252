import type { Money } from "../../shared/session";
import type { ChargingPeriod, Tariff } from "../../shared/tariff/schema";
import { priceOf } from "../../shared/tariff/price";
import type { PriceLine } from "../../shared/tariff/price";
import { duration } from "./format";
import type { Format } from "./format";
import type { Translate } from "./translate";
import type { billEn } from "./texts";

type T = Translate<typeof billEn>;

/** One row of a bill: what, how it is counted, and the amount. */
interface BillRow {
  label: string;
  detail: string;
  amount: string;
}

export interface Bill {
  rows: BillRow[];
  /** Net and tax for each VAT rate. */
  tax: BillRow[];
  total: string;
}

const labels = { ENERGY: "energy", TIME: "chargingTime", PARKING_TIME: "parkingTime", FLAT: "flatFee" } as const;

/**
 * The lines of a receipt, priced from its charging periods by the function that made its cost. The total is what the hub has written
 * into its books.
 */
export function billOf(
  session: { tariff: Tariff; periods: readonly ChargingPeriod[]; cost: Money; timeZone: string },
  t: T,
  format: Format,
): Bill {
  const price = priceOf(session.tariff, session.periods, session.timeZone);
  const money = (amount: number) => format.money(amount, price.currency);
  const rows = price.lines.map((line) => ({
    label: t(labels[line.type]),
    detail: detailOf(line, price.currency, t, format),
    amount: money(line.amount),
  }));
  if (price.limit) {
    const label = t(price.limit.kind === "min" ? "minimumPrice" : "maximumPrice");
    rows.push({ label, detail: "", amount: money(price.limit.amount) });
  }
  const tax = price.vatLines
    .filter((line) => line.vat !== null)
    .map((line) => ({
      label: t("vat", { rate: format.percent(line.vat as number) }),
      detail: t("onNet", { net: money(line.net) }),
      amount: money(line.tax),
    }));
  return { rows, tax, total: format.money(session.cost.amount, session.cost.currency) };
}

function detailOf({ type, quantity, unitPrice }: PriceLine, currency: string, t: T, format: Format): string {
  const price = format.unitPrice(unitPrice, currency);
  if (type === "FLAT") return "";
  if (type === "ENERGY") return t("timesKwh", { quantity: format.kwh(quantity), price });
  return t("timesHour", { quantity: duration(quantity), price });
}
