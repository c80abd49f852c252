import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Database } from "../db/schema";
import type { Cell } from "../http/csv";
import { decimal } from "../http/csv";
import type { Settlement, SummaryRow } from "./statement";

/** Months, `2026-10`, both included. */
interface Span {
  from: string;
  to: string;
  siteId?: string;
}

/** An organisation's bills added up by month of the site's zone, site and currency. */
export async function summaryOf(db: Kysely<Database>, organizationId: string, span: Span): Promise<SummaryRow[]> {
  const { from, to, siteId = null } = span;
  const { rows } = await sql<SummaryRow>`
    select month, site_id as "siteId", (select s.name from sites s where s.site_id = b.site_id) as "siteName", currency, count(*)::integer as bills,
      sum(net + vat)::bigint as gross, sum(vat)::bigint as tax, sum(net)::bigint as net, sum(fee)::bigint as fees, sum(net + vat - fee)::bigint as earned
    from (
      select to_char(at at time zone (document ->> 'timeZone'), 'YYYY-MM') as month, site_id, currency, net, vat, fee
      from charges where organization_id = ${organizationId} and (${siteId}::uuid is null or site_id = ${siteId}::uuid)
        and at >= ${`${from}-01`}::timestamptz - interval '1 day' and at < ${`${to}-01`}::timestamptz + interval '1 month 1 day'
    ) b
    where month >= ${from} and month <= ${to}
    group by month, site_id, currency order by month, "siteName", site_id, currency`.execute(db);
  return rows;
}

/** The sum of rows of one currency. */
export function totalOf(rows: readonly SummaryRow[], currency: string) {
  const total = { currency, bills: 0, gross: 0, tax: 0, net: 0, fees: 0, earned: 0 };
  for (const row of rows) {
    if (row.currency !== currency) continue;
    for (const name of ["bills", "gross", "tax", "net", "fees", "earned"] as const) total[name] += row[name];
  }
  return total;
}

export const summaryNames = ["month", "site", "currency", "bills", "gross", "tax", "net", "fees", "earned"];

/** A row of the summary as it stands in the CSV. */
export function summaryCells(row: SummaryRow): Cell[] {
  const money = (amount: number) => decimal(amount, row.currency);
  const { month, siteName, currency, bills, gross, tax, net, fees, earned } = row;
  return [month, siteName, currency, bills, money(gross), money(tax), money(net), money(fees), money(earned)];
}

/** Where an organisation stands with the platform, by currency. Who has no entries has no settlement. */
export async function settlementsOf(
  db: Kysely<Database>,
  organizationId: string,
): Promise<({ currency: string } & Settlement)[]> {
  const { rows } = await sql<{ currency: string; earned: number; onSite: number; outstanding: number }>`
    select currency, sum(earned)::bigint as earned, sum("onSite")::bigint as "onSite", sum(outstanding)::bigint as outstanding from (
      select currency, -coalesce(sum(amount) filter (where account in ('payable', 'vat')), 0) as earned,
        coalesce(sum(amount) filter (where account = 'site_cash'), 0) as "onSite", 0 as outstanding
      from ledger_entries where holder = ${organizationId} and account in ('payable', 'vat', 'site_cash') group by currency
      union all
      select e.currency, 0, 0, sum(e.amount) from ledger_entries e join charges c on c.id = e.charge_id
      where c.organization_id = ${organizationId} and e.account = 'receivable' group by e.currency
    ) as parts group by currency order by currency`.execute(db);
  return rows.map((row) => ({ ...row, due: row.earned - row.onSite - row.outstanding }));
}
