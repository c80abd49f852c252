import { duration } from "../../../common/format";
import { marks } from "../../../common/icons";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { placeIn, ticksOf } from "../calendar-model";
import type { CalendarDay, CalendarEntry } from "../types";
import { ownerTexts } from "../words";

const kinds = {
  reservation: "entryReservation",
  walkIn: "entryWalkIn",
  session: "entrySession",
  block: "entryBlock",
} as const;
const signs = { reservation: marks.reserved, walkIn: marks.busy, session: marks.busy, block: marks.out } as const;
const statuses = {
  reserved: "statusReserved",
  charging: "statusCharging",
  fulfilled: "statusFulfilled",
  noShow: "statusNoShow",
  cancelled: "statusCancelled",
  compensated: "statusCompensated",
} as const;

/** Each connector with its day as a band, and the same in words. */
export function DayView(props: {
  site: OwnedSite;
  day: CalendarDay;
  /** What goes on is drawn up to now; ISO. */
  now: string;
  words: Words;
  onLift: (blockId: string) => void;
}) {
  const { site, day, now, words, onLift } = props;
  const o = ownerTexts.t();
  const format = words.formatIn(site.timeZone);
  if (day.connectors.length === 0) return <p class="card empty lead">{o("calendarNone")}</p>;
  const blocks = new Set<string>();
  return (
    <ul class="list">
      {day.connectors.map(({ connector, entries }) => (
        <li class="card stack day-row" key={connector}>
          <h3>{connector}</h3>
          <div class="band" aria-hidden="true">
            {entries.map((entry, index) => {
              const { left, width } = placeIn(
                day,
                entry.kind === "block" ? entry : { start: entry.start, end: entry.end ?? now },
              );
              const style = { left: `${left}%`, width: `${width}%` };
              return <span key={index} class={`bar bar-${isOver(entry) ? "over" : entry.kind}`} style={style} />;
            })}
          </div>
          <div class="ticks" aria-hidden="true">
            {ticksOf(day).map((at) => (
              <span key={at}>{format.time(at)}</span>
            ))}
          </div>
          {entries.length === 0 ? <p class="sub">{o("dayEmpty")}</p> : null}
          <ul class="items">
            {entries.map((entry, index) => {
              // A block of every connector is lifted once, at the first.
              const lifts = entry.kind === "block" && !blocks.has(entry.blockId);
              if (entry.kind === "block") blocks.add(entry.blockId);
              return (
                <li key={index}>
                  <span class="what">
                    <strong>{timesOf(entry, site, words)}</strong>
                    <span class={`mark${isOver(entry) ? "" : " mark-busy"}`}>
                      {signs[entry.kind]}
                      {o(kinds[entry.kind])}
                    </span>
                    <span class="sub">{detailsOf(entry, site, words).join(" \u00b7 ")}</span>
                  </span>
                  {entry.kind === "session" ? (
                    <a class="pdf" href={`/sites/${site.siteId}/sessions/${entry.id}`}>
                      {words.t("session")}
                    </a>
                  ) : null}
                  {entry.kind === "block" && lifts ? (
                    <button class="plain" type="button" onClick={() => onLift(entry.blockId)}>
                      {o(entry.allConnectors ? "liftAll" : "lift")}
                    </button>
                  ) : null}
                </li>
              );
            })}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function isOver(entry: CalendarEntry): boolean {
  return "status" in entry && ["noShow", "cancelled", "compensated"].includes(entry.status);
}

function timesOf({ start, end }: CalendarEntry, site: OwnedSite, words: Words): string {
  const format = words.formatIn(site.timeZone);
  if (end === null) return ownerTexts.t()("fromOn", { time: format.dateTime(start) });
  const sameDay = format.date(start) === format.date(end);
  return sameDay
    ? `${format.time(start)} \u2013 ${format.time(end)}`
    : `${format.dateTime(start)} \u2013 ${format.dateTime(end)}`;
}

function detailsOf(entry: CalendarEntry, site: OwnedSite, words: Words): string[] {
  const o = ownerTexts.t();
  const format = words.formatIn(site.timeZone);
  const length = entry.end === null ? [] : [duration((Date.parse(entry.end) - Date.parse(entry.start)) / 1000)];
  if (entry.kind === "block") return [...(entry.allConnectors ? [o("everyConnector")] : []), ...length];
  const driver = entry.driver ? [entry.driver.name] : [];
  if (entry.kind === "session") {
    const { cost, energyWh } = entry;
    return [...driver, format.kwh(energyWh), format.money(cost.amount, cost.currency), ...length];
  }
  const { status, pending, owed } = entry;
  const owes = owed.amount === 0 ? [] : [format.money(owed.amount, owed.currency)];
  return [...driver, o(pending ? "statusPending" : statuses[status]), ...owes, ...length];
}
