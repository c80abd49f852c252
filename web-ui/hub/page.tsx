import type { ConnectorView } from "../../shared/hub-page";
import { clocksDiffer } from "../common/format";
import { MarkLabel, Notice } from "./parts/bits";
import { BookedStart, isBooked } from "./parts/booked";
import { BookingNote } from "./parts/booking";
import { Header } from "./parts/header";
import { ListPage } from "./parts/list";
import { EndedPart, LivePart, StopPart } from "./parts/live";
import { Price } from "./parts/price";
import { ObstacleNotice, StartPart, StartProgress, StartTrouble } from "./parts/start";
import { markOf, phaseOf } from "./model";
import type { Phase } from "./model";
import type { PageActions, PageState } from "./state";
import type { Words } from "./words";

/** The page of a charger or of all of them, the same on the server and in the browser. */
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
      {connector ? (
        <ConnectorPage state={state} actions={actions} connector={connector} />
      ) : (
        <ListPage state={state} cpId={route.page === "list" ? route.cpId : null} />
      )}
      {zone && clocksDiffer(site.timeZone, zone, now) ? (
        <footer class="foot">{t("zoneNote", { zone: format.zone(now) })}</footer>
      ) : null}
    </>
  );
}

function ConnectorPage(props: { state: PageState; actions: PageActions; connector: ConnectorView }) {
  const { state, connector } = props;
  const { words } = state;
  const phase = phaseOf(connector, state.view.value.site.startPolicy, state.mine.value);
  const several = state.view.value.connectors.length > 1;
  const idle = phase.kind === "idle";
  const own = phase.kind === "starting" || (!idle && phase.mine);
  const reserved = connector.reservation !== null && (!idle || phase.obstacle === "reserved");
  // A booking of one's own, whose time has come, is all the permission that is asked for.
  const booked = isBooked(state);
  const obstacle = idle && !reserved && !(booked && phase.obstacle === "pass") ? phase.obstacle : null;
  const mark = connector.reservation?.held && markOf(connector) === "free" ? "reserved" : markOf(connector);
  const title = titleOf(booked && idle && phase.obstacle === "pass" ? { ...phase, obstacle: null } : phase, words);
  const trouble = own ? null : <StartTrouble {...props} phase={phase} />;
  // Only this browser knows of its pass, so the card comes after the first HTML: where it moves nothing that is seen by then.
  const booking = own ? null : <BookedStart {...props} />;
  return (
    <main id="main">
      <div class="plate">
        <MarkLabel mark={mark} words={words} />
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
      {state.waiting.value ? (
        <Notice tone="calm">
          <p>{words.t("waiting")}</p>
        </Notice>
      ) : null}
      <BookingNote words={words} connector={connector} idle={idle} />
      {idle ? null : trouble}
      {phase.kind === "starting" ? <StartProgress state={state} phase={phase} /> : null}
      {phase.kind === "live" ? <LivePart state={state} phase={phase} /> : null}
      {phase.kind === "ended" ? <EndedPart {...props} phase={phase} /> : null}
      {phase.kind === "live" ? <StopPart {...props} phase={phase} /> : null}
      {obstacle ? <ObstacleNotice state={state} obstacle={obstacle} /> : null}
      {idle ? <Price state={state} /> : null}
      {idle ? trouble : null}
      {idle && booked ? booking : null}
      {idle ? <StartPart {...props} phase={phase} /> : null}
      {idle && booked ? null : booking}
      {phase.kind === "live" || phase.kind === "starting" ? <Price state={state} /> : null}
      <noscript>
        <p class="sub">
          {words.t("noScript")} <a href={state.path}>{words.t("reload")}</a>
        </p>
      </noscript>
      {several && idle ? (
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
