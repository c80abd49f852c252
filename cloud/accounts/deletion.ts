import type { Transaction } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { audit } from "../admin/audit";
import type { Database } from "../db/schema";
import type { Deps } from "../deps";
import { clearHits } from "../http/rate-limit";
import { send } from "../jobs/send";
import { forgetMessages } from "../messages/threads";
import { forgetCustomerJob } from "../payments/forget-job";
import { profileOf } from "../payments/profile";
import { forgetDriver } from "../sessions/forget-driver";
import { lockAdmins } from "./admins";
import { countFailure, failuresKey } from "./limits";
import { savePerson } from "./person";

/** What a deleted person is called from then on. */
const NOBODY = "Deleted account";

/**
 * Deletes an account. Bills, charging sessions, reservations and reviews stay, of a person without name and address; all else goes. Throws AppError
 * `wrong_password` (403), and with 409 `booking_open`, `charge_running`, `money_owed`, `money_left`, `last_owner` or `last_admin`.
 */
export async function deleteAccount(
  deps: Pick<Deps, "db" | "auth" | "now">,
  user: { id: string; email: string },
  password: string,
): Promise<void> {
  const { db, auth, now } = deps;
  await countFailure(deps, user.email);
  const credential = await db
    .selectFrom("auth.account")
    .select("password")
    .where("userId", "=", user.id)
    .where("providerId", "=", "credential")
    .executeTakeFirst();
  const { verify } = auth.options.emailAndPassword.password;
  if (!credential?.password || !(await verify({ hash: credential.password, password }))) {
    throw new AppError("wrong_password", "This is not the password.", { status: 403 });
  }
  await clearHits(db, failuresKey(user.email));
  await db.transaction().execute(async (tx) => {
    await tx.selectFrom("auth.user").select("id").where("id", "=", user.id).forUpdate().execute();
    await requireNothingOpen(tx, user.id);
    const person = await tx.selectFrom("people").select("is_admin").where("user_id", "=", user.id).executeTakeFirst();
    if (person?.is_admin && (await lockAdmins(tx, user.id)) === 0) {
      refuse("last_admin", "The platform would be without an admin.");
    }
    await forgetDriver(tx, user.id, now());
    await forgetMessages(tx, user.id);
    await anonymise(tx, user, new Date(now()));
    await audit(tx, { now: now(), actorId: user.id, action: "account.deleted", subject: `user:${user.id}` });
  });
}

async function requireNothingOpen(tx: Transaction<Database>, userId: string): Promise<void> {
  const booking = await tx
    .selectFrom("reservations")
    .select("stage")
    .where("user_id", "=", userId)
    .where("version", ">", 0)
    .where("stage", "<>", "ended")
    .orderBy(sql`stage = 'started'`, "desc")
    .executeTakeFirst();
  const { rows: running } = await sql`
    select from session_drivers d join sessions s on s.site_id = d.site_id and s.id = d.session_id
    where d.user_id = ${userId} and s.ended_at is null limit 1`.execute(tx);
  if (booking?.stage === "started" || running.length > 0) refuse("charge_running", "A charge is running.");
  if (booking) refuse("booking_open", "There are reservations to come. Cancel them first.");
  const { rows: unbilled } = await sql`
    select from session_drivers d join session_bills b using (site_id, session_id) where d.user_id = ${userId} and b.billed_revision < b.revision
    union all
    select from reservations r join booking_postings p using (site_id, booking, version) where r.user_id = ${userId} and p.billed_at is null`.execute(
    tx,
  );
  if (unbilled.length > 0) refuse("money_owed", "A bill is on its way. Try again in a minute.");
  const owed = await tx
    .selectFrom("ledger_entries")
    .select("currency")
    .where("account", "=", "receivable")
    .where("holder", "=", userId)
    .groupBy("currency")
    .having(({ fn }) => fn.sum("amount"), ">", 0)
    .executeTakeFirst();
  if (owed) refuse("money_owed", "There are bills to pay first.");
  const left = await tx
    .selectFrom("ledger_entries")
    .select("currency")
    .where("account", "in", ["wallet", "hold"])
    .where("holder", "=", userId)
    .groupBy(["account", "currency"])
    .having(({ fn }) => fn.sum("amount"), "<>", 0)
    .executeTakeFirst();
  const open = await tx
    .selectFrom("payments")
    .select("id")
    .where("user_id", "=", userId)
    .where("status", "in", ["pending", "held"])
    .executeTakeFirst();
  if (left || open) refuse("money_left", "There is money in the wallet, or on its way. Take it out first.");
  const { rows } = await sql`
    select from auth.member m
    where m."userId" = ${userId} and 'owner' = any(string_to_array(m.role, ','))
      and exists (select from sites s where s.organization_id = m."organizationId")
      and not exists (
        select from auth.member o
        where o."organizationId" = m."organizationId" and o."userId" <> ${userId} and 'owner' = any(string_to_array(o.role, ',')))`.execute(
    tx,
  );
  if (rows.length > 0) refuse("last_owner", "An organisation with sites would be without an owner.");
}

function refuse(code: string, why: string): never {
  throw new AppError(code, `The account cannot be deleted: ${why}`, { status: 409 });
}

async function anonymise(tx: Transaction<Database>, { id, email }: { id: string; email: string }, at: Date) {
  const customerId = (await profileOf(tx, id))?.customer_id;
  if (customerId) await send(tx, forgetCustomerJob, { customerId });
  await tx.deleteFrom("families").where("payer_id", "=", id).execute();
  await tx.deleteFrom("place_guests").where("user_id", "=", id).execute();
  await tx.updateTable("reviews").set({ user_id: null }).where("user_id", "=", id).execute();
  // A report stands, whoever it was of.
  await sql`update review_reports set user_id = 'gone:' || gen_random_uuid() where user_id = ${id}`.execute(tx);
  for (const table of [
    "family_members",
    "vehicles",
    "phone_codes",
    "notifications",
    "notification_settings",
    "push_subscriptions",
    "payment_profiles",
    "booking_waits",
    "booking_series",
  ] as const) {
    await tx.deleteFrom(table).where("user_id", "=", id).execute();
  }
  await tx.deleteFrom("invitations").where("email", "=", email.toLowerCase()).execute();
  await tx.deleteFrom("invitations").where("inviter_id", "=", id).execute();
  for (const table of ["auth.member", "auth.session", "auth.account"] as const) {
    await tx.deleteFrom(table).where("userId", "=", id).execute();
  }
  await sql`delete from auth.verification where value = ${id}`.execute(tx);
  await tx
    .updateTable("auth.user")
    .set({ name: NOBODY, email: `${id}@deleted.invalid`, emailVerified: false, updatedAt: at })
    .where("id", "=", id)
    .execute();
  const none = { phone: null, phone_verified_at: null, premium_until: null, is_admin: false, time_zone: "UTC" };
  await savePerson(tx, id, { ...none, deleted_at: at });
}
