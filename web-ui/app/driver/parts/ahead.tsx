import { useEffect, useState } from "preact/hooks";
import { chevron } from "../../../common/icons";
import type { Reschedule, Series, Wait } from "../ahead-types";
import type { KeptBooking } from "../keep";
import { useDriver } from "../use";
import { Move } from "./moves";
import { seriesText } from "./series-text";
import { WaitLine, WaitOffer } from "./waits";

/** How often what is waited for is asked after, ms. */
const EVERY_MS = 30_000;
/** So long the page waits for it, so that nothing moves when it comes, ms. */
const WAIT_MS = 8000;

/** What a driver's page of bookings knows beside them. */
export interface Ahead {
  moves: Reschedule[];
  waits: Wait[];
  series: Series[];
}
const none: Ahead = { moves: [], waits: [], series: [] };

/** Bookings to be moved, places in line and weekly bookings; null while they are asked for, nothing where the cloud does not answer. */
export function useAhead(): [Ahead | null, again: () => void] {
  const { ahead } = useDriver();
  const [there, setThere] = useState<Ahead | null>(null);
  const load = async () => {
    const [moves, waits, series] = await Promise.all([ahead.reschedules(), ahead.waits(), ahead.series()]);
    setThere((before) => {
      const known = before ?? none;
      return {
        moves: moves.ok ? moves.value.reschedules : known.moves,
        waits: waits.ok ? waits.value.waits.filter(({ state }) => state !== "booked") : known.waits,
        series: series.ok ? series.value.series : known.series,
      };
    });
  };
  useEffect(() => {
    void load();
    const late = setTimeout(() => setThere((known) => known ?? none), WAIT_MS);
    const timer = setInterval(() => {
      if (!document.hidden) void load();
    }, EVERY_MS);
    return () => {
      clearTimeout(late);
      clearInterval(timer);
    };
  }, []);
  return [there, () => void load()];
}

/** What wants an answer: bookings that have to move, and what has come free. */
export function ToAnswer({ ahead, again, kept }: { ahead: Ahead; again: () => void; kept: KeptBooking[] }) {
  const zoneOf = zonesOf(ahead, kept);
  return (
    <>
      {ahead.moves.map((move) => (
        // by its booking alone: why an offer was refused still stands when the next one comes
        <Move key={move.booking} move={move} timeZone={zoneOf(move.siteId)} onDone={again} />
      ))}
      {ahead.waits.flatMap((wait) =>
        wait.offer
          ? [<WaitOffer key={wait.offer.holdId} wait={wait} timeZone={zoneOf(wait.siteId)} onDone={again} />]
          : [],
      )}
    </>
  );
}

/** What goes on by itself: places in line, and weekly bookings. */
export function GoingOn({ ahead, again, kept }: { ahead: Ahead; again: () => void; kept: KeptBooking[] }) {
  const { words, t } = useDriver();
  const zoneOf = zonesOf(ahead, kept);
  const waits = ahead.waits.filter(({ offer }) => offer === null);
  return (
    <>
      {waits.length > 0 ? (
        <section class="stack" aria-labelledby="waits">
          <h2 id="waits">{t("waitsTitle")}</h2>
          <ul class="list">
            {waits.map((wait) => (
              <WaitLine key={wait.waitId} wait={wait} timeZone={zoneOf(wait.siteId)} onDone={again} />
            ))}
          </ul>
        </section>
      ) : null}
      {ahead.series.length > 0 ? (
        <section class="stack" aria-labelledby="weekly">
          <h2 id="weekly">{t("weekly")}</h2>
          <ul class="list">
            {ahead.series.map((series) => (
              <li key={series.seriesId}>
                <a class="card row" href={`/weekly/${series.siteId}/${series.seriesId}`}>
                  <span class="what">
                    <strong>{series.siteName}</strong>
                    <span>{seriesText(series, words, t)}</span>
                    {series.ended ? <span class="sub">{t("seriesEnded")}</span> : null}
                  </span>
                  {chevron}
                </a>
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

/** The zone of a site, as far as this page has heard of it; else the reader's own. */
function zonesOf(ahead: Ahead, kept: KeptBooking[]): (siteId: string) => string {
  const known = new Map([
    ...kept.map(({ reservation, timeZone }) => [reservation.siteId, timeZone] as const),
    ...ahead.series.map(({ siteId, timeZone }) => [siteId, timeZone] as const),
  ]);
  return (siteId) => known.get(siteId) ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}
