import type { ConnectorView } from "../../../shared/hub-page";
import { check } from "../../common/icons";
import { failureKey } from "../errors";
import { startSteps } from "../model";
import type { Obstacle, Phase } from "../model";
import { connectorPath, receiptPath } from "../route";
import type { PageActions, PageState } from "../state";
import { ErrorNotice, Notice } from "./bits";

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

/** Before the start: what the state means, and the start where it is possible. A plain form, so that it works before any script. */
export function StartPart(props: { state: PageState; actions: PageActions; connector: ConnectorView; phase: Idle }) {
  const { state, actions, connector, phase } = props;
  const { t } = state.words;
  const last = state.lastReceipt.value;
  return (
    <>
      {phase.failure && !state.error.value ? (
        <Notice tone="bad">
          <p>{t(failureKey(phase.failure) as "failError")}</p>
          <p class="code">{t("errorCode", { code: phase.failure })}</p>
        </Notice>
      ) : null}
      <ErrorNotice state={state} />
      {phase.obstacle ? null : (
        <StartForm state={state} actions={actions} connector={connector} again={phase.failure !== null} />
      )}
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

function StartForm(props: { state: PageState; actions: PageActions; connector: ConnectorView; again: boolean }) {
  const { state, actions, connector, again } = props;
  const { t } = state.words;
  const pending = state.pending.value === "start";
  return (
    <form
      class="action"
      method="post"
      action={`${connectorPath(connector.cpId, connector.connectorId)}/start`}
      onSubmit={(event) => {
        event.preventDefault();
        actions.start(String(new FormData(event.currentTarget).get("accessKey") ?? ""));
      }}
    >
      <input type="hidden" name="secret" value={state.formSecret} />
      {state.view.value.site.startPolicy === "accessKey" ? (
        <div class="field">
          <label for="accessKey">{t("accessKey")}</label>
          <input
            id="accessKey"
            name="accessKey"
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            aria-describedby="accessKeyHint"
          />
          <p class="sub" id="accessKeyHint">
            {t("accessKeyHint")}
          </p>
        </div>
      ) : null}
      <button class="button primary" type="submit" aria-disabled={pending} aria-busy={pending}>
        {t(pending ? "starting" : again ? "startAgain" : "start")}
      </button>
    </form>
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
