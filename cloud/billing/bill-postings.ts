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

interface Due {
  site_id: string;
  id: string;
  booking: string;
  version: number;
  kind: string;
  amount: number;
}

/** Gives the bill; null: of what it gives back, the owner has given back everything already, and of what it takes back, nothing was given. */
async function billPosting(tx: Transaction<Database>, due: Due, terms: BillingTerms): Promise<string | null> {
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
  const { kind, text } = billsOf[due.kind]!;
  const { price, tariff, from, to } = sale;
  const common = {
    key: `posting:${siteId}:${id}`,
    kind,
    siteId,
    currency: price.currency,
    subject: { type: "reservation" as const, booking, from: instantOfSlot(from), to: instantOfSlot(to) },
  };
  // A compensation is damages, and no supply.
  const vatRate = kind === "compensation" ? null : vatOfReservation(tariff);
  const earlier = kind === "compensation" ? [] : await earlierOf(tx, due);
  const [latest] = earlier;
  if (latest && due.amount < 0) return giveBack(tx, earlier, common, { text, amount: -due.amount }, terms);
  if (latest && due.kind === "reversal") {
    // What is taken back was given to whom the booking was billed, and what the owner had given him stays given.
    const amount = Math.min(due.amount, await givenOf(tx, due));
    if (amount <= 0) return null;
    const lines = [grossLine(text, amount, vatRate)];
    return (await charge(tx, { ...common, ...latest.of, lines }, terms)).chargeId;
  }
  const userId = driverId && (await payerOf(tx, driverId, created_at.getTime()));
  const { organization_id: organizationId } = await tx
    .selectFrom("sites")
    .select("organization_id")
    .where("site_id", "=", siteId)
    .executeTakeFirstOrThrow();
  const chosen = await choiceOfBooking(tx, siteId, booking);
  const who = { siteId, driverId: driverId ?? "", payerId: userId ?? "", at: created_at.getTime() };
  const method = userId === null ? "on_site" : (chosen?.method ?? (await methodAt(tx, who)));
  const lines = [grossLine(text, due.amount, vatRate)];
  return (await charge(tx, { ...common, organizationId, userId, method, lines }, terms)).chargeId;
}

/** A bill of what was charged for a booking: who sold it to whom, and how it was to be paid, whoever pays for the driver by now. */
interface Earlier {
  id: string;
  of: Pick<Charge, "organizationId" | "userId" | "method">;
}

/** The bills of what was charged, the latest first: a refund that was taken back has one of its own. */
async function earlierOf(tx: Transaction<Database>, { site_id, booking, version }: Due): Promise<Earlier[]> {
  const rows = await tx
    .selectFrom("booking_postings as p")
    .innerJoin("charges as c", "c.id", "p.charge_id")
    .select(["c.id", "c.organization_id", "c.user_id", "c.method"])
    .where("p.site_id", "=", site_id)
    .where("p.booking", "=", booking)
    .where("p.version", "=", version)
    .where("p.amount", ">", 0)
    .orderBy("p.at", "desc")
    .execute();
  return rows.map(({ id, organization_id: organizationId, user_id: userId, method }) => {
    return { id, of: { organizationId, userId, method } };
  });
}

/** How much of what was charged refunds have given back, less what of that was taken back since, in minor units. */
async function givenOf(tx: Transaction<Database>, { site_id, booking, version }: Due): Promise<number> {
  const { given } = await tx
    .selectFrom("booking_postings as p")
    .innerJoin("charges as c", "c.id", "p.charge_id")
    .select(sql<number>`coalesce(-sum(c.net + c.vat), 0)::bigint`.as("given"))
    .where("p.site_id", "=", site_id)
    .where("p.booking", "=", booking)
    .where("p.version", "=", version)
    .where("p.kind", "in", ["refund", "reversal"])
    .executeTakeFirstOrThrow();
  return given;
}

/** Credit notes for bills, the first of them first, until so much is given back. Gives the first note; null: nothing was left to give. */
async function giveBack(
  tx: Transaction<Database>,
  bills: readonly Earlier[],
  common: Omit<Charge, "lines" | keyof Earlier["of"]>,
  { text, amount }: { text: string; amount: number },
  terms: BillingTerms,
): Promise<string | null> {
  // All of them are locked before the first number is taken, as others do.
  const rests = [];
  for (const bill of bills) rests.push({ ...bill, ...(await leftOf(tx, bill.id)) });
  let due = amount;
  let first: string | null = null;
  for (const { id: corrects, of, left, back } of rests) {
    const part = Math.min(due, left);
    if (part <= 0) continue;
    const key = first === null ? common.key : `${common.key}:${corrects}`;
    const note = await charge(tx, { ...common, ...of, key, lines: await back(part, text), corrects }, terms);
    first ??= note.chargeId;
    due -= part;
  }
  return first;
}
