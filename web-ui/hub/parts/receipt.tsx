import type { Receipt } from "../../../shared/hub-page";
import { billOf } from "../../common/bill";
import { Facts } from "../../common/facts";
import { duration } from "../../common/format";
import { errorSentence } from "../errors";
import { connectorPath } from "../route";
import type { PageState } from "../state";
import { wordsFor } from "../words";
import { Notice } from "./bits";

/**
 * The page of one receipt: the receipt, why it does not open, or its place while it is fetched by the page's script (receipt/main.ts), which shows one
 * of the hidden sentences where it cannot. Rendered by the hub only.
 */
export function ReceiptPage({ state }: { state: PageState }) {
  const { words, receipt } = state;
  const { t } = words;
  const error = state.error.value;
  return (
    <main id="main">
      <h1 tabIndex={-1}>{t("receipt")}</h1>
      {receipt ? (
        <>
          <Paper receipt={receipt} state={state} />
          <button class="button primary no-print needs-script" type="button" id="print">
            {t("print")}
          </button>
          <a class="button quiet no-print" href={connectorPath(receipt.cpId, receipt.connectorId)}>
            {t("backToCharger")}
          </a>
        </>
      ) : error ? (
        <Notice tone="calm">
          <p>{errorSentence(error, words)}</p>
          <p class="code">{t("errorCode", { code: error.code })}</p>
        </Notice>
      ) : (
        <>
          <p class="card paper skeleton" aria-busy="true">
            {t("loading")}
          </p>
          <div class="notice" id="locked" hidden>
            <p>{t("receiptLocked")}</p>
            <p class="code">{t("errorCode", { code: "no_secret" })}</p>
          </div>
          <div class="notice notice-bad" id="lost" role="alert" hidden>
            <p>{t("errorReceipt")}</p>
            <p class="code">{t("errorCode", { code: "network" })}</p>
          </div>
          <noscript>
            <p>{t("receiptLocked")}</p>
          </noscript>
        </>
      )}
    </main>
  );
}

/** The receipt itself; it prints in black on A6 and A4. */
function Paper({ receipt, state }: { receipt: Receipt; state: PageState }) {
  const words = wordsFor(state.words.lang, receipt.site.timeZone, state.words.texts);
  const { t, format } = words;
  const bill = billOf({ ...receipt, timeZone: receipt.site.timeZone }, words.bill, format);
  const when = (at: string) => `${format.dateTime(at)} ${format.zone(at)}`;
  const seconds = (Date.parse(receipt.endedAt) - Date.parse(receipt.startedAt)) / 1000;
  const { seller } = receipt;
  return (
    <article class="card paper">
      <header>
        <p class="seller">
          <strong>{seller.name || receipt.site.name}</strong>
          {seller.address ? <span>{seller.address}</span> : null}
          {seller.vatNumber ? <span>{t("vatNumber", { number: seller.vatNumber })}</span> : null}
        </p>
        <p class="seller">
          <strong>{t("receiptNumber", { number: receipt.number })}</strong>
          <span>{`${receipt.site.name}, ${receipt.cpId}, ${t("connectorNo", { number: receipt.connectorId })}`}</span>
        </p>
      </header>
      <Facts
        facts={[
          [t("started"), when(receipt.startedAt)],
          [t("ended"), when(receipt.endedAt)],
          [t("timeTotal"), duration(seconds)],
          [t("meterStart"), format.kwh(receipt.meterStart)],
          [t("meterStop"), format.kwh(receipt.meterStop)],
          [t("energyTotal"), format.kwh(receipt.energyWh)],
        ]}
      />
      <table>
        <tbody>
          {bill.rows.map((row) => (
            <tr key={`${row.label} ${row.detail}`}>
              <th scope="row">
                {row.label}
                <span>{row.detail}</span>
              </th>
              <td>{row.amount}</td>
            </tr>
          ))}
          {bill.tax.map((row) => (
            <tr class="tax" key={row.label}>
              <th scope="row">
                {row.label}
                <span>{row.detail}</span>
              </th>
              <td>{row.amount}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t(bill.tax.length > 0 ? "total" : "totalPlain")}</th>
            <td>{bill.total}</td>
          </tr>
        </tfoot>
      </table>
    </article>
  );
}
