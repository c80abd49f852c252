import "../driver.css";
import { Show, useLoad } from "../../parts/load";
import { ChargingFrame } from "../parts/charging-frame";
import type { Bill } from "../types";
import { useDriver } from "../use";

/** Invoices and credit notes, each with its PDF. */
export default function BillsPage() {
  const { words, t, driver } = useDriver();
  const [bills, again] = useLoad("bills", () => driver.bills(null));
  return (
    <ChargingFrame tab="bills">
      <Show loaded={bills} words={words} again={again} height="row">
        {(value) =>
          value.bills.length === 0 ? (
            <p class="lead">{t("noBills")}</p>
          ) : (
            <ul class="list">
              {value.bills.map((bill) => (
                <li key={bill.chargeId} class="card row">
                  <BillText bill={bill} />
                </li>
              ))}
            </ul>
          )
        }
      </Show>
    </ChargingFrame>
  );
}

function BillText({ bill }: { bill: Bill }) {
  const { words, t } = useDriver();
  const format = words.formatIn(bill.timeZone);
  const title = t(bill.type === "invoice" ? "invoice" : "creditNote", { number: bill.number });
  return (
    <>
      <span class="what">
        <strong>{title}</strong>
        <span class="sub">{[format.date(bill.at), bill.siteName ?? ""].filter(Boolean).join(" \u00b7 ")}</span>
        <span class="sub">
          {bill.outstanding > 0
            ? t("openAmount", { amount: format.money(bill.outstanding, bill.currency) })
            : t("paid")}
        </span>
      </span>
      <span class="worth">
        <strong>{format.money(bill.gross, bill.currency)}</strong>
        <a
          class="pdf"
          href={`/v1/me/bills/${bill.chargeId}/pdf?language=${words.lang}`}
          download={`${bill.number}.pdf`}
          aria-label={`${t("pdf")}: ${title}`}
        >
          {t("pdf")}
        </a>
      </span>
    </>
  );
}
