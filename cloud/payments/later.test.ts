import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { sql } from "kysely";
import { outstandingOf, post } from "../billing/ledger";
import type { Bill } from "../billing/queries";
import { collect } from "./collect";
import { hearDispute } from "./dispute";
import { sweep } from "./sweep";
import { beginTopUp, cardDriver, keyed, tell, topUp } from "./testing/driver";
import { openTill } from "./testing/till";

const { cloud, stripe, bill, balance, payments } = await openTill();

/** Stripe tells of a dispute, and all that follows is done: gives what is owed for the bill, and the wallet's balance. */
const disputeOf =
  (userId: string, chargeId: string) => async (id: string, reference: string, amount: number, status: string) => {
    const object = { id, payment_intent: reference, amount, status };
    stripe.disputes.set(id, object);
    const event = stripe.event("charge.dispute.closed", { ...object, object: "dispute" }, cloud.now());
    expect((await tell(cloud.first, event)).status).toBe(204);
    await cloud.runJobs();
    return [await outstandingOf(cloud.db, chargeId), await balance("wallet", userId)];
  };

describe("a payment that the card's holder takes back", () => {
  it("is owed again once the bank has decided so, and is out of the wallet that it had filled", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const chargeId = await bill(userId);
    await cloud.runJobs();
    const filled = await topUp(cloud, stripe, driver, 500);
    const [paid] = await payments(userId);
    const dispute = disputeOf(userId, chargeId);
    const atBank = () => balance("disputed", "");
    expect(await dispute("dp_1", paid!.reference!, 1190, "warning_under_review")).toEqual([0, -500]);
    expect(await atBank()).toBe(0);
    // The bank has it now; the bill is owed again once the dispute is lost.
    expect(await dispute("dp_1", paid!.reference!, 1190, "needs_response")).toEqual([0, -500]);
    expect(await atBank()).toBe(1190);
    expect(await dispute("dp_1", paid!.reference!, 1190, "lost")).toEqual([1190, -500]);
    expect(await dispute("dp_1", paid!.reference!, 1190, "lost")).toEqual([1190, -500]);
    expect(await atBank()).toBe(0);
    // What filled a wallet is set aside while the bank looks at it, and comes back when it is won.
    expect(await dispute("dp_2", filled.id, 500, "under_review")).toEqual([1190, 0]);
    expect(await dispute("dp_2", filled.id, 500, "won")).toEqual([1190, -500]);
    expect(await dispute("dp_2", filled.id, 500, "won")).toEqual([1190, -500]);
    // Of this one nothing was heard before its end.
    expect(await dispute("dp_3", filled.id, 500, "lost")).toEqual([1190, 0]);
    expect(await dispute("dp_4", "pi_of_others", 500, "lost")).toEqual([1190, 0]);
    // One that was lost, and posted in one step, before its beginning was posted too.
    await cloud.db.transaction().execute((tx) =>
      post(tx, { key: "dispute:dp_0", kind: "dispute", at: cloud.now(), currency: "EUR", userId }, [
        { account: "wallet", holder: userId, amount: 500 },
        { account: "stripe", holder: "", amount: -500 },
      ]),
    );
    expect(await dispute("dp_0", filled.id, 500, "lost")).toEqual([1190, 500]);
    // The driver pays it again; then the bank decides anew, for us: what was paid twice is the driver's.
    expect((await driver.ok<Bill>("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" })).outstanding).toBe(0);
    expect(await dispute("dp_1", paid!.reference!, 1190, "won")).toEqual([0, 500 - 1190]);
    expect(await dispute("dp_1", paid!.reference!, 1190, "won")).toEqual([0, 500 - 1190]);
    expect(await dispute("dp_1", paid!.reference!, 1190, "lost")).toEqual([1190, 500 - 1190]);
    expect(await atBank()).toBe(0);
  });

  it("counts as its bank decided last, of a bill and of a wallet, and leaves nothing at the bank", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const chargeId = await bill(userId);
    await cloud.runJobs();
    const filled = await topUp(cloud, stripe, driver, 500);
    const [paid] = await payments(userId);
    const dispute = disputeOf(userId, chargeId);
    const ofBill = (status: string) => dispute("dp_5", paid!.reference!, 1190, status);
    expect(await ofBill("lost")).toEqual([1190, -500]);
    expect(await ofBill("won")).toEqual([0, -500]);
    expect(await ofBill("lost")).toEqual([1190, -500]);
    expect(await ofBill("won")).toEqual([0, -500]);
    const ofWallet = (status: string) => dispute("dp_6", filled.id, 500, status);
    expect(await ofWallet("lost")).toEqual([0, 0]);
    expect(await ofWallet("won")).toEqual([0, -500]);
    expect(await ofWallet("lost")).toEqual([0, 0]);
    expect(await balance("disputed", "")).toBe(0);
    const { rows } = await sql<{ sum: number }>`
      select sum(amount)::integer as sum from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
      where t.kind = 'dispute' and t.user_id = ${userId} and e.account = 'stripe'`.execute(cloud.db);
    expect(rows).toEqual([{ sum: -500 }]);
    // Two events are looked into at once, and the first to ask is the last to post.
    const { deps } = cloud.first;
    const decide = (status: string) =>
      stripe.disputes.set("dp_7", { id: "dp_7", payment_intent: paid!.reference!, amount: 1190, status });
    let asked = 0;
    const findDispute = async (id: string) => {
      const answer = await deps.payments.findDispute(id);
      if ((asked += 1) === 1) {
        decide("lost");
        await hearDispute(deps, id);
      }
      return answer;
    };
    decide("won");
    await hearDispute({ ...deps, payments: { ...deps.payments, findDispute } }, "dp_7");
    expect([await outstandingOf(cloud.db, chargeId), await balance("disputed", "")]).toEqual([1190, 0]);
  });
});

