import { HttpResponse, http } from "msw";
import { v7 } from "uuid";
import { describe, expect, it } from "vitest";
import { outstandingOf } from "../billing/ledger";
import type { Bill } from "../billing/queries";
import { collect } from "./collect";
import { remind } from "./remind";
import { cardDriver, keyed, pageIn, tell, topUp } from "./testing/driver";
import { openTill } from "./testing/till";

const { cloud, owner, organizationId, stripe, bill, balance, payments } = await openTill();

describe("a bill of a driver who pays by card", () => {
  it("is taken once, also where answers are lost and the job runs again", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const chargeId = await bill(userId);
    stripe.loseAnswers = 1;
    await cloud.runJobs();
    await cloud.runJobs();
    expect(await outstandingOf(cloud.db, chargeId)).toBe(0);
    const [payment, ...others] = await payments(userId);
    expect(others).toEqual([]);
    expect(payment).toMatchObject({ purpose: "charge", status: "succeeded", captured: 1190, charge_id: chargeId });
    expect([...stripe.intents.values()].filter(({ metadata }) => metadata.payment === payment!.id)).toHaveLength(1);
    const list = await driver.ok<{ payments: { status: string }[] }>("GET", "/v1/me/payments?limit=1");
    expect(list).toMatchObject({ payments: [{ paymentId: payment!.id, status: "succeeded" }], nextCursor: null });
  });

  it("is ordered again after a crash from the card that was noted, whatever card is saved by then", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const chargeId = await bill(userId);
    stripe.loseAnswers = 3;
    await expect(collect(cloud.first.deps, chargeId)).rejects.toMatchObject({ code: "unavailable" });
    stripe.declined.add("pm_bad");
    await driver.ok("PUT", "/v1/me/payment-method", { method: "card", paymentMethodId: "pm_bad" });
    await cloud.runJobs();
    expect(await payments(userId)).toMatchObject([{ status: "succeeded", payment_method_id: "pm_good" }]);
  });

  it("stays owed where the card is declined: the driver hears of it, and pays with another", async () => {
    stripe.declined.add("pm_bad");
    const { driver, userId } = await cardDriver(cloud, "pm_bad");
    const chargeId = await bill(userId);
    await cloud.runJobs();
    expect(await outstandingOf(cloud.db, chargeId)).toBe(1190);
    const told = await cloud.db.selectFrom("notifications").select("kind").where("user_id", "=", userId).execute();
    expect(told.map(({ kind }) => kind)).toContain("paymentFailed");
    await driver.ok("PUT", "/v1/me/payment-method", { method: "card", paymentMethodId: "pm_other" });
    const paid = await driver.ok<Bill>("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" });
    expect(paid.outstanding).toBe(0);
    expect(await driver.ok<Bill>("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" })).toEqual(paid);
    expect((await payments(userId)).map(({ status }) => status)).toEqual(["failed", "succeeded"]);
  });

  it("goes back to the card by a credit note, unless the driver has spent it", async () => {
    const { userId } = await cardDriver(cloud);
    const chargeId = await bill(userId);
    await cloud.runJobs();
    const refund = await keyed(owner, `/v1/organizations/${organizationId}/invoices/${chargeId}/refunds`, {
      amount: 500,
      reason: "Slow",
    });
    expect(refund.status).toBe(201);
    expect(await balance("wallet", userId)).toBe(-500);
    await cloud.runJobs();
    expect(await balance("wallet", userId)).toBe(0);
    const back = stripe.refunds.at(-1)!;
    expect(back.amount).toBe(500);
    const [, row] = await payments(userId);
    expect(row).toMatchObject({ purpose: "refund", status: "succeeded", reference: back.id, amount: 500 });
    // The bank sends it back: it is in the wallet again, once.
    for (let time = 0; time < 2; time++) {
      await tell(
        cloud.first,
        stripe.event("refund.failed", { id: back.id, object: "refund", status: "failed" }, cloud.now()),
      );
      await cloud.runJobs();
    }
    expect(await balance("wallet", userId)).toBe(-500);
  });

  it("that was to be paid on site, and was paid by card, comes back to the driver and not from the owner's till", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const chargeId = await bill(userId, { method: "on_site" });
    const path = `/v1/organizations/${organizationId}/invoices/${chargeId}`;
    expect((await keyed(owner, `${path}/payments`, { amount: 190 })).status).toBe(201);
    await driver.ok("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" });
    const till = await balance("site_cash", organizationId);
    const refund = async (amount: number) => {
      expect((await keyed(owner, `${path}/refunds`, { amount, reason: "Slow" })).status).toBe(201);
      return [(await balance("site_cash", organizationId)) - till, await balance("wallet", userId)];
    };
    expect(await refund(100)).toEqual([-100, 0]);
    expect(await refund(1090)).toEqual([-190, -1000]);
  });

  it("waits for the fee where he is a member, and comes with it, or when no fee comes any more", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "plan");
    const terms = { organization_id: organizationId, currency: "EUR", vat: null, percent: 1, included_wh: 0 };
    const plan = { ...terms, plan_id: v7(), name: "Plan", monthly_fee: 1190, site_ids: null, time_zone: "UTC" };
    const at = new Date(cloud.now());
    const membership = { membership_id: v7(), plan_id: plan.plan_id, user_id: userId, joined_at: at };
    await cloud.db
      .insertInto("membership_plans")
      .values({ ...plan, created_at: at })
      .execute();
    await cloud.db.insertInto("memberships").values(membership).execute();
    const chargeId = await bill(userId, { method: "plan" });
    const later = await bill(userId, { method: "on_account" });
    await cloud.runJobs();
    expect(await outstandingOf(cloud.db, chargeId)).toBe(1190);
    const fee = await bill(userId, { kind: "membership", siteId: null, method: "plan" });
    await cloud.runJobs();
    expect(await Promise.all([chargeId, fee, later].map((id) => outstandingOf(cloud.db, id)))).toEqual([0, 0, 1190]);
    const last = await bill(userId, { method: "plan" });
    await cloud.runJobs();
    expect(await outstandingOf(cloud.db, last)).toBe(1190);
    await driver.ok("DELETE", `/v1/me/memberships/${membership.membership_id}`);
    const after = await bill(userId, { method: "plan" });
    await cloud.runJobs();
    expect(await Promise.all([last, after, later].map((id) => outstandingOf(cloud.db, id)))).toEqual([0, 0, 1190]);
  });
});

