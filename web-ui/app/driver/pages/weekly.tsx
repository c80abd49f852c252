import "../driver.css";
import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { localTime } from "../../../../shared/tariff/local-time";
import type { Weekday } from "../../../../shared/tariff/local-time";
import { Choice, Field, Form, Submit, valueOf } from "../../parts/form";
import { useDoing } from "../../parts/doing";
import { Show, useLoad } from "../../parts/load";
import { Trouble } from "../parts/bits";
import { dayName, week } from "../parts/series-text";
import { kindText } from "../parts/slot-picker";
import { daysFrom, spanFor } from "../slots-model";
import type { Availability, Place } from "../types";
import { useDriver } from "../use";

/** Quarter hours of a day, `00:00` to `23:45`. */
const quarters = Array.from({ length: 96 }, (_, index) => {
  const time = `${two(Math.floor(index / 4))}:${two((index % 4) * 15)}`;
  return [time, time] as const;
});
function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** A booking that comes round each week. */
export default function WeeklyPage({ siteId }: { siteId: string }) {
  const { words, t, driver, now } = useDriver();
  const [loaded, again] = useLoad(`weekly ${siteId}`, async () => {
    const place = await driver.place(siteId);
    if (!place.ok) return place;
    const [today] = daysFrom(place.value.timeZone, now(), 1);
    const span = spanFor(today as NonNullable<typeof today>, 15, now());
    const there = await driver.availability(siteId, span.start, span.end);
    return there.ok ? { ok: true as const, value: { place: place.value, there: there.value } } : there;
  });
  return (
    <main id="main" class="narrow-left">
      <div class="head">
        <a class="back" href={`/places/${siteId}/book`}>
          {loaded.state === "there" ? loaded.value.place.name : "\u00a0"}
        </a>
        <h1>{t("weeklyTitle")}</h1>
        <p class="lead">{t("weeklyLead")}</p>
      </div>
      <Show loaded={loaded} words={words} again={again} height="form">
        {({ place, there }) =>
          there.open && there.classes.length > 0 ? (
            <WeeklyForm place={place} there={there} />
          ) : (
            <p class="lead">{t("notOpen")}</p>
          )
        }
      </Show>
    </main>
  );
}

function WeeklyForm({ place, there }: { place: Place; there: Availability }) {
  const { words, t, ahead, now } = useDriver();
  const { route } = useLocation();
  const doing = useDoing();
  const [days, setDays] = useState<Weekday[]>([]);
  const [wrong, setWrong] = useState(false);
  const today = localTime(place.timeZone, now()).date;
  async function send(form: HTMLFormElement): Promise<void> {
    setWrong(days.length === 0);
    if (days.length === 0) return;
    await doing.run("begin", async () => {
      const answer = await ahead.begin(place.siteId, {
        class: there.classes.length > 1 ? valueOf(form, "kind") : (there.classes[0]?.class ?? ""),
        days: week.filter((day) => days.includes(day)),
        from: valueOf(form, "from"),
        to: valueOf(form, "to"),
        startsOn: valueOf(form, "starts-on"),
        count: Number(valueOf(form, "count")),
      });
      if (answer.ok) route(`/weekly/${place.siteId}/${answer.value.seriesId}`);
      return answer;
    });
  }
  return (
    <Form class="card stack" onSend={send}>
      <Trouble error={doing.error} words={words} />
      <fieldset class="chips" aria-describedby={wrong ? "days-error" : undefined}>
        <legend>{t("weekdays")}</legend>
        {week.map((day) => (
          <label class="chip" key={day}>
            <input
              type="checkbox"
              checked={days.includes(day)}
              onChange={(event) => {
                const on = event.currentTarget.checked;
                setDays((known) => (on ? [...known, day] : known.filter((each) => each !== day)));
              }}
            />
            <span>{dayName(day, words)}</span>
          </label>
        ))}
      </fieldset>
      {wrong ? (
        <p class="wrong" id="days-error" role="alert">
          {t("weeklyNoDay")}
        </p>
      ) : null}
      <div class="filter-grid">
        <Choice id="from" label={t("timeFrom")} value="08:00" options={quarters} />
        <Choice id="to" label={t("timeTo")} value="10:00" options={quarters} hint={t("timeToHint")} />
        {there.classes.length > 1 ? (
          <Choice
            id="kind"
            label={t("kind")}
            value={there.classes[0]?.class ?? ""}
            options={there.classes.map((each) => [each.class, kindText(each, t)] as const)}
          />
        ) : null}
        <Field id="starts-on" label={t("firstDay")} type="date" defaultValue={today} required />
        <Choice
          id="count"
          label={t("howMany")}
          value="10"
          options={[2, 4, 10, 20, 52].map((count) => [String(count), t("seriesCount", { count })] as const)}
        />
      </div>
      <Submit busy={doing.busy !== null} words={words}>
        {t("weeklyBook")}
      </Submit>
    </Form>
  );
}
