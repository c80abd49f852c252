import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import { currencyDigits } from "../../../../shared/money";
import { Choice, Field, Form, Submit } from "../../parts/form";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite } from "../../types";
import { Trouble } from "../parts/bits";
import { MOST_HELD, paymentFormOf, paymentMethods, paymentRulesOf, toggled } from "../payment-model";
import type { PaymentRules } from "../types";
import { useAsk, useOwner, useSending } from "../use";

/** How drivers may pay at a site. */
export default function PaymentRulesPage({ siteId }: { siteId: string }) {
  const { o } = useOwner();
  return (
    <SiteFrame siteId={siteId} tab="prices" height="form" title={o("payRules")}>
      {(site) => <Loading site={site} />}
    </SiteFrame>
  );
}

function Loading({ site }: { site: OwnedSite }) {
  const { words } = useOwner();
  const { siteId } = site;
  const [loaded, again] = useAsk(`payment rules ${siteId}`, (ask) =>
    ask("get", "/v1/sites/:siteId/payment-rules", { siteId }),
  );
  return (
    <Show loaded={loaded} words={words} again={again} height="form">
      {(rules) => <Rules site={site} first={rules} />}
    </Show>
  );
}

const laters = ["everybody", "approved", "members"] as const;

function Rules({ site, first }: { site: OwnedSite; first: PaymentRules }) {
  const { words, o, ask } = useOwner();
  const { siteId, currency, timeZone } = site;
  const [form, setForm] = useState(() => paymentFormOf(first, currency));
  const [saved, setSaved] = useState(false);
  const sending = useSending();
  const result = paymentRulesOf(form, currency);
  const wrong = "wrong" in result ? result.wrong : [];
  const most = words.formatIn(timeZone).money(MOST_HELD, currency);
  const change = (changes: Partial<typeof form>) => {
    setSaved(false);
    setForm((known) => ({ ...known, ...changes }));
  };
  const save = () => {
    if ("wrong" in result) return;
    const json = result.rules;
    void sending.send(
      () => ask("put", "/v1/sites/:siteId/payment-rules", { siteId }, { json }),
      () => setSaved(true),
    );
  };
  return (
    <Form class="card stack narrow-left" noValidate onSend={save}>
      <p class="lead">{o("payRulesLead")}</p>
      <fieldset class="stack ways" aria-describedby={wrong.includes("methods") ? "methods-error" : undefined}>
        <legend>{o("payMethods")}</legend>
        {paymentMethods.map((method) => (
          <label class="check" key={method}>
            <input
              type="checkbox"
              checked={form.methods.includes(method)}
              onChange={({ currentTarget: { checked } }) => change({ methods: toggled(form.methods, method, checked) })}
            />
            <span>
              <strong>{o(`pay_${method}`)}</strong>
              <span class="sub">{o(`payText_${method}`)}</span>
            </span>
          </label>
        ))}
        {wrong.includes("methods") ? (
          <p class="wrong" id="methods-error" role="alert">
            {o("payMethodsWrong")}
          </p>
        ) : null}
      </fieldset>
      {form.methods.includes("on_account") ? (
        <Choice
          id="later"
          label={o("payLater")}
          value={form.onAccountFor}
          options={laters.map((each) => [each, o(`payLater_${each}`)] as const)}
          onChange={(value) => change({ onAccountFor: laters.find((each) => each === value) ?? "everybody" })}
        />
      ) : null}
      <Field
        id="hold"
        label={o("payHold", { currency })}
        hint={o("payHoldHint")}
        inputMode={currencyDigits(currency) === 0 ? "numeric" : "decimal"}
        value={form.hold}
        error={wrong.includes("hold") ? o("payHoldWrong", { most }) : undefined}
        onInput={({ currentTarget: { value } }) => change({ hold: value })}
      />
      <Trouble error={sending.error} words={words} />
      <Submit busy={sending.state === "busy"} words={words}>
        {words.t("save")}
      </Submit>
      <p role="status" class="saved">
        {saved ? words.t("saved") : ""}
      </p>
    </Form>
  );
}
