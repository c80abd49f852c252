import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../api";
import { useDoing } from "../../parts/doing";
import type { PagedPayment } from "../my-types";
import { useDriver } from "../use";
import { Note, Trouble } from "./bits";
import { PATIENCE, standingOf } from "./pay-model";

/** What became of what the driver did on a page of the payment service, from which he has come back. `changed`: the rest of the screen is to look again. */
export function PayReturn({ changed }: { changed: () => void }) {
  const { query } = useLocation();
  const { payment, card } = query;
  if (payment)
    return <PaymentReturn key={payment} paymentId={payment} stopped={"stopped" in query} changed={changed} />;
  return card ? <CardReturn key={card} checkoutId={card} changed={changed} /> : null;
}

interface Looked {
  payment: PagedPayment | null;
  looks: number;
  error: Failure | null;
}

function PaymentReturn(props: { paymentId: string; stopped: boolean; changed: () => void }) {
  const { paymentId, stopped, changed } = props;
  const { words, t, my } = useDriver();
  const [{ payment, looks, error }, setLooked] = useState<Looked>({ payment: null, looks: 0, error: null });
  const doing = useDoing();
  const standing = payment && standingOf(payment, stopped, looks);
  const isWaiting = standing === null || standing === "waiting";
  useEffect(() => {
    if (!isWaiting || error) return;
    let current = true;
    const look = async () => {
      const answer = await my.payment(paymentId);
      if (!current) return;
      const count = looks + 1;
      setLooked(
        answer.ok
          ? { payment: answer.value, looks: count, error: null }
          : { payment, looks: count, error: answer.error },
      );
      if (answer.ok && answer.value.status !== "pending") changed();
    };
    const timer = setTimeout(() => void look(), looks === 0 ? 0 : PATIENCE.everyMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [looks, isWaiting, error]);

  const drop = async () => {
    if (await doing.run("drop", () => my.dropPayment(paymentId))) {
      setLooked({ payment: null, looks: 0, error: null });
    }
  };
  if (error) {
    return (
      <div class="stack">
        <Trouble error={error} words={words} />
        <button class="button quiet fit" type="button" onClick={() => setLooked({ payment, looks: 0, error: null })}>
          {words.t("retry")}
        </button>
      </div>
    );
  }
  const amount = payment ? words.formatIn("UTC").money(payment.amount, payment.currency) : "";
  const says = {
    waiting: t("payAsking"),
    late: t("payLate"),
    filled: t("payFilled", { amount }),
    paid: t("payDone", { amount }),
    failed: t("payFailed", { amount }),
    over: t("payOver"),
    stopped: t("payStopped", { amount }),
  };
  return (
    <div role="status">
      <Note warn={standing === "failed" || standing === "late"}>
        <p class="pay-said">{says[standing ?? "waiting"]}</p>
        {stopped && (isWaiting || standing === "stopped") ? (
          // Their room is kept while the payment service is asked, so that nothing jumps under a finger.
          <p class={isWaiting ? "pair-buttons unseen" : "pair-buttons"}>
            <a class="button primary fit" href={payment?.url ?? undefined}>
              {t("payGoOn")}
            </a>
            <button
              class="button quiet fit"
              type="button"
              aria-busy={doing.busy === "drop"}
              onClick={() => void drop()}
            >
              {t("payDrop")}
            </button>
          </p>
        ) : null}
        <Trouble error={doing.error} words={words} />
      </Note>
    </div>
  );
}

function CardReturn({ checkoutId, changed }: { checkoutId: string; changed: () => void }) {
  const { words, t, my } = useDriver();
  const [state, setState] = useState<{ card?: string | null; looks: number; error: Failure | null }>({
    looks: 0,
    error: null,
  });
  const { card, looks, error } = state;
  const isDone = checkoutId === "stopped" || typeof card === "string" || error !== null || looks >= PATIENCE.tries;
  useEffect(() => {
    if (isDone) return;
    let current = true;
    const look = async () => {
      const answer = await my.takeCard(checkoutId);
      if (!current) return;
      setState(answer.ok ? { card: answer.value.card, looks: looks + 1, error: null } : { looks, error: answer.error });
      if (answer.ok && answer.value.card !== null) changed();
    };
    const timer = setTimeout(() => void look(), looks === 0 ? 0 : PATIENCE.everyMs);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [looks, isDone]);
  if (error) return <Trouble error={error} words={words} />;
  const text = typeof card === "string" ? t("cardSaved", { card }) : t(isDone ? "cardNone" : "cardWaiting");
  return (
    <div role="status">
      <Note>
        <p>{text}</p>
      </Note>
    </div>
  );
}
