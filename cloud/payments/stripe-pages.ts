import Stripe from "stripe";
import type { Outcome, PaymentService } from "./service";
import { fromStripe, toStripe } from "./stripe-amounts";

/**
 * What drivers do at Stripe's own pages (Checkout Sessions, docs.stripe.com/api/checkout/sessions): pay with any card, and save one. Cards are typed in and proved (3-D Secure) there, so
 * that no foreign script is ever in our pages. A page that is paid on becomes a payment intent, which `Outcome.formerly` tells.
 */

type Pages = Pick<PaymentService, "openPage" | "openCardPage" | "findCardPage" | "cardOf" | "cardsOf" | "removeCard">;

export function stripePages(
  stripe: Stripe,
  call: <T>(work: () => Promise<T>) => Promise<T>,
): Pages & Record<"findPage" | "closePage", (checkoutId: string) => Promise<Outcome>> {
  const retrieve = async (checkoutId: string) =>
    pageOf(await stripe.checkout.sessions.retrieve(checkoutId, { expand: ["payment_intent"] }));

  return {
    openPage: ({ paymentId, key, amount, currency, customerId, title, paidUrl, stoppedUrl }) =>
      call(async () => {
        const owed = toStripe(amount, currency);
        const price = { currency: owed.currency, unit_amount: owed.amount, product_data: { name: title } };
        const metadata = { payment: paymentId };
        const order: Stripe.Checkout.SessionCreateParams = {
          mode: "payment",
          customer: customerId,
          line_items: [{ quantity: 1, price_data: price }],
          // What is owed is paid as it is owed, in no other currency.
          adaptive_pricing: { enabled: false },
          payment_intent_data: { metadata },
          metadata,
          success_url: paidUrl,
          cancel_url: stoppedUrl,
        };
        return pageOf(await stripe.checkout.sessions.create(order, { idempotencyKey: key }));
      }),
    findPage: (checkoutId) => call(() => retrieve(checkoutId)),
    closePage: (checkoutId) =>
      call(async () => {
        try {
          return pageOf(await stripe.checkout.sessions.expire(checkoutId, { expand: ["payment_intent"] }));
        } catch (error) {
          // It has come to its end already.
          if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
          return retrieve(checkoutId);
        }
      }),
    openCardPage: ({ customerId, openedAt, savedUrl, stoppedUrl }) =>
      call(async () => {
        const page = await stripe.checkout.sessions.create({
          mode: "setup",
          customer: customerId,
          allowed_payment_method_types: ["card"],
          metadata: { openedAt: `${openedAt}` },
          success_url: savedUrl,
          cancel_url: stoppedUrl,
        });
        return page.url as string;
      }),
    findCardPage: (checkoutId) =>
      call(async () => {
        const page = await stripe.checkout.sessions.retrieve(checkoutId, { expand: ["setup_intent.payment_method"] });
        const { customer, metadata, setup_intent: intent } = page;
        const method = typeof intent === "object" && intent?.status === "succeeded" ? intent.payment_method : null;
        return {
          customerId: typeof customer === "string" ? customer : (customer?.id ?? null),
          openedAt: Number(metadata?.openedAt ?? 0),
          saved:
            method !== null && typeof method === "object" ? { paymentMethodId: method.id, card: textOf(method) } : null,
        };
      }),
    cardOf: (customerId, paymentMethodId) =>
      call(async () => textOf(await stripe.customers.retrievePaymentMethod(customerId, paymentMethodId))),
    cardsOf: (customerId) =>
      call(async () => {
        const { data } = await stripe.customers.listPaymentMethods(customerId, { type: "card", limit: 100 });
        return data.map((method) => ({
          paymentMethodId: method.id,
          card: textOf(method),
          expires: method.card ? `${method.card.exp_year}-${`${method.card.exp_month}`.padStart(2, "0")}` : null,
        }));
      }),
    removeCard: (paymentMethodId) =>
      call(async () => {
        await stripe.paymentMethods.detach(paymentMethodId);
      }),
  };
}

function textOf({ id, type, card }: Stripe.PaymentMethod): string {
  return card ? `${card.brand} ${card.last4}` : `${type} ${id.slice(-4)}`;
}

/** A page stays one until it is paid on: a card that is declined there is no end, since the driver may take another. */
function pageOf({ id, status, url, payment_intent: intent }: Stripe.Checkout.Session): Outcome {
  const paid = intent !== null && typeof intent === "object" ? intent : null;
  const isPaid =
    paid !== null && (status === "complete" || paid.status === "succeeded" || paid.status === "processing");
  if (isPaid) return { ...outcomeOf(paid), formerly: id };
  const isOver = status === "expired";
  return {
    reference: id,
    status: isOver ? "released" : "pending",
    captured: 0,
    failure: null,
    url: isOver ? null : url,
  };
}

export function outcomeOf(intent: Stripe.PaymentIntent): Outcome {
  const status: Record<string, Outcome["status"]> = {
    succeeded: "succeeded",
    canceled: "released",
    requires_capture: "held",
  };
  const error = intent.last_payment_error;
  const failed = intent.status === "requires_payment_method" && error;
  return {
    reference: intent.id,
    status: failed ? "failed" : (status[intent.status] ?? "pending"),
    captured: intent.status === "succeeded" ? fromStripe(intent.amount_received, intent.currency) : 0,
    failure: error?.message ?? null,
    url: null,
  };
}
