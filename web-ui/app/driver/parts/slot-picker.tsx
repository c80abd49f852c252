import { useEffect, useRef, useState } from "preact/hooks";
import { clocksDiffer } from "../../../common/format";
import { locales } from "../../../common/translate";
import type { Failure } from "../../api";
import { Choice } from "../../parts/form";
import { byPart, daysFrom, moved, powerOf, spanFor, startsOf, stays, timesOf } from "../slots-model";
import type { Day, Start } from "../slots-model";
import type { Availability, SeatClass } from "../types";
import { useDriver } from "../use";
import { duration } from "../../../common/format";
import { Note, Trouble } from "./bits";

interface PickerProps {
  siteId: string;
  timeZone: string;
  /** Counts up when what is shown has to be asked for again. */
  round: number;
  /** The booking that is moved: within its own class, and its own time is free for it. */
  moving?: { booking: string; class: string };
  /** The start that is being held. */
  busy: number | null;
  onTake: (kind: SeatClass, day: Day, minutes: number, start: number) => void;
  /** A start that is taken was chosen, to wait for it; without it, such a start cannot be chosen. */
  onWait?: (kind: SeatClass, minutes: number, start: number) => void;
}

/** A strip of days, how long, and the starts of the day. */
export function SlotPicker({ siteId, timeZone, round, moving, busy, onTake, onWait }: PickerProps) {
  const { words, t, driver, now } = useDriver();
  const [days] = useState(() => daysFrom(timeZone, now()));
  const [day, setDay] = useState(days[0] as Day);
  const [minutes, setMinutes] = useState(60);
  const [kindName, setKindName] = useState<string | null>(null);
  const [there, setThere] = useState<Availability | null>(null);
  /** The day of which that is. */
  const [known, setKnown] = useState<Day | null>(null);
  const [error, setError] = useState<Failure | null>(null);
  const [tries, setTries] = useState(1);
  useEffect(() => {
    let current = true;
    setError(null);
    const { start, end } = spanFor(day, minutes, now());
    void driver.availability(siteId, start, end, moving?.booking).then((answer) => {
      if (!current) return;
      setError(answer.ok ? null : answer.error);
      if (!answer.ok) return;
      setThere(answer.value);
      setKnown(day);
    });
    return () => {
      current = false;
    };
  }, [siteId, day, minutes, round, tries, moving?.booking]);

  const kinds = there?.classes.filter((each) => !moving || each.class === moving.class) ?? [];
  const kind = kinds.find((each) => each.class === kindName) ?? kinds[0];
  const starts = kind && known === day ? startsOf(kind, day, minutes) : [];
  const format = words.formatIn(timeZone);
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const nowText = new Date(now()).toISOString();
  if (there && (!there.open || kinds.length === 0)) return <p class="lead">{t("notOpen")}</p>;
  return (
    <div class="stack">
      {there && !there.connected ? (
        <Note warn>
          <p>{t("siteAway")}</p>
        </Note>
      ) : null}
      <div class="filter-grid">
        {kinds.length > 1 ? (
          <Choice
            id="kind"
            label={t("kind")}
            value={kind?.class ?? ""}
            options={kinds.map((each) => [each.class, kindText(each, t)] as const)}
            onChange={setKindName}
          />
        ) : null}
        <Choice
          id="stay"
          label={t("stay")}
          value={String(minutes)}
          options={stays(there?.maxMinutes ?? 240).map((each) => [String(each), duration(each * 60)] as const)}
          onChange={(value) => setMinutes(Number(value))}
        />
      </div>
      <Days days={days} day={day} locale={locales[words.lang]} timeZone={timeZone} label={t("day")} onPick={setDay} />
      <Trouble error={error} words={words} />
      {kind && known === day ? (
        <Starts
          starts={starts}
          timeZone={timeZone}
          busy={busy}
          onTake={(start) => onTake(kind, day, minutes, start)}
          {...(onWait ? { onWait: (start: number) => onWait(kind, minutes, start) } : {})}
        />
      ) : error ? (
        <button class="button quiet fit" type="button" onClick={() => setTries(tries + 1)}>
          {words.t("retry")}
        </button>
      ) : (
        <div class="card skeleton slots-bone" aria-busy="true">
          <span class="sr">{words.t("loading")}</span>
        </div>
      )}
      {starts.some(({ state }) => state === "request") ? <p class="sub">{t("legendRequest")}</p> : null}
      {onWait && starts.some(({ state }) => state === "taken") ? <p class="sub">{t("legendTaken")}</p> : null}
      {clocksDiffer(timeZone, zone, nowText) ? (
        <p class="sub">{t("zoneNote", { zone: format.zone(nowText) })}</p>
      ) : null}
    </div>
  );
}

