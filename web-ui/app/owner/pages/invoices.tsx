import "../../driver/driver.css";
import "../owner.css";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { currencyDigits } from "../../../../shared/money";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import { Pages } from "../../parts/pages";
import { readNumber } from "../../tariff-form";
import type { Words } from "../../words";
import { addressOf } from "../api";
import { lineText } from "../bill-words";
import { Act, Segments, Trouble } from "../parts/bits";
import { BusinessFrame } from "../parts/business-frame";
import type { OwnedBill } from "../types";
import { useOwner, useSending } from "../use";

/** An organisation's invoices and credit notes, newest first. */
export default function InvoicesPage({ organizationId }: { organizationId: string }) {
  const { words, o, ask } = useOwner();
  const { query, path, route } = useLocation();
  const open = query["open"] === "true";
  return (
    <BusinessFrame organizationId={organizationId} tab="tabInvoices" height="row">
      {({ role }) => (
        <div class="stack">
          <Segments
            label={o("tabInvoices")}
            value={open ? "open" : "all"}
            options={[
              ["all", o("invoicesAll")],
              ["open", o("invoicesOpen")],
            ]}
            onChange={(value) => route(value === "open" ? `${path}?open=true` : path, true)}
          />
          <Pages
            key={`${organizationId} ${open}`}
            load={(cursor) =>
              ask(
                "get",
                "/v1/organizations/:organizationId/invoices",
                { organizationId },
                { query: { limit: 25, open: open ? "true" : undefined, cursor: cursor ?? undefined } },
              )
            }
            itemsOf={(page) => page.bills}
            keyOf={(bill) => bill.chargeId}
            empty={o(open ? "invoicesNoneOpen" : "invoicesNone")}
          >
            {(bill) => (
              <Invoice
                organizationId={organizationId}
                first={bill}
                words={words}
                mayChange={role === "owner" || role === "admin"}
              />
            )}
          </Pages>
        </div>
      )}
    </BusinessFrame>
  );
}

/** One bill: whose, how much, its lines, and what can be done about it. */
function Invoice(props: { organizationId: string; first: OwnedBill; words: Words; mayChange: boolean }) {
  const { organizationId, first, words, mayChange } = props;
  const { o, ask, now } = useOwner();
  /** Whoever presses again after an answer was lost means the same; who comes back later means it once more. */
  const [visit] = useState(() => now());
  const [bill, setBill] = useState(first);
  const [given, setGiven] = useState<string | null>(null);
  const [wrong, setWrong] = useState(false);
  const paying = useSending();
  const refunding = useSending();
  const format = words.formatIn(bill.timeZone);
  const money = (amount: number) => format.money(amount, bill.currency);
  const params = { organizationId, chargeId: bill.chargeId };
  const paid = () =>
    void paying.send(
      () =>
        ask("post", "/v1/organizations/:organizationId/invoices/:chargeId/payments", params, {
          json: { amount: bill.outstanding },
          key: `paid ${visit} ${bill.outstanding}`,
        }),
      setBill,
    );
  const refund = (form: HTMLFormElement) => {
    const units = readNumber(valueOf(form, `amount-${bill.chargeId}`));
    const amount = Math.round((units ?? 0) * 10 ** currencyDigits(bill.currency));
    setWrong(amount <= 0 || amount > bill.gross);
    if (amount <= 0 || amount > bill.gross) return;
    const key = `refund ${visit} ${amount} ${given ?? ""}`;
    const json = { amount, reason: valueOf(form, `reason-${bill.chargeId}`) };
    void refunding.send(
      () => ask("post", "/v1/organizations/:organizationId/invoices/:chargeId/refunds", params, { json, key }),
      (note) => {
        setGiven(note.number);
        form.reset();
      },
    );
  };
  const isInvoice = bill.type === "invoice";
  return (
    <details class="card bill-card">
      <summary>
        <span class="what">
          <strong>{o(isInvoice ? "invoiceNo" : "creditNo", { number: bill.number })}</strong>
          <span class="sub">
            {[format.date(bill.at), bill.siteName, bill.buyer?.name].filter(Boolean).join(" \u00b7 ")}
          </span>
        </span>
        <span class="worth">
          <strong>{money(bill.gross)}</strong>
          {bill.outstanding > 0 ? (
            <span class="mark mark-reserved">{o("outstanding", { amount: money(bill.outstanding) })}</span>
          ) : null}
        </span>
      </summary>
      <div class="stack inside">
        <table class="numbers">
          <caption class="sr">{bill.number}</caption>
          <tbody>
            {bill.lines.map((line, index) => (
              <tr key={index}>
                <th scope="row">{lineText(line.text, o)}</th>
                <td>{money(line.net + line.vat)}</td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {bill.vatTable.map(({ vatRate, net, vat }) => (
              <tr class="soft" key={vatRate}>
                <th scope="row">
                  {vatRate === null ? o("noVat") : o("vatOf", { rate: format.percent(vatRate), net: money(net) })}
                </th>
                <td>{money(vat)}</td>
              </tr>
            ))}
            <tr>
              <th scope="row">{words.t("total")}</th>
              <td>{money(bill.gross)}</td>
            </tr>
          </tfoot>
        </table>
        <div class="pair-buttons">
          <a
            class="button quiet"
            download
            href={addressOf("/v1/organizations/:organizationId/invoices/:chargeId/pdf", params, {
              language: words.lang,
            })}
          >
            {o("pdf")}
          </a>
          {mayChange && bill.outstanding > 0 ? (
            <Act sending={paying} words={words} onClick={paid}>
              {o("notePaid", { amount: money(bill.outstanding) })}
            </Act>
          ) : null}
        </div>
        <Trouble error={paying.error} words={words} />
        {mayChange && isInvoice ? (
          <Form class="stack refund" onSend={refund}>
            <h2>{o("refund")}</h2>
            <div class="pair-fields">
              <Field
                id={`amount-${bill.chargeId}`}
                label={o("refundAmount", { currency: bill.currency })}
                error={wrong ? o("refundWrong", { most: money(bill.gross) }) : undefined}
                inputMode="decimal"
                required
              />
              <Field id={`reason-${bill.chargeId}`} label={o("refundReason")} required maxLength={200} />
            </div>
            <Trouble error={refunding.error} words={words} />
            <Submit busy={refunding.state === "busy"} words={words}>
              {o("refundDo")}
            </Submit>
            <p role="status" class="saved">
              {given === null ? "" : o("refundDone", { number: given })}
            </p>
          </Form>
        ) : null}
      </div>
    </details>
  );
}
