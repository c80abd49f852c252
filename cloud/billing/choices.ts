import type { Kysely } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { payerOf } from "../accounts/family";
import type { Method } from "./charge-types";
import type { Database } from "../db/schema";
import type { MethodRefusal, Payer, PaymentRules } from "./methods";
import { defaultRules, refusalOf, usualMethod } from "./methods";

/** How one booking, start or session is paid: as the driver chose for it, else as usual. */

type Chosen = { about: "booking" | "start" | "session"; siteId: string; subject: string };

export async function rulesOf(db: Kysely<Database>, siteId: string): Promise<PaymentRules> {
  const row = await db.selectFrom("payment_rules").select("rules").where("site_id", "=", siteId).executeTakeFirst();
  return row?.rules ?? defaultRules;
}

/** What the driver who comes, and the one who pays, may do at a site, and how the latter pays as a rule. */
async function standingAt(
  db: Kysely<Database>,
  who: { siteId: string; driverId: string; payerId: string; takesCards: boolean; at: number },
): Promise<{ payer: Payer; usual: Method }> {
  const { siteId, driverId, payerId, takesCards, at } = who;
  const { rows } = await sql<Omit<Payer, "takesCards"> & { usual: Method | null }>`
    select (select method from payment_profiles where user_id = ${payerId}) as usual,
      exists (select from payment_profiles where user_id = ${payerId} and payment_method_id is not null) as "hasCard",
      exists (
        select from sites s join membership_plans p on p.organization_id = s.organization_id join memberships m on m.plan_id = p.plan_id
        where s.site_id = ${siteId} and m.user_id = ${payerId} and (p.site_ids is null or s.site_id = any(p.site_ids))
          and (m.ends_at is null or m.ends_at > ${new Date(at)})) as "isMember",
      exists (select from id_tags where site_id = ${siteId} and user_id = ${driverId} and status = 'approved') as "isApproved"`.execute(
    db,
  );
  const { usual, ...payer } = rows[0]!;
  return { payer: { ...payer, takesCards }, usual: usual ?? "on_account" };
}

const reasons: Record<MethodRefusal, string> = {
  not_accepted: "This site does not accept that way of paying.",
  no_cards: "This platform takes no cards: bills are paid on site or on account.",
  no_card: "Save a card first.",
  not_for_you: "This site's owner does not let you pay later.",
  no_plan: "You have no plan that holds at this site.",
};

/**
 * How a driver will pay at a site from now on: as he wishes, else as usual or in another way that is accepted. Throws AppError 409 as `MethodRefusal` says; `not_accepted` also
 * where none of his ways is.
 */
export async function requireMethod(
  db: Kysely<Database>,
  who: { siteId: string; userId: string; takesCards: boolean; now: number },
  wish: Method | undefined,
): Promise<{ method: Method; payerId: string; rules: PaymentRules; payer: Payer }> {
  const { siteId, userId: driverId, takesCards, now: at } = who;
  const payerId = await payerOf(db, driverId, at);
  const rules = await rulesOf(db, siteId);
  const { payer, usual } = await standingAt(db, { siteId, driverId, payerId, takesCards, at });
  const refusal = wish === undefined ? null : refusalOf(wish, rules, payer);
  if (refusal !== null) throw new AppError(refusal, reasons[refusal], { status: 409 });
  const method = wish ?? usualMethod(usual, rules, payer);
  if (method !== undefined) return { method, payerId, rules, payer };
  const accepted = rules.methods.join(", ");
  throw new AppError("not_accepted", `This site accepts: ${accepted}. Choose how you pay first.`, { status: 409 });
}

/** Keeps how something is paid. What was said before stays for bookings and starts, and is replaced for sessions, which may be said again while they run. */
export async function keepChoice(
  db: Kysely<Database>,
  { siteId: site_id, about, subject }: Chosen,
  { method, paymentId = null, now }: { method: Method; paymentId?: string | null; now: number },
): Promise<void> {
  await db
    .insertInto("payment_choices")
    .values({ site_id, about, subject, method, payment_id: paymentId, created_at: new Date(now) })
    .onConflict((conflict) => {
      const columns = conflict.columns(["site_id", "about", "subject"]);
      return about === "session" ? columns.doUpdateSet({ method }) : columns.doNothing();
    })
    .execute();
}

/** How a booking is paid, and by which key money is set aside for it; undefined: as usual. */
export function choiceOfBooking(db: Kysely<Database>, siteId: string, booking: string) {
  return db
    .selectFrom("payment_choices as c")
    .leftJoin("payments as p", "p.id", "c.payment_id")
    .select(["c.method", "c.payment_id", "p.key"])
    .where("c.site_id", "=", siteId)
    .where("c.about", "=", "booking")
    .where("c.subject", "=", booking)
    .executeTakeFirst();
}

/** What was chosen for a session: while it ran, at its start, or with its booking. */
async function choiceOfSession(db: Kysely<Database>, siteId: string, sessionId: string): Promise<Method | undefined> {
  const { rows } = await sql<{ method: Method }>`
    select c.method from payment_choices c where c.site_id = ${siteId} and (
      (c.about = 'session' and c.subject = ${sessionId})
      or (c.about = 'start' and c.subject = (select session ->> 'requestId' from sessions where site_id = ${siteId} and id = ${sessionId}))
      or (c.about = 'booking' and c.subject = (select booking from session_drivers where site_id = ${siteId} and session_id = ${sessionId})))
    order by case c.about when 'session' then 0 when 'start' then 1 else 2 end limit 1`.execute(db);
  return rows[0]?.method;
}

/** How the bill of a session is paid by a driver: as chosen for it, else as usual, and where the owner does not accept that, in another way if there is one. Nobody known: on site. */
export async function methodOfSession(
  db: Kysely<Database>,
  session: { siteId: string; sessionId: string; at: number },
  who: { driverId: string; payerId: string } | null,
): Promise<Method> {
  if (who === null) return "on_site";
  const { siteId, sessionId, at } = session;
  const chosen = await choiceOfSession(db, siteId, sessionId);
  return chosen ?? methodAt(db, { siteId, at, ...who });
}

/** How a driver pays at a site as a rule. */
export async function methodAt(
  db: Kysely<Database>,
  who: { siteId: string; driverId: string; payerId: string; at: number },
): Promise<Method> {
  const { payer, usual } = await standingAt(db, { ...who, takesCards: true });
  return usualMethod(usual, await rulesOf(db, who.siteId), payer) ?? usual;
}
