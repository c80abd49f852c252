import { tariffText } from "../../../common/tariff-text";
import { marks } from "../../../common/icons";
import { Field } from "../../parts/form";
import { Show } from "../../parts/load";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { useAsk, useOwner, useSending } from "../use";
import { Segments, Trouble } from "./bits";

/** From when a changed price holds, as a form has it: at once, or from a time at the site on. */
export type HoldsFrom = { date: string; time: string } | null;

/** Chooses from when a change holds. */
export function HoldsFromFields(props: {
  from: HoldsFrom;
  tomorrow: string;
  wrong: boolean;
  onChange: (from: HoldsFrom) => void;
}) {
  const { from, tomorrow, wrong, onChange } = props;
  const { o } = useOwner();
  return (
    <section class="card stack" aria-labelledby="holds-from">
      <h2 id="holds-from">{o("holdsFrom")}</h2>
      <p class="sub">{o("holdsFromText")}</p>
      <Segments
        label={o("holdsFrom")}
        value={from === null ? "now" : "later"}
        options={[
          ["now", o("holdsNow")],
          ["later", o("holdsLater")],
        ]}
        onChange={(value) => onChange(value === "now" ? null : { date: tomorrow, time: "00:00" })}
      />
      {from === null ? null : (
        <div class="pair-fields">
          <Field
            id="holdsDate"
            type="date"
            label={o("day")}
            value={from.date}
            error={wrong ? o("holdsWrong") : undefined}
            onInput={({ currentTarget: { value } }) => onChange({ ...from, date: value })}
          />
          <Field
            id="holdsTime"
            type="time"
            label={o("hour")}
            value={from.time}
            onInput={({ currentTarget: { value } }) => onChange({ ...from, time: value })}
          />
        </div>
      )}
    </section>
  );
}

const states = {
  past: ["out", "versionPast"],
  current: ["free", "versionCurrent"],
  coming: ["reserved", "versionComing"],
} as const;

/** What a price was, is, and will be; what is to come can be taken back. */
export function TariffVersions({ site, tariffId, words }: { site: OwnedSite; tariffId: string; words: Words }) {
  const { o, ask } = useOwner();
  const { siteId, timeZone } = site;
  const taking = useSending();
  const [loaded, again] = useAsk(`versions ${siteId} ${tariffId}`, (asking) =>
    asking("get", "/v1/sites/:siteId/tariffs/:tariffId/versions", { siteId, tariffId }),
  );
  const format = words.formatIn(timeZone);
  const takeBack = (version: number) =>
    void taking.send(
      () =>
        ask("delete", "/v1/sites/:siteId/tariffs/:tariffId/versions/:version", {
          siteId,
          tariffId,
          version: String(version),
        }),
      again,
    );
  return (
    <section class="card stack" aria-labelledby="versions">
      <h2 id="versions">{o("versions")}</h2>
      <Trouble error={taking.error} words={words} />
      <Show loaded={loaded} words={words} again={again} height="row">
        {({ versions }) => (
          <ul class="items">
            {versions.toReversed().map(({ version, effectiveFrom, state, tariff }) => {
              const [mark, key] = states[state];
              return (
                <li key={version}>
                  <span class="what">
                    <strong>{tariffText(tariff, words.tariff, format).headline}</strong>
                    <span class={`mark mark-${mark}`}>
                      {marks[mark]}
                      {o(key)}
                    </span>
                    <span class="sub">{o("fromOn", { time: format.dateTime(effectiveFrom) })}</span>
                  </span>
                  {state === "coming" ? (
                    <button class="plain" type="button" onClick={() => takeBack(version)}>
                      {o("versionTakeBack")}
                    </button>
                  ) : null}
                </li>
              );
            })}
          </ul>
        )}
      </Show>
    </section>
  );
}
