import type { ComponentChildren } from "preact";
import { Facts } from "../../../common/facts";
import { weekdays } from "../../../../shared/tariff/local-time";
import { cities } from "../../driver/cities";
import { plugText } from "../../driver/parts/bits";
import { driverTexts } from "../../driver/words";
import type { Listing } from "../types";
import { useAdmin } from "../use";
import { actionText } from "../actions";
import type { AdminT } from "../words";
import { Decide } from "./decide";

const accesses = {
  public: "accessPublic",
  members: "accessMembers",
  booked: "accessBooked",
  private: "accessPrivate",
} as const;

/** A place with all that it is judged by, and the decision beside it. */
export function ListingCard({ listing }: { listing: Listing }) {
  const { t, format, now } = useAdmin();
  const title = `listing-${listing.siteId}`;
  const { submittedAt } = listing;
  return (
    <article class="card stack" aria-labelledby={title}>
      <div class="head">
        <h2 id={title} class="listing-name">
          {listing.name}
        </h2>
        <p class="sub">
          {[
            listing.organizationName,
            submittedAt
              ? t("waitingSince", { ago: format.ago((now() - Date.parse(submittedAt)) / 1000) })
              : t("stateDraft"),
          ].join(" \u00b7 ")}
        </p>
      </div>
      <div class="judge">
        <Evidence listing={listing} />
        <div class="stack">
          <Owners listing={listing} />
          <History listing={listing} />
          <Decision listing={listing} />
        </div>
      </div>
    </article>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="part">
      <h3 class="topic">{title}</h3>
      {children}
    </section>
  );
}

function Evidence({ listing }: { listing: Listing }) {
  const { t, format } = useAdmin();
  const { photos, connectors } = listing;
  return (
    <div class="stack">
      <Part title={t("photos")}>
        {photos.length === 0 ? <p class="notice notice-warn">{t("noPhotos")}</p> : null}
        <div class="thumbs">
          {photos.map((photo) => (
            <figure key={photo.photoId}>
              <a href={photo.url} target="_blank" rel="noreferrer">
                <img src={photo.url} alt={photo.caption} width={photo.width} height={photo.height} loading="lazy" />
              </a>
              <figcaption class="sub">{photo.caption}</figcaption>
            </figure>
          ))}
        </div>
      </Part>
      <Facts
        facts={[
          [t("address"), `${listing.street}, ${listing.postalCode} ${listing.city}, ${listing.country}`],
          [t("position"), `${listing.lat}, ${listing.lng}: ${whereabouts(listing, t, format.integer)}`],
          [t("accessLabel"), t(accesses[listing.access])],
          [t("hostLabel"), t(listing.host === "private" ? "hostPrivate" : "hostBusiness")],
          [t("hoursLabel"), <Hours hours={listing.hours} />],
        ]}
      />
      <Part title={t("about")}>
        <p class="prose">{listing.description || t("noDescription")}</p>
      </Part>
      <Part title={t("connectors")}>
        <Facts
          facts={connectors.map((each) => [
            each.label || `${each.cpId}/${each.connectorId}`,
            [
              plugText(each.type, driverTexts.t()),
              each.powerW === null ? t("power") : format.kw(each.powerW),
              each.told ? "" : t("notSeen"),
            ]
              .filter(Boolean)
              .join(" \u00b7 "),
          ])}
        />
      </Part>
    </div>
  );
}

function Hours({ hours: { week, exceptions } }: Pick<Listing, "hours">) {
  const { t, words } = useAdmin();
  const plus =
    exceptions.length > 0 ? <span class="entry">{t("exceptions", { count: exceptions.length })}</span> : null;
  if (week === null) {
    return (
      <>
        {t("aroundTheClock")}
        {plus}
      </>
    );
  }
  return (
    <>
      {[...weekdays.slice(1), ...weekdays.slice(0, 1)].map((day) => {
        const open = week[day].map(({ from, to }) => `${from}\u2013${to}`).join(", ");
        const name = words.tariff(day.slice(0, 3).toLowerCase() as "mon");
        return <span class="entry" key={day}>{`${name} ${open || t("closed")}`}</span>;
      })}
      {plus}
    </>
  );
}

/** How far a position is from the nearest larger city: enough to see that it is not where the address says. */
export function whereabouts(
  { lat, lng }: { lat: number; lng: number },
  t: AdminT,
  integer: (value: number) => string,
): string {
  const radians = Math.PI / 180;
  const distanceKm = (north: number, east: number) =>
    Math.hypot(lat - north, (lng - east) * Math.cos(lat * radians)) * 111.2;
  const [name, km] = cities
    .map(([city, north, east]) => [city, distanceKm(north, east)] as const)
    .reduce((nearest, each) => (each[1] < nearest[1] ? each : nearest));
  return km > 300 ? t("farFromCities") : t("nearCity", { distance: integer(km), city: name });
}

function Owners({ listing }: { listing: Listing }) {
  const { t, format } = useAdmin();
  return (
    <Part title={t("owner")}>
      <ul class="entries">
        {listing.owners.map((owner) => (
          <li key={owner.userId} class="entry">
            <a href={`/admin/users/${owner.userId}`}>{owner.name}</a>
            <span class="sub">{owner.email}</span>
            <span class="sub">{t("ownerSince", { date: format.date(owner.since) })}</span>
            {owner.blocked ? <strong class="wrong">{t("isBlocked")}</strong> : null}
          </li>
        ))}
      </ul>
    </Part>
  );
}

function History({ listing }: { listing: Listing }) {
  const { t, format } = useAdmin();
  return (
    <Part title={t("history")}>
      {listing.history.length === 0 ? <p class="sub">{t("noHistory")}</p> : null}
      <ol class="entries">
        {listing.history.map((entry) => (
          <li key={entry.at + entry.action} class="entry">
            <span>{actionText(entry.action, t)}</span>
            <span class="sub">{`${format.dateTime(entry.at)} \u00b7 ${entry.actorName ?? t("system")}`}</span>
            {entry.reason ? <q class="sub">{entry.reason}</q> : null}
          </li>
        ))}
      </ol>
    </Part>
  );
}

/** What can be decided now: what waits is approved or refused, what is on the list may be taken off it. */
function Decision({ listing: { siteId, state } }: { listing: Listing }) {
  const { t, admin } = useAdmin();
  const refuse = { key: "refuse", look: "quiet", done: t("refused") } as const;
  const choices = {
    submitted: [
      { key: "approve", label: t("approve"), look: "primary", done: t("approved") } as const,
      { ...refuse, label: t("refuse") },
    ],
    approved: [{ ...refuse, label: t("takeOff") }],
    refused: [],
    retired: [],
    draft: [],
  }[state];
  if (choices.length === 0) return null;
  const against = [t("becausePosition"), t("becausePhotos"), t("becauseUnclear")];
  return (
    <Part title={t("decision")}>
      <Decide
        id={`reason-${siteId}`}
        hint={t("reasonHintOwner")}
        reasons={state === "submitted" ? [t("becauseComplete"), ...against] : against}
        choices={choices}
        decide={(choice, reason) => admin.decide(siteId, choice as "approve" | "refuse", reason)}
      />
    </Part>
  );
}
