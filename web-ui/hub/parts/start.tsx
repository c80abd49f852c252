import type { ConnectorView } from "../../../shared/hub-page";
import { check } from "../../common/icons";
import { failureKey } from "../errors";
import { startSteps } from "../model";
import type { Obstacle, Phase } from "../model";
import { receiptPath } from "../route";
import type { PageActions, PageState } from "../state";
import { ErrorNotice, Notice } from "./bits";
import { FullChoice, isBooked, ReferenceStart, Settled, StandbyStart, StartField, StartForm } from "./booked";

type Idle = Extract<Phase, { kind: "idle" }>;
type Starting = Extract<Phase, { kind: "starting" }>;

const obstacleKeys = {
  offline: "obstacleOffline",
  unknown: "obstacleUnknown",
  reserved: "obstacleReserved",
  unavailable: "obstacleUnavailable",
  faulted: "obstacleFaulted",
  finishing: "obstacleFinishing",
  busy: "obstacleBusy",
  pass: "obstaclePass",
} as const satisfies Record<Obstacle, string>;

/** What went wrong with the last start, and what can be done about it. */
export function StartTrouble(props: {
  state: PageState;
  actions: PageActions;
  connector: ConnectorView;
  phase: Phase;
}) {
  const { state, actions, phase } = props;
  const { t } = state.words;
  const error = state.error.value;
  const failure = phase.kind === "idle" && !error ? phase.failure : null;
  return (
    <>
      {failure ? (
        <Notice tone="bad">
          <p>{t(failureKey(failure) as "failError")}</p>
          <p class="code">{t("errorCode", { code: failure })}</p>
        </Notice>
      ) : null}
      {error?.code === "standby_only" ? <StandbyStart {...props} /> : <ErrorNotice state={state} />}
      {error?.code === "site_full" ? <FullChoice state={state} actions={actions} /> : null}
      <Settled state={state} />
    </>
  );
}

/** The start, where it is possible: of a walk-in, or of a booking by its reference. */
export function StartPart(props: { state: PageState; actions: PageActions; connector: ConnectorView; phase: Idle }) {
  const { state, connector, phase } = props;
  const { t } = state.words;
  const { startPolicy } = state.view.value.site;
  const last = state.lastReceipt.value;
  // With a booking of one's own and its time come, that is the start.
  const booked = isBooked(state);
  const reserved = connector.reservation !== null || phase.obstacle === "reserved";
  return (
    <>
      {phase.obstacle || booked || state.error.value?.code === "standby_only" ? null : (
        <StartForm {...props} label={t(phase.failure ? "startAgain" : "start")}>
          {startPolicy === "accessKey" ? (
            <StartField name="accessKey" label={t("accessKey")} hint={t("accessKeyHint")} />
          ) : null}
        </StartForm>
      )}
      {!booked && (reserved || phase.obstacle === "pass") ? (
        <ReferenceStart {...props} open={phase.obstacle === "pass"} />
      ) : null}
      {last ? (
        <a class="button quiet" href={receiptPath(last.sessionId, last.secret)}>
          {t("lastReceipt")}
        </a>
      ) : null}
    </>
  );
}

/** Why no start is offered. */
export function ObstacleNotice({ state, obstacle }: { state: PageState; obstacle: Obstacle }) {
  return (
    <Notice tone={obstacle === "faulted" || obstacle === "offline" ? "warn" : "calm"}>
      <p>{state.words.t(obstacleKeys[obstacle])}</p>
    </Notice>
  );
}

const stepKeys = {
  requested: "stepRequested",
  plugIn: "stepPlugIn",
  checking: "stepChecking",
  charging: "stepCharging",
} as const;
const hintKeys = { requested: "hintRequested", plugIn: "hintPlugIn", checking: "hintChecking" } as const;

/** How far a start is, in four steps, each from the charger's own word. */
export function StartProgress({ state, phase }: { state: PageState; phase: Starting }) {
  const { t } = state.words;
  const current = startSteps.indexOf(phase.step);
  return (
    <section class="card" aria-label={t("startProgress")}>
      <ol class="steps">
        {startSteps.map((step, index) => (
          <li
            key={step}
            class={index < current ? "done" : index === current ? "now" : "next"}
            aria-current={index === current ? "step" : undefined}
          >
            <span class="dot">{index < current ? check : index + 1}</span>
            <span>
              {t(stepKeys[step])}
              {index === current ? <span class="hint">{t(hintKeys[phase.step])}</span> : null}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
