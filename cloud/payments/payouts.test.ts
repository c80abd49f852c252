import { getDocument } from "pdfjs-dist/legacy/build/pdf.mjs";
import { describe, expect, it } from "vitest";
import { openCloud } from "../testing/open";
import { charge } from "../billing/charge";
import { termsOf } from "../billing/jobs";
import { balanceOf, post } from "../billing/ledger";
import type { Settlement, Statement } from "../billing/statement";
import type { Person } from "../testing/person";
import { dailyMoneyJob } from "./jobs";
import { monthBefore } from "./payouts";
import { stripePayments } from "./stripe";
import { keys, openStripe } from "./testing/stripe";

const nothing = "01900000-0000-7000-8000-000000000000";
const stripe = openStripe();
let sequence = 0;

const cloud = await openCloud();
cloud.skewMs = nextMidMonth(Date.now()) - Date.now();
/** A process that takes cards; the first one does not. */
const cards = await cloud.addProcess({ payments: stripePayments(keys) });
const admin = await cloud.admin();
const driver = await cloud.person();
const userId = await driver.userId();

/** The 15th of the month after an instant's (epoch ms): no month ends while these tests run. */
function nextMidMonth(now: number): number {
  const at = new Date(now);
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 15, 12);
}

interface Payout {
  payoutId: string;
  period: string;
  amount: number;
  status: string;
  reference: string | null;
  failure: string | null;
  statement: Statement;
}
interface Payouts {
  payouts: Payout[];
  due: (Settlement & { currency: string })[];
  account: { connected: boolean; ready: boolean; takesCards: boolean };
}

/** An owner who has earned: 11.90 paid in cash by a guest, 23.80 paid from a wallet, 11.90 still owed. */
async function earner(): Promise<{ owner: Person; organizationId: string; base: string }> {
  const { owner, siteId, organizationId } = await cloud.owner();
  const line = { text: "ENERGY", net: 1000, vat: 190, vatRate: 1900 };
  const about = { kind: "session" as const, siteId, organizationId, currency: "EUR" };
  const bill = async (who: string | null, lines: (typeof line)[], key = `bill ${++sequence}`) =>
    cloud.db
      .transaction()
      .execute((tx) =>
        charge(tx, { ...about, key, userId: who, lines, method: "on_account" }, termsOf(cloud.first.deps)),
      );
  await bill(null, [line]);
  await bill(userId, [line]);
  const { chargeId } = await bill(userId, [line, line]);
  const base = `/v1/organizations/${organizationId}`;
  const paid = await owner.send(
    "POST",
    `${base}/invoices/${chargeId}/payments`,
    { amount: 1 },
    { "idempotency-key": "x" },
  );
  expect(paid.status).toBe(201);
  await cloud.db.transaction().execute(async (tx) => {
    await post(tx, { key: `card ${chargeId}`, kind: "charge", at: cloud.now(), currency: "EUR", userId }, [
      { account: "stripe", holder: "", amount: 2379 },
      { account: "receivable", holder: userId, amount: -2379, chargeId },
    ]);
  });
  return { owner, organizationId, base };
}

/** 47.60 less fees of 2.5 %, each rounded, less 11.91 on site, less 11.90 owed. */
const DUE = 4760 - 30 - 30 - 60 - 1191 - 1190;

