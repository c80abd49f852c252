import type { OwnedSite } from "../types";
import type { Words } from "../words";
import { currencies, policies } from "./choices";
import { Choice, Field, Form, Submit } from "./form";

interface SettingsProps {
  site: OwnedSite;
  tariffIds: string[];
  words: Words;
  state: "idle" | "busy" | "saved";
  onSave: (form: HTMLFormElement) => void;
}

/** Name, zone, currency, who may start, price and seller of a site. */
export function SettingsForm({ site, tariffIds, words, state, onSave }: SettingsProps) {
  const { t } = words;
  return (
    <Form class="card stack" onSend={onSave} busy={state === "busy"}>
      <Field
        id="name"
        label={t("siteName")}
        hint={t("siteNameHint")}
        defaultValue={site.name}
        required
        maxLength={100}
      />
      <Choice
        id="timeZone"
        label={t("timeZone")}
        value={site.timeZone}
        options={zones(site.timeZone)}
        hint={t("timeZoneHint")}
      />
      <Choice id="currency" label={t("currency")} value={site.currency} options={currencies(words)} />
      <Choice id="startPolicy" label={t("startPolicy")} value={site.startPolicy} options={policies(words)} />
      <Choice
        id="defaultTariffId"
        label={t("defaultTariff")}
        value={site.defaultTariffId ?? ""}
        options={[["", t("noTariff")] as const, ...tariffIds.map((id) => [id, id] as const)]}
      />
      <fieldset class="stack">
        <legend>{t("seller")}</legend>
        <Field id="sellerName" label={t("sellerName")} defaultValue={site.seller.name} maxLength={100} />
        <div class="field">
          <label for="sellerAddress">{t("sellerAddress")}</label>
          <textarea id="sellerAddress" name="sellerAddress" rows={3} maxLength={300}>
            {site.seller.address}
          </textarea>
        </div>
        <Field id="vatNumber" label={t("vatNumber")} defaultValue={site.seller.vatNumber} maxLength={30} />
      </fieldset>
      <Submit busy={state === "busy"} words={words}>
        {t("save")}
      </Submit>
      <p role="status" class="saved">
        {state === "saved" ? t("saved") : ""}
      </p>
    </Form>
  );
}

/** Every zone that the browser knows; the site's own as well where its name is an old one. */
function zones(own: string): (readonly [string, string])[] {
  const known = Intl.supportedValuesOf("timeZone");
  return (known.includes(own) ? known : [own, ...known]).map((zone) => [zone, zone.replaceAll("_", " ")] as const);
}
