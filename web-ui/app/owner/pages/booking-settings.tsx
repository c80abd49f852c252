import "../../driver/driver.css";
import "../owner.css";
import { useState } from "preact/hooks";
import type { BookingSettings } from "../../../../shared/booking-settings";
import { Field, Form, Submit } from "../../parts/form";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite } from "../../types";
import { useGuard } from "../guard";
import { Affected } from "../parts/affected";
import { Toggle, Trouble } from "../parts/bits";
import { formOf, settingsOf } from "../settings-model";
import type { MoneyField, SettingsField } from "../settings-model";
import { useAsk, useOwner } from "../use";

/** The rules for bookings at a site. */
export default function BookingSettingsPage({ siteId }: { siteId: string }) {
  const { o } = useOwner();
  return (
    <SiteFrame siteId={siteId} tab="calendar" height="form" title={o("bookingRules")}>
      {(site) => <Loading site={site} />}
    </SiteFrame>
  );
}

function Loading({ site }: { site: OwnedSite }) {
  const { words } = useOwner();
  const { siteId } = site;
  const [loaded, again] = useAsk(`booking ${siteId}`, (ask) =>
    ask("get", "/v1/sites/:siteId/booking-settings", { siteId }),
  );
  return (
    <Show loaded={loaded} words={words} again={again} height="form">
      {(settings) => <Rules site={site} first={settings} />}
    </Show>
  );
}

const parts = [
  ["rulesSale", ["maxMinutes", "pricePerHour"]],
  ["rulesArrive", ["early_start_time", "noshow_timeout", "noShowFee", "late_stop_time"]],
  ["rulesCancel", ["cancel_until_minutes", "lateCancelFee", "compensation"]],
  ["rulesHub", ["frontierMinutes", "bufferMinutes"]],
] as const satisfies [string, SettingsField[]][];
const money: readonly string[] = ["pricePerHour", "lateCancelFee", "noShowFee", "compensation"] satisfies MoneyField[];

function Rules({ site, first }: { site: OwnedSite; first: BookingSettings }) {
  const { words, o, ask } = useOwner();
  const { siteId, currency, timeZone } = site;
  const [form, setForm] = useState(() => formOf(first, currency));
  const [saved, setSaved] = useState(false);
  const guard = useGuard(siteId);
  const result = settingsOf(form, currency);
  const errors = "errors" in result ? result.errors : {};
  const change = (changes: Partial<typeof form>) => {
    setSaved(false);
    guard.leave();
    setForm((known) => ({ ...known, ...changes }));
  };
  const save = () => {
    if ("errors" in result) return;
    const { settings } = result;
    guard.run(
      { kind: "settings", settings },
      (shown) => ask("put", "/v1/sites/:siteId/booking-settings", { siteId }, { json: settings, query: { shown } }),
      () => setSaved(true),
    );
  };
  return (
    <Form class="card stack narrow-left" noValidate onSend={save}>
      <p class="lead">{o("rulesLead")}</p>
      <div class="chips">
        <Toggle label={o("rulesOpen")} on={form.open} onToggle={(open) => change({ open })} />
        <Toggle label={o("rulesWalkIn")} on={form.walkInSeat} onToggle={(walkInSeat) => change({ walkInSeat })} />
      </div>
      <p class="sub">{o("rulesWalkInText")}</p>
      {parts.map(([title, fields]) => (
        <fieldset class="stack" key={title}>
          <legend>{o(title)}</legend>
          {fields.map((field) => {
            const limits = errors[field];
            return (
              <Field
                key={field}
                id={field}
                label={money.includes(field) ? `${o(`rule_${field}`)} (${currency})` : o(`rule_${field}`)}
                hint={o(`hint_${field}`)}
                inputMode="decimal"
                value={form[field]}
                error={limits ? o("ruleWrong", limits) : undefined}
                onInput={({ currentTarget: { value } }) => change({ [field]: value })}
              />
            );
          })}
        </fieldset>
      ))}
      <Affected guard={guard} timeZone={timeZone} words={words} />
      <Trouble error={guard.sending.error} words={words} />
      {guard.met ? null : (
        <Submit busy={guard.sending.state === "busy"} words={words}>
          {words.t("save")}
        </Submit>
      )}
      <p role="status" class="saved">
        {saved ? words.t("saved") : ""}
      </p>
    </Form>
  );
}