describe("a wallet", () => {
  it("that cannot be filled says why", async () => {
    const { driver } = await cardDriver(cloud, "pm_good", "wallet");
    const error = { type: "invalid_request_error", message: "The amount is too small." };
    stripe.server.use(
      http.post("https://api.stripe.com/v1/checkout/sessions", () => HttpResponse.json({ error }, { status: 400 })),
    );
    const answer = await keyed(driver, "/v1/me/wallet/top-ups", { amount: 100, currency: "HUF" });
    stripe.server.resetHandlers();
    expect(answer.status).toBe(402);
    expect(await answer.text()).toContain("The amount is too small.");
  });

  it("is filled once, whatever order and number Stripe's events come in, and pays bills", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    const begin = () => keyed(driver, "/v1/me/wallet/top-ups", { amount: 2000, currency: "EUR" }, "fill");
    const [one, two] = await Promise.all([begin(), begin()]);
    const started = (await one.json()) as { paymentId: string; url: string };
    expect(await two.json()).toMatchObject({ paymentId: started.paymentId, url: started.url });
    const more = await keyed(driver, "/v1/me/wallet/top-ups", { amount: 2100, currency: "EUR" }, "fill");
    expect([more.status, await more.json()]).toMatchObject([409, { error: { code: "key_reused" } }]);
    const intent = stripe.checkout.pay(pageIn(started.url));
    const created = stripe.event("payment_intent.created", { ...intent }, cloud.now());
    const paid = stripe.event("payment_intent.succeeded", { ...intent }, cloud.now());
    // A day later the service has forgotten the key: what was begun is asked for, and nothing is begun anew.
    stripe.forgetKeys();
    expect(await (await begin()).json()).toMatchObject({ url: null, status: "succeeded" });
    for (const event of [paid, created, paid, created]) expect((await tell(cloud.first, event)).status).toBe(204);
    await cloud.runJobs();
    expect(await balance("wallet", userId)).toBe(-2000);
    const auto = await bill(userId, { method: "wallet" });
    const byHand = await bill(userId, { method: "on_account" });
    expect(await outstandingOf(cloud.db, auto)).toBe(0);
    const rest = await driver.ok<Bill>("POST", `/v1/me/bills/${byHand}/pay`, { from: "wallet" });
    expect(rest.outstanding).toBe(1190 - 810);
    expect((await driver.ok<Bill>("POST", `/v1/me/bills/${byHand}/pay`, { from: "wallet" })).outstanding).toBe(380);
  });

  it("goes back to the cards that filled it, once, and never more than is in it", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    for (const amount of [300, 2000]) {
      await topUp(cloud, stripe, driver, amount);
    }
    await cloud.runJobs();
    await bill(userId, { method: "wallet" });
    const send = () => keyed(driver, "/v1/me/wallet/refunds", { currency: "EUR" }, "empty");
    const answers = await Promise.all([send(), send()]);
    for (const answer of answers) {
      const { payments: sent } = (await answer.json()) as { payments: { amount: number; status: string }[] };
      expect(sent.map(({ amount }) => amount)).toEqual([1110]);
    }
    expect(await balance("wallet", userId)).toBe(0);
    expect((await payments(userId)).filter(({ purpose }) => purpose === "refund")).toMatchObject([
      { status: "succeeded", captured: 1110 },
    ]);
    const nothing = await keyed(driver, "/v1/me/wallet/refunds", { currency: "EUR" });
    expect(await nothing.json()).toEqual({ payments: [] });
    expect((await driver.send("POST", "/v1/me/wallet/refunds", { currency: "EUR" })).status).toBe(400);
    expect((await keyed(driver, "/v1/me/wallet/refunds", { currency: "x" })).status).toBe(400);
  });
});

