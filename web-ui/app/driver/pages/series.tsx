import "../driver.css";
import "../my.css";
import { useState } from "preact/hooks";
import type { Series } from "../ahead-types";
import { useDoing } from "../../parts/doing";
import { Show, useLoad } from "../../parts/load";
import { BookingMark, Trouble } from "../parts/bits";
import { dateText, seriesText } from "../parts/series-text";
import { useDriver } from "../use";

/** One weekly booking: what of it could be had, and its end. */
export default function SeriesPage({ id }: { id?: string }) {
  const { words, t, ahead } = useDriver();
  const [loaded, again] = useLoad(`series ${id}`, async () => {
    const answer = await ahead.series();
    if (!answer.ok) return answer;
    const value = answer.value.series.find(({ seriesId }) => seriesId === id);
    return value ? { ok: true as const, value } : { ok: false as const, error: { code: "not_found", detail: "" } };
  });
  return (
    <main id="main" class="narrow-left">
      <div class="head">
        <a class="back" href="/charging">
          {t("charging")}
        </a>
        <h1>{loaded.state === "there" ? loaded.value.siteName : t("weekly")}</h1>
      </div>
      <Show loaded={loaded} words={words} again={again} height="form">
        {(series) => <SeriesView series={series} again={again} />}
      </Show>
    </main>
  );
}

function SeriesView({ series, again }: { series: Series; again: () => void }) {
  const { words, t, ahead } = useDriver();
  const [asked, setAsked] = useState(false);
  const doing = useDoing();
  return (
    <div class="stack">
      <p class="headline">{seriesText(series, words, t)}</p>
      <section class="card stack" aria-labelledby="dates">
        <h2 id="dates">{t("seriesDates")}</h2>
        {series.dates.length === 0 ? <p class="sub">{t("seriesLater")}</p> : null}
        <ul>
          {series.dates.map(({ date, refusal, reservation }) => (
            <li class="line" key={date}>
              {reservation ? (
                <a class="charger-link" href={`/charging/${series.siteId}/${reservation.booking}`}>
                  <strong>{dateText(date, words)}</strong>
                </a>
              ) : (
                <strong>{dateText(date, words)}</strong>
              )}
              {reservation ? (
                <BookingMark booking={reservation} t={t} />
              ) : refusal === null ? null : (
                <span class="sub">{t("seriesRefused")}</span>
              )}
            </li>
          ))}
        </ul>
      </section>
      <Trouble error={doing.error} words={words} />
      {series.ended ? (
        <p role="status">{t("seriesEnded")}</p>
      ) : asked ? (
        <section class="notice notice-warn stack" aria-labelledby="end">
          <div>
            <h2 id="end">{t("seriesEndAsk")}</h2>
            <p>{t("seriesEndText")}</p>
          </div>
          <div class="pair-buttons">
            <button
              class="button stop"
              type="button"
              aria-busy={doing.busy !== null}
              onClick={() => void doing.run("end", () => ahead.end(series)).then((done) => done && again())}
            >
              {t("seriesEndYes")}
            </button>
            <button class="button quiet" type="button" onClick={() => setAsked(false)}>
              {t("cancelNo")}
            </button>
          </div>
        </section>
      ) : (
        <button class="button quiet fit" type="button" onClick={() => setAsked(true)}>
          {t("seriesEnd")}
        </button>
      )}
    </div>
  );
}