describe("a month's payout", () => {
  it("is what was earned less what the owner has had and what is owed, once, and paid by hand where there is no payment service", async () => {
    const { owner, organizationId, base } = await earner();
    const before = await owner.ok<Payouts>("GET", `${base}/payouts`);
    expect(before).toMatchObject({
      payouts: [],
      due: [{ currency: "EUR", onSite: 1191, outstanding: 1190, due: DUE }],
    });
    expect(before.account).toEqual({ connected: false, ready: false, takesCards: false });
    await Promise.all([1, 2].map(() => dailyMoneyJob.run(cloud.first.deps, {})));
    const { payouts, due } = await owner.ok<Payouts>("GET", `${base}/payouts`);
    expect(payouts).toMatchObject([{ amount: DUE, status: "due", period: monthBefore(cloud.now()), reference: null }]);
    expect(payouts[0]!.statement).toMatchObject({ currency: "EUR", settlement: { due: DUE } });
    expect(due).toMatchObject([{ due: 0, outstanding: 1190, onSite: 0 }]);
    const told = await cloud.db.selectFrom("notifications").select("data").where("kind", "=", "payout").execute();
    expect(told.filter(({ data }) => data.amount === DUE)).toHaveLength(1);

    const { payoutId } = payouts[0]!;
    const open = await admin.ok<{ payouts: Payout[] }>("GET", "/v1/admin/payouts");
    expect(open.payouts.map((each) => each.payoutId)).toContain(payoutId);
    const path = `/v1/admin/payouts/${payoutId}/paid`;
    const done = await admin.ok<Payout>("POST", path, { reference: "SEPA 1" });
    expect(done).toMatchObject({ status: "paid", reference: "SEPA 1" });
    expect(await admin.ok<Payout>("POST", path, { reference: "SEPA 1" })).toEqual(done);
    expect(await admin.refused("POST", path, { reference: "SEPA 2" })).toEqual([409, "paid"]);
    expect(await balanceOf(cloud.db, "payout", organizationId, "EUR")).toBe(0);
    const noted = await cloud.db
      .selectFrom("audit_log")
      .select("subject")
      .where("action", "=", "payout.paid")
      .execute();
    expect(noted.map(({ subject }) => subject)).toContain(`payout:${payoutId}`);
  });

  it("is not noted under the reference of another", async () => {
    const { base, owner } = await earner();
    await dailyMoneyJob.run(cloud.first.deps, {});
    const [payout] = (await owner.ok<Payouts>("GET", `${base}/payouts`)).payouts;
    const path = `/v1/admin/payouts/${payout!.payoutId}/paid`;
    expect(await admin.refused("POST", path, { reference: "SEPA 1" })).toEqual([409, "reference_used"]);
    expect(await admin.ok<Payout>("POST", path, { reference: "SEPA 3" })).toMatchObject({ status: "paid" });
  });

  it("has a statement as PDF", async () => {
    const { owner, base } = await earner();
    await dailyMoneyJob.run(cloud.first.deps, {});
    const [payout] = (await owner.ok<Payouts>("GET", `${base}/payouts`)).payouts;
    for (const [language, title] of [
      ["en", "Payout"],
      ["de", "Auszahlung"],
    ]) {
      const response = await owner.send("GET", `${base}/payouts/${payout!.payoutId}/pdf?language=${language}`);
      const data = new Uint8Array(await response.arrayBuffer());
      const pdf = await getDocument({ data, verbosity: 0 }).promise;
      const { items } = await (await pdf.getPage(1)).getTextContent();
      const text = items.map((item) => ("str" in item ? item.str : "")).join(" ");
      expect(text).toContain(`${title} ${payout!.period}`);
      expect(text).toContain((DUE / 100).toFixed(2).replace(".", language === "de" ? "," : "."));
      await pdf.destroy();
    }
  });

  it("is sent to the owner's account when that is ready, once, and again another day where it was refused", async () => {
    const { owner, organizationId, base } = await earner();
    const there = owner.at(cards);
    const links = await Promise.all([1, 2].map(() => there.ok<{ url: string }>("POST", `${base}/payout-account`)));
    expect(links.map(({ url }) => url)).toEqual(Array(2).fill("https://connect.stripe.test/go"));
    await there.ok("POST", `${base}/payout-account`);
    const account = [...stripe.accounts.values()].at(-1)!;
    await dailyMoneyJob.run(cards.deps, {});
    expect(stripe.transfers).toEqual([]);
    account.payouts_enabled = true;
    const { body, signature } = stripe.event("account.updated", account, cloud.now());
    const headers = { "stripe-signature": signature };
    expect((await cards.request("/v1/payments/stripe/events", { method: "POST", body, headers })).status).toBe(204);
    await cloud.runJobs(cards);
    expect((await there.ok<Payouts>("GET", `${base}/payouts`)).account).toEqual({
      connected: true,
      ready: true,
      takesCards: true,
    });
    stripe.refuseTransfers = true;
    await dailyMoneyJob.run(cards.deps, {});
    expect((await owner.ok<Payouts>("GET", `${base}/payouts`)).payouts).toMatchObject([
      { status: "failed", failure: expect.stringContaining("Insufficient") },
    ]);
    stripe.refuseTransfers = false;
    // The answer is lost, and a day later the key is forgotten: it is looked for.
    stripe.loseAnswers = 3;
    await expect(dailyMoneyJob.run(cards.deps, {})).rejects.toMatchObject({ code: "unavailable" });
    // Until then nobody pays it by hand as well.
    const [due] = (await owner.ok<Payouts>("GET", `${base}/payouts`)).payouts;
    const byHand = `/v1/admin/payouts/${due!.payoutId}/paid`;
    expect(await admin.refused("POST", byHand, { reference: "SEPA" })).toEqual([409, "under_way"]);
    stripe.forgetKeys();
    await Promise.all([1, 2].map(() => dailyMoneyJob.run(cards.deps, {})));
    expect(stripe.transfers).toMatchObject([{ destination: account.id, amount: DUE, currency: "eur" }]);
    expect((await owner.ok<Payouts>("GET", `${base}/payouts`)).payouts).toMatchObject([
      { status: "paid", reference: stripe.transfers[0]!.id },
    ]);
    expect(await balanceOf(cloud.db, "payout", organizationId, "EUR")).toBe(0);
  });

  it("is of the month before, also in January", () => {
    expect(monthBefore(Date.parse("2026-01-31T12:00:00Z"))).toBe("2025-12");
    expect(monthBefore(Date.parse("2026-11-01T00:00:00Z"))).toBe("2026-10");
  });
});

const byHand = (id: string, what: string) => `/v1/admin/wallet-payouts/${id}/${what}`;

