import Stripe from "stripe";
import { AppError } from "../../shared/error";
import type { Dispute, PaymentEvent, PaymentService } from "./service";
import { fromStripe, toStripe } from "./stripe-amounts";
import { outcomeOf, stripePages } from "./stripe-pages";

export interface StripeKeys {
  secretKey: string;
  webhookSecret: string;
}

/** How old an event may be, in seconds: Stripe's own tolerance. */
const TOLERANCE = 300;

/**
 * Stripe (docs.stripe.com/api): payment intents, with capture by hand for holds; a customer a driver; a connected account an owner, to whom we transfer. Each call that makes something
 * has an idempotency key, so that a repeat after a crash finds what the first one made. What the driver does himself, he does on Stripe's own pages (stripe-pages.ts).
 */
export function stripePayments({ secretKey, webhookSecret }: StripeKeys): PaymentService {
  const stripe = new Stripe(secretKey, {
    httpClient: Stripe.createFetchHttpClient(),
    maxNetworkRetries: 2,
    timeout: 20_000,
    telemetry: false,
  });
  const call = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw asAppError(error);
    }
  };
  const pages = stripePages(stripe, call);

  return {
    cards: true,
    ...pages,
    createCustomer: ({ userId, name, email }) =>
      call(async () => {
        const options = { idempotencyKey: `customer:${userId}` };
        return (await stripe.customers.create({ name, email, metadata: { userId } }, options)).id;
      }),
    forgetCustomer: (customerId) =>
      call(async () => {
        try {
          await stripe.customers.del(customerId);
        } catch (error) {
          if (!(error instanceof Stripe.errors.StripeError && error.code === "resource_missing")) throw error;
        }
      }),
    order: ({ paymentId, key, amount, currency, customerId, paymentMethodId, capture }) =>
      call(async () => {
        const order: Stripe.PaymentIntentCreateParams = {
          payment_method: paymentMethodId,
          off_session: true,
          confirm: true,
          ...toStripe(amount, currency),
          customer: customerId,
          capture_method: capture ? "automatic" : "manual",
          metadata: { payment: paymentId },
        };
        try {
          return outcomeOf(await stripe.paymentIntents.create(order, { idempotencyKey: key }));
        } catch (error) {
          // A card that is declined is an outcome: the intent is there, and waits for another card.
          const intent = error instanceof Stripe.errors.StripeError ? error.payment_intent : undefined;
          if (!intent) throw error;
          return { ...outcomeOf(intent), status: "failed", failure: (error as Error).message };
        }
      }),
    find: (reference) =>
      isPage(reference)
        ? pages.findPage(reference)
        : call(async () => outcomeOf(await stripe.paymentIntents.retrieve(reference))),
    findOrder: ({ paymentId, customerId, since }) =>
      call(async () => {
        const created = { gte: Math.floor(since / 1000) - TOLERANCE };
        for await (const intent of stripe.paymentIntents.list({ customer: customerId, created, limit: 100 })) {
          if (intent.metadata.payment === paymentId) return outcomeOf(intent);
        }
        return undefined;
      }),
    capture: ({ reference, amount, currency }) =>
      call(async () => {
        const options = { idempotencyKey: `capture:${reference}:${amount}` };
        const part = { amount_to_capture: toStripe(amount, currency).amount };
        return outcomeOf(await stripe.paymentIntents.capture(reference, part, options));
      }),
    release: (reference) =>
      isPage(reference)
        ? pages.closePage(reference)
        : call(async () => {
            try {
              return outcomeOf(await stripe.paymentIntents.cancel(reference));
            } catch (error) {
              // It has come to its end already.
              if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
              return outcomeOf(await stripe.paymentIntents.retrieve(reference));
            }
          }),
    refund: ({ reference, amount, currency, key }) =>
      call(async () => {
        const order = { payment_intent: reference, amount: toStripe(amount, currency).amount, metadata: { key } };
        const refund = await stripe.refunds.create(order, { idempotencyKey: key });
        return { reference: refund.id, failed: hasFailed(refund.status) };
      }),
    findRefund: ({ reference, key }) =>
      call(async () => {
        for await (const { id, status, metadata } of stripe.refunds.list({ payment_intent: reference, limit: 100 })) {
          if (metadata?.key === key) return { reference: id, failed: hasFailed(status) };
        }
        return undefined;
      }),
    findDispute: (disputeId) =>
      call(async () => {
        const { payment_intent: intent, amount, currency, status } = await stripe.disputes.retrieve(disputeId);
        const reference = typeof intent === "string" ? intent : (intent?.id ?? null);
        return { reference, amount: fromStripe(amount, currency), state: disputeState(status) };
      }),
    createAccount: ({ organizationId, name }) =>
      call(async () => {
        const account: Stripe.AccountCreateParams = {
          type: "express",
          business_profile: { name },
          capabilities: { transfers: { requested: true } },
          metadata: { organizationId },
        };
        return (await stripe.accounts.create(account, { idempotencyKey: `account:${organizationId}` })).id;
      }),
    onboard: (account, returnUrl) =>
      call(async () => {
        const link = { account, type: "account_onboarding" as const, return_url: returnUrl, refresh_url: returnUrl };
        return (await stripe.accountLinks.create(link)).url;
      }),
    isReady: (accountId) => call(async () => (await stripe.accounts.retrieve(accountId)).payouts_enabled === true),
    transfer: ({ accountId, amount, currency, key, group }) =>
      call(async () => {
        const transfer = { destination: accountId, transfer_group: group, ...toStripe(amount, currency) };
        return (await stripe.transfers.create(transfer, { idempotencyKey: key })).id;
      }),
    findTransfer: (group) =>
      call(async () => (await stripe.transfers.list({ transfer_group: group, limit: 1 })).data[0]?.id),
    readEvent(body, signature, now) {
      let event: Stripe.Event;
      try {
        event = stripe.webhooks.constructEvent(body, signature ?? "", webhookSecret, TOLERANCE, undefined, now);
      } catch (cause) {
        throw new AppError("bad_signature", "This is not signed by the payment service.", { status: 400, cause });
      }
      return eventOf(event);
    },
  };
}

