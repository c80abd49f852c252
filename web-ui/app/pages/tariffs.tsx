import "../driver/driver.css";
import "../owner/owner.css";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { chevron } from "../../common/icons";
import { tariffText } from "../../common/tariff-text";
import { localTime } from "../../../shared/tariff/local-time";
import type { Tariff } from "../../../shared/tariff/schema";
import type { Failure } from "../api";
import { useApp } from "../context";
import { instantOf } from "../owner/calendar-model";
import { PriceSuggestion } from "../owner/parts/price-suggestion";
import { HoldsFromFields, TariffVersions } from "../owner/parts/tariff-versions";
import type { HoldsFrom } from "../owner/parts/tariff-versions";
import { ownerTexts } from "../owner/words";
import { ErrorBox, Show, useLoad } from "../parts/load";
import { SiteFrame } from "../parts/site-frame";
import { TariffEditor } from "../parts/tariff-editor";
import { emptyForm, formOf } from "../tariff-form";
import type { OwnedSite } from "../types";
import type { Words } from "../words";

/** The prices of a site, or the editor of one. */
export default function TariffsPage({ siteId, tariffId }: { siteId: string; tariffId?: string }) {
  const { words } = useApp();
  const title = tariffId === undefined ? undefined : words.t(tariffId === "new" ? "newTariff" : "editTariff");
  return (
    <SiteFrame siteId={siteId} tab="prices" height="row" {...(title === undefined ? {} : { title })}>
      {(site) => <Tariffs site={site} tariffId={tariffId} />}
    </SiteFrame>
  );
}

function Tariffs({ site, tariffId }: { site: OwnedSite; tariffId: string | undefined }) {
  const { words, api, now } = useApp();
  const { route } = useLocation();
  const [loaded, again] = useLoad(`tariffs ${site.siteId}`, () => api.tariffs(site.siteId));
  const [error, setError] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const [holds, setHolds] = useState<HoldsFrom>(null);
  const [wrong, setWrong] = useState(false);
  const [suggested, setSuggested] = useState<{ energy: string } | null>(null);
  const today = localTime(site.timeZone, now()).date;
  const tomorrow = new Date(Date.parse(today) + 86_400_000).toISOString().slice(0, 10);
  const save = async (tariff: Tariff) => {
    const from = holds === null ? null : instantOf(site.timeZone, holds.date, holds.time);
    setWrong(holds !== null && from === null);
    if (holds !== null && from === null) return;
    setBusy(true);
    const answer = await (from === null
      ? api.putTariff(site.siteId, tariff)
      : api.putTariff(site.siteId, tariff, from));
    // A site's first price is the one that it means to charge.
    const chosen =
      answer.ok && site.defaultTariffId === null
        ? await api.changeSite(site.siteId, { defaultTariffId: tariff.id })
        : answer;
    setBusy(false);
    if (!chosen.ok) return setError(chosen.error);
    again();
    route(`/sites/${site.siteId}/tariffs`);
  };
  return (
    <Show loaded={loaded} words={words} again={again} height="row">
      {({ tariffs }) => {
        if (tariffId === undefined) {
          return (
            <div class="stack">
              <TariffList site={site} tariffs={tariffs} words={words} />
              <a class="button quiet fit" href={`/sites/${site.siteId}/payment-rules`}>
                {ownerTexts.t()("payRules")}
              </a>
            </div>
          );
        }
        const known = tariffs.find(({ id }) => id === tariffId);
        const form = known ? formOf(known) : emptyForm;
        if (!form) return <p class="notice">{words.t("complexTariff")}</p>;
        return (
          <div class="stack">
            <ErrorBox error={error} words={words} />
            {known ? <HoldsFromFields from={holds} tomorrow={tomorrow} wrong={wrong} onChange={setHolds} /> : null}
            <TariffEditor
              form={form}
              suggested={suggested}
              isNew={!known}
              site={site}
              words={words}
              busy={busy}
              nowMs={now()}
              onSave={(tariff) => void save(tariff)}
            />
            {known ? (
              <TariffVersions site={site} tariffId={known.id} words={words} />
            ) : (
              <PriceSuggestion
                site={site}
                words={words}
                onTake={(price) => setSuggested({ energy: String(price / 10_000) })}
              />
            )}
          </div>
        );
      }}
    </Show>
  );
}

/** Each price in the words that drivers read. */
export function TariffList({ site, tariffs, words }: { site: OwnedSite; tariffs: Tariff[]; words: Words }) {
  const { t } = words;
  return (
    <div class="stack">
      {tariffs.length === 0 ? <p class="card empty lead">{t("noTariffs")}</p> : null}
      <ul class="list">
        {tariffs.map((tariff) => {
          const text = tariffText(tariff, words.tariff, words.formatIn(site.timeZone));
          return (
            <li key={tariff.id}>
              <a class="card row" href={`/sites/${site.siteId}/tariffs/${encodeURIComponent(tariff.id)}`}>
                <span class="what">
                  <strong>{text.headline}</strong>
                  <span class="sub">{[tariff.id, ...text.more].join(" \u00b7 ")}</span>
                  {tariff.id === site.defaultTariffId ? <span class="mark mark-free">{t("isDefault")}</span> : null}
                </span>
                {chevron}
              </a>
            </li>
          );
        })}
      </ul>
      <a class="button quiet fit" href={`/sites/${site.siteId}/tariffs/new`}>
        {t("newTariff")}
      </a>
    </div>
  );
}