describe("a reminder", () => {
  it("comes once a week for what has been open for one", async () => {
    const { userId } = await cardDriver(cloud, "pm_good", "on_account");
    await bill(userId, { method: "on_account" });
    const due = async () => {
      await remind(cloud.first.deps);
      const query = cloud.db.selectFrom("notifications").select("data").where("user_id", "=", userId);
      return (await query.where("kind", "=", "paymentDue").execute()).map(({ data }) => data);
    };
    expect(await due()).toEqual([]);
    // In the middle of a week: none begins meanwhile.
    const WEEK_MS = 7 * 86_400_000;
    cloud.skewMs = 2.5 * WEEK_MS - (cloud.now() % WEEK_MS);
    expect(await due()).toEqual([{ amount: 1190, currency: "EUR", bills: 1 }]);
    expect(await due()).toHaveLength(1);
    cloud.skewMs += WEEK_MS;
    expect(await due()).toHaveLength(2);
  });
});

describe("the doors of payments", () => {
  it("hear only what Stripe has signed, lately", async () => {
    const event = stripe.event("payment_intent.succeeded", { id: "pi_x", object: "payment_intent" }, cloud.now());
    const old = stripe.event(
      "payment_intent.succeeded",
      { id: "pi_x", object: "payment_intent" },
      cloud.now() - 3_600_000,
    );
    const refused = [
      { ...event, body: event.body.replace("pi_x", "pi_y") },
      { ...event, signature: "" },
      { ...event, signature: "t=1,v1=00" },
      old,
    ];
    for (const each of refused) {
      const response = await tell(cloud.first, each);
      expect([response.status, await response.json()]).toMatchObject([400, { error: { code: "bad_signature" } }]);
    }
    // Another's intent at the same account, and kinds that we do not look at, are heard and come to nothing.
    expect((await tell(cloud.first, event)).status).toBe(204);
    expect(
      (await tell(cloud.first, stripe.event("charge.updated", { id: "ch_1", object: "charge" }, cloud.now()))).status,
    ).toBe(204);
    await cloud.runJobs();
  });

  it("stay shut for who is not signed in, and for another's bill", async () => {
    const { userId } = await cardDriver(cloud);
    const chargeId = await bill(userId, { method: "on_account" });
    const doors: [string, string, unknown][] = [
      ["GET", "/v1/me/payment-method", undefined],
      ["PUT", "/v1/me/payment-method", { method: "card" }],
      ["POST", "/v1/me/wallet/top-ups", { amount: 500, currency: "EUR" }],
      ["POST", "/v1/me/wallet/refunds", { currency: "EUR" }],
      ["POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" }],
      ["GET", "/v1/me/payments", undefined],
    ];
    for (const [method, path, body] of doors) {
      const init = {
        method,
        ...(body ? { body: JSON.stringify(body), headers: { "content-type": "application/json" } } : {}),
      };
      expect([path, (await cloud.first.request(path, init)).status]).toEqual([path, 401]);
    }
    const stranger = await cloud.person();
    expect(await stranger.refused("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" })).toEqual([
      404,
      "not_found",
    ]);
    expect(await outstandingOf(cloud.db, chargeId)).toBe(1190);
  });

  it("refuse what does not fit: methods without a card, cards of nobody, sums of nothing", async () => {
    const person = await cloud.person();
    expect(await person.refused("PUT", "/v1/me/payment-method", { method: "card" })).toEqual([409, "no_card"]);
    expect(await person.refused("PUT", "/v1/me/payment-method", { method: "card", paymentMethodId: "x" })).toEqual([
      402,
      "payment_refused",
    ]);
    expect(await person.refused("PUT", "/v1/me/payment-method", { method: "gold" })).toEqual([400, "invalid"]);
    expect(await person.ok("GET", "/v1/me/payment-method")).toEqual({
      method: "on_account",
      card: null,
      takesCards: true,
    });
    expect((await person.send("POST", "/v1/me/wallet/top-ups", { amount: 500, currency: "EUR" })).status).toBe(400);
    for (const body of [
      { amount: 0, currency: "EUR" },
      { amount: 500, currency: "euro" },
      { amount: 1.5, currency: "EUR" },
    ]) {
      expect((await keyed(person, "/v1/me/wallet/top-ups", body)).status).toBe(400);
    }
    expect((await person.send("GET", "/v1/me/payments?cursor=x")).status).toBe(400);
    expect((await person.send("POST", "/v1/me/bills/x/pay", { from: "card" })).status).toBe(400);
  });
});
