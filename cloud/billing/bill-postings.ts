import type { Transaction } from "kysely";
import { sql } from "kysely";
import { instantOfSlot } from "../../shared/booking";
import type { Db } from "../db/database";
import { payerOf } from "../accounts/family";
import type { Database } from "../db/schema";
import { grossLine, vatOfReservation } from "./bill-lines";
import type { BillingTerms, Charge } from "./charge";
import { charge } from "./charge";
import type { ChargeKind, LineWord } from "./charge-types";
import { choiceOfBooking, methodAt } from "./choices";
import { drain } from "./drain";
import { leftOf } from "./refund";

const billsOf: Record<string, { kind: ChargeKind; text: LineWord }> = {
  charge: { kind: "reservation", text: "RESERVATION" },
  refund: { kind: "refund", text: "REFUND" },
  reversal: { kind: "reservation", text: "REVERSAL" },
  compensation: { kind: "compensation", text: "COMPENSATION" },
};

/** How many are looked for at a time. */
const PAGE = 100;

/** Carries what reservations wrote of what is owed into the ledger, each posting once. Gives how many it did. */
export function billPostings(db: Db, terms: BillingTerms): Promise<number> {
  return drain(db, {
    find: (failed) =>
      db
        .selectFrom("booking_postings as due")
        .select(["site_id", "id"])
        .where("billed_at", "is", null)
        .where(isFirst)
        .$if(failed.length > 0, (query) => query.where("id", "not in", failed))
        .orderBy("at")
        .orderBy("amount", "desc")
        .limit(PAGE)
        .execute(),
    idOf: ({ id }) => id,
    take: (tx, item) => billNoted(tx, item, terms),
  });
}

/** Whether nothing of the same booking is still to be billed before it: what was charged comes before what of it was given back, also in the same moment. */
const isFirst = sql<boolean>`not exists (
  select from booking_postings earlier
  where earlier.site_id = due.site_id and earlier.booking = due.booking and earlier.version = due.version and earlier.billed_at is null
    and (earlier.at < due.at or (earlier.at = due.at and earlier.amount > due.amount)))`;

async function billNoted(
  tx: Transaction<Database>,
  { site_id, id }: { site_id: string; id: string },
  terms: BillingTerms,
): Promise<boolean> {
  const due = await tx
    .selectFrom("booking_postings as due")
    .selectAll()
    .where("site_id", "=", site_id)
    .where("id", "=", id)
    .where("billed_at", "is", null)
    .where(isFirst)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!due) return false;
  const chargeId = await billPosting(tx, due, terms);
  await tx
    .updateTable("booking_postings")
    .set({ billed_at: new Date(terms.now), charge_id: chargeId })
    .where("site_id", "=", due.site_id)
    .where("id", "=", due.id)
    .execute();
  return true;
}

/** Gives the bill; null: it has been given back by the owner already. */
async function billPosting(
  tx: Transaction<Database>,
  due: { site_id: string; id: string; booking: string; version: number; kind: string; amount: number },
  terms: BillingTerms,
): Promise<string | null> {
  const { site_id: siteId, id, booking, version } = due;
  const {
    sale,
    user_id: driverId,
    created_at,
  } = await tx
    .selectFrom("reservations")
    .select(["sale", "user_id", "created_at"])
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", "=", version)
    .executeTakeFirstOrThrow();
  const userId = driverId && (await payerOf(tx, driverId, created_at.getTime()));
  const { organization_id: organizationId } = await tx
    .selectFrom("sites")
    .select("organization_id")
    .where("site_id", "=", siteId)
    .executeTakeFirstOrThrow();
  const { kind, text } = billsOf[due.kind]!;
  const { price, tariff, from, to } = sale;
  // A compensation is damages, and no supply.
  const vatRate = kind === "compensation" ? null : vatOfReservation(tariff);
  const corrects = due.amount < 0 ? await chargeOf(tx, due) : undefined;
  const rest = corrects === undefined ? undefined : await leftOf(tx, corrects);
  if (rest && rest.left <= 0) return null;
  const lines = rest ? await rest.back(Math.min(-due.amount, rest.left), text) : [grossLine(text, due.amount, vatRate)];
  const chosen = await choiceOfBooking(tx, siteId, booking);
  const who = { siteId, driverId: driverId ?? "", payerId: userId ?? "", at: created_at.getTime() };
  const method = userId === null ? "on_site" : (chosen?.method ?? (await methodAt(tx, who)));
  const bill: Charge = {
    key: `posting:${siteId}:${id}`,
    kind,
    siteId,
    organizationId,
    userId,
    currency: price.currency,
    lines,
    method,
    subject: { type: "reservation", booking, from: instantOfSlot(from), to: instantOfSlot(to) },
    ...(corrects ? { corrects } : {}),
  };
  return (await charge(tx, bill, terms)).chargeId;
}

/** The bill of what a refund gives back. */
async function chargeOf(
  tx: Transaction<Database>,
  { site_id, booking, version, kind }: { site_id: string; booking: string; version: number; kind: string },
): Promise<string | undefined> {
  if (kind !== "refund") return undefined;
  const row = await tx
    .selectFrom("booking_postings")
    .select("charge_id")
    .where("site_id", "=", site_id)
    .where("booking", "=", booking)
    .where("version", "=", version)
    .where("amount", ">", 0)
    .where("charge_id", "is not", null)
    .orderBy("at", "desc")
    .executeTakeFirst();
  return row?.charge_id ?? undefined;
}
