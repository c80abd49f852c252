import { sql } from "kysely";
import type { Db } from "../db/database";
import { notFound } from "../http/errors";
import type { Paging } from "../http/page";
import { newestFirst, pageOf } from "../http/page";
import type { Invoice } from "./invoice";
import { invoiceOf } from "./invoice";

/** A bill as its driver and its owner see it. */
export interface Bill extends Invoice {
  /** What is still owed for it, minor units. */
  outstanding: number;
}

/** Whose bills: a driver's, or an organisation's. */
type Whose = { userId: string } | { organizationId: string };

interface BillFilter {
  siteId?: string;
  /** Those for which something is owed. */
  open?: boolean;
  chargeId?: string;
}

/** A page of bills, newest first. */
export async function billsOf(
  db: Db,
  whose: Whose,
  filter: BillFilter,
  paging: Paging,
): Promise<{ bills: Bill[]; nextCursor: string | null }> {
  const rows = await db
    .selectFrom("charges")
    .selectAll()
    .select(
      sql<number>`(select coalesce(sum(e.amount), 0)::bigint from ledger_entries e where e.charge_id = charges.id and e.account = 'receivable')`.as(
        "outstanding",
      ),
    )
    .$if("userId" in whose, (query) => query.where("user_id", "=", (whose as { userId: string }).userId))
    .$if("organizationId" in whose, (query) =>
      query.where("organization_id", "=", (whose as { organizationId: string }).organizationId),
    )
    .$if(filter.siteId !== undefined, (query) => query.where("site_id", "=", filter.siteId as string))
    .$if(filter.chargeId !== undefined, (query) => query.where("id", "=", filter.chargeId as string))
    .$if(filter.open === true, (query) =>
      query.where(
        sql<boolean>`(select coalesce(sum(e.amount), 0) from ledger_entries e where e.charge_id = charges.id and e.account = 'receivable') > 0`,
      ),
    )
    .$call(newestFirst("at", "id", paging))
    .execute();
  const { page, nextCursor } = pageOf(rows, paging, (row) => [row.at, row.id]);
  return { bills: page.map((row) => ({ ...invoiceOf(row), outstanding: row.outstanding })), nextCursor };
}

/** One bill; throws AppError `not_found` where it is another's. */
export async function billOf(db: Db, whose: Whose, chargeId: string): Promise<Bill> {
  const {
    bills: [bill],
  } = await billsOf(db, whose, { chargeId }, { limit: 1 });
  if (!bill) throw notFound("bill");
  return bill;
}

/** What a driver owes, and has, in one currency; minor units. */
export interface Balance {
  currency: string;
  outstanding: number;
  wallet: number;
  /** Of the wallet or a card, set aside for what is to come. */
  held: number;
}

export async function balancesOf(db: Db, userId: string): Promise<Balance[]> {
  const { rows } = await sql<Balance>`
    select currency, coalesce(sum(amount) filter (where account = 'receivable'), 0)::bigint as outstanding,
      -coalesce(sum(amount) filter (where account = 'wallet'), 0)::bigint as wallet, -coalesce(sum(amount) filter (where account = 'hold'), 0)::bigint as held
    from ledger_entries where holder = ${userId} and account in ('receivable', 'wallet', 'hold')
    group by currency order by currency`.execute(db);
  return rows;
}
