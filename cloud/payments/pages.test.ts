import { describe, expect, it } from "vitest";
import { balanceOf, outstandingOf } from "../billing/ledger";
import type { Person } from "../testing/person";
import { PASSWORD } from "../testing/person";
import { collect } from "./collect";
import { profileOf } from "./profile";
import { sweep } from "./sweep";
import { cardDriver, keyed, pageIn, tell } from "./testing/driver";
import { openTill } from "./testing/till";

/** What drivers do on pages of the payment service: pay with another card, fill the wallet, save and remove cards. */

const till = await openTill();
const { cloud, stripe } = till;
const { checkout } = stripe;

interface Paged {
  paymentId: string;
  status: string;
  url: string | null;
}
interface Card {
  paymentMethodId: string;
  card: string;
  isDefault: boolean;
}

const bill = (userId: string) => till.bill(userId, { method: "on_account" });
const wallet = (userId: string) => balanceOf(cloud.db, "wallet", userId, "EUR");
const topUp = async (driver: Person, key: string) =>
  (await (await keyed(driver, "/v1/me/wallet/top-ups", { amount: 2000, currency: "EUR" }, key)).json()) as Paged;
const look = (driver: Person, { paymentId }: Paged) => driver.ok<Paged>("GET", `/v1/me/payments/${paymentId}`);

async function hear(type: string, object: object): Promise<void> {
  expect((await tell(cloud.first, stripe.event(type, object, cloud.now()))).status).toBe(204);
  await cloud.runJobs();
}

