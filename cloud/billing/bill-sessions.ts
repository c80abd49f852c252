import type { Selectable, Transaction } from "kysely";
import { sql } from "kysely";
import type { Session } from "../../shared/session";
import type { DiscountLine } from "../../shared/tariff";
import { discountsOf, priceOf } from "../../shared/tariff";
import type { Db } from "../db/database";
import type { Database } from "../db/schema";
import type { SiteState } from "../hubs/fold";
import { keepIncluded } from "../memberships/included";
import { backLines, grossLine, linesOfPrice, reversed } from "./bill-lines";
import type { BillingTerms, Charge } from "./charge";
import { charge } from "./charge";
import type { InvoiceLine, Method, Subject } from "./charge-types";
import type { Deal } from "./deal";
import { dealOf } from "./deal";
import { drain } from "./drain";
import { leftOf } from "./refund";
import type { SessionBillTable } from "./tables";
import { holdKeysOf } from "./wallet-hold";

/**
 * Notes, in the transaction that moves the hub's cursor, which sessions have ended, or changed after their end, as where the start of one comes late. Gives whether there are
 * any.
 */
export async function noteEndedSessions(
  trx: Transaction<Database>,
  siteId: string,
  state: Pick<SiteState, "sessions" | "changed">,
  now: number,
): Promise<boolean> {
  const ended = [...state.changed.sessions].filter((id) => state.sessions.get(id)?.session.endedAt);
  if (ended.length === 0) return false;
  const row = { site_id: siteId, revision: 1, requested_at: new Date(now) };
  await trx
    .insertInto("session_bills")
    .values(ended.map((session_id) => ({ ...row, session_id })))
    .onConflict((conflict) =>
      conflict
        .columns(["site_id", "session_id"])
        .doUpdateSet((eb) => ({ revision: eb("session_bills.revision", "+", 1), requested_at: row.requested_at })),
    )
    .execute();
  return true;
}

/** How many are looked for at a time. */
const PAGE = 100;

/** Bills what is noted and not billed, at one site or at all. Gives how many sessions it looked at. */
export function billSessions(db: Db, terms: BillingTerms, siteId?: string): Promise<number> {
  return drain(db, {
    find: (failed) =>
      db
        .selectFrom("session_bills")
        .select(["site_id", "session_id"])
        .whereRef("billed_revision", "<", "revision")
        .$if(siteId !== undefined, (query) => query.where("site_id", "=", siteId as string))
        .$if(failed.length > 0, (query) => query.where(nameOfRow, "not in", failed))
        .orderBy("requested_at")
        .limit(PAGE)
        .execute(),
    idOf: ({ site_id, session_id }) => `${site_id} ${session_id}`,
    take: (tx, item) => billNoted(tx, item, terms),
  });
}

/** A session's id is what its hub says, so that another site may have the same: one that fails there holds up none here. */
const nameOfRow = sql<string>`site_id || ' ' || session_id`;

async function billNoted(
  tx: Transaction<Database>,
  { site_id, session_id }: { site_id: string; session_id: string },
  terms: BillingTerms,
): Promise<boolean> {
  const due = await tx
    .selectFrom("session_bills")
    .selectAll()
    .where("site_id", "=", site_id)
    .where("session_id", "=", session_id)
    .whereRef("billed_revision", "<", "revision")
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!due) return false;
  const chargeId = isSettled(due) ? null : await billDue(tx, due, terms);
  await tx
    .updateTable("session_bills")
    .set({ billed_revision: due.revision, charge_id: chargeId })
    .where("site_id", "=", due.site_id)
    .where("session_id", "=", due.session_id)
    .execute();
  return true;
}

/** Ended before there were bills: it is never billed, whatever is still heard of it. */
function isSettled({ billed_revision, charge_id }: Selectable<SessionBillTable>): boolean {
  return billed_revision > 0 && charge_id === null;
}

async function billDue(
  tx: Transaction<Database>,
  { site_id: siteId, session_id: sessionId, revision, charge_id: standing }: Selectable<SessionBillTable>,
  terms: BillingTerms,
): Promise<string> {
  const { session } = await tx
    .selectFrom("sessions")
    .select("session")
    .where("site_id", "=", siteId)
    .where("id", "=", sessionId)
    .executeTakeFirstOrThrow();
  return billSession(tx, { siteId, sessionId, session, revision, standing }, terms);
}

interface Due {
  siteId: string;
  sessionId: string;
  session: Session;
  revision: number;
  /** The bill that stands; null: none yet. */
  standing: string | null;
}

/**
 * Gives the bill that stands now. One that is no longer right is taken back, as far as its owner has not given it back already, and made again: nothing is rewritten. What the owner had given
 * back stays given, also of the new one.
 */
