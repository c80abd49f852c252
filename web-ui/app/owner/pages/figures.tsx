import "../../driver/driver.css";
import "../owner.css";
import { useLocation } from "preact-iso";
import { useMemo } from "preact/hooks";
import { currencyDigits } from "../../../../shared/money";
import { locales } from "../../../common/translate";
import { Choice } from "../../parts/form";
import { Show } from "../../parts/load";
import { SiteFrame } from "../../parts/site-frame";
import type { OwnedSite, OwnerSession } from "../../types";
import type { Answer } from "../../api";
import { addressOf } from "../api";
import type { Ask } from "../api";
import { byDay, daysUpTo, levelOf, useByHour } from "../figures-model";
import { week } from "../hours-model";
import { dayNames } from "../parts/hours-editor";
import { Figure } from "../parts/figure";
import { useAsk, useOwner } from "../use";

const lengths = [7, 30, 90, 365] as const;
/** So many sessions are added up here at most; who has more takes the CSV. */
const PAGE = 1000;
const MAX_PAGES = 5;

/** What a site's sessions add up to: energy and revenue by day, and when it is used. */
export default function FiguresPage({ siteId }: { siteId: string }) {
  return (
    <SiteFrame siteId={siteId} tab="figures" height="form">
      {(site) => <Figures site={site} />}
    </SiteFrame>
  );
}

function Figures({ site }: { site: OwnedSite }) {
  const { words, o, now } = useOwner();
  const { query, path, route } = useLocation();
  const { siteId, timeZone } = site;
  const count = lengths.find((each) => String(each) === query["days"]) ?? 30;
  const days = useMemo(() => daysUpTo(now(), timeZone, count), [count]);
  // A day earlier than the first day anywhere on earth: what lies before it at the site is left out by its date.
  const from = new Date(Date.parse(days[0] as string) - 86_400_000).toISOString();
  const [loaded, again] = useAsk(`figures ${siteId} ${count}`, (ask) => allSessions(ask, siteId, from));
  return (
    <div class="stack">
      <div class="filter-row">
        <Choice
          id="days"
          label={o("span")}
          value={String(count)}
          options={lengths.map((each) => [String(each), o("lastDays", { count: each })])}
          onChange={(value) => route(`${path}?days=${value}`, true)}
        />
        <a class="button quiet" download href={addressOf("/v1/sites/:siteId/sessions.csv", { siteId }, { from })}>
          {o("csvSessions")}
        </a>
        <a class="button quiet" href={`/business/${site.organizationId}?site=${siteId}`}>
          {o("toMoney")}
        </a>
      </div>
      <Show loaded={loaded} words={words} again={again} height="form">
        {({ sessions, whole }) =>
          sessions.length === 0 ? (
            <p class="card empty lead">{o("figuresNone")}</p>
          ) : (
            <div class="stack">
              {whole ? null : <p class="notice notice-warn">{o("figuresCapped", { count: PAGE * MAX_PAGES })}</p>}
              <Days site={site} sessions={sessions} days={days} />
              <Use site={site} sessions={sessions} days={days} />
            </div>
          )
        }
      </Show>
    </div>
  );
}

interface Sessions {
  sessions: OwnerSession[];
  /** Whether these are all. */
  whole: boolean;
}

/** Sessions since an instant, page by page. */
async function allSessions(ask: Ask, siteId: string, from: string): Promise<Answer<Sessions>> {
  const sessions: OwnerSession[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await ask("get", "/v1/sites/:siteId/sessions", { siteId }, { query: { limit: PAGE, from, cursor } });
    if (!answer.ok) return answer;
    sessions.push(...answer.value.sessions);
    if (answer.value.nextCursor === null) return { ok: true, value: { sessions, whole: true } };
    cursor = answer.value.nextCursor;
  }
  return { ok: true, value: { sessions, whole: false } };
}

interface Parts {
  site: OwnedSite;
  sessions: readonly OwnerSession[];
  days: readonly string[];
}

function Days({ site, sessions, days }: Parts) {
  const { words, o } = useOwner();
  const { timeZone, currency } = site;
  const format = words.formatIn(timeZone);
  const drawn = useMemo(() => {
    const sums = byDay(sessions, timeZone, days, currency);
    const name = new Intl.DateTimeFormat(locales[words.lang], { day: "numeric", month: "short", timeZone: "UTC" });
    return {
      sums,
      labels: days.map((date) => name.format(Date.parse(date))),
      energy: [{ name: o("energy"), values: sums.map(({ energyWh }) => energyWh), text: format.kwh }],
      revenue: [
        {
          name: o("revenue"),
          values: sums.map(({ amount }) => amount),
          text: (amount: number) => format.money(amount, currency),
        },
      ],
    };
  }, [sessions, days]);
  const total = drawn.sums.reduce(
    (sum, day) => ({
      energyWh: sum.energyWh + day.energyWh,
      amount: sum.amount + day.amount,
      sessions: sum.sessions + day.sessions,
    }),
    { energyWh: 0, amount: 0, sessions: 0 },
  );
  const whole = new Intl.NumberFormat(locales[words.lang], { style: "currency", currency, maximumFractionDigits: 0 });
  return (
    <>
      <dl class="card sums">
        <div class="main">
          <dt>{o("revenue")}</dt>
          <dd>{format.money(total.amount, currency)}</dd>
        </div>
        <div>
          <dt>{o("energy")}</dt>
          <dd>{format.kwh(total.energyWh)}</dd>
        </div>
        <div>
          <dt>{words.t("sessions")}</dt>
          <dd>{format.integer(total.sessions)}</dd>
        </div>
      </dl>
      <div class="columns">
        <Figure
          title={o("revenueByDay")}
          first={o("day")}
          labels={drawn.labels}
          series={drawn.revenue}
          axis={(amount) => whole.format(amount / 10 ** currencyDigits(currency))}
        />
        <Figure
          title={o("energyByDay")}
          first={o("day")}
          labels={drawn.labels}
          series={drawn.energy}
          axis={(wattHours) => `${format.integer(wattHours / 1000)}\u00a0kWh`}
        />
      </div>
    </>
  );
}

/** When the site is used: a table that is its own picture. */
function Use({ site, sessions, days }: Parts) {
  const { words, o } = useOwner();
  const cells = useMemo(() => useByHour(sessions, site.timeZone, days), [sessions, days]);
  const most = Math.max(...cells.flat());
  const format = words.formatIn(site.timeZone);
  const nameOf = dayNames(words, "short");
  return (
    <section class="card stack" aria-labelledby="use">
      <h2 id="use">{o("useTitle")}</h2>
      <p class="sub">{o("useText", { zone: site.timeZone.replaceAll("_", " ") })}</p>
      <table class="heat">
        <caption class="sr">{o("useTitle")}</caption>
        <thead>
          <tr>
            <th scope="col">{o("hour")}</th>
            {week.map((day) => (
              <th scope="col" key={day}>
                {nameOf(day)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Array.from({ length: 24 }, (_, hour) => (
            <tr key={hour}>
              <th scope="row">{`${String(hour).padStart(2, "0")}:00`}</th>
              {cells.map((hours, index) => {
                const value = hours[hour] as number;
                return (
                  <td key={index} class={`heat-${levelOf(value, most)}`}>
                    {value === 0 ? "\u00b7" : format.decimal(Math.round(value * 10) / 10)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