/** Inquiries (`warning_...`) take no money. */
function disputeState(status: Stripe.Dispute.Status): Dispute["state"] {
  if (status === "won") return "won";
  if (status === "lost") return "lost";
  return status === "needs_response" || status === "under_review" ? "open" : "none";
}

function eventOf(event: Stripe.Event): PaymentEvent {
  const head = { id: event.id, type: event.type };
  const object = event.data.object as {
    id: string;
    object: string;
    metadata?: Record<string, string>;
    status?: string;
    mode?: string;
  };
  switch (object.object) {
    case "payment_intent":
      return { ...head, about: "payment", reference: object.id, paymentId: object.metadata?.payment ?? null };
    case "checkout.session":
      return object.mode === "setup"
        ? { ...head, about: "card", checkoutId: object.id }
        : { ...head, about: "payment", reference: object.id, paymentId: object.metadata?.payment ?? null };
    case "dispute":
      return { ...head, about: "dispute", disputeId: object.id };
    case "account":
      return { ...head, about: "account", accountId: object.id };
    case "refund":
      return { ...head, about: "refund", reference: object.id, status: object.status ?? "" };
    default:
      return { ...head, about: "nothing" };
  }
}

function hasFailed(status: string | null): boolean {
  return status === "failed" || status === "canceled";
}

/** Refused for good is only what Stripe has looked at and will not do. All else may be done yet, or have been: wrong keys, limits, a key that is in use, a failure over there. */
function asAppError(error: unknown): unknown {
  const { StripeError, StripeCardError, StripeInvalidRequestError } = Stripe.errors;
  if (!(error instanceof StripeError)) return error;
  return error instanceof StripeCardError || error instanceof StripeInvalidRequestError
    ? new AppError("payment_refused", `The payment service refuses: ${error.message}`, { status: 402, cause: error })
    : new AppError("unavailable", "The payment service cannot be reached. Try again soon.", {
        status: 503,
        cause: error,
      });
}

/** Pages have names of their own at Stripe: `cs_...`. */
function isPage(reference: string): boolean {
  return reference.startsWith("cs_");
}
