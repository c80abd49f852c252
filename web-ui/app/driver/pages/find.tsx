import "../driver.css";
import { lazy, useLocation } from "preact-iso";
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../api";
import { placeNamed, startIn } from "../cities";
import { Note, Trouble } from "../parts/bits";
import { Filters } from "../parts/filters";
import { MyPlaces } from "../parts/my-places";
import { Results } from "../parts/results";
import { addressOf, queryOf, relaxations, searchIn, views } from "../search-model";
import type { SearchState, View } from "../search-model";
import type { SearchPage } from "../types";
import { useDriver } from "../use";

const PlaceMap = lazy(() => import("../parts/map"));

/** Find: list and map of the same places; everything that is looked for is in the address. */
export default function FindPage() {
  const { words, t, driver, user } = useDriver();
  const { query, route } = useLocation();
  const start = startIn(new Intl.DateTimeFormat().resolvedOptions().timeZone);
  const search = searchIn(query, start);
  const isMine = search.view === "mine" && user !== null;
  const [page, setPage] = useState<SearchPage | null>(null);
  const [error, setError] = useState<Failure | null>(null);
  const [wrong, setWrong] = useState(false);
  const [refused, setRefused] = useState(false);
  const key = String(queryOf(search, null));

  useEffect(() => {
    if (isMine) return undefined;
    let current = true;
    void driver.search(queryOf(search, null)).then((answer) => {
      if (!current) return;
      setError(answer.ok ? null : answer.error);
      setPage(answer.ok ? answer.value : null);
    });
    return () => {
      current = false;
    };
  }, [key, isMine]);

  const go = (changes: Partial<SearchState>) => {
    setWrong(false);
    setRefused(false);
    route(addressOf({ ...search, ...changes }), true);
  };
  const more = async () => {
    const answer = await driver.search(queryOf(search, page?.nextCursor ?? null));
    if (!answer.ok) return setError(answer.error);
    setPage({ ...answer.value, places: [...(page?.places ?? []), ...answer.value.places] });
  };
  const near = () =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) =>
        go({ lat: Math.round(coords.latitude * 1e4) / 1e4, lng: Math.round(coords.longitude * 1e4) / 1e4 }),
      () => setRefused(true),
    );

  const viewSwitch = <Views view={search.view} withMine={user !== null} t={t} onChange={(view) => go({ view })} />;
  if (isMine) {
    return (
      <main id="main">
        <h1>{t("minePlaces")}</h1>
        <div class="side">{viewSwitch}</div>
        <MyPlaces />
      </main>
    );
  }
  const isMap = search.view === "map";
  return (
    <main id="main">
      <h1>{t("findTitle")}</h1>
      <Filters
        search={search}
        words={words}
        t={t}
        wrong={wrong}
        onWhere={(text) => {
          const point = placeNamed(text);
          if (point) go(point);
          else setWrong(true);
        }}
        onNear={near}
        onChange={go}
      />
      {refused ? <Note warn>{t("nearMeRefused")}</Note> : null}
      <div class="side">
        <p class="count" role="status">
          {page ? countText(page, t) : "\u00a0"}
        </p>
        {viewSwitch}
      </div>
      <Trouble error={error} words={words} />
      {isMap ? (
        <div class="map-room">
          <PlaceMap search={search} places={page?.places ?? []} t={t} onMoved={(lat, lng) => go({ lat, lng })} />
        </div>
      ) : null}
      {page?.places.length === 0 ? <Nothing search={search} t={t} go={go} /> : null}
      {page && !isMap ? <Results places={page.places} words={words} t={t} /> : null}
      {page?.nextCursor && !isMap ? (
        <button class="button quiet fit" type="button" onClick={() => void more()}>
          {t("moreResults")}
        </button>
      ) : null}
      {!page && !error && !isMap ? <Bones label={words.t("loading")} /> : null}
    </main>
  );
}

type T = ReturnType<typeof useDriver>["t"];

function countText({ total, capped }: SearchPage, t: T): string {
  if (capped) return t("countCapped", { count: total });
  return total === 1 ? t("countOne") : t("countMany", { count: total });
}

/** Where nothing fits: what to give up. */
function Nothing({ search, t, go }: { search: SearchState; t: T; go: (changes: SearchState) => void }) {
  return (
    <div class="empty card">
      <p class="lead">{t("none", { km: search.radius })}</p>
      <div class="pair-buttons">
        {relaxations(search).map(({ key, search: wider }) => (
          <button class="button quiet" type="button" key={key} onClick={() => go(wider)}>
            {t(key)}
          </button>
        ))}
      </div>
    </div>
  );
}

const viewKeys = { list: "viewList", map: "viewMap", mine: "viewMine" } as const;

/** List or map, of equal rank, and one's own places for who is signed in. */
function Views(props: { view: View; withMine: boolean; t: T; onChange: (view: View) => void }) {
  const { view, withMine, t, onChange } = props;
  return (
    <div class="segments" role="group" aria-label={t("viewAs")}>
      {views
        .filter((each) => withMine || each !== "mine")
        .map((each) => (
          <button key={each} type="button" aria-pressed={each === view} onClick={() => onChange(each)}>
            {t(viewKeys[each])}
          </button>
        ))}
    </div>
  );
}

/** The place of what is on its way. */
function Bones({ label }: { label: string }) {
  return (
    <div class="bones bones-row" aria-busy="true">
      <span class="sr">{label}</span>
      {[0, 1, 2].map((bone) => (
        <div class="skeleton card" key={bone} />
      ))}
    </div>
  );
}
