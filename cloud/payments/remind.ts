import { sql } from "kysely";
import type { Deps } from "../deps";
import { notify } from "../notifications/notify";

const WEEK_MS = 7 * 86_400_000;

/** Reminds drivers of bills that have been open for a week, once a week and currency. Gives how many were due for it. */
export async function remind({ db, now }: Pick<Deps, "db" | "now">): Promise<number> {
  const { rows } = await sql<{ userId: string; currency: string; amount: number; bills: number }>`
    select user_id as "userId", currency, sum(open)::bigint as amount, count(*)::integer as bills from (
      select c.user_id, c.currency, sum(e.amount) as open from charges c join ledger_entries e on e.charge_id = c.id and e.account = 'receivable'
      where c.user_id is not null and c.at < ${new Date(now() - WEEK_MS)} group by c.id, c.user_id, c.currency having sum(e.amount) > 0
    ) as open_bills group by user_id, currency`.execute(db);
  const week = Math.floor(now() / WEEK_MS);
  for (const { userId, currency, amount, bills } of rows) {
    const notice = {
      userId,
      kind: "paymentDue" as const,
      key: `${currency} ${week}`,
      data: { amount, currency, bills },
    };
    await db.transaction().execute((tx) => notify(tx, { ...notice, now: now() }));
  }
  return rows.length;
}
