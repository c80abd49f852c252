import { HttpResponse, http } from "msw";
import { afterEach, describe, expect, it } from "vitest";
import type { Order } from "./service";
import { byHand } from "./service";
import { stripePayments } from "./stripe";
import { keys, openStripe } from "./testing/stripe";

const stripe = openStripe();
// The SDK takes the fetch that there is when it is made.
const payments = stripePayments(keys);
afterEach(() => stripe.server.resetHandlers());

const order: Order = {
  paymentId: "p",
  key: "k",
  amount: 1000,
  currency: "EUR",
  customerId: "cus_1",
  paymentMethodId: "pm_1",
  capture: true,
};

describe("Stripe", () => {
  it("takes at once or holds, captures a part, and gives back; the same key is the same try", async () => {
    const paid = await payments.order(order);
    expect(paid).toMatchObject({ status: "succeeded", captured: 1000, failure: null });
    expect(await payments.order(order)).toEqual(paid);
    const held = await payments.order({ ...order, key: "hold", capture: false });
    expect(held).toMatchObject({ status: "held", captured: 0 });
    const part = { reference: held.reference, amount: 300, currency: "EUR" };
    expect(await payments.capture(part)).toMatchObject({ status: "succeeded", captured: 300 });
    expect(await payments.release(held.reference)).toMatchObject({ status: "succeeded", captured: 300 });
    const other = await payments.order({ ...order, key: "other", capture: false });
    expect(await payments.release(other.reference)).toMatchObject({ status: "released" });
    expect(await payments.find(other.reference)).toMatchObject({ status: "released" });
    expect(stripe.intents.get(paid.reference)).toMatchObject({ currency: "eur", metadata: { payment: "p" } });
  });

  it("is told of Iceland's money in the hundredths that only Stripe still has", async () => {
    const kronur = { amount: 500, currency: "ISK" };
    const paid = await payments.order({ ...order, ...kronur, key: "isk" });
    expect(paid).toMatchObject({ captured: 500 });
    expect(stripe.intents.get(paid.reference)).toMatchObject({ amount: 50_000, currency: "isk" });
    const held = await payments.order({ ...order, ...kronur, key: "isk hold", capture: false });
    expect(await payments.capture({ reference: held.reference, ...kronur, amount: 300 })).toMatchObject({
      captured: 300,
    });
    await payments.refund({ reference: paid.reference, ...kronur, amount: 100, key: "isk back" });
    expect(stripe.refunds.at(-1)).toMatchObject({ amount: 10_000 });
    await payments.transfer({ accountId: "acct", ...kronur, key: "isk out", group: "payout:isk" });
    expect(stripe.transfers.at(-1)).toMatchObject({ amount: 50_000, currency: "isk" });
    const page = {
      ...order,
      ...kronur,
      key: "isk page",
      title: "t",
      paidUrl: "https://p.example",
      stoppedUrl: "https://s.example",
    };
    const { reference } = await payments.openPage(page);
    stripe.checkout.pay(reference);
    expect(await payments.find(reference)).toMatchObject({ captured: 500 });
    stripe.disputes.set("dp_isk", {
      id: "dp_isk",
      payment_intent: paid.reference,
      amount: 50_000,
      currency: "isk",
      status: "lost",
    });
    expect(await payments.findDispute("dp_isk")).toMatchObject({ amount: 500 });
  });

  it("finds what was ordered before, whatever keys it has forgotten, and nothing else", async () => {
    const asked = { paymentId: "p-found", customerId: "cus_1", since: Date.now() };
    const paid = await payments.order({ ...order, paymentId: "p-found", key: "found" });
    const wish = { reference: paid.reference, amount: 100, currency: "EUR", key: "back" };
    const back = await payments.refund(wish);
    const transfer = { accountId: "acct", amount: 1, currency: "EUR", key: "t", group: "payout:1" };
    const sent = await payments.transfer(transfer);
    stripe.forgetKeys();
    expect(await payments.findOrder(asked)).toEqual(paid);
    expect(await payments.findOrder({ ...asked, paymentId: "p-none" })).toBeUndefined();
    expect(await payments.findOrder({ ...asked, customerId: "cus_2" })).toBeUndefined();
    expect(await payments.findRefund(wish)).toEqual(back);
    expect(await payments.findRefund({ ...wish, key: "other" })).toBeUndefined();
    expect([await payments.findTransfer("payout:1"), await payments.findTransfer("payout:2")]).toEqual([
      sent,
      undefined,
    ]);
  });

  it("says when a card is declined", async () => {
    stripe.declined.add("pm_bad");
    const declined = await payments.order({ ...order, key: "declined", paymentMethodId: "pm_bad" });
    expect(declined).toMatchObject({ status: "failed", failure: "Your card was declined." });
    expect(await payments.find(declined.reference)).toMatchObject({ status: "failed" });
  });

  it("tells what is refused for good from what is worth another try", async () => {
    await expect(payments.find("pi_nowhere")).rejects.toMatchObject({ code: "payment_refused", status: 402 });
    const busy = http.all("https://api.stripe.com/*", () =>
      HttpResponse.json({ error: { type: "rate_limit_error", message: "slow down" } }, { status: 429 }),
    );
    stripe.server.use(busy);
    await expect(payments.find("pi_1")).rejects.toMatchObject({ code: "unavailable", status: 503 });
    await expect(payments.order({ ...order, key: "busy" })).rejects.toMatchObject({ code: "unavailable" });
    await expect(payments.release("pi_1")).rejects.toMatchObject({ code: "unavailable" });
    // Our own keys or a repeat that is not one say nothing of the payment.
    for (const [status, type] of [
      [401, "invalid_request_error"],
      [403, "invalid_request_error"],
      [400, "idempotency_error"],
      [409, "idempotency_error"],
    ] as const) {
      stripe.server.use(
        http.all("https://api.stripe.com/*", () => HttpResponse.json({ error: { type, message: "no" } }, { status })),
      );
      await expect(payments.find("pi_1")).rejects.toMatchObject({ code: "unavailable" });
    }
  });

  it("forgets a customer once, and is content where he is gone already; what it refuses otherwise is told", async () => {
    const customerId = await payments.createCustomer({ userId: "gone", name: "N", email: "n@test.example" });
    await payments.forgetCustomer(customerId);
    expect(stripe.customers).not.toContain(customerId);
    await payments.forgetCustomer(customerId);
    stripe.server.use(
      http.delete("https://api.stripe.com/*", () => HttpResponse.json({ error: { message: "no" } }, { status: 400 })),
    );
    await expect(payments.forgetCustomer(customerId)).rejects.toMatchObject({ code: "payment_refused" });
  });

  it("knows cards of its customers, and methods that are no cards", async () => {
    const customerId = await payments.createCustomer({ userId: "u", name: "N", email: "n@test.example" });
    expect(await payments.cardOf(customerId, "pm_1")).toBe("visa 4242");
    stripe.server.use(
      http.get("https://api.stripe.com/*", () => HttpResponse.json({ id: "pm_sepa1234", type: "sepa_debit" })),
    );
    expect(await payments.cardOf(customerId, "pm_sepa1234")).toBe("sepa_debit 1234");
  });

  it.each([
    [
      { object: "payment_intent", id: "pi_1", metadata: { payment: "p" } },
      { about: "payment", reference: "pi_1", paymentId: "p" },
    ],
    [
      { object: "payment_intent", id: "pi_1" },
      { about: "payment", reference: "pi_1", paymentId: null },
    ],
    [
      { object: "checkout.session", id: "cs_1", mode: "payment", metadata: { payment: "p" } },
      { about: "payment", reference: "cs_1", paymentId: "p" },
    ],
    [
      { object: "checkout.session", id: "cs_1", mode: "payment" },
      { about: "payment", reference: "cs_1", paymentId: null },
    ],
    [
      { object: "checkout.session", id: "cs_2", mode: "setup" },
      { about: "card", checkoutId: "cs_2" },
    ],
    [
      { object: "account", id: "acct_1" },
      { about: "account", accountId: "acct_1" },
    ],
    [
      { object: "refund", id: "re_1", status: "failed" },
      { about: "refund", reference: "re_1", status: "failed" },
    ],
    [
      { object: "refund", id: "re_1" },
      { about: "refund", reference: "re_1", status: "" },
    ],
    [{ object: "charge", id: "ch_1" }, { about: "nothing" }],
  ])("reads the event of %o", (object, expected) => {
    const now = Date.parse("2026-11-02T10:00:00Z");
    const { body, signature } = stripe.event("any", object, now, "evt_x");
    expect(payments.readEvent(body, signature, now)).toEqual({ id: "evt_x", type: "any", ...expected });
    expect(() => payments.readEvent(body, undefined, now)).toThrow("not signed");
    expect(() => payments.readEvent(body, signature, now + 3_600_000)).toThrow("not signed");
  });
});

