import { chevron, marks } from "../../../common/icons";
import { Show, useLoad } from "../../parts/load";
import { useDriver } from "../use";
import { accessText } from "./bits";

/** The places that were opened to the driver by a share link, which no search finds. */
export function MyPlaces() {
  const { words, t, driver } = useDriver();
  const [loaded, again] = useLoad("my places", () => driver.myPlaces());
  return (
    <Show loaded={loaded} words={words} again={again} height="row">
      {({ places }) =>
        places.length === 0 ? (
          <div class="empty card">
            <p class="lead">{t("minePlacesNone")}</p>
          </div>
        ) : (
          <ul class="list">
            {places.map((place) => {
              const { mark, text } = stateOf(place);
              const access = accessText(place, t);
              return (
                <li key={place.siteId}>
                  <a class="card row" href={`/places/${place.siteId}`}>
                    <span class="what">
                      <strong>{place.name}</strong>
                      <span class="sub">{`${place.street}, ${place.city}`}</span>
                      <span class="tags">
                        <span class={`mark mark-${mark}`}>
                          {marks[mark]}
                          {t(text)}
                        </span>
                        {access ? <span class="sub">{access}</span> : null}
                      </span>
                    </span>
                    {chevron}
                  </a>
                </li>
              );
            })}
          </ul>
        )
      }
    </Show>
  );
}

function stateOf({ open, online }: { open: boolean; online: boolean }) {
  if (!open) return { mark: "out", text: "closed" } as const;
  return online ? ({ mark: "free", text: "openNow" } as const) : ({ mark: "offline", text: "noLive" } as const);
}
