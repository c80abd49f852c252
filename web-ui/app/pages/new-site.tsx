import "../owner/owner.css";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import type { StartPolicy } from "../../../shared/site";
import type { Failure } from "../api";
import { useApp } from "../context";
import { Choice, Field, Form, Submit, valueOf } from "../parts/form";
import { ErrorBox } from "../parts/load";
import { currencies, policies } from "../parts/choices";
import { SetupSteps } from "../owner/parts/bits";

/** A new site: name, zone, currency and who may start; then pairing its hub. */
export default function NewSitePage() {
  const { words, api } = useApp();
  const { t } = words;
  const { route } = useLocation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Failure | null>(null);

  async function send(form: HTMLFormElement): Promise<void> {
    setBusy(true);
    const answer = await api.createSite({
      name: valueOf(form, "name"),
      timeZone: valueOf(form, "timeZone"),
      currency: valueOf(form, "currency"),
      startPolicy: valueOf(form, "startPolicy") as StartPolicy,
    });
    setBusy(false);
    if (answer.ok) route(`/sites/${answer.value.siteId}/pair?setup=1`);
    else setError(answer.error);
  }

  return (
    <main id="main" class="narrow">
      <SetupSteps now={1} />
      <div class="head">
        <h1>{t("newSite")}</h1>
        <p class="lead">{t("newSiteLead")}</p>
      </div>
      <Form class="card stack" onSend={send} busy={busy}>
        <ErrorBox error={error} words={words} />
        <Field id="name" label={t("siteName")} hint={t("siteNameHint")} required maxLength={100} autocomplete="off" />
        <Choice
          id="timeZone"
          label={t("timeZone")}
          value={new Intl.DateTimeFormat().resolvedOptions().timeZone}
          options={Intl.supportedValuesOf("timeZone").map((zone) => [zone, zone.replaceAll("_", " ")] as const)}
          hint={t("timeZoneHint")}
        />
        <Choice id="currency" label={t("currency")} value="EUR" options={currencies(words)} />
        <Choice id="startPolicy" label={t("startPolicy")} value="pass" options={policies(words)} />
        <Submit busy={busy} words={words}>
          {t("createSite")}
        </Submit>
      </Form>
    </main>
  );
}