describe("a wallet that no card has filled", () => {
  it("is paid out by hand, once, or is full again where nobody says where to", async () => {
    const rich = await cloud.person();
    const userId = await rich.userId();
    await cloud.db.transaction().execute((tx) =>
      post(tx, { key: `gift ${userId}`, kind: "test", at: cloud.now(), currency: "EUR", userId }, [
        { account: "bank", holder: "", amount: 700 },
        { account: "wallet", holder: userId, amount: -700 },
      ]),
    );
    const take = async (key: string) => {
      const headers = { "idempotency-key": key };
      const response = await rich.send("POST", "/v1/me/wallet/refunds", { currency: "EUR" }, headers);
      return ((await response.json()) as { payments: { paymentId: string }[] }).payments;
    };
    const [one] = (await Promise.all([take("out"), take("out")])).flat();
    expect(await take("out")).toMatchObject([{ paymentId: one!.paymentId, purpose: "payout", status: "pending" }]);
    const { payouts } = await admin.ok<{ payouts: object[] }>("GET", "/v1/admin/wallet-payouts");
    expect(payouts).toMatchObject([{ paymentId: one!.paymentId, email: rich.email, amount: 700, currency: "EUR" }]);
    expect(await admin.refused("POST", byHand(one!.paymentId, "refuse"), { reason: "" })).toEqual([400, "invalid"]);
    expect(await admin.refused("POST", byHand(nothing, "paid"), { reference: "x" })).toEqual([404, "not_found"]);
    expect(await rich.refused("POST", byHand(one!.paymentId, "paid"), { reference: "x" })).toEqual([403, "forbidden"]);
    await admin.ok("POST", byHand(one!.paymentId, "refuse"), { reason: "No answer" });
    expect(await balanceOf(cloud.db, "wallet", userId, "EUR")).toBe(-700);
    const [two] = await take("again");
    for (let time = 0; time < 2; time++) await admin.ok("POST", byHand(two!.paymentId, "paid"), { reference: "SEPA" });
    expect(await admin.refused("POST", byHand(two!.paymentId, "refuse"), { reason: "x" })).toEqual([409, "paid"]);
    expect(await admin.refused("POST", byHand(two!.paymentId, "paid"), { reference: "other" })).toEqual([409, "paid"]);
    const left = (["wallet", "payout"] as const).map((account) => balanceOf(cloud.db, account, userId, "EUR"));
    expect(await Promise.all(left)).toEqual([0, 0]);
    expect(await take("nothing left")).toEqual([]);
  });
});

describe("without a payment service", () => {
  it("cards are refused, and what would need one", async () => {
    expect(await driver.ok("GET", "/v1/me/payment-method")).toMatchObject({ takesCards: false });
    const wish = { method: "card", paymentMethodId: "pm_1" };
    expect(await driver.refused("PUT", "/v1/me/payment-method", wish)).toEqual([409, "no_cards"]);
    expect(await driver.refused("POST", "/v1/me/cards")).toEqual([409, "no_cards"]);
    const headers = { "idempotency-key": "x" };
    const topUp = await driver.send("POST", "/v1/me/wallet/top-ups", { amount: 500, currency: "EUR" }, headers);
    expect(topUp.status).toBe(409);
    const event = await cloud.first.request("/v1/payments/stripe/events", { method: "POST", body: "{}" });
    expect(event.status).toBe(409);
    expect(await driver.ok("PUT", "/v1/me/payment-method", { method: "on_site" })).toMatchObject({ method: "on_site" });
  });
});

describe("the doors of payouts", () => {
  it("stay shut for strangers, members, and owners where it takes an admin", async () => {
    const { owner, organizationId, base } = await earner();
    const stranger = (await cloud.owner()).owner;
    const member = await cloud.person();
    await cloud.join(organizationId, member, "member");
    const doors: [string, string][] = [
      ["GET", `${base}/payouts`],
      ["GET", `${base}/payouts/${nothing}/pdf`],
      ["POST", `${base}/payout-account`],
    ];
    for (const [method, path] of doors) {
      expect((await cloud.first.request(path, { method })).status).toBe(401);
      expect(await stranger.refused(method, path)).toEqual([404, "not_found"]);
      expect(await member.refused(method, path)).toEqual([403, "forbidden"]);
    }
    expect(await owner.refused("GET", `${base}/payouts/${nothing}/pdf`)).toEqual([404, "not_found"]);
    expect((await owner.send("GET", `${base}/payouts/x/pdf`)).status).toBe(400);
    for (const [method, path] of [
      ["GET", "/v1/admin/payouts"],
      ["POST", `/v1/admin/payouts/${nothing}/paid`],
    ] as const) {
      const body = method === "POST" ? { reference: "x" } : undefined;
      expect(await owner.refused(method, path, body)).toEqual([403, "forbidden"]);
    }
    expect((await cloud.first.request("/v1/admin/payouts")).status).toBe(401);
    expect(await admin.refused("POST", `/v1/admin/payouts/${nothing}/paid`, { reference: "x" })).toEqual([
      404,
      "not_found",
    ]);
    expect((await admin.send("POST", `/v1/admin/payouts/${nothing}/paid`, { reference: " " })).status).toBe(400);
  });
});
