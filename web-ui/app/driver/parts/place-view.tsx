import { tariffText } from "../../../common/tariff-text";
import { localTime, weekdays } from "../../../../shared/tariff/local-time";
import type { Words } from "../../words";
import { withShare } from "../share";
import { directionsTo } from "../ticket";
import type { Place, PlaceConnector } from "../types";
import type { DriverT } from "../words";
import { accessText, nameOf, Note, plugText, Rating, StatusMark } from "./bits";

interface PlaceProps {
  place: Place;
  /** `cpId/connectorId` of the code that was scanned. */
  scanned: string | null;
  /** Whether a share link is about to let the driver in. */
  invited: boolean;
  words: Words;
  t: DriverT;
  nowMs: number;
}

/** What a driver has to know of a place: its chargers now, prices, hours, and how to get and book there. */
export function PlaceView({ place, scanned, invited, words, t, nowMs }: PlaceProps) {
  const format = words.formatIn(place.timeZone);
  const access = accessText(place, t);
  const here = place.connectors.find((each) => `${each.cpId}/${each.connectorId}` === scanned);
  return (
    <div class="stack">
      <div class="facts-line">
        <p>{`${place.street}, ${place.postalCode} ${place.city}`}</p>
        <p class="tags">
          <span class="sub">{hoursText(place, words, t, nowMs)}</span>
          {access ? <span class="sub">{access}</span> : null}
          {place.host === "private" ? <span class="sub">{t("hostPrivate")}</span> : null}
          <Rating rating={place.rating} words={words} t={t} />
        </p>
      </div>
      {here ? (
        <Note>
          <h2>{`${t("scanned")}: ${nameOf(here)}`}</h2>
          <p>{t("scannedText")}</p>
          <p>
            <a class="button primary fit" href={startPath(place, here)}>
              {t("startHere")}
            </a>
          </p>
        </Note>
      ) : null}
      {place.hub.online ? null : (
        <Note warn>
          <p>{t("hubAway", { time: place.hub.offlineSince ? format.dateTime(place.hub.offlineSince) : "-" })}</p>
        </Note>
      )}
      {place.mayBook ? (
        <div class="pair-buttons">
          <a class="button primary" href={`/places/${place.siteId}/book`}>
            {t("book")}
          </a>
          <a class="button quiet" href={directionsTo(place)} target="_blank" rel="noreferrer">
            {t("directions")}
          </a>
          <a class="button quiet" href={`/messages/${place.siteId}`}>
            {t("writeOwner")}
          </a>
        </div>
      ) : invited ? null : (
        <p class="lead">{t("bookNot")}</p>
      )}
      <div class="columns">
        <section class="card stack" aria-labelledby="connectors">
          <h2 id="connectors">{t("connectors")}</h2>
          <ul>
            {place.connectors.map((each) => (
              <ConnectorLine
                key={`${each.cpId}/${each.connectorId}`}
                place={place}
                connector={each}
                here={each === here}
                words={words}
                t={t}
              />
            ))}
          </ul>
        </section>
        <div class="stack">
          <Prices place={place} words={words} t={t} />
          <Hours place={place} words={words} t={t} nowMs={nowMs} />
          {place.description || place.photos.length > 0 ? (
            <section class="card stack" aria-labelledby="about">
              <h2 id="about">{t("about")}</h2>
              {place.description ? <p class="prose">{place.description}</p> : null}
              {place.photos.map((photo) => (
                <img
                  key={photo.photoId}
                  class="photo"
                  src={withShare(place.siteId, photo.url)}
                  alt={photo.caption}
                  width={photo.width}
                  height={photo.height}
                  loading="lazy"
                />
              ))}
            </section>
          ) : null}
        </div>
      </div>
    </div>
  );
}

/** Where a start at a charger from afar is. */
function startPath({ siteId }: Place, { cpId, connectorId }: PlaceConnector): string {
  return `/places/${siteId}/start?connector=${encodeURIComponent(`${cpId}/${connectorId}`)}`;
}

function ConnectorLine(props: { place: Place; connector: PlaceConnector; here: boolean; words: Words; t: DriverT }) {
  const { place, connector, here, words, t } = props;
  const power = connector.powerW === null ? "" : ` \u00b7 ${words.formatIn("UTC").kw(connector.powerW)}`;
  return (
    <li class={here ? "line here" : "line"}>
      <a class="what charger-link" href={startPath(place, connector)}>
        <strong>{nameOf(connector)}</strong>
        <span class="sub">{`${plugText(connector.type, t)}${power}`}</span>
      </a>
      <StatusMark status={connector.status} t={t} />
    </li>
  );
}

/** Every price that holds here, in words; each once. */
function Prices({ place, words, t }: { place: Place; words: Words; t: DriverT }) {
  const format = words.formatIn(place.timeZone);
  return (
    <section class="card stack" aria-labelledby="prices">
      <h2 id="prices">{t("prices")}</h2>
      {place.tariffs.length === 0 ? <p>{t("freeOfCharge")}</p> : null}
      {place.tariffs.map((tariff) => {
        const { headline, more, tax } = tariffText(tariff, words.tariff, format);
        return (
          <div key={tariff.id}>
            <p class="headline">{headline}</p>
            {more.map((text) => (
              <p key={text}>{text}</p>
            ))}
            {tax ? <p class="sub">{tax}</p> : null}
          </div>
        );
      })}
    </section>
  );
}

/** Whether it is open, and until when. */
function hoursText({ now, timeZone }: Place, words: Words, t: DriverT, nowMs: number): string {
  if (now.until === null) return t(now.open ? "openNow" : "closed");
  const format = words.formatIn(timeZone);
  const isToday = localTime(timeZone, Date.parse(now.until)).date === localTime(timeZone, nowMs).date;
  const time = isToday ? format.time(now.until) : format.dateTime(now.until);
  return t(now.open ? "openUntil" : "closedUntil", { time });
}

const dayKeys = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

/** The week's hours, today in bold. */
function Hours({ place, words, t, nowMs }: Omit<PlaceProps, "scanned" | "invited">) {
  const { week } = place.hours;
  const today = localTime(place.timeZone, nowMs).weekday;
  return (
    <section class="card stack" aria-labelledby="hours">
      <h2 id="hours">{t("hours")}</h2>
      {week === null ? (
        <p>{t("always")}</p>
      ) : (
        <dl class="facts">
          {[1, 2, 3, 4, 5, 6, 0].map((index) => {
            const day = weekdays[index] as (typeof weekdays)[number];
            const periods = week[day].map(({ from, to }) => `${from}\u2013${to}`).join(", ");
            return (
              <div key={day} class={day === today ? "today" : undefined}>
                <dt>{words.tariff(dayKeys[index] as "sun")}</dt>
                <dd>{periods || t("dayClosed")}</dd>
              </div>
            );
          })}
        </dl>
      )}
    </section>
  );
}
