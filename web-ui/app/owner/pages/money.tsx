import "../../driver/driver.css";
import "../owner.css";
import { useLocation } from "preact-iso";
import { useMemo } from "preact/hooks";
import { currencyDigits } from "../../../../shared/money";
import { localTime } from "../../../../shared/tariff/local-time";
import { locales } from "../../../common/translate";
import { Choice } from "../../parts/form";
import { Show } from "../../parts/load";
import type { OwnedSite } from "../../types";
import type { Words } from "../../words";
import { addressOf } from "../api";
import { byMonth, monthsBetween, monthsOf, spans } from "../money-model";
import type { Span } from "../money-model";
import { BusinessFrame } from "../parts/business-frame";
import { Figure } from "../parts/figure";
import type { Finance } from "../types";
import { useAsk, useOwner } from "../use";

/** What an organisation took, month by month and site by site: the very rows of the CSV. */
export default function MoneyPage({ organizationId }: { organizationId: string }) {
  return (
    <BusinessFrame organizationId={organizationId} tab="tabMoney" height="form">
      {() => <Money organizationId={organizationId} />}
    </BusinessFrame>
  );
}

function Money({ organizationId }: { organizationId: string }) {
  const { words, o, api, now } = useOwner();
  const { query, path, route } = useLocation();
  const span = spans.find((each) => each === query["span"]) ?? "twelve";
  const siteId = query["site"] || undefined;
  const month = localTime(new Intl.DateTimeFormat().resolvedOptions().timeZone, now()).date.slice(0, 7);
  const asked = { ...monthsOf(span, month), siteId };
  const [loaded, again] = useAsk(`finance ${organizationId} ${span} ${siteId}`, async (ask) => {
    const [finance, sites] = await Promise.all([
      ask("get", "/v1/organizations/:organizationId/finance", { organizationId }, { query: asked }),
      api.sites(),
    ]);
    if (!finance.ok) return finance;
    if (!sites.ok) return sites;
    const own = sites.value.sites.filter((site) => site.organizationId === organizationId);
    return { ok: true, value: { finance: finance.value, sites: own } };
  });
  const go = (change: { span?: string; site?: string }) => {
    const next = { span, ...(siteId ? { site: siteId } : {}), ...change };
    route(`${path}?${new URLSearchParams(Object.entries(next).filter(([, value]) => value !== ""))}`, true);
  };
  const sites: OwnedSite[] = loaded.state === "there" ? loaded.value.sites : [];
  return (
    <div class="stack">
      <div class="filter-row">
        <Choice
          id="span"
          label={o("span")}
          value={span}
          options={spans.map((each) => [each, o(spanKeys[each])])}
          onChange={(value) => go({ span: value })}
        />
        <Choice
          id="site"
          label={o("ofSite")}
          value={siteId ?? ""}
          options={[["", o("allSites")], ...sites.map((site) => [site.siteId, site.name] as const)]}
          onChange={(value) => go({ site: value })}
        />
        <a
          class="button quiet"
          download
          href={addressOf("/v1/organizations/:organizationId/finance.csv", { organizationId }, asked)}
        >
          {o("csv")}
        </a>
      </div>
      <Show loaded={loaded} words={words} again={again} height="form">
        {({ finance }) => <Summary finance={finance} words={words} from={asked.from} to={asked.to} />}
      </Show>
    </div>
  );
}

const spanKeys: Record<Span, "spanThisMonth" | "spanLastMonth" | "spanTwelve" | "spanThisYear" | "spanLastYear"> = {
  thisMonth: "spanThisMonth",
  lastMonth: "spanLastMonth",
  twelve: "spanTwelve",
  thisYear: "spanThisYear",
  lastYear: "spanLastYear",
};

function Summary({ finance, words, from, to }: { finance: Finance; words: Words; from: string; to: string }) {
  const { o } = useOwner();
  const { rows, totals } = finance;
  if (rows.length === 0) return <p class="card empty lead">{o("moneyNone")}</p>;
  return (
    <div class="stack">
      {totals.map((total) => (
        <Sums key={total.currency} total={total} words={words} />
      ))}
      {from === to
        ? null
        : totals.map(({ currency }) => (
            <Months key={currency} rows={rows} currency={currency} words={words} from={from} to={to} />
          ))}
      <Rows finance={finance} words={words} />
    </div>
  );
}

/** The sums of one currency, what is the owner's set apart. */
function Sums({ total, words }: { total: Finance["totals"][number]; words: Words }) {
  const { o } = useOwner();
  const format = words.formatIn("UTC");
  const sums = ["gross", "tax", "net", "fees", "earned"] as const;
  return (
    <dl class="card sums" aria-label={total.currency}>
      {sums.map((name) => (
        <div key={name} class={name === "earned" ? "main" : ""}>
          <dt>{o(name)}</dt>
          <dd>{format.money(total[name], total.currency)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Months(props: { rows: Finance["rows"]; currency: string; words: Words; from: string; to: string }) {
  const { rows, currency, words, from, to } = props;
  const { o } = useOwner();
  const format = words.formatIn("UTC");
  const drawn = useMemo(() => {
    const months = monthsBetween(from, to);
    const { gross, earned } = byMonth(rows, currency, months);
    const text = (amount: number) => format.money(amount, currency);
    return {
      labels: months.map((month) => monthName(month, words, "short")),
      series: [
        { name: o("gross"), values: gross, text, isBehind: true },
        { name: o("earned"), values: earned, text },
      ],
    };
  }, [rows, currency, from, to]);
  const whole = new Intl.NumberFormat(locales[words.lang], { style: "currency", currency, maximumFractionDigits: 0 });
  return (
    <Figure
      title={o("byMonth")}
      first={o("month")}
      labels={drawn.labels}
      series={drawn.series}
      axis={(amount) => whole.format(amount / 10 ** currencyDigits(currency))}
    />
  );
}

/** Every row as the CSV has it, with the sums of each currency below. */
function Rows({ finance, words }: { finance: Finance; words: Words }) {
  const { o } = useOwner();
  const format = words.formatIn("UTC");
  const names = ["gross", "tax", "net", "fees", "earned"] as const;
  return (
    <div class="card scroll" tabIndex={0} role="region" aria-label={o("rows")}>
      <table class="numbers">
        <caption class="sr">{o("rows")}</caption>
        <thead>
          <tr>
            <th scope="col">{o("month")}</th>
            <th scope="col" class="text">
              {o("ofSite")}
            </th>
            <th scope="col">{o("billsCount")}</th>
            {names.map((name) => (
              <th scope="col" key={name}>
                {o(name)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {finance.rows.map((row) => (
            <tr key={`${row.month} ${row.siteId} ${row.currency}`}>
              <th scope="row">{monthName(row.month, words, "long")}</th>
              <td class="text">{row.siteName ?? o("noSite")}</td>
              <td>{row.bills}</td>
              {names.map((name) => (
                <td key={name}>{format.money(row[name], row.currency)}</td>
              ))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          {finance.totals.map((total) => (
            <tr key={total.currency}>
              <th scope="row" colSpan={2}>
                {words.t("total")}
              </th>
              <td>{total.bills}</td>
              {names.map((name) => (
                <td key={name}>{format.money(total[name], total.currency)}</td>
              ))}
            </tr>
          ))}
        </tfoot>
      </table>
    </div>
  );
}

function monthName(month: string, words: Words, how: "short" | "long"): string {
  return new Intl.DateTimeFormat(locales[words.lang], { month: how, year: "numeric", timeZone: "UTC" }).format(
    Date.parse(`${month}-01`),
  );
}
