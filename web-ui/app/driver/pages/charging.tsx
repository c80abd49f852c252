import "../driver.css";
import { useEffect, useState } from "preact/hooks";
import { chevron } from "../../../common/icons";
import type { Failure } from "../../api";
import { sorted } from "../cancel-model";
import type { KeptBooking } from "../keep";
import { GoingOn, ToAnswer, useAhead } from "../parts/ahead";
import { BookingMark, Note, Trouble } from "../parts/bits";
import { ChargingFrame } from "../parts/charging-frame";
import { useDriver } from "../use";

/** My charging: bookings to come and over. What this device has is shown at once, and without a line it stays. */
export default function ChargingPage() {
  const { words, t, driver, keeper, now, setUser } = useDriver();
  const [kept, setKept] = useState<KeptBooking[]>(keeper.bookings);
  const [state, setState] = useState<"loading" | "there" | "offline">("loading");
  const [error, setError] = useState<Failure | null>(null);
  const [ahead, askAhead] = useAhead();

  useEffect(() => {
    void (async () => {
      const answer = await driver.reservations();
      if (!answer.ok) {
        if (answer.error.code === "unauthorized") setUser(null);
        if (answer.error.code !== "network") setError(answer.error);
        return setState("offline");
      }
      const { reservations } = answer.value;
      keeper.keepOnly(reservations);
      for (const reservation of reservations) keeper.keep(reservation);
      // Names and passes of what is to come: one question a site, one a booking.
      const { upcoming } = sorted(reservations, now());
      const unnamed = [...new Set(reservations.map(({ siteId }) => siteId))].filter((siteId) =>
        keeper.bookings().some((each) => each.reservation.siteId === siteId && !each.placeName),
      );
      const places = await Promise.all(unnamed.map((siteId) => driver.place(siteId)));
      const passes = await Promise.all(upcoming.map(({ siteId, booking }) => driver.pass(siteId, booking)));
      const named = new Map(places.flatMap((place) => (place.ok ? [[place.value.siteId, place.value]] : [])));
      for (const reservation of reservations) {
        const place = named.get(reservation.siteId);
        const pass = passes[upcoming.indexOf(reservation)];
        keeper.keep(reservation, { ...(place ? { place } : {}), ...(pass?.ok ? { pass: pass.value } : {}) });
      }
      setKept(keeper.bookings());
      setState("there");
    })();
  }, []);

  const bookings = sorted(
    kept.map((each) => ({ ...each.reservation, kept: each })),
    now(),
  );
  return (
    <ChargingFrame tab="charging">
      <Trouble error={error} words={words} />
      {state === "offline" && !error ? (
        <Note warn>
          <p>{t("offlineKept")}</p>
        </Note>
      ) : null}
      {ahead === null ? (
        <Bones label={words.t("loading")} />
      ) : (
        <>
          <ToAnswer ahead={ahead} again={askAhead} kept={kept} />
          {kept.length > 0 ? null : state === "loading" ? (
            <Bones label={words.t("loading")} />
          ) : (
            <div class="empty card">
              <p class="lead">{t("noBookings")}</p>
              <a class="button primary" href="/">
                {t("findTitle")}
              </a>
            </div>
          )}
          <Bookings part="upcoming" kept={bookings.upcoming.map((each) => each.kept)} />
          <GoingOn ahead={ahead} again={askAhead} kept={kept} />
          <Bookings part="past" kept={bookings.past.map((each) => each.kept)} />
        </>
      )}
    </ChargingFrame>
  );
}

function Bones({ label }: { label: string }) {
  return (
    <div class="bones bones-row" aria-busy="true">
      <span class="sr">{label}</span>
      <div class="skeleton card" />
      <div class="skeleton card" />
    </div>
  );
}

function Bookings({ part, kept }: { part: "upcoming" | "past"; kept: KeptBooking[] }) {
  const { t } = useDriver();
  if (kept.length === 0) return null;
  return (
    <section class="stack" aria-labelledby={part}>
      <h2 id={part}>{t(part)}</h2>
      <ul class="list">
        {kept.map((each) => (
          <li key={each.reservation.booking}>
            <BookingCard kept={each} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function BookingCard({ kept }: { kept: KeptBooking }) {
  const { words, t } = useDriver();
  const { reservation, placeName, timeZone } = kept;
  const format = words.formatIn(timeZone);
  return (
    <a class="card row" href={`/charging/${reservation.siteId}/${reservation.booking}`}>
      <span class="what">
        <strong>{placeName || "\u00a0"}</strong>
        <span>
          {t("bookingTimes", { from: format.dateTime(reservation.start), until: format.time(reservation.end) })}
        </span>
        <BookingMark booking={reservation} t={t} />
      </span>
      {chevron}
    </a>
  );
}
