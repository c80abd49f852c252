import type { Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { forEach } from "../jobs/each";
import { settlementsOf, summaryOf } from "../billing/finance";
import { PLATFORM, balanceOf, post } from "../billing/ledger";
import type { Statement } from "../billing/statement";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { notify } from "../notifications/notify";
import type { PayoutTable } from "./tables";

export type Payout = Selectable<PayoutTable>;
type Needs = Pick<Deps, "db" | "payments" | "now" | "newId">;

/** Pays every owner what is due for the month that is over, and tries again what could not be sent. */
export async function payOwners(needs: Needs): Promise<void> {
  const { db, now } = needs;
  const period = monthBefore(now());
  const { rows } = await sql<{ organizationId: string }>`
    select distinct organization_id as "organizationId" from charges`.execute(db);
  const noteAll = () =>
    forEach(rows, ({ organizationId }) =>
      db.transaction().execute((tx) => notePayouts(tx, needs, organizationId, period)),
    );
  await forEach([noteAll, () => sendPayouts(needs)], (half) => half());
}

/** The month before an instant's (epoch ms) in UTC, `2026-10`. */
export function monthBefore(now: number): string {
  const at = new Date(now);
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() - 1, 1)).toISOString().slice(0, 7);
}

/** Writes what an owner is due, once a month and currency: statement, ledger and a word to the owners. */
async function notePayouts(
  tx: Transaction<Database>,
  { now, newId }: Needs,
  organizationId: string,
  period: string,
): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`payout ${organizationId}`}, 0))`.execute(tx);
  const at = now();
  for (const { currency, ...settlement } of await settlementsOf(tx, organizationId)) {
    const amount = settlement.due;
    if (amount <= 0) continue;
    const rows = (await summaryOf(tx, organizationId, { from: period, to: period })).filter(
      (row) => row.currency === currency,
    );
    const { rows: names } = await sql<{ name: string }>`
      select name from auth.organization where id = ${organizationId}`.execute(tx);
    const organization = names[0]?.name ?? "";
    const statement: Statement = { organization, currency, period, at: new Date(at).toISOString(), rows, settlement };
    const row = { id: newId(), organization_id: organizationId, currency, period, amount, reference: null };
    const inserted = await tx
      .insertInto("payouts")
      .values({
        ...row,
        status: "due",
        statement: JSON.stringify(statement),
        created_at: new Date(at),
        updated_at: new Date(at),
      })
      .onConflict((conflict) => conflict.columns(["organization_id", "currency", "period"]).doNothing())
      .returning("id")
      .executeTakeFirst();
    if (!inserted) continue;
    const vat = -(await balanceOf(tx, "vat", organizationId, currency));
    const { onSite } = settlement;
    await post(tx, { key: `payout:${row.id}`, kind: "payout", at, currency, organizationId }, [
      { account: "vat", holder: organizationId, amount: vat },
      { account: "site_cash", holder: organizationId, amount: -onSite },
      { account: "payable", holder: organizationId, amount: amount - vat + onSite },
      { account: "payout", holder: organizationId, amount: -amount },
    ]);
    await tellOwners(tx, organizationId, { amount, currency, period, id: row.id }, at);
  }
}

async function tellOwners(
  tx: Transaction<Database>,
  organizationId: string,
  { id, ...data }: { id: string; amount: number; currency: string; period: string },
  now: number,
): Promise<void> {
  const owners = await tx
    .selectFrom("auth.member")
    .select("userId")
    .where("organizationId", "=", organizationId)
    .where("role", "like", "%owner%")
    .execute();
  for (const { userId } of owners) await notify(tx, { userId, kind: "payout", key: id, data, now });
}

/** Sends what is due to accounts that are ready. Without a payment service, an admin pays by hand and says so. What is refused is kept with the reason, and tried again another day. */
async function sendPayouts(needs: Needs): Promise<void> {
  const { db, payments, now } = needs;
  if (!payments.cards) return;
  const due = await db
    .selectFrom("payouts")
    .innerJoin("payout_accounts", "payout_accounts.organization_id", "payouts.organization_id")
    .select(["payouts.id", "amount", "currency", "refusals", "account_id"])
    .where("status", "in", ["due", "sending", "failed"])
    .where("ready", "=", true)
    .execute();
  await forEach(due, async ({ id, amount, currency, refusals, account_id: accountId }) => {
    // From here on nobody pays it by hand, until the payment service has refused it.
    const { numUpdatedRows } = await db
      .updateTable("payouts")
      .set({ status: "sending", updated_at: new Date(now()) })
      .where("id", "=", id)
      .where("status", "<>", "paid")
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) return;
    try {
      const group = `payout:${id}`;
      // What was sent before is found however long ago its answer was lost.
      const sent = await payments.findTransfer(group);
      const transfer = { accountId, amount, currency, key: `${group}:${refusals}`, group };
      const reference = sent ?? (await payments.transfer(transfer));
      await db.transaction().execute((tx) => finishPayout(tx, id, { reference, from: "stripe", now: now() }));
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "payment_refused") throw error;
      const changes = { status: "failed" as const, failure: error.message, updated_at: new Date(now()) };
      await db
        .updateTable("payouts")
        .set({ ...changes, refusals: refusals + 1 })
        .where("id", "=", id)
        .where("status", "<>", "paid")
        .execute();
    }
  });
}

/**
 * Notes that a payout has left, from the payment service or the platform's bank, once. Throws AppError `not_found`, or with 409 `paid` where it has left under another reference,
 * `reference_used` where another payout has left under this one, and `under_way` where it is to leave from the bank, and the payment service has yet to say whether it has sent it.
 */
export async function finishPayout(
  tx: Transaction<Database>,
  payoutId: string,
  { reference, from, now }: { reference: string; from: "stripe" | "bank"; now: number },
): Promise<Payout> {
  const row = await tx.selectFrom("payouts").selectAll().where("id", "=", payoutId).forUpdate().executeTakeFirst();
  if (!row) throw notFound("payout");
  if (row.status === "paid" && row.reference === reference) return row;
  if (row.status === "paid") throw new AppError("paid", "This payout has been paid already.", { status: 409 });
  if (row.status === "sending" && from === "bank") {
    throw new AppError("under_way", "The payment service is at work on this payout.", { status: 409 });
  }
  const other = await tx.selectFrom("payouts").select("id").where("reference", "=", reference).executeTakeFirst();
  if (other) throw new AppError("reference_used", "Another payout has this reference.", { status: 409 });
  const { organization_id: organizationId, currency, amount } = row;
  await post(tx, { key: `payout:${payoutId}:paid`, kind: "payout", at: now, currency, organizationId }, [
    { account: "payout", holder: organizationId, amount },
    { account: from, holder: PLATFORM, amount: -amount },
  ]);
  const changes = { status: "paid" as const, failure: null, reference, updated_at: new Date(now) };
  await tx.updateTable("payouts").set(changes).where("id", "=", payoutId).execute();
  return { ...row, ...changes };
}