type T = ReturnType<typeof useDriver>["t"];

/** What people call a class of seats. */
export function kindText({ class: kind, seats }: SeatClass, t: T): string {
  const name = powerOf(kind) === null && kind === "STANDARD" ? t("kindStandard") : kind.replace("kW", "\u00a0kW");
  return `${name} (${t("kindSeats", { count: seats })})`;
}

interface DaysProps {
  days: Day[];
  day: Day;
  locale: string;
  timeZone: string;
  label: string;
  onPick: (day: Day) => void;
}

/** Two weeks as a strip; arrows, Home and End go along it. */
function Days({ days, day, locale, timeZone, label, onPick }: DaysProps) {
  const strip = useRef<HTMLDivElement>(null);
  const weekday = new Intl.DateTimeFormat(locale, { timeZone, weekday: "short" });
  const date = new Intl.DateTimeFormat(locale, { timeZone, day: "numeric", month: "short" });
  const chosen = days.indexOf(day);
  return (
    <div
      class="days"
      ref={strip}
      role="radiogroup"
      aria-label={label}
      onKeyDown={(event) => {
        const next = moved(event.key, chosen, days.length, 7);
        if (next === chosen) return;
        event.preventDefault();
        onPick(days[next] as Day);
        (strip.current?.children[next] as HTMLElement | undefined)?.focus();
      }}
    >
      {days.map((each) => (
        <button
          key={each.date}
          type="button"
          role="radio"
          aria-checked={each === day}
          tabIndex={each === day ? 0 : -1}
          onClick={() => onPick(each)}
        >
          <span class="sub">{weekday.format(each.start)}</span>
          <strong>{date.format(each.start)}</strong>
        </button>
      ))}
    </div>
  );
}

interface StartsProps {
  starts: Start[];
  timeZone: string;
  busy: number | null;
  onTake: (start: number) => void;
  onWait?: (start: number) => void;
}

/** The starts of a day by its parts. One of them is in the tab order; arrows, Home, End, PgUp and PgDn reach the others. */
function Starts({ starts, timeZone, busy, onTake, onWait }: StartsProps) {
  const { words, t } = useDriver();
  const grid = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const times = timesOf(starts, words.formatIn(timeZone));
  const isFull = starts.every(({ state }) => state === "taken");
  const open = onWait ? starts : starts.filter(({ state }) => state !== "taken");
  if (open.length === 0) return <p class="lead">{t("dayFull")}</p>;
  const active = Math.min(focused, open.length - 1);
  return (
    <div
      class="stack"
      ref={grid}
      onKeyDown={(event) => {
        const columns = Math.max(1, Math.floor((grid.current?.clientWidth ?? 0) / 88));
        const next = moved(event.key, active, open.length, columns);
        if (next === active) return;
        event.preventDefault();
        setFocused(next);
        grid.current?.querySelectorAll<HTMLElement>("button:not([disabled])")[next]?.focus();
      }}
    >
      {isFull ? <p class="lead">{t("dayFull")}</p> : null}
      {byPart(starts, timeZone).map(({ part, starts: each }) => (
        <section key={part} aria-labelledby={`part-${part}`}>
          <h2 id={`part-${part}`}>{t(part)}</h2>
          <div class="slots">
            {each.map(({ at, state }) => {
              const time = times.get(at) as string;
              const taken = onWait ? "startWait" : "startTaken";
              const label = t(state === "free" ? "startFree" : state === "request" ? "startRequest" : taken, { time });
              return (
                <button
                  key={at}
                  class={`slot slot-${state}`}
                  type="button"
                  disabled={state === "taken" && !onWait}
                  aria-label={label}
                  aria-busy={busy === at}
                  tabIndex={open[active]?.at === at ? 0 : -1}
                  onClick={() => {
                    if (busy === null) (state === "taken" && onWait ? onWait : onTake)(at);
                  }}
                >
                  {time}
                </button>
              );
            })}
          </div>
        </section>
      ))}
    </div>
  );
}