describe("a page to pay on", () => {
  it("leads back to the driver's payments, and stays open while cards are declined on it", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    const begun = await topUp(driver, "one");
    const page = checkout.pages.get(pageIn(begun.url!))!;
    const back = `${cloud.first.deps.publicUrl}/payments?payment=${begun.paymentId}`;
    expect(page).toMatchObject({ mode: "payment", amount_total: 2000, currency: "eur", success_url: back });
    expect(page.cancel_url).toBe(`${back}&stopped`);
    stripe.declined.add("pm_poor");
    const intent = checkout.pay(page.id, "pm_poor");
    await hear("payment_intent.payment_failed", intent);
    // Nobody is told of a failure while the driver may take another card.
    expect(await look(driver, begun)).toMatchObject({ status: "pending", url: begun.url });
    expect(await cloud.db.selectFrom("notifications").where("user_id", "=", userId).selectAll().execute()).toEqual([]);
    checkout.pay(page.id);
    // The event is late: whoever comes back sees it all the same.
    expect(await look(driver, begun)).toMatchObject({ status: "succeeded", url: null });
    for (const again of ["payment_intent.succeeded", "payment_intent.created"]) await hear(again, intent);
    const { id, object, mode, metadata } = page;
    await hear("checkout.session.completed", { id, object, mode, metadata });
    expect(await wallet(userId)).toBe(-2000);
    expect(await topUp(driver, "one")).toMatchObject({ paymentId: begun.paymentId, status: "succeeded", url: null });
  });

  it("is heard of by its own events alone", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    const [paid, left] = [await topUp(driver, "paid"), await topUp(driver, "left")];
    const pages = [paid, left].map(({ url }) => checkout.pages.get(pageIn(url!))!);
    checkout.pay(pages[0]!.id);
    pages[1]!.status = "expired";
    for (const { id, object, mode, metadata } of pages)
      await hear("checkout.session.updated", { id, object, mode, metadata });
    const rows = await cloud.db.selectFrom("payments").selectAll().where("user_id", "=", userId).execute();
    expect(rows.map(({ status }) => status).toSorted()).toEqual(["released", "succeeded"]);
    expect(await wallet(userId)).toBe(-2000);
  });

  it("is given up by the driver, or by time, and not once it is paid", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    const [stopped, paid, left] = [await topUp(driver, "a"), await topUp(driver, "b"), await topUp(driver, "c")];
    const drop = (paged: Paged) => driver.ok<Paged>("DELETE", `/v1/me/payments/${paged.paymentId}`);
    expect(await drop(stopped)).toMatchObject({ status: "released" });
    expect(checkout.pages.get(pageIn(stopped.url!))!.status).toBe("expired");
    expect(await drop(stopped)).toMatchObject({ status: "released" });
    checkout.pay(pageIn(paid.url!));
    expect(await drop(paid)).toMatchObject({ status: "succeeded" });
    cloud.skewMs = 25 * 3_600_000;
    await sweep(cloud.first.deps);
    expect(checkout.pages.get(pageIn(left.url!))!.status).toBe("expired");
    expect(await look(driver, left)).toMatchObject({ status: "released", url: null });
    expect(await wallet(userId)).toBe(-2000);
  });

  it("that was paid is not given up while the bank takes its time, and one that was given up counts if it was paid", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    const slow = await topUp(driver, "slow");
    const intent = checkout.pay(pageIn(slow.url!));
    Object.assign(intent, { status: "requires_action", amount_received: 0 });
    cloud.skewMs = 25 * 3_600_000;
    await sweep(cloud.first.deps);
    expect(intent.status).toBe("requires_action");
    expect(await look(driver, slow)).toMatchObject({ status: "pending", url: null });
    Object.assign(intent, { status: "succeeded", amount_received: 2000 });
    expect(await look(driver, slow)).toMatchObject({ status: "succeeded" });
    stripe.loseAnswers = 3;
    await topUp(driver, "gone");
    const page = [...checkout.pages.values()].at(-1)!;
    cloud.skewMs += 600_000;
    expect(await driver.ok("DELETE", `/v1/me/payments/${page.metadata.payment}`)).toMatchObject({ status: "released" });
    await hear("payment_intent.succeeded", checkout.pay(page.id));
    expect(await wallet(userId)).toBe(-4000);
  });

  it("stays open for who has no card, whatever else would take the money", async () => {
    const driver = await cloud.person();
    const userId = await driver.userId();
    const chargeId = await bill(userId);
    const page = await driver.ok<Paged>("POST", `/v1/me/bills/${chargeId}/pages`);
    await collect(cloud.first.deps, chargeId, true);
    expect(await look(driver, page)).toMatchObject({ status: "pending", url: page.url });
  });

  it("pays a bill with another card, and only once, whatever else is tried meanwhile", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "on_account");
    const chargeId = await bill(userId);
    const open = () => driver.ok<Paged>("POST", `/v1/me/bills/${chargeId}/pages`);
    const first = await open();
    expect((await open()).url).toBe(first.url);
    // The wallet pays a part: the page is for another sum than is owed, and the next takes its place.
    const filled = await topUp(driver, "part");
    checkout.pages.get(pageIn(filled.url!))!.amount_total = 500;
    checkout.pay(pageIn(filled.url!));
    await look(driver, filled);
    await driver.ok("POST", `/v1/me/bills/${chargeId}/pay`, { from: "wallet" });
    const second = await open();
    expect(checkout.pages.get(pageIn(first.url!))!.status).toBe("expired");
    expect(checkout.pages.get(pageIn(second.url!))!.amount_total).toBe(690);
    // The saved card closes the page before it is charged.
    await driver.ok("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" });
    expect(checkout.pages.get(pageIn(second.url!))!.status).toBe("expired");
    expect([await outstandingOf(cloud.db, chargeId), await wallet(userId)]).toEqual([0, 0]);
    expect(await driver.refused("POST", `/v1/me/bills/${chargeId}/pages`)).toEqual([409, "nothing_owed"]);
  });

  it("that was paid counts before the saved card; one whose answer was lost is the same one", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "on_account");
    const chargeId = await bill(userId);
    stripe.loseAnswers = 3;
    expect((await driver.send("POST", `/v1/me/bills/${chargeId}/pages`)).status).toBe(503);
    expect(await driver.refused("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" })).toEqual([409, "under_way"]);
    const known = checkout.pages.size;
    const page = await driver.ok<Paged>("POST", `/v1/me/bills/${chargeId}/pages`);
    expect(checkout.pages.size).toBe(known);
    checkout.pay(pageIn(page.url!));
    await collect(cloud.first.deps, chargeId, true);
    expect([await outstandingOf(cloud.db, chargeId), await wallet(userId)]).toEqual([0, 0]);
    // One that nobody ever got the address of is given up for the card.
    const other = await bill(userId);
    stripe.loseAnswers = 3;
    await driver.send("POST", `/v1/me/bills/${other}/pages`);
    cloud.skewMs = 600_000;
    await driver.ok("POST", `/v1/me/bills/${other}/pay`, { from: "card" });
    expect(await outstandingOf(cloud.db, other)).toBe(0);
  });

  it("of a try with the saved card there is none; nobody sees or stops another's", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "on_account");
    const chargeId = await bill(userId);
    stripe.loseAnswers = 3;
    expect((await driver.send("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" })).status).toBe(503);
    expect(await driver.refused("POST", `/v1/me/bills/${chargeId}/pages`)).toEqual([409, "under_way"]);
    const [{ paymentId }] = (await driver.ok<{ payments: [Paged] }>("GET", "/v1/me/payments")).payments;
    expect(await driver.refused("DELETE", `/v1/me/payments/${paymentId}`)).toEqual([409, "under_way"]);
    const stranger = await cloud.person();
    expect(await stranger.refused("GET", `/v1/me/payments/${paymentId}`)).toEqual([404, "not_found"]);
    expect(await stranger.refused("DELETE", `/v1/me/payments/${paymentId}`)).toEqual([404, "not_found"]);
    expect(await stranger.refused("POST", `/v1/me/bills/${chargeId}/pages`)).toEqual([404, "not_found"]);
    expect((await driver.send("GET", "/v1/me/payments/x")).status).toBe(400);
    expect((await driver.send("DELETE", "/v1/me/payments/x")).status).toBe(400);
    expect((await driver.send("POST", "/v1/me/bills/x/pages")).status).toBe(400);
    await driver.ok("POST", `/v1/me/bills/${chargeId}/pay`, { from: "card" });
  });
});

