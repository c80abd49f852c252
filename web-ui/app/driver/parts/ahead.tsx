import { useEffect, useRef, useState } from "preact/hooks";
import { chevron } from "../../../common/icons";
import type { Reschedule, Series, Wait } from "../ahead-types";
import type { KeptBooking } from "../keep";
import { useDriver } from "../use";
import { Note, Told } from "./bits";
import { Move } from "./moves";
import { seriesText } from "./series-text";
import { WaitLine, WaitOffer } from "./waits";

/** How often what is waited for is asked after, ms. */
const EVERY_MS = 30_000;
/** So long the page waits for all of it, so that nothing moves when it comes; then it shows what is there, ms. */
const WAIT_MS = 2000;

/** What a driver's page of bookings knows beside them. */
interface Ahead {
  moves: Reschedule[];
  waits: Wait[];
  series: Series[];
}
const none: Ahead = { moves: [], waits: [], series: [] };

/**
 * Bookings to be moved, places in line and weekly bookings; null while they are asked for. What has not come after a while is nothing for the time being; an answer
 * that was asked for before one that is there already says nothing any more.
 */
export function useAhead(): [Ahead | null, again: () => void] {
  const { ahead } = useDriver();
  const [there, setThere] = useState<Partial<Ahead>>({});
  const [late, setLate] = useState(false);
  const rounds = useRef({ asked: 0, moves: 0, waits: 0, series: 0 });
  const load = () => {
    const round = ++rounds.current.asked;
    const take = (part: keyof Ahead, list: Ahead[typeof part] | null) => {
      if (rounds.current[part] > round) return;
      rounds.current[part] = round;
      setThere((known) => ({ ...known, [part]: list ?? known[part] ?? [] }));
    };
    void ahead.reschedules().then((answer) => take("moves", answer.ok ? answer.value.reschedules : null));
    void ahead.waits().then((answer) => take("waits", answer.ok ? answer.value.waits : null));
    void ahead.series().then((answer) => take("series", answer.ok ? answer.value.series : null));
  };
  useEffect(() => {
    load();
    const waited = setTimeout(() => setLate(true), WAIT_MS);
    const timer = setInterval(() => {
      if (!document.hidden) load();
    }, EVERY_MS);
    return () => {
      clearTimeout(waited);
      clearInterval(timer);
    };
  }, []);
  const whole = there.moves && there.waits && there.series;
  return [whole || late ? { ...none, ...there } : null, load];
}

interface Lists {
  ahead: Ahead;
  /** Asks anew. */
  again: () => void;
  kept: KeptBooking[];
}

/** What was said where a card stood that is gone; `asked`: it went by a button of it. */
type Said = { text: string; asked: boolean } | null;

/** What wants an answer: bookings that have to move, and what has come free. A card that goes is not gone without a word. */
export function ToAnswer({ ahead, again, kept }: Lists) {
  const { words, t } = useDriver();
  const zoneOf = zonesOf(ahead, kept);
  const [said, setSaid] = useState<Said>(null);
  const shown = useRef<Wait[]>([]);
  const answered = useRef("");
  const offers = ahead.waits.filter(({ offer }) => offer !== null);
  useEffect(() => {
    const stays = ahead.waits.filter(({ offer, state }) => offer !== null || state === "booked");
    const gone = shown.current.find(({ waitId }) => !stays.some((each) => each.waitId === waitId));
    shown.current = offers;
    if (!gone || gone.waitId === answered.current) return;
    const time = words.formatIn(zoneOf(gone.siteId)).dateTime(gone.start);
    setSaid({ text: t("offerGone", { place: gone.siteName, time }), asked: false });
  }, [ahead]);
  const done = (text?: string) => {
    if (text) setSaid({ text, asked: true });
    again();
  };
  return (
    <>
      <Word said={said} />
      {ahead.moves.map((move) => (
        // by its booking alone: why an offer was refused still stands when the next one comes
        <Move key={move.booking} move={move} timeZone={zoneOf(move.siteId)} onDone={done} />
      ))}
      {offers.map((wait) => (
        <WaitOffer
          key={wait.offer?.holdId}
          wait={wait}
          timeZone={zoneOf(wait.siteId)}
          onDone={(text) => {
            answered.current = wait.waitId;
            done(text);
          }}
        />
      ))}
    </>
  );
}

function Word({ said }: { said: Said }) {
  if (said === null) return null;
  if (said.asked) {
    return (
      <Told key={said.text}>
        <p>{said.text}</p>
      </Told>
    );
  }
  return (
    <Note>
      <p role="status">{said.text}</p>
    </Note>
  );
}

/** What goes on by itself: places in line, and weekly bookings. */
export function GoingOn({ ahead, again, kept }: Lists) {
  const { words, t } = useDriver();
  const zoneOf = zonesOf(ahead, kept);
  const [said, setSaid] = useState<Said>(null);
  const waits = ahead.waits.filter(({ offer, state }) => offer === null && state !== "booked");
  return (
    <>
      <Word said={said} />
      {waits.length > 0 ? (
        <section class="stack" aria-labelledby="waits">
          <h2 id="waits">{t("waitsTitle")}</h2>
          <ul class="list">
            {waits.map((wait) => (
              <WaitLine
                key={wait.waitId}
                wait={wait}
                timeZone={zoneOf(wait.siteId)}
                onDone={(text) => {
                  setSaid({ text, asked: true });
                  again();
                }}
              />
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
