import { marks } from "../../common/icons";
import { counts } from "../board-model";
import type { ConnectorState, Tile, TileMark } from "../board-model";
import { faultText } from "../ocpp-words";
import type { Board, OwnedSite } from "../types";
import type { Words } from "../words";

interface BoardProps {
  site: OwnedSite;
  board: Board;
  tiles: Tile[];
  words: Words;
  nowMs: number;
  lost: boolean;
}

/** The hub and a tile a connector. */
export function BoardView({ site, board, tiles, words, nowMs, lost }: BoardProps) {
  const { t } = words;
  return (
    <div class="stack">
      <HubLine site={site} hub={board.hub} words={words} nowMs={nowMs} />
      {lost ? (
        <p class="notice notice-warn" role="alert">
          {t("liveLost")}
        </p>
      ) : null}
      {tiles.length > 0 ? <Counts tiles={tiles} words={words} /> : null}
      {board.hub && tiles.length === 0 ? <p class="empty card lead">{t("noChargers")}</p> : null}
      <ul class="tiles">
        {tiles.map((tile) => (
          <li key={tile.key}>
            <TileCard tile={tile} site={site} words={words} nowMs={nowMs} old={board.hub?.online === false} />
          </li>
        ))}
      </ul>
    </div>
  );
}

/** How the hub is: an offline hub is told apart from a charger with a fault. */
function HubLine({ site, hub, words, nowMs }: { site: OwnedSite; hub: Board["hub"]; words: Words; nowMs: number }) {
  const { t } = words;
  if (!hub) {
    return (
      <div class="card empty">
        <h2>{t("noHub")}</h2>
        <p class="lead">{t("noHubText")}</p>
        <a class="button primary" href={`/sites/${site.siteId}/pair`}>
          {t("pairHub")}
        </a>
      </div>
    );
  }
  if (hub.online) {
    return (
      <>
        <p class="hub">
          <span class="pulse" aria-hidden="true" />
          {t("hubOnline", { name: hub.name })}
          <a class="hub-link" href={`/sites/${site.siteId}/connectors`}>
            {t("connectorsLabels")}
          </a>
        </p>
        {hub.clonedAt ? (
          <div class="notice notice-bad" role="alert">
            <h2>{t("hubCloned")}</h2>
            <p>{t("hubClonedText", { ago: agoText(hub.clonedAt, site, words, nowMs) })}</p>
          </div>
        ) : null}
      </>
    );
  }
  const ago = hub.lastSeenAt === null ? null : agoText(hub.lastSeenAt, site, words, nowMs);
  return (
    <div class="notice notice-warn">
      <h2>{t("hubOffline")}</h2>
      <p>{ago === null ? t("hubNever") : t("hubOfflineText", { ago })}</p>
    </div>
  );
}

function Counts({ tiles, words }: { tiles: Tile[]; words: Words }) {
  const { t } = words;
  const sums = counts(tiles);
  const parts: [TileMark, string][] = [
    ["faulted", t("faultsNow", { count: sums.faulted })],
    ["offline", t("offlineNow", { count: sums.offline })],
    ["busy", t("chargingNow", { count: tiles.filter(({ connector }) => connector.session).length })],
    ["free", t("freeNow", { count: sums.free })],
  ];
  return (
    <p class="counts">
      {parts
        .filter(([mark]) => sums[mark] > 0 || mark === "free")
        .map(([mark, text]) => (
          <span class={`mark mark-${mark}`} key={mark}>
            {marks[mark]}
            {text}
          </span>
        ))}
    </p>
  );
}

function TileCard(props: { tile: Tile; site: OwnedSite; words: Words; nowMs: number; old: boolean }) {
  const { tile, site, words, nowMs, old } = props;
  const { t } = words;
  const { chargePoint, connector, mark } = tile;
  const format = words.formatIn(site.timeZone);
  const { session } = connector;
  const name = chargePoint.name ?? chargePoint.cpId;
  return (
    <article class={`card tile tile-${mark}${old ? " old" : ""}`}>
      <header>
        <h2>{name}</h2>
        <p class="sub">
          {name === chargePoint.cpId ? "" : `${chargePoint.cpId} \u00b7 `}
          {t("connectorNo", { number: connector.connectorId })}
        </p>
      </header>
      <p class={`mark mark-${mark}`}>
        {marks[mark]}
        {statusText(mark, connector, words)}
      </p>
      {session ? (
        <a class="running" href={`/sites/${site.siteId}/sessions/${session.id}`}>
          <span>
            <strong>{format.kwh(session.energyWh)}</strong>
            <span class="sub">{t("since", { time: format.time(session.startedAt) })}</span>
          </span>
          <span>
            <strong>{session.powerW === null ? "\u2013" : format.kw(session.powerW)}</strong>
            <span class="sub">{format.money(session.cost.amount, session.cost.currency)}</span>
          </span>
        </a>
      ) : null}
      {mark === "offline" && chargePoint.onlineChangedAt ? (
        <p class="sub">{t("lastSeen", { ago: agoText(chargePoint.onlineChangedAt, site, words, nowMs) })}</p>
      ) : null}
      {mark === "faulted" ? <p class="sub">{t("errorCode", { code: connector.errorCode })}</p> : null}
      {connector.problem ? <Problem problem={connector.problem} words={words} /> : null}
      {mark !== "offline" && !session && connector.at ? (
        <p class="sub">{t("since", { time: format.dateTime(connector.at) })}</p>
      ) : null}
    </article>
  );
}

/** A charger that does not keep to the current that it was given. */
function Problem({ problem, words }: { problem: NonNullable<ConnectorState["problem"]>; words: Words }) {
  const { t } = words;
  const { limitA, measuredA } = problem;
  const amps = (value: number) => `${words.formatIn("UTC").decimal(value)}\u00a0A`;
  return (
    <div class="notice notice-warn tight">
      <p>{t(problem.problem === "refused" ? "limitRefused" : "limitNoEffect")}</p>
      {limitA === null || measuredA === null ? null : (
        <p class="sub">{t("limitFigures", { limit: amps(limitA), measured: amps(measuredA) })}</p>
      )}
    </div>
  );
}

const statusKeys = {
  Available: "statusFree",
  Preparing: "statusPlugged",
  Charging: "statusCharging",
  SuspendedEV: "statusPausedCar",
  SuspendedEVSE: "statusPausedCharger",
  Finishing: "statusFinishing",
  Reserved: "statusReserved",
  Unavailable: "statusOut",
} as const;

/** A connector's state in words. */
function statusText(mark: TileMark, { status, errorCode }: ConnectorState, words: Words): string {
  const { t } = words;
  if (mark === "offline") return t("statusOffline");
  if (status === null) return t("statusUnknown");
  return status === "Faulted" ? faultText(errorCode, words) : t(statusKeys[status]);
}

function agoText(at: string, site: OwnedSite, words: Words, nowMs: number): string {
  return words.formatIn(site.timeZone).ago((nowMs - Date.parse(at)) / 1000);
}
