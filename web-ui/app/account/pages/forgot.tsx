import "../../driver/driver.css";
import "../account.css";
import { useState } from "preact/hooks";
import { Field, Submit, valueOf } from "../../parts/form";
import { FormCard, Trouble } from "../parts/bits";
import { useAccount, useDoing } from "../use";

/** Asks for a link that sets a new password; the answer is the same whether or not there is such an account. */
export default function ForgotPage() {
  const { words, t, account } = useAccount();
  const doing = useDoing();
  const [sent, setSent] = useState<string | null>(null);
  return (
    <main id="main" class="narrow">
      <div class="head">
        <h1>{t("forgotTitle")}</h1>
        <p class="lead">{sent === null ? t("forgotLead") : t("forgotSent", { email: sent })}</p>
      </div>
      <Trouble error={doing.error} />
      {sent === null ? (
        <FormCard
          id="forgot"
          title={t("forgotForm")}
          onSend={async (form) => {
            const email = valueOf(form, "email").trim();
            if (await doing.run("forgot", () => account.askForReset(email))) setSent(email);
          }}
        >
          <Field id="email" label={words.t("email")} type="email" autocomplete="username" required />
          <Submit busy={doing.busy === "forgot"} words={words}>
            {t("sendLink")}
          </Submit>
        </FormCard>
      ) : null}
      <a class="beside" href="/sign-in">
        {words.t("signIn")}
      </a>
    </main>
  );
}
