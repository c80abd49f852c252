import "../driver.css";
import "../my.css";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { tariffText } from "../../../common/tariff-text";
import type { Failure } from "../../api";
import { Show, useLoad } from "../../parts/load";
import type { Start } from "../my-types";
import { Note, StatusMark, Trouble, nameOf, plugText } from "../parts/bits";
import { stepOf } from "../session-model";
import type { Place, PlaceConnector } from "../types";
import { useDriver, useNow } from "../use";

/** Start from afar at the charger that the address names (`?connector=CP1/1`), step by step by the charger's own word. */
export default function StartPage({ siteId }: { siteId: string }) {
  const { words, t, driver } = useDriver();
  const { query } = useLocation();
  const [loaded, again] = useLoad(`place ${siteId}`, () => driver.place(siteId));
  return (
    <main id="main">
      <div class="head">
        <a class="back" href={`/places/${siteId}`}>
          {loaded.state === "there" ? loaded.value.name : "\u00a0"}
        </a>
        <h1>{t("startTitle")}</h1>
      </div>
      <Show loaded={loaded} words={words} again={again} height="form">
        {(place) => {
          const here = place.connectors.find((each) => `${each.cpId}/${each.connectorId}` === query["connector"]);
          return here ? <Starting place={place} connector={here} /> : <Choose place={place} />;
        }}
      </Show>
    </main>
  );
}

function Choose({ place }: { place: Place }) {
  const { t } = useDriver();
  return (
    <section class="stack" aria-labelledby="choose">
      <h2 id="choose">{t("startChoose")}</h2>
      <ul class="list">
        {place.connectors.map((each) => (
          <li key={`${each.cpId}/${each.connectorId}`}>
            <a
              class="card row"
              href={`/places/${place.siteId}/start?connector=${encodeURIComponent(`${each.cpId}/${each.connectorId}`)}`}
            >
              <span class="what">
                <strong>{nameOf(each)}</strong>
                <span class="sub">{plugText(each.type, t)}</span>
              </span>
              <StatusMark status={each.status} t={t} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

const everyMs = 2000;
const stepKeys = {
  asked: "startAsked",
  plug: "startPlug",
  slow: "startSlow",
  refused: "startRefused",
  over: "startOver",
} as const;

function Starting({ place, connector }: { place: Place; connector: PlaceConnector }) {
  const { words, t, my, now } = useDriver();
  const { route } = useLocation();
  const { siteId } = place;
  const [asked, setAsked] = useState<{ commandId: string; at: number } | "sending" | null>(null);
  const [start, setStart] = useState<Start | null>(null);
  const [error, setError] = useState<Failure | null>(null);
  const at = useNow(now, 1000);
  const command = asked === "sending" ? null : asked;
  const step = command === null ? "idle" : stepOf(start, at - command.at);
  const waiting = asked === "sending" || step === "asked" || step === "plug" || step === "slow";

  useEffect(() => {
    if (command === null || !waiting) return undefined;
    const timer = setInterval(async () => {
      const answer = await my.started(siteId, command.commandId);
      if (answer.ok) setStart(answer.value);
    }, everyMs);
    return () => clearInterval(timer);
  }, [command, waiting]);
  useEffect(() => {
    if (start?.sessionId) route(`/sessions/${siteId}/${start.sessionId}`, true);
  }, [start?.sessionId]);

  async function begin(): Promise<void> {
    setAsked("sending");
    setStart(null);
    setError(null);
    const answer = await my.start(siteId, connector.cpId, connector.connectorId);
    setAsked(answer.ok ? { commandId: answer.value.commandId, at: now() } : null);
    if (!answer.ok) setError(answer.error);
  }

  const tariff = place.tariffs.find(({ id }) => id === connector.tariffId) ?? place.tariffs[0];
  const price = tariff ? tariffText(tariff, words.tariff, words.formatIn(place.timeZone)) : null;
  return (
    <section class="card stack narrow-left" aria-labelledby="charger">
      <div class="side">
        <h2 id="charger">{nameOf(connector)}</h2>
        <StatusMark status={connector.status} t={t} />
      </div>
      <div>
        <p class="headline">{price ? price.headline : t("freeOfCharge")}</p>
        {price?.more.map((text) => (
          <p key={text}>{text}</p>
        ))}
      </div>
      {place.hub.online ? null : (
        <Note warn>
          <p>{t("startOffline")}</p>
        </Note>
      )}
      <Trouble error={error} words={words} />
      <div role="status">
        {step === "idle" || step === "begun" ? null : <Note warn={!waiting}>{t(stepKeys[step])}</Note>}
      </div>
      <button
        class="button primary"
        type="button"
        aria-busy={waiting}
        aria-disabled={waiting}
        onClick={() => (waiting ? undefined : void begin())}
      >
        {t(step === "refused" || step === "over" ? "startAgain" : "startNow")}
      </button>
      <p class="sub">{t("startHint")}</p>
    </section>
  );
}
