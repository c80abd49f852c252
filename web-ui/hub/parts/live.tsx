import type { ConnectorView } from "../../../shared/hub-page";
import { stopwatch } from "../../common/format";
import { drawCurve } from "../curve";
import { elapsedSeconds, isStale } from "../model";
import type { Phase } from "../model";
import { connectorPath, receiptPath } from "../route";
import type { PageActions, PageState } from "../state";
import { ErrorNotice, Figure, Notice } from "./bits";

type Live = Extract<Phase, { kind: "live" }>;
type Ended = Extract<Phase, { kind: "ended" }>;

/** A running session: energy and cost large, power and time, the curve. Readings past due are dimmed, with their time. */
export function LivePart({ state, phase }: { state: PageState; phase: Live }) {
  const { t, format } = state.words;
  const { session, paused } = phase;
  const old = isStale(session, state.nowMs.value, state.view.value.sampleInterval) || !state.reached.value;
  const time = format.timeSeconds(session.lastReadingAt);
  return (
    <section class="card live" aria-label={t("charging")}>
      {paused ? (
        <div class="paused">
          <h2>{t(paused === "car" ? "pausedCar" : "pausedCharger")}</h2>
          <p>{t(paused === "car" ? "pausedCarText" : "pausedChargerText")}</p>
        </div>
      ) : null}
      <dl class="figures">
        <Figure label={t("soFar")} value={format.kwhNumber(session.energyWh)} unit="kWh" old={old} />
        <Figure label={t("cost")} value={format.money(session.cost.amount, session.cost.currency)} old={old} />
        <Figure
          label={t("power")}
          value={session.powerW === null ? t("powerUnknown") : format.kw(session.powerW)}
          old={old}
        />
        <Figure label={t("time")} value={stopwatch(elapsedSeconds(session, state.nowMs.value))} />
      </dl>
      <PowerCurve state={state} old={old} />
      <p class={old ? "reading late" : "reading"}>{t(old ? "staleReading" : "reading", { time })}</p>
    </section>
  );
}

const [width, height] = [320, 88];

/** Power over time as a path of our own, with the same in words. */
function PowerCurve({ state, old }: { state: PageState; old: boolean }) {
  const { t, format } = state.words;
  const points = state.points.value;
  const curve = drawCurve(points, width, height);
  const at = (index: number) => format.time(new Date((points.at(index) as [number, number])[0]).toISOString());
  return (
    <figure class={old ? "curve old" : "curve"}>
      <figcaption>
        <span>{t("curveTitle")}</span>
        {curve ? <span>{format.kw(curve.topW)}</span> : null}
      </figcaption>
      {curve ? (
        <svg
          viewBox={`0 0 ${width} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={t("curveText", {
            start: at(0),
            end: at(-1),
            mean: format.kw(curve.meanW),
            max: format.kw(curve.maxW),
          })}
        >
          <path class="grid" d={`M0 ${height / 2}H${width}M0 .500H${width}`} />
          <path class="area" d={curve.area} />
          <path class="line" d={curve.line} />
        </svg>
      ) : (
        <p class="soon">{t("curveSoon")}</p>
      )}
      <p class="axis" aria-hidden="true">
        <span>{curve ? at(0) : "\u00a0"}</span>
        <span>{curve ? at(-1) : ""}</span>
      </p>
    </figure>
  );
}

/** Stop, for the one who started: a plain form as well. Others read who can. */
export function StopPart(props: { state: PageState; actions: PageActions; connector: ConnectorView; phase: Live }) {
  const { state, actions, connector, phase } = props;
  const { t } = state.words;
  const pending = state.pending.value === "stop";
  if (!phase.mine) return <p class="lead">{t("notMine")}</p>;
  return (
    <>
      <ErrorNotice state={state} />
      <form
        class="action"
        method="post"
        action={`${connectorPath(connector.cpId, connector.connectorId)}/stop`}
        onSubmit={(event) => {
          event.preventDefault();
          actions.stop();
        }}
      >
        <input type="hidden" name="secret" value={state.formSecret} />
        <input type="hidden" name="sessionId" value={phase.session.id} />
        <button class="button stop" type="submit" aria-disabled={pending} aria-busy={pending}>
          {t(pending ? "stopping" : "stop")}
        </button>
        <p class="sub">{t("stopHint")}</p>
      </form>
      <details class="share">
        <summary>{t("takeAlong")}</summary>
        <p>{t("takeAlongText")}</p>
        <button class="button quiet" type="button" onClick={actions.copyLink}>
          {t(state.copied.value ? "copied" : "copyLink")}
        </button>
      </details>
    </>
  );
}

/** After the end: unplug, what it came to, and the receipt for the one who started. */
export function EndedPart(props: { state: PageState; actions: PageActions; connector: ConnectorView; phase: Ended }) {
  const { state, actions, connector, phase } = props;
  const { t, format } = state.words;
  const { session, mine } = phase;
  const secret = state.mine.value?.secret;
  return (
    <>
      <section class="card live done" aria-label={t("receipt")}>
        <dl class="figures">
          <Figure label={t("energyTotal")} value={format.kwhNumber(session.energyWh)} unit="kWh" />
          <Figure label={t("costTotal")} value={format.money(session.cost.amount, session.cost.currency)} />
          <Figure label={t("timeTotal")} value={stopwatch(elapsedSeconds(session, 0))} />
        </dl>
      </section>
      {mine && secret ? (
        <a class="button primary" href={receiptPath(session.id, secret)}>
          {t("showReceipt")}
        </a>
      ) : null}
      {mine ? <Unlock state={state} actions={actions} connector={connector} /> : null}
    </>
  );
}

/** For a plug that the charger holds on to: a driver's worst moment, so its way out is here and not in a menu. */
function Unlock({ state, actions, connector }: { state: PageState; actions: PageActions; connector: ConnectorView }) {
  const { t } = state.words;
  const pending = state.pending.value === "unlock";
  return (
    <>
      <ErrorNotice state={state} />
      {state.unlocked.value ? (
        <Notice tone="calm">
          <p role="status">{t("unlocked")}</p>
        </Notice>
      ) : (
        <form
          class="action"
          method="post"
          action={`${connectorPath(connector.cpId, connector.connectorId)}/unlock`}
          onSubmit={(event) => {
            event.preventDefault();
            actions.unlock();
          }}
        >
          <input type="hidden" name="secret" value={state.formSecret} />
          <button class="button quiet" type="submit" aria-disabled={pending} aria-busy={pending}>
            {t(pending ? "unlocking" : "unlock")}
          </button>
        </form>
      )}
    </>
  );
}
