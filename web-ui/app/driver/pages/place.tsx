import "../driver.css";
import "../my.css";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { Show, useLoad } from "../../parts/load";
import { Told } from "../parts/bits";
import { Join } from "../parts/join";
import { Offers } from "../parts/offers";
import { PlaceView } from "../parts/place-view";
import { Reviews } from "../parts/reviews";
import { shareOf, takeShare, withShare } from "../share";
import type { Place, PlaceLive } from "../types";
import { useDriver } from "../use";
import { driverError, shareError } from "../errors";

/** One place, with its chargers live. A charger's own code leads here as well (`?connector=`), and an owner's share link (`?share=`). */
export default function PlacePage({ siteId }: { siteId: string }) {
  const { words, t, driver, now, user } = useDriver();
  const { query } = useLocation();
  // Before anything is asked with it.
  useState(takeShare);
  const share = shareOf(siteId);
  const [place, again] = useLoad(`place ${siteId} ${user?.id}`, () => driver.place(siteId));
  const [live, setLive] = useState<PlaceLive | null>(null);
  const [joined, setJoined] = useState(false);

  useEffect(() => {
    const source = new EventSource(withShare(siteId, `/v1/places/${encodeURIComponent(siteId)}/live`));
    source.addEventListener("message", (event) => setLive(JSON.parse(String(event.data)) as PlaceLive));
    return () => source.close();
  }, [siteId, joined]);

  const name = place.state === "there" ? place.value.name : "\u00a0";
  return (
    <main id="main">
      <div class="head">
        <a class="back" href="/">
          {t("toSearch")}
        </a>
        <h1>{name}</h1>
      </div>
      {joined ? (
        <Told>
          <p>{t("shareJoined")}</p>
        </Told>
      ) : null}
      <Show
        loaded={place}
        words={words}
        again={again}
        height="form"
        explain={share === null ? driverError : shareError}
      >
        {(value) => (
          <div class="stack">
            {share !== null && !value.mayBook ? (
              <Join
                siteId={siteId}
                onJoined={() => {
                  setJoined(true);
                  again();
                }}
              />
            ) : null}
            <PlaceView
              place={live ? withLive(value, live) : value}
              scanned={query["connector"] ?? null}
              invited={share !== null}
              words={words}
              t={t}
              nowMs={now()}
            />
            <div class="columns">
              <Reviews siteId={siteId} timeZone={value.timeZone} />
              {user ? <Offers siteId={siteId} timeZone={value.timeZone} /> : null}
            </div>
          </div>
        )}
      </Show>
    </main>
  );
}

/** The place with what its live message has told since. */
function withLive(place: Place, live: PlaceLive): Place {
  const told = new Map(live.connectors.map((each) => [`${each.cpId}/${each.connectorId}`, each]));
  return {
    ...place,
    hub: live.hub,
    connectors: place.connectors.map((each) => ({ ...each, ...told.get(`${each.cpId}/${each.connectorId}`) })),
  };
}
