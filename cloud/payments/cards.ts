import { sql } from "kysely";
import { AppError } from "../../shared/error";
import type { Method } from "../billing/charge-types";
import type { Needs, PageNeeds } from "./payments";
import { customerOf, profileOf } from "./profile";
import type { SavedCard } from "./service";

/** A driver's saved cards. The payment service has them; we know which of them is used, and how it is shown. */

/** The saved cards, the latest first. */
export async function cardsOf(needs: Needs, userId: string): Promise<(SavedCard & { isDefault: boolean })[]> {
  const profile = await profileOf(needs.db, userId);
  if (!profile?.customer_id || !needs.payments.cards) return [];
  const cards = await needs.payments.cardsOf(profile.customer_id);
  return cards.map((card) => ({ ...card, isDefault: card.paymentMethodId === profile.payment_method_id }));
}

/** Opens a page on which the driver saves a card, and gives its address. */
export async function openCardPage(needs: PageNeeds, userId: string): Promise<string> {
  const customerId = await customerOf(needs, userId);
  const back = `${needs.publicUrl}/payments`;
  const urls = { savedUrl: `${back}?card={CHECKOUT_SESSION_ID}`, stoppedUrl: `${back}?card=stopped` };
  return needs.payments.openCardPage({ customerId, openedAt: needs.now(), ...urls });
}

/**
 * Takes over what was saved on a page: from now on that card is the driver's way to pay, unless the driver has chosen another since the page was opened; his first card is kept all the same. Safe to repeat, early and late.
 * `userId`: whose page it has to be; null: whoever's it is. Gives the card; null: nothing was saved.
 */
export async function takeCard(needs: Needs, checkoutId: string, userId: string | null): Promise<string | null> {
  const { db, payments, now } = needs;
  const { customerId, openedAt, saved } = await payments.findCardPage(checkoutId);
  const owner = await db
    .selectFrom("payment_profiles")
    .selectAll()
    .where("customer_id", "=", customerId)
    .$if(userId !== null, (query) => query.where("user_id", "=", userId as string))
    .executeTakeFirst();
  if (!owner) {
    if (userId === null) return null;
    throw new AppError("not_found", "There is no such page of yours.", { status: 404 });
  }
  if (!saved) return null;
  const { paymentMethodId, card } = saved;
  // What the driver has removed meanwhile is there no more.
  const cards = await payments.cardsOf(owner.customer_id as string);
  if (!cards.some((each) => each.paymentMethodId === paymentMethodId)) return null;
  await db
    .updateTable("payment_profiles")
    .set({
      method: sql<Method>`case when updated_at <= ${new Date(openedAt)} then 'card' else method end`,
      payment_method_id: paymentMethodId,
      card,
      updated_at: new Date(now()),
    })
    .where("user_id", "=", owner.user_id)
    .where(({ eb, or }) => or([eb("payment_method_id", "is", null), eb("updated_at", "<=", new Date(openedAt))]))
    .execute();
  return card;
}

/** Removes a saved card. Where it was the one that is used, the next takes its place; without one, bills are on account. Throws AppError `payment_refused` (402) for a card that is not the driver's. */
export async function removeCard(needs: Needs, userId: string, paymentMethodId: string): Promise<void> {
  const { db, payments, now } = needs;
  const profile = await profileOf(db, userId);
  if (!profile?.customer_id) throw new AppError("not_found", "There is no such card.", { status: 404 });
  const isUsed = profile.payment_method_id === paymentMethodId;
  const isThere = await payments.cardOf(profile.customer_id, paymentMethodId).catch((error: unknown) => {
    // The one that is used is the driver's: if it is there no more, the answer to its removal was lost.
    if (!isUsed || !(error instanceof AppError) || error.code !== "payment_refused") throw error;
  });
  if (isThere !== undefined) await payments.removeCard(paymentMethodId);
  if (!isUsed) return;
  const [next] = await payments.cardsOf(profile.customer_id);
  const method = next || profile.method !== "card" ? profile.method : "on_account";
  const changes = { method, payment_method_id: next?.paymentMethodId ?? null, card: next?.card ?? null };
  await db
    .updateTable("payment_profiles")
    .set({ ...changes, updated_at: new Date(now()) })
    .where("user_id", "=", userId)
    .where("payment_method_id", "=", paymentMethodId)
    .execute();
}
