import type { ConnectorView } from "../../shared/hub-page";
import { clocksDiffer } from "../common/format";
import { MarkLabel } from "./parts/bits";
import { BookingNote } from "./parts/booking";
import { Header } from "./parts/header";
import { ListPage } from "./parts/list";
import { EndedPart, LivePart, StopPart } from "./parts/live";
import { Price } from "./parts/price";
import { ReceiptPage } from "./parts/receipt";
import { ObstacleNotice, StartPart, StartProgress } from "./parts/start";
import { markOf, phaseOf } from "./model";
import type { Phase } from "./model";
import type { PageActions, PageState } from "./state";
import type { Words } from "./words";

/** The whole page, the same on the server and in the browser. */
export function Page({ state, actions }: { state: PageState; actions: PageActions }) {
  const { route } = state;
  const { site, connector, now } = state.view.value;
  const { t, format } = state.words;
  const zone = state.viewerZone.value;
  return (
    <>
      <Header state={state} />
      {state.reached.value ? null : (
        <div class="lost" role="alert">
          <strong>{t("hubLost")}</strong>
          <span>{t("hubLostText", { time: format.timeSeconds(connector?.session?.lastReadingAt ?? now) })}</span>
        </div>
      )}
      {route.page === "receipt" ? (
        <ReceiptPage state={state} actions={actions} />
      ) : connector ? (
        <ConnectorPage state={state} actions={actions} connector={connector} />
      ) : (
        <ListPage state={state} cpId={route.cpId} />
      )}
      {zone && clocksDiffer(site.timeZone, zone, now) ? (
        <footer class="foot">{t("zoneNote", { zone: format.zone(now) })}</footer>
      ) : null}
    </>
  );
}

function ConnectorPage(props: { state: PageState; actions: PageActions; connector: ConnectorView }) {
  const { state, actions, connector } = props;
  const { words } = state;
  const phase = phaseOf(connector, state.view.value.site.startPolicy, state.mine.value);
  const title = titleOf(phase, words);
  const several = state.view.value.connectors.length > 1;
  return (
    <main id="main">
      <div class="plate">
        <MarkLabel mark={markOf(connector)} words={words} />
        <h1 tabIndex={-1}>{connector.name}</h1>
        <p class="sub">
          {words.t("connectorNo", { number: connector.connectorId })}
          {connector.maxCurrentA === null ? "" : ` \u00b7 ${words.t("upToAmps", { amps: connector.maxCurrentA })}`}
        </p>
      </div>
      <div class="say">
        <p class="title" role="status">
          {title.title}
        </p>
        {title.text ? <p class="lead">{title.text}</p> : null}
      </div>
      <BookingNote words={words} connector={connector} />
      {phase.kind === "starting" ? <StartProgress state={state} phase={phase} /> : null}
      {phase.kind === "live" ? <LivePart state={state} phase={phase} /> : null}
      {phase.kind === "ended" ? <EndedPart state={state} phase={phase} /> : null}
      {phase.kind === "live" ? <StopPart state={state} actions={actions} connector={connector} phase={phase} /> : null}
      {phase.kind === "idle" && phase.obstacle ? <ObstacleNotice state={state} obstacle={phase.obstacle} /> : null}
      {phase.kind === "idle" ? <Price state={state} /> : null}
      {phase.kind === "idle" ? <StartPart state={state} actions={actions} connector={connector} phase={phase} /> : null}
      {phase.kind === "live" || phase.kind === "starting" ? <Price state={state} /> : null}
      <noscript>
        <p class="sub">
          {words.t("noScript")} <a href={state.path}>{words.t("reload")}</a>
        </p>
      </noscript>
      {several && phase.kind === "idle" ? (
        <a class="other" href="/">
          {words.t("otherCharger")}
        </a>
      ) : null}
    </main>
  );
}

/** The one sentence that says how things are; read aloud when it changes, and only then. */
export function titleOf(phase: Phase, { t }: Words): { title: string; text: string } {
  if (phase.kind === "starting") return { title: t("startProgress"), text: "" };
  if (phase.kind === "live") return { title: t("charging"), text: "" };
  if (phase.kind === "ended") return { title: t("unplug"), text: t("unplugText") };
  if (phase.obstacle) return { title: "", text: "" };
  return phase.plugged ? { title: t("plugged"), text: t("pluggedText") } : { title: t("ready"), text: t("readyText") };
}
