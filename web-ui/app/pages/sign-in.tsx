import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { Failure } from "../api";
import { backOf, signInPath } from "../back";
import { useApp } from "../context";
import { Field, Form, Submit, valueOf } from "../parts/form";
import type { User } from "../types";
import { ErrorBox } from "../parts/load";

/** Sign in or, at `/sign-up`, make an account. After it the page of the address appears, or the one that `?back=` names. */
export function SignInPage() {
  const { words, api, setUser } = useApp();
  const { t } = words;
  const { path, query, url, route } = useLocation();
  const isNew = path === "/sign-up";
  const isHere = path === "/sign-in" || isNew;
  const back = isHere ? backOf(query["back"]) : url;
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Failure | null>(null);
  const [mailed, setMailed] = useState<string | null>(null);

  async function send(form: HTMLFormElement): Promise<void> {
    setBusy(true);
    setError(null);
    const [email, password] = [valueOf(form, "email"), valueOf(form, "password")];
    const answer = isNew ? await api.signUp(valueOf(form, "name"), email, password) : await api.signIn(email, password);
    const me = answer.ok ? await api.me() : answer;
    setBusy(false);
    if (!me.ok) return setError(me.error);
    const user = (me.value as { user: User } | null)?.user ?? null;
    // An account whose address is not confirmed yet signs nobody in.
    if (!user) return setMailed(email);
    // What is sent to this account is in the language that its owner reads here.
    if (isNew) void api.call("PATCH", "/me", { language: words.lang });
    if (isHere) route(back, true);
    setUser(user);
  }
  if (mailed !== null) {
    return (
      <main id="main" class="narrow">
        <div class="head" role="status">
          <h1>{t("checkMail")}</h1>
          <p class="lead">{t("checkMailText", { email: mailed })}</p>
        </div>
        <a class="beside" href={signInPath("/sign-in", back)} onClick={() => setMailed(null)}>
          {t("signIn")}
        </a>
      </main>
    );
  }

  return (
    <main id="main" class="narrow">
      <div class="head">
        <h1>{t(isNew ? "signUp" : "signIn")}</h1>
        <p class="lead">{t(isNew ? "signUpLead" : "signInLead")}</p>
      </div>
      <Form class="card stack" onSend={send} busy={busy}>
        <ErrorBox error={error} words={words} />
        {isNew ? <Field id="name" label={t("name")} autocomplete="name" required maxLength={100} /> : null}
        <Field id="email" label={t("email")} type="email" autocomplete="username" required />
        <Field
          id="password"
          label={t("password")}
          type="password"
          autocomplete={isNew ? "new-password" : "current-password"}
          required
          minLength={isNew ? 10 : undefined}
          hint={isNew ? t("passwordHint") : undefined}
        />
        <Submit busy={busy} words={words}>
          {t(isNew ? "signUp" : "signIn")}
        </Submit>
      </Form>
      {isNew ? null : (
        <a class="beside" href="/forgot-password">
          {t("forgot")}
        </a>
      )}
      <a class="beside" href={signInPath(isNew ? "/sign-in" : "/sign-up", back)}>
        {t(isNew ? "haveAccount" : "noAccount")}
      </a>
    </main>
  );
}
