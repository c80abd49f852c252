import { useState } from "preact/hooks";
import { Facts } from "../../common/facts";
import { Choice, Field, Form, valueOf } from "../../common/form";
import type { ConnectorLoad, LoadView, PhaseCurrents } from "../../../shared/load";
import { useHub, usePoll, useWork } from "../use";
import { Act, Shown, Trouble } from "./bits";

const EVERY_MS = 3_000;

/** How the site's current is shared right now, and the limit that it is shared below. */
export function Load() {
  const { api } = useHub();
  const polled = usePoll(api.load, EVERY_MS);
  return (
    <Shown polled={polled}>
      {(view) => (
        <div class="stack">
          <Phases view={view} />
          <ul class="tiles">
            {view.connectors.map((each) => (
              <li key={`${each.cpId}/${each.connectorId}`}>
                <Outlet load={each} />
              </li>
            ))}
          </ul>
          <Limit view={view} again={polled.again} />
        </div>
      )}
    </Shown>
  );
}

function Phases({ view: { active, limitA, worstCaseA, measuredA } }: { view: LoadView }) {
  const { t, format } = useHub().words;
  return (
    <section class="card stack" aria-labelledby="shared">
      <h2 id="shared">{t(active ? "loadOn" : "loadOff")}</h2>
      {([0, 1, 2] as const).map((phase) => {
        const [worst, measured] = [worstCaseA[phase], measuredA[phase]];
        const limit = limitA?.[phase] ?? null;
        const values = { worst: format.decimal(worst), measured: format.decimal(measured) };
        return (
          <div key={phase} class="phase">
            <h3>{t("phase", { phase: `L${phase + 1}` })}</h3>
            <Bar worst={worst} measured={measured} limit={limit ?? Math.max(worst, measured, 1)} />
            <p class="sub">
              {limit === null
                ? t("worstCaseAlone", values)
                : t("worstCaseText", { ...values, limit: format.decimal(limit) })}
            </p>
          </div>
        );
      })}
    </section>
  );
}

/** How full a phase is: what may flow at worst, and what flows. The words below it say the same. */
function Bar({ worst, measured, limit }: { worst: number; measured: number; limit: number }) {
  const share = (amps: number) => (limit > 0 ? Math.min(100, (100 * amps) / limit) : 0);
  return (
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <rect class="bar-all" width="100" height="4" />
      <rect class={worst > limit ? "bar-over" : "bar-worst"} width={share(worst)} height="4" />
      <rect class="bar-now" width={share(measured)} height="4" />
    </svg>
  );
}

function highest(values: PhaseCurrents | null): number | null {
  return values === null ? null : Math.max(...values);
}

function Outlet({ load }: { load: ConnectorLoad }) {
  const { t, format } = useHub().words;
  const amps = (value: number | null) => (value === null ? t("unknown") : t("amps", { value: format.decimal(value) }));
  return (
    <article class="card stack">
      <div>
        <h3>{`${load.cpId} \u00b7 ${load.connectorId}`}</h3>
        <p class="sub">{t(load.state)}</p>
        {load.problem ? <p class="wrong">{t(load.problem)}</p> : null}
      </div>
      <Facts
        facts={[
          [t("target"), amps(load.targetA)],
          [t("confirmed"), amps(load.limitA)],
          [t("worstCase"), amps(highest(load.worstCaseA))],
          [t("measured"), amps(highest(load.measuredA))],
        ]}
      />
    </article>
  );
}

/** One limit for all phases. A schedule or a meter is left alone: this form could not say it again. */
function Limit({ view: { settings }, again }: { view: LoadView; again: () => void }) {
  const { words, api } = useHub();
  const { t } = words;
  const { busy, error, run } = useWork();
  const [saved, setSaved] = useState(false);
  const [isWrong, setWrong] = useState(false);
  const { limit } = settings;
  const isPlain = limit === null || (limit.kind === "constant" && typeof limit.limitA === "number");
  if (!isPlain) return <p class="card">{t("limitElsewhere")}</p>;
  const shown = limit?.kind === "constant" && typeof limit.limitA === "number" ? String(limit.limitA) : "";
  const save = async (form: HTMLFormElement) => {
    const [amps, safe] = [valueOf(form, "limitA"), valueOf(form, "safeCurrent")];
    const isFine = safe !== "" && Number.isFinite(Number(safe)) && Number.isFinite(Number(amps));
    setWrong(!isFine);
    setSaved(false);
    // An empty field would read as 0 A, which lets no charger charge without the hub.
    if (!isFine) return;
    const done = await run(
      api.setLoad({
        ...settings,
        limit: amps === "" ? null : { kind: "constant", limitA: Number(amps) },
        sharing: valueOf(form, "sharing") === "priority" ? "priority" : "fair",
        safeCurrentA: Number(safe),
      }),
    );
    setSaved(done !== null);
    again();
  };
  return (
    <Form autocomplete="off" class="card stack" onSend={save} busy={busy}>
      <h2>{t("setLimit")}</h2>
      <Field
        id="limitA"
        type="number"
        step="any"
        min={0}
        max={10_000}
        label={t("limitA")}
        hint={t("limitHint")}
        defaultValue={shown}
      />
      <Choice
        id="sharing"
        label={t("sharing")}
        value={settings.sharing}
        options={[
          ["fair", t("fair")],
          ["priority", t("priority")],
        ]}
      />
      <Field
        id="safeCurrent"
        type="number"
        step="any"
        min={0}
        max={80}
        label={t("safeCurrent")}
        hint={t("safeHint")}
        defaultValue={String(settings.safeCurrentA)}
      />
      {isWrong ? (
        <p class="notice notice-bad" role="alert">
          {t("safeMissing")}
        </p>
      ) : null}
      <Trouble error={error} />
      <Act busy={busy} submit>
        {t("save")}
      </Act>
      <p role="status" class="saved">
        {saved ? t("saved") : ""}
      </p>
    </Form>
  );
}
