import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Answer, Failure } from "../../api";
import { Field, Form, Submit, valueOf } from "../../parts/form";
import { ErrorBox, Show, useLoad } from "../../parts/load";
import { AdminFrame } from "../parts/frame";
import type { OwnerPayout, WalletPayout } from "../types";
import { useAdmin } from "../use";
import { adminError } from "../errors";

/** What leaves the platform's bank by hand: to owners without an account at the payment service, and out of drivers' wallets. */
export function PayoutsPage() {
  const { words, t, admin } = useAdmin();
  const [owners, again] = useLoad("payouts", admin.payouts);
  const [wallets, retry] = useLoad("wallet payouts", admin.walletPayouts);
  return (
    <AdminFrame tab="payouts">
      <div class="stack">
        <p class="lead">{t("payoutsLead")}</p>
        <h2>{t("ownersDue")}</h2>
        <Show loaded={owners} words={words} again={again} height="row" explain={adminError}>
          {({ payouts }) => (
            <Due list={payouts} none={t("ownersNone")}>
              {payouts.map((payout) => (
                <ToOwner key={payout.payoutId} payout={payout} />
              ))}
            </Due>
          )}
        </Show>
        <h2>{t("walletsDue")}</h2>
        <Show loaded={wallets} words={words} again={retry} height="row" explain={adminError}>
          {({ payouts }) => (
            <Due list={payouts} none={t("walletsNone")}>
              {payouts.map((payout) => (
                <ToDriver key={payout.paymentId} payout={payout} />
              ))}
            </Due>
          )}
        </Show>
      </div>
    </AdminFrame>
  );
}

function Due({ list, none, children }: { list: unknown[]; none: string; children: ComponentChildren }) {
  return list.length === 0 ? <p class="card empty lead">{none}</p> : <div class="stack">{children}</div>;
}

function ToOwner({ payout }: { payout: OwnerPayout }) {
  const { t, admin, format } = useAdmin();
  const { payoutId, statement, amount, currency, period, createdAt } = payout;
  return (
    <article class="card stack" aria-labelledby={payoutId}>
      <div>
        <h3 id={payoutId} class="payee">
          {`${statement.organization}: ${format.money(amount, currency)}`}
        </h3>
        <p class="sub">{`${t("payoutFor", { period })} \u00b7 ${t("askedAt", { time: format.date(createdAt) })}`}</p>
      </div>
      <NoteOnce
        id={`reference-${payoutId}`}
        label={t("bankReference")}
        missing={t("referenceNeeded")}
        button={t("notePaid")}
        done={t("notedPaid")}
        send={(reference) => admin.payoutPaid(payoutId, reference)}
      />
    </article>
  );
}

function ToDriver({ payout }: { payout: WalletPayout }) {
  const { t, admin, format } = useAdmin();
  const { paymentId, name, email, amount, currency, createdAt } = payout;
  const [ended, setEnded] = useState<"paid" | "refused" | null>(null);
  return (
    <article class="card stack" aria-labelledby={paymentId}>
      <div>
        <h3 id={paymentId} class="payee">
          {`${name}: ${format.money(amount, currency)}`}
        </h3>
        <p class="sub">
          <a class="mail" href={`mailto:${email}`}>
            {email}
          </a>
          {` \u00b7 ${t("askedAt", { time: format.date(createdAt) })}`}
        </p>
        <p class="sub">{t("walletsText")}</p>
      </div>
      {ended === "refused" ? null : (
        <NoteOnce
          id={`reference-${paymentId}`}
          label={t("bankReference")}
          missing={t("referenceNeeded")}
          button={t("notePaid")}
          done={t("notedPaid")}
          send={(reference) => admin.walletPaid(paymentId, reference)}
          onDone={() => setEnded("paid")}
        />
      )}
      {ended === "paid" ? null : (
        <NoteOnce
          id={`reason-${paymentId}`}
          label={t("whyRefused")}
          missing={t("whyNeeded")}
          button={t("refuseWallet")}
          done={t("refusedWallet")}
          look="quiet"
          send={(reason) => admin.refuseWallet(paymentId, reason)}
          onDone={() => setEnded("refused")}
        />
      )}
    </article>
  );
}

/** A line that has to be written, and the button that sends it once; afterwards what was done, in the same place. */
function NoteOnce(props: {
  id: string;
  label: string;
  missing: string;
  button: string;
  done: string;
  look?: "primary" | "quiet";
  send: (text: string) => Promise<Answer<unknown>>;
  onDone?: () => void;
}) {
  const { id, label, missing, button, done, look = "primary", send, onDone } = props;
  const { words } = useAdmin();
  // Two taps note once, even before the first is drawn.
  const taken = useRef(false);
  const [state, setState] = useState<"idle" | "missing" | "busy" | "done">("idle");
  const [error, setError] = useState<Failure | null>(null);
  const submit = async (form: HTMLFormElement) => {
    if (taken.current) return;
    const text = valueOf(form, id).trim();
    if (text === "") return setState("missing");
    taken.current = true;
    setState("busy");
    const answer = await send(text);
    taken.current = false;
    setError(answer.ok ? null : answer.error);
    setState(answer.ok ? "done" : "idle");
    if (answer.ok) onDone?.();
  };
  return (
    <div class="stack">
      <p role="status" class={state === "done" ? "notice" : "sr"}>
        {state === "done" ? done : ""}
      </p>
      {state === "done" ? null : (
        <Form class="note-form" noValidate onSend={submit}>
          <Field id={id} label={label} maxLength={100} error={state === "missing" ? missing : undefined} />
          {look === "primary" ? (
            <Submit busy={state === "busy"} words={words}>
              {button}
            </Submit>
          ) : (
            <button class="button quiet" type="submit" aria-disabled={state === "busy"} aria-busy={state === "busy"}>
              {state === "busy" ? words.t("working") : button}
            </button>
          )}
        </Form>
      )}
      <ErrorBox error={error} words={words} explain={adminError} />
    </div>
  );
}
