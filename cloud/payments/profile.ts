import type { Kysely, Selectable } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Method } from "../billing/charge-types";
import type { Database } from "../db/schema";
import type { Needs } from "./payments";
import type { PaymentProfileTable } from "./tables";

type Profile = Selectable<PaymentProfileTable>;

/** How a driver pays; undefined: as everybody does who has chosen nothing. */
export function profileOf(db: Kysely<Database>, userId: string): Promise<Profile | undefined> {
  return db.selectFrom("payment_profiles").selectAll().where("user_id", "=", userId).executeTakeFirst();
}

/** The driver's id at the payment service, made when it is first needed. Throws AppError `no_cards` (409) where there is no such service. */
export async function customerOf({ db, payments, now }: Needs, userId: string): Promise<string> {
  const known = (await profileOf(db, userId))?.customer_id;
  if (known) return known;
  const { rows } = await sql<{ name: string; email: string }>`
    select name, email from auth."user" where id = ${userId}`.execute(db);
  const { name, email } = rows[0] as { name: string; email: string };
  const customerId = await payments.createCustomer({ userId, name, email });
  const row = { user_id: userId, method: "on_account" as const, customer_id: customerId, updated_at: new Date(now()) };
  await db
    .insertInto("payment_profiles")
    .values({ ...row, payment_method_id: null, card: null })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet({ customer_id: customerId }))
    .execute();
  return customerId;
}

/** Sets how a driver pays, and by which card. Throws AppError `no_card` (409) for a method that needs one where none is saved. */
export async function setMethod(
  needs: Needs,
  userId: string,
  wish: { method: Method; paymentMethodId?: string },
): Promise<void> {
  const { db, payments, now } = needs;
  const known = await profileOf(db, userId);
  let paymentMethodId = known?.payment_method_id ?? null;
  let card = known?.card ?? null;
  if (wish.paymentMethodId !== undefined) {
    paymentMethodId = wish.paymentMethodId;
    card = await payments.cardOf(await customerOf(needs, userId), paymentMethodId);
  }
  if (wish.method === "card" && paymentMethodId === null) {
    throw new AppError("no_card", "Save a card first.", { status: 409 });
  }
  const changes = { method: wish.method, payment_method_id: paymentMethodId, card, updated_at: new Date(now()) };
  await db
    .insertInto("payment_profiles")
    .values({ user_id: userId, customer_id: null, ...changes })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(changes))
    .execute();
}
