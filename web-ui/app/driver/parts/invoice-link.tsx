import { useLoad } from "../../parts/load";
import { useDriver } from "../use";

/** The invoice of a session as PDF, or that it is yet to come; its place is kept while that is asked for. */
export function InvoiceLink({ sessionId }: { sessionId: string }) {
  const { words, t, driver } = useDriver();
  const [loaded] = useLoad(`invoice ${sessionId}`, () => driver.bills(null));
  const bill =
    loaded.state === "there"
      ? loaded.value.bills.find(({ subject }) => subject?.type === "session" && subject.sessionId === sessionId)
      : undefined;
  return (
    <div class="invoice">
      {bill ? (
        <a
          class="button quiet fit"
          href={`/v1/me/bills/${bill.chargeId}/pdf?language=${words.lang}`}
          download={`${bill.number}.pdf`}
        >
          {`${t("invoice", { number: bill.number })} (${t("pdf")})`}
        </a>
      ) : loaded.state === "there" ? (
        <p class="sub">{t("invoiceLater")}</p>
      ) : null}
    </div>
  );
}