async function billSession(tx: Transaction<Database>, due: Due, terms: BillingTerms): Promise<string> {
  const { siteId, sessionId, session, revision, standing } = due;
  const which = { siteId, sessionId, startedAt: session.startedAt };
  const deal = await dealOf(tx, which);
  const { lines, discounts } = linesOfSession(session, deal);
  await keepIncluded(tx, which, { lines: discounts });
  const before = standing === null ? undefined : await billOf(tx, standing);
  if (before && before.userId === deal.userId && sameLines(before.lines, lines)) return before.id;
  const { organization_id: organizationId } = await tx
    .selectFrom("sites")
    .select("organization_id")
    .where("site_id", "=", siteId)
    .executeTakeFirstOrThrow();
  const key = `session:${siteId}:${sessionId}:${revision}`;
  const common = { siteId, subject: subjectOf(session) };
  const taken = before && (await takeBack(tx, { ...common, key: `${key}:back` }, before, terms));
  const { userId } = deal;
  const { currency } = session.tariff;
  const bill: Charge = {
    ...common,
    key,
    kind: "session",
    organizationId,
    userId,
    currency,
    lines,
    method: taken?.wasPaid ? "wallet" : deal.method,
    holds: await holdKeysOf(tx, siteId, sessionId),
  };
  const { chargeId, gross } = await charge(tx, bill, terms);
  const given = taken && before.userId === userId ? Math.min(taken.given, gross) : 0;
  if (given > 0) {
    const note = { ...bill, key: `${key}:given`, kind: "refund" as const, method: methodBack(bill), holds: [] };
    await charge(tx, { ...note, lines: backLines(lines, [], given, "SESSION"), corrects: chargeId }, terms);
  }
  return chargeId;
}

type Standing = Awaited<ReturnType<typeof billOf>>;

/** Takes back what is left of a bill. `given`: what was given back of it before; `wasPaid`: some of it was paid, which is in the wallet now, and pays the new bill from there. */
async function takeBack(
  tx: Transaction<Database>,
  common: Pick<Charge, "key" | "siteId" | "subject">,
  before: Standing,
  terms: BillingTerms,
): Promise<{ given: number; wasPaid: boolean }> {
  const { id: corrects, organizationId, userId, currency, gross } = before;
  const { left, back } = await leftOf(tx, corrects);
  const given = gross - left;
  if (given !== 0 && left <= 0) return { given, wasPaid: false };
  const lines = given === 0 ? reversed(before.lines) : await back(left, "SESSION");
  const about = { ...common, organizationId, userId, currency, lines, corrects };
  const { chargeId } = await charge(tx, { ...about, kind: "correction", method: methodBack(before) }, terms);
  // What was paid meanwhile counts too: from here on the wallet is locked.
  const inWallet = await tx
    .selectFrom("ledger_entries")
    .select("amount")
    .where("charge_id", "=", chargeId)
    .where("account", "=", "wallet")
    .executeTakeFirst();
  return { given, wasPaid: inWallet !== undefined };
}

/** What a driver gets back goes to the wallet. */
function methodBack({ userId, method }: Pick<Charge, "userId" | "method">): Method {
  return userId === null ? method : "wallet";
}

/**
 * What a session costs, as lines: the cloud's own price of the hub's periods, which is the hub's to the cent. Where the start, and with it the tariff, never came, the hub's total
 * is all there is.
 */
function linesOfSession(
  session: Session,
  { agreements }: Pick<Deal, "agreements">,
): { lines: InvoiceLine[]; discounts: DiscountLine[] } {
  const { tariff, timeZone, cost, transactionId, idTag, periods = [] } = session;
  const startNeverCame = transactionId === null && idTag === "" && tariff.id === "free";
  if (startNeverCame) {
    return { lines: cost.amount === 0 ? [] : [grossLine("SESSION", cost.amount, null)], discounts: [] };
  }
  const price = priceOf(tariff, periods, timeZone);
  const discounted = discountsOf(price, agreements);
  return { lines: linesOfPrice(price, discounted), discounts: discounted.lines };
}

function subjectOf(session: Session): Subject {
  const { id, cpId, connectorId, startedAt, endedAt, meterStart, meterStop, energyWh, receiptNumber } = session;
  return {
    type: "session",
    sessionId: id,
    cpId,
    connectorId,
    startedAt,
    endedAt: endedAt ?? startedAt,
    meterStart,
    meterStop: meterStop ?? meterStart + energyWh,
    energyWh,
    hubReceipt: receiptNumber,
  };
}

async function billOf(tx: Transaction<Database>, id: string) {
  const row = await tx.selectFrom("charges").selectAll().where("id", "=", id).executeTakeFirstOrThrow();
  const { organization_id: organizationId, user_id: userId, currency, lines, method, net, vat } = row;
  return { id, organizationId, userId, currency, lines, method, gross: net + vat };
}

function sameLines(a: readonly InvoiceLine[], b: readonly InvoiceLine[]): boolean {
  return plain(a) === plain(b);
}

function plain(lines: readonly InvoiceLine[]): string {
  return JSON.stringify(
    lines.map(({ text, net, vat, vatRate, quantity, unitPrice }) => [text, net, vat, vatRate, quantity, unitPrice]),
  );
}
