import type { Answer } from "../../api";
import { useLoad } from "../../parts/load";
import type { DriverApi } from "../api";
import type { MySession } from "../my-types";
import type { Bill } from "../types";
import { useDriver } from "../use";

/** The invoice of a session as PDF, or that it is yet to come; its place is kept while that is asked for. */
export function InvoiceLink({ session }: { session: Pick<MySession, "id" | "startedAt"> }) {
  const { words, t, driver } = useDriver();
  const [loaded] = useLoad(`invoice ${session.id}`, () => billFor(driver, session));
  const bill = loaded.state === "there" ? loaded.value : null;
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

/** The bill of a session; null: not yet. Bills come newest first, and none is older than its session. */
async function billFor(
  driver: Pick<DriverApi, "bills">,
  { id, startedAt }: Pick<MySession, "id" | "startedAt">,
): Promise<Answer<Bill | null>> {
  let cursor: string | null = null;
  do {
    const answer: Awaited<ReturnType<DriverApi["bills"]>> = await driver.bills(cursor);
    if (!answer.ok) return answer;
    const { bills, nextCursor } = answer.value;
    const bill = bills.find(({ subject }) => subject?.type === "session" && subject.sessionId === id);
    if (bill) return { ok: true, value: bill };
    const oldest = bills.at(-1);
    cursor = oldest && Date.parse(oldest.at) > Date.parse(startedAt) ? nextCursor : null;
  } while (cursor !== null);
  return { ok: true, value: null };
}