const cards = async (driver: Person) => (await driver.ok<{ cards: Card[] }>("GET", "/v1/me/cards")).cards;
const begin = async (driver: Person) => pageIn((await driver.ok<{ url: string }>("POST", "/v1/me/cards")).url);
const take = (driver: Person, checkoutId: string) => driver.ok("POST", "/v1/me/cards/saved", { checkoutId });
const method = (driver: Person) => driver.ok("GET", "/v1/me/payment-method");

describe("saved cards", () => {
  it("are saved on a page, whether its event or the driver comes back first; the latest is used", async () => {
    const driver = await cloud.person();
    expect(await cards(driver)).toEqual([]);
    const page = await begin(driver);
    expect(await take(driver, page)).toEqual({ card: null });
    checkout.saveCard(page, "pm_1111");
    expect(await take(driver, page)).toEqual({ card: "visa 1111" });
    expect(await method(driver)).toEqual({ method: "card", card: "visa 1111", takesCards: true });
    const next = await begin(driver);
    checkout.saveCard(next, "pm_2222");
    const { object, mode } = checkout.pages.get(next)!;
    await hear("checkout.session.completed", { id: next, object, mode });
    expect(await cards(driver)).toEqual([
      { paymentMethodId: "pm_2222", card: "visa 2222", expires: "2029-05", isDefault: true },
      { paymentMethodId: "pm_1111", card: "visa 1111", expires: "2029-05", isDefault: false },
    ]);
    // What is said again of the first, late, takes nothing back.
    cloud.skewMs = 1000;
    await driver.ok("PUT", "/v1/me/payment-method", { method: "wallet" });
    expect(await take(driver, page)).toEqual({ card: "visa 1111" });
    expect(await method(driver)).toMatchObject({ method: "wallet", card: "visa 2222" });
    // Nor does the first card pay where its driver has chosen otherwise since its page was opened.
    const other = await cloud.person();
    const first = await begin(other);
    cloud.skewMs = 2000;
    await other.ok("PUT", "/v1/me/payment-method", { method: "on_site" });
    checkout.saveCard(first, "pm_4444");
    expect(await take(other, first)).toEqual({ card: "visa 4444" });
    expect(await method(other)).toMatchObject({ method: "on_site", card: "visa 4444" });
  });

  it("are removed for good: the next one is used, and without one bills are on account", async () => {
    const driver = await cloud.person();
    const pages: string[] = [];
    for (const card of ["pm_1111", "pm_2222", "pm_3333"]) {
      const page = await begin(driver);
      checkout.saveCard(page, card);
      await take(driver, page);
      pages.push(page);
    }
    const remove = async (card: string) =>
      expect((await driver.send("DELETE", `/v1/me/cards/${card}`)).status).toBe(204);
    await remove("pm_1111");
    expect(await method(driver)).toMatchObject({ method: "card", card: "visa 3333" });
    await remove("pm_3333");
    expect(await method(driver)).toMatchObject({ method: "card", card: "visa 2222" });
    await remove("pm_2222");
    expect(await method(driver)).toMatchObject({ method: "on_account", card: null });
    // Its page's late event does not bring it back.
    expect(await take(driver, pages[2]!)).toEqual({ card: null });
    expect(await method(driver)).toMatchObject({ method: "on_account", card: null });
  });

  it("are gone once, though the answer to that was lost", async () => {
    const driver = await cloud.person();
    const page = await begin(driver);
    checkout.saveCard(page, "pm_1111");
    await take(driver, page);
    stripe.loseAnswers = 3;
    expect((await driver.send("DELETE", "/v1/me/cards/pm_1111")).status).toBe(503);
    expect((await driver.send("DELETE", "/v1/me/cards/pm_1111")).status).toBe(204);
    expect(await method(driver)).toMatchObject({ method: "on_account", card: null });
    expect(await driver.refused("DELETE", "/v1/me/cards/pm_1111")).toEqual([402, "payment_refused"]);
  });

  it("are nobody else's", async () => {
    const driver = await cloud.person();
    const page = await begin(driver);
    checkout.saveCard(page, "pm_1111");
    const stranger = await cloud.person();
    expect(await stranger.refused("POST", "/v1/me/cards/saved", { checkoutId: page })).toEqual([404, "not_found"]);
    expect(await stranger.refused("DELETE", "/v1/me/cards/pm_1111")).toEqual([404, "not_found"]);
    await begin(stranger);
    expect(await stranger.refused("DELETE", "/v1/me/cards/none")).toEqual([402, "payment_refused"]);
    expect(await stranger.refused("POST", "/v1/me/cards/saved", { checkoutId: "../x" })).toEqual([400, "invalid"]);
    expect(await stranger.refused("DELETE", "/v1/me/cards/a%20b")).toEqual([400, "invalid"]);
    // A page of others at the same account comes to nothing.
    checkout.pages.set("cs_alien", { ...checkout.pages.get(page)!, id: "cs_alien", customer: "cus_alien" });
    await hear("checkout.session.completed", { id: "cs_alien", object: "checkout.session", mode: "setup" });
  });
});

it("whose account is deleted is forgotten by the payment service too", async () => {
  const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
  const { customer_id: customerId } = (await profileOf(cloud.db, userId))!;
  expect(stripe.customers).toContain(customerId);
  await driver.ok("POST", "/v1/me/delete", { password: PASSWORD });
  await cloud.runJobs();
  expect(stripe.customers).not.toContain(customerId);
});
