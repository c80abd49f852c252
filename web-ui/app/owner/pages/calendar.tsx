import "../../driver/driver.css";
import "../owner.css";
import { useLocation } from "preact-iso";
import { localTime } from "../../../../shared/tariff/local-time";
import { clocksDiffer } from "../../../common/format";
import { locales } from "../../../common/translate";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite } from "../../types";
import { BlockForm } from "../parts/block-form";
import { DayView } from "../parts/day-view";
import { Trouble } from "../parts/bits";
import { useAsk, useOwner, useSending } from "../use";

/** A day of a site: bookings, walk-ins, sessions and blocks by connector. */
export default function CalendarPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="calendar" height="row">
      {(site) => <Calendar site={site} />}
    </SiteFrame>
  );
}

function Calendar({ site }: { site: OwnedSite }) {
  const { words, o, ask, now } = useOwner();
  const { query, path, route } = useLocation();
  const { siteId, timeZone } = site;
  const today = localTime(timeZone, now()).date;
  const date = /^\d{4}-\d{2}-\d{2}$/.test(query["date"] ?? "") ? (query["date"] as string) : today;
  const [loaded, again] = useAsk(`calendar ${siteId} ${date}`, (asking) =>
    asking("get", "/v1/sites/:siteId/calendar", { siteId }, { query: { date } }),
  );
  const lifting = useSending();
  const go = (next: string) => route(next === today ? path : `${path}?date=${next}`);
  const lift = (blockId: string) =>
    void lifting.send(() => ask("delete", "/v1/sites/:siteId/blocks/:blockId", { siteId, blockId }), again);
  const name = new Intl.DateTimeFormat(locales[words.lang], { dateStyle: "full", timeZone: "UTC" });
  const at = new Date(now()).toISOString();
  const elsewhere = clocksDiffer(timeZone, new Intl.DateTimeFormat().resolvedOptions().timeZone, at);
  const step = (days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
  return (
    <div class="stack">
      <div class="day-head">
        <h2>{name.format(Date.parse(date))}</h2>
        <div class="pair-buttons">
          <button class="button quiet" type="button" onClick={() => go(step(-1))}>
            {o("dayBefore")}
          </button>
          <button class="button quiet" type="button" onClick={() => go(today)}>
            {o("today")}
          </button>
          <button class="button quiet" type="button" onClick={() => go(step(1))}>
            {o("dayAfter")}
          </button>
          <input
            class="day-choice"
            type="date"
            aria-label={o("day")}
            value={date}
            onChange={({ currentTarget: { value } }) => (value === "" ? undefined : go(value))}
          />
        </div>
      </div>
      {elsewhere ? <p class="sub">{o("zoneNote", { zone: timeZone.replaceAll("_", " ") })}</p> : null}
      <Trouble error={lifting.error} words={words} />
      <Show loaded={loaded} words={words} again={again} height="row">
        {({ days: [day], truncated }) => (
          <div class="stack">
            {day && day.hours !== 24 ? <p class="notice">{o("dayHours", { hours: day.hours })}</p> : null}
            {truncated ? <p class="notice notice-warn">{o("dayTruncated")}</p> : null}
            {day ? <DayView site={site} day={day} now={at} words={words} onLift={lift} /> : null}
            {day ? (
              <BlockForm
                key={date}
                site={site}
                date={date}
                connectors={day.connectors.map(({ connector }) => connector)}
                words={words}
                onMade={again}
              />
            ) : null}
          </div>
        )}
      </Show>
      <a class="button quiet fit" href={`/sites/${siteId}/booking`}>
        {o("bookingRules")}
      </a>
    </div>
  );
}