describe("payment by hand", () => {
  it("has no cards, and refuses whatever would need one", async () => {
    expect(byHand.cards).toBe(false);
    const calls: (() => Promise<unknown>)[] = [
      () => byHand.createCustomer({ userId: "u", name: "N", email: "e" }),
      () => byHand.openCardPage({ customerId: "c", openedAt: 0, savedUrl: "s", stoppedUrl: "t" }),
      () => byHand.findCardPage("cs_1"),
      () => byHand.cardsOf("c"),
      () => byHand.removeCard("p"),
      () => byHand.openPage({ ...order, title: "t", paidUrl: "p", stoppedUrl: "s" }),
      () => byHand.cardOf("c", "p"),
      () => byHand.order(order),
      () => byHand.find("r"),
      () => byHand.capture({ reference: "r", amount: 1, currency: "EUR" }),
      () => byHand.release("r"),
      () => byHand.refund({ reference: "r", amount: 1, currency: "EUR", key: "k" }),
      () => byHand.createAccount({ organizationId: "o", name: "N" }),
      () => byHand.onboard("a", "https://x.example"),
      () => byHand.isReady("a"),
      () => byHand.transfer({ accountId: "a", amount: 1, currency: "EUR", key: "k", group: "g" }),
      () => byHand.findOrder({ paymentId: "p", customerId: "c", since: 0 }),
      () => byHand.findRefund({ reference: "r", key: "k" }),
      () => byHand.findTransfer("g"),
      () => byHand.findDispute("d"),
    ];
    for (const call of calls) await expect(call()).rejects.toMatchObject({ code: "no_cards", status: 409 });
    expect(() => byHand.readEvent("{}", "", 0)).toThrow("takes no cards");
  });
});