describe("what a crash leaves open", () => {
  it("does not hold up what can be done: refunds are sent again, or are in the wallet again", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    const intents: { id: string }[] = [];
    for (const amount of [300, 400, 500]) intents.push(await beginTopUp(stripe, driver, amount));
    cloud.skewMs = 3_600_000;
    await sweep(cloud.first.deps);
    expect(await balance("wallet", userId)).toBe(-1200);
    // Unpaid for a day, and one that the payment service does not know.
    const begun = await keyed(driver, "/v1/me/wallet/top-ups", { amount: 700, currency: "EUR" });
    const { paymentId } = (await begun.json()) as { paymentId: string };
    const unknown = await beginTopUp(stripe, driver, 900);
    stripe.intents.delete(unknown.id);
    stripe.refuseRefunds.add(intents[0]!.id);
    stripe.loseAnswers = 3;
    expect((await keyed(driver, "/v1/me/wallet/refunds", { currency: "EUR" })).status).toBe(503);
    // The answer of the first is lost, the second is sent all the same, and the third refused.
    expect(await balance("wallet", userId)).toBe(-300);
    const sent = () => stripe.refunds.filter((refund) => intents.some(({ id }) => id === refund.payment_intent));
    expect(sent()).toHaveLength(2);
    // By then the payment service knows no keys any more: what was sent is looked for.
    stripe.forgetKeys();
    cloud.skewMs = 48 * 3_600_000;
    await expect(sweep(cloud.first.deps)).rejects.toThrow("No such payment_intent");
    expect(sent()).toHaveLength(2);
    const rows = (await payments(userId)).filter(({ purpose }) => purpose === "refund");
    expect(rows.map(({ status }) => status).toSorted()).toEqual(["failed", "succeeded", "succeeded"]);
    expect((await payments(userId)).find(({ id }) => id === paymentId)).toMatchObject({ status: "released" });
    // What was looked at has gone to the end of the queue.
    const open = (await payments(userId)).find(({ amount }) => amount === 900);
    expect(open!.updated_at.getTime()).toBeGreaterThan(cloud.now() - 600_000);
    await cloud.db.updateTable("payments").set({ status: "failed" }).where("id", "=", open!.id).execute();
  });

  it("is looked for: a charge whose answer, event and key are gone is found, and not taken twice", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const chargeId = await bill(userId);
    stripe.loseAnswers = 3;
    await expect(collect(cloud.first.deps, chargeId)).rejects.toMatchObject({ code: "unavailable" });
    stripe.forgetKeys();
    cloud.skewMs = 25 * 3_600_000;
    await expect(sweep(cloud.first.deps)).resolves.toBeUndefined();
    expect(await payments(userId)).toMatchObject([{ status: "succeeded", captured: 1190 }]);
    expect((await driver.ok<Bill>("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" })).outstanding).toBe(0);
    expect(await payments(userId)).toHaveLength(1);
    await cloud.runJobs();
    expect(await payments(userId)).toHaveLength(1);
  });

  it("is ordered again: a charge while the payment service was away for longer than its job had tried", async () => {
    const { userId } = await cardDriver(cloud);
    const chargeId = await bill(userId);
    const away = http.post("https://api.stripe.com/v1/payment_intents", () => HttpResponse.error());
    stripe.server.use(away);
    await expect(collect(cloud.first.deps, chargeId)).rejects.toMatchObject({ code: "unavailable" });
    stripe.server.resetHandlers();
    cloud.skewMs = 3 * 3_600_000;
    await sweep(cloud.first.deps);
    expect(await outstandingOf(cloud.db, chargeId)).toBe(0);
    expect(await payments(userId)).toMatchObject([{ status: "succeeded", captured: 1190 }]);
  });

  it("is asked for: a payment whose event was lost is found, one that was never ordered is given up", async () => {
    const { driver, userId } = await cardDriver(cloud);
    await beginTopUp(stripe, driver, 500);
    const at = new Date(cloud.now());
    const lost = {
      id: "01900000-0000-7000-8000-00000000000a",
      key: "lost",
      user_id: userId,
      currency: "EUR",
      amount: 5,
    };
    await cloud.db
      .insertInto("payments")
      .values({
        ...lost,
        purpose: "top_up",
        charge_id: null,
        status: "pending",
        payment_method_id: null,
        reference: null,
        created_at: at,
        updated_at: at,
      })
      .execute();
    cloud.skewMs = 25 * 3_600_000;
    await sweep(cloud.first.deps);
    expect((await payments(userId)).map(({ status }) => status).toSorted()).toEqual(["failed", "succeeded"]);
    expect(await balance("wallet", userId)).toBe(-500);
  });
});
