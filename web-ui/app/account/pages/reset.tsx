import "../../driver/driver.css";
import "../account.css";
import { useLocation } from "preact-iso";
import { Field, Submit, valueOf } from "../../parts/form";
import { FormCard, Trouble } from "../parts/bits";
import { useAccount, useDoing } from "../use";

/** Where the mail's link leads (`?token=`): a new password, after which one signs in with it. */
export default function ResetPage() {
  const { words, t, account, setUser } = useAccount();
  const { query } = useLocation();
  const doing = useDoing();
  const token = query["token"] ?? "";
  const over = token === "" || doing.error?.code === "invalid_token";
  const done = doing.done === "reset";
  return (
    <main id="main" class="narrow">
      <div class="head">
        <h1>{t("resetTitle")}</h1>
        <p class="lead">{t(done ? "resetDone" : over ? "errorLinkOver" : "resetLead")}</p>
      </div>
      {over ? null : <Trouble error={doing.error} />}
      {over || done ? null : (
        <FormCard
          id="reset"
          title={t("newPassword")}
          onSend={async (form) => {
            const password = valueOf(form, "password");
            // Every sign-in ends with the old password, this one as well.
            if (await doing.run("reset", () => account.reset(token, password))) setUser(null);
          }}
        >
          <Field
            id="password"
            label={words.t("password")}
            type="password"
            autocomplete="new-password"
            required
            minLength={10}
            hint={words.t("passwordHint")}
          />
          <Submit busy={doing.busy === "reset"} words={words}>
            {t("setPassword")}
          </Submit>
        </FormCard>
      )}
      <a class="beside" href={over ? "/forgot-password" : "/sign-in"}>
        {over ? t("newLink") : words.t("signIn")}
      </a>
    </main>
  );
}
