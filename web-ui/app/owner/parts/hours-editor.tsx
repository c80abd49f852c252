import type { DayException, OpeningHours, Period } from "../../../../shared/opening-hours";
import type { Weekday } from "../../../../shared/tariff/local-time";
import type { Words } from "../../words";
import {
  MAX_EXCEPTIONS,
  MAX_PERIODS,
  beginWeek,
  changedAt,
  keptEnd,
  moreExceptions,
  morePeriods,
  shownEnd,
  week,
} from "../hours-model";
import { ownerTexts } from "../words";

interface HoursProps {
  hours: OpeningHours;
  /** Today at the site, ISO. */
  today: string;
  words: Words;
  onChange: (hours: OpeningHours) => void;
}

/** Opening hours: around the clock or by weekday, and the days on which something else holds. */
export function HoursEditor({ hours, today, words, onChange }: HoursProps) {
  const o = ownerTexts.t();
  const always = hours.week === null;
  const nameOf = dayNames(words);
  const setDay = (day: Weekday, periods: Period[]) =>
    onChange({ ...hours, week: { ...hours.week, [day]: periods } as NonNullable<OpeningHours["week"]> });
  const setExceptions = (exceptions: DayException[]) => onChange({ ...hours, exceptions });
  return (
    <fieldset class="stack hours">
      <legend>{o("hours")}</legend>
      <div class="segments" role="group" aria-label={o("hours")}>
        <button type="button" aria-pressed={always} onClick={() => onChange({ ...hours, week: null })}>
          {o("hoursAlways")}
        </button>
        <button type="button" aria-pressed={!always} onClick={() => (always ? onChange(beginWeek(hours)) : undefined)}>
          {o("hoursWeek")}
        </button>
      </div>
      {hours.week === null ? null : (
        <ul class="week-hours">
          {week.map((day) => (
            <li key={day}>
              <strong>{nameOf(day)}</strong>
              <Periods
                name={nameOf(day)}
                periods={(hours.week as NonNullable<OpeningHours["week"]>)[day]}
                onChange={(periods) => setDay(day, periods)}
              />
            </li>
          ))}
        </ul>
      )}
      <h3>{o("exceptions")}</h3>
      <p class="sub">{o("exceptionsHint")}</p>
      <ul class="week-hours">
        {hours.exceptions.map((exception, index) => {
          const set = (change: Partial<DayException> | null) =>
            setExceptions(changedAt(hours.exceptions, index, change));
          return (
            <li key={index}>
              <input
                type="date"
                aria-label={o("exceptionDate")}
                value={exception.date}
                onInput={({ currentTarget }) => set({ date: currentTarget.value })}
              />
              <Periods name={exception.date} periods={exception.periods} onChange={(periods) => set({ periods })} />
              <div class="note-row">
                <input
                  aria-label={o("exceptionNote")}
                  placeholder={o("exceptionNote")}
                  maxLength={100}
                  value={exception.note}
                  onInput={({ currentTarget }) => set({ note: currentTarget.value })}
                />
                <button
                  class="plain"
                  type="button"
                  aria-label={`${o("remove")}: ${exception.date}`}
                  onClick={() => set(null)}
                >
                  {o("remove")}
                </button>
              </div>
            </li>
          );
        })}
      </ul>
      {hours.exceptions.length < MAX_EXCEPTIONS ? (
        <button
          class="button quiet fit"
          type="button"
          onClick={() => setExceptions(moreExceptions(hours.exceptions, today))}
        >
          {o("exceptionAdd")}
        </button>
      ) : null}
    </fieldset>
  );
}

/** When it is open on one day; not at all where there is none. */
function Periods(props: { name: string; periods: readonly Period[]; onChange: (periods: Period[]) => void }) {
  const { name, periods, onChange } = props;
  const o = ownerTexts.t();
  return (
    <div class="day-hours">
      {periods.length === 0 ? <span class="sub">{o("dayClosed")}</span> : null}
      {periods.map(({ from, to }, index) => {
        const set = (change: Partial<Period> | null) => onChange(changedAt(periods, index, change));
        return (
          <span class="period" key={index}>
            <input
              type="time"
              aria-label={o("periodFrom", { day: name })}
              value={from}
              onInput={({ currentTarget }) => set({ from: currentTarget.value })}
            />
            <span aria-hidden="true">{"\u2013"}</span>
            <input
              type="time"
              aria-label={o("periodTo", { day: name })}
              value={shownEnd(to)}
              onInput={({ currentTarget }) => set({ to: keptEnd(currentTarget.value) })}
            />
            <button
              class="plain"
              type="button"
              aria-label={o("periodRemove", { day: name, from })}
              onClick={() => set(null)}
            >
              {"\u2715"}
            </button>
          </span>
        );
      })}
      {periods.length < MAX_PERIODS ? (
        <button
          class="plain"
          type="button"
          aria-label={o("periodAddOn", { day: name })}
          onClick={() => onChange(morePeriods(periods))}
        >
          {o("periodAdd")}
        </button>
      ) : null}
    </div>
  );
}

/** Weekdays in the viewer's language; 4 January 2026 was a Sunday. */
export function dayNames(words: Words, weekday: "long" | "short" = "long"): (day: Weekday) => string {
  const format = new Intl.DateTimeFormat(words.lang, { weekday, timeZone: "UTC" });
  return (day) => format.format(Date.UTC(2026, 0, 5 + week.indexOf(day)));
}
