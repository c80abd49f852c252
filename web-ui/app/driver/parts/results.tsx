import { chevron, marks } from "../../../common/icons";
import type { Words } from "../../words";
import type { FoundPlace } from "../types";
import type { DriverT } from "../words";
import { accessText, plugText, Rating } from "./bits";

/** Free and all connectors that fit. */
export function freeOf(place: FoundPlace): { free: number; count: number } {
  const sum = (pick: (each: FoundPlace["connectors"][number]) => number) =>
    place.connectors.reduce((total, each) => total + pick(each), 0);
  return { free: sum(({ available }) => available), count: sum(({ count }) => count) };
}

/** What can be said of a place's state now, and the mark for it. */
export function stateOf(place: FoundPlace, t: DriverT): { mark: "free" | "busy" | "offline" | "out"; text: string } {
  if (!place.open) return { mark: "out", text: t("closed") };
  if (!place.online) return { mark: "offline", text: t("noLive") };
  const { free, count } = freeOf(place);
  return { mark: free > 0 ? "free" : "busy", text: t("freeOf", { free, count }) };
}

/** Plugs of a place with their power: "Type 2 up to 22 kW, CCS up to 50 kW". */
function plugsText(place: FoundPlace, words: Words, t: DriverT): string {
  const format = words.formatIn(place.timeZone);
  return place.connectors.map(({ type, maxPowerW }) => `${plugText(type, t)} ${format.kw(maxPowerW)}`).join(", ");
}

/** The places found, as cards that lead to each. */
export function Results({ places, words, t }: { places: FoundPlace[]; words: Words; t: DriverT }) {
  return (
    <ul class="list">
      {places.map((place) => (
        <li key={place.siteId}>
          <PlaceCard place={place} words={words} t={t} />
        </li>
      ))}
    </ul>
  );
}

function PlaceCard({ place, words, t }: { place: FoundPlace; words: Words; t: DriverT }) {
  const { mark, text } = stateOf(place, t);
  const format = words.formatIn(place.timeZone);
  const access = accessText(place, t);
  return (
    <a class="card row found" href={`/places/${place.siteId}`}>
      {place.photoUrl ? <img src={place.photoUrl} alt="" width="88" height="88" loading="lazy" /> : null}
      <span class="what">
        <strong>{place.name}</strong>
        <span class="sub">{`${place.street}, ${place.city}`}</span>
        <span class="sub">{plugsText(place, words, t)}</span>
        <span class="tags">
          <span class={`mark mark-${mark}`}>
            {marks[mark]}
            {text}
          </span>
          {access ? <span class="sub">{access}</span> : null}
          <Rating rating={place.rating} words={words} t={t} />
        </span>
      </span>
      <span class="worth">
        <strong>{format.money(place.price.amount, place.price.currency)}</strong>
        <span class="sub">{t("priceFor")}</span>
        <span class="sub">{t("away", { km: format.decimal(Math.round(place.distanceM / 100) / 10) })}</span>
      </span>
      {chevron}
    </a>
  );
}
