import "../driver.css";
import "../my.css";
import { useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import { Show, useLoad } from "../../parts/load";
import { Offers } from "../parts/offers";
import { PlaceView } from "../parts/place-view";
import { Reviews } from "../parts/reviews";
import type { Place, PlaceLive } from "../types";
import { useDriver } from "../use";

/** One place, with its chargers live. A charger's own code leads here as well (`?connector=`). */
export default function PlacePage({ siteId }: { siteId: string }) {
  const { words, t, driver, now, user } = useDriver();
  const { query } = useLocation();
  const [place, again] = useLoad(`place ${siteId}`, () => driver.place(siteId));
  const [live, setLive] = useState<PlaceLive | null>(null);

  useEffect(() => {
    const source = new EventSource(`/v1/places/${encodeURIComponent(siteId)}/live`);
    source.addEventListener("message", (event) => setLive(JSON.parse(String(event.data)) as PlaceLive));
    return () => source.close();
  }, [siteId]);

  const name = place.state === "there" ? place.value.name : "\u00a0";
  return (
    <main id="main">
      <div class="head">
        <a class="back" href="/">
          {t("toSearch")}
        </a>
        <h1>{name}</h1>
      </div>
      <Show loaded={place} words={words} again={again} height="form">
        {(value) => (
          <div class="stack">
            <PlaceView
              place={live ? withLive(value, live) : value}
              scanned={query["connector"] ?? null}
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
export function withLive(place: Place, live: PlaceLive): Place {
  const told = new Map(live.connectors.map((each) => [`${each.cpId}/${each.connectorId}`, each]));
  return {
    ...place,
    hub: live.hub,
    connectors: place.connectors.map((each) => ({ ...each, ...told.get(`${each.cpId}/${each.connectorId}`) })),
  };
}
