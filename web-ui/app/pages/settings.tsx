import { useState } from "preact/hooks";
import type { StartPolicy } from "../../../shared/site";
import type { Failure } from "../api";
import { useApp } from "../context";
import { valueOf } from "../parts/form";
import { ErrorBox, Show, useLoad } from "../parts/load";
import { SettingsForm } from "../parts/settings-form";
import { SiteFrame } from "../parts/site-frame";
import type { OwnedSite } from "../types";

/** The site's own data. */
export default function SettingsPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="settings" height="form">
      {(site, again) => <Settings site={site} again={again} />}
    </SiteFrame>
  );
}

function Settings({ site, again }: { site: OwnedSite; again: () => void }) {
  const { words, api } = useApp();
  const [tariffs, retry] = useLoad(`tariffs ${site.siteId}`, () => api.tariffs(site.siteId));
  const [state, setState] = useState<"idle" | "busy" | "saved">("idle");
  const [error, setError] = useState<Failure | null>(null);
  const save = async (form: HTMLFormElement) => {
    setState("busy");
    const answer = await api.changeSite(site.siteId, {
      name: valueOf(form, "name"),
      timeZone: valueOf(form, "timeZone"),
      currency: valueOf(form, "currency"),
      startPolicy: valueOf(form, "startPolicy") as StartPolicy,
      defaultTariffId: valueOf(form, "defaultTariffId") || null,
      seller: {
        name: valueOf(form, "sellerName"),
        address: valueOf(form, "sellerAddress"),
        vatNumber: valueOf(form, "vatNumber"),
      },
    });
    setState(answer.ok ? "saved" : "idle");
    setError(answer.ok ? null : answer.error);
  };
  return (
    <Show loaded={tariffs} words={words} again={retry} height="form">
      {(value) => (
        <div class="stack narrow-left">
          <ErrorBox error={error} words={words} />
          <SettingsForm
            site={site}
            tariffIds={value.tariffs.map(({ id }) => id)}
            words={words}
            state={state}
            onSave={(form) => void save(form).then(() => undefined)}
          />
          <a class="button quiet fit" href={`/sites/${site.siteId}/pair`} onClick={again}>
            {words.t("pairAnother")}
          </a>
        </div>
      )}
    </Show>
  );
}
