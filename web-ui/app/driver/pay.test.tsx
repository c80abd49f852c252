import { render } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { appNow } from "../../testing/app-data";
import { installMiniDom, valueOf } from "../../testing/mini-dom";
import { balances, cards, method, noCards, openBills } from "../../testing/my-data";
import type { Api } from "../api";
import { AppContext } from "../context";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { driverEn } from "./driver-en";
import type { PagedPayment } from "./my-types";
import PaymentsPage from "./pages/payments";
import { PATIENCE, monthOf, standingOf, topUpAmounts } from "./parts/pay-model";
import { driverTexts } from "./words";

/** What drivers do on pages of the payment service, seen from our page. */

let root: ReturnType<typeof installMiniDom>;
let answers: Record<string, unknown>;
let calls: string[];
const left = vi.fn();
const paged: PagedPayment = {
  paymentId: "p1",
  purpose: "top_up",
  currency: "EUR",
  amount: 5000,
  status: "pending",
  url: "https://checkout.stripe.com/c/pay/cs_1",
};

const call = async (how: string, path: string, body?: unknown, key?: string) => {
  calls.push([how, path, body ? JSON.stringify(body) : "", key ?? ""].join(" ").trimEnd());
  const value = answers[`${how} ${path.split("?")[0]}`] ?? null;
  return typeof value === "object" && value !== null && "ok" in value ? value : { ok: true, value };
};

beforeEach(() => {
  driverTexts.use(driverEn);
  calls = [];
  left.mockReset();
  root = installMiniDom("/");
  Object.assign(globalThis, { localStorage: { getItem: () => null, setItem: vi.fn(), removeItem: vi.fn() } });
  answers = {
    "GET /me/payment-method": method,
    "GET /me/balance": { balances },
    "GET /me/bills": { bills: openBills },
    "GET /me/memberships": { memberships: [] },
    "GET /me/coupons": { coupons: [] },
    "GET /me/cards": { cards },
  };
});
afterEach(() => render(null, root));

function open(path: string): void {
  root = installMiniDom(path);
  Object.assign(globalThis.location, { assign: left });
  const app = {
    ...{ words: wordsFor("en", appEn), api: { call } as unknown as Api, now: () => Date.parse(appNow) + calls.length },
    ...{ user: { id: "u", email: "a@b.c", name: "Alex" }, setUser: vi.fn(), setLang: vi.fn() },
  };
  render(
    <AppContext.Provider value={app}>
      <LocationProvider>
        <PaymentsPage />
      </LocationProvider>
    </AppContext.Provider>,
    root,
  );
}
const says = (text: string) => eventually(() => expect(root.textContent).toContain(text));
const called = (text: string) => eventually(() => expect(calls).toContain(text));
/** Presses a button, once it is there. */
const tap = (text: string) => eventually(() => root.find("button", text).fire("click"));
/** Until nothing is under way any more. */
const idle = () =>
  eventually(() => expect(root.all((node) => String(valueOf(node, "aria-busy")) === "true")).toEqual([]));

it("knows how a payment stands for who comes back, and for how long it asks", () => {
  const of = (more: Partial<PagedPayment>, stopped = false, looks = 1) =>
    standingOf({ ...paged, ...more }, stopped, looks);
  expect([of({ status: "succeeded" }), of({ status: "held", purpose: "charge" })]).toEqual(["filled", "paid"]);
  expect([of({ status: "failed" }), of({ status: "released" })]).toEqual(["failed", "over"]);
  // Without a page there is nothing to go on with: it is under way.
  expect([of({}, true), of({ url: null }, true), of({}, false, PATIENCE.tries)]).toEqual([
    "stopped",
    "waiting",
    "late",
  ]);
});

it("offers sums of a currency, and reads months as they are on cards", () => {
  expect(topUpAmounts("EUR")).toEqual([1000, 2000, 5000, 10_000, 20_000]);
  expect(topUpAmounts("JPY")).toEqual([1000, 2000, 5000, 10_000, 20_000]);
  expect([monthOf("2029-05"), monthOf("")]).toEqual(["05/29", "/"]);
});

it("fills the wallet on a page, once however often it is asked for, and says so when one comes back", async () => {
  open("/payments");
  await says("Top up the wallet");
  answers["POST /me/wallet/top-ups"] = { ok: false, error: { code: "unavailable", detail: "" } };
  const form = root.all(({ localName }) => localName === "form")[0]!;
  form.fire("submit");
  await says("This does not work just now. Try again soon: nothing is charged twice.");
  answers["POST /me/wallet/top-ups"] = paged;
  form.fire("submit");
  await eventually(() => expect(left).toHaveBeenCalledWith(paged.url));
  const tries = calls.filter((each) => each.startsWith("POST /me/wallet"));
  expect(tries).toEqual([tries[0], tries[0]]);
  expect(tries[0]).toContain('{"amount":5000,"currency":"EUR"}');
  await idle();
  // What was refused for good is ordered anew.
  answers["POST /me/wallet/top-ups"] = { ok: false, error: { code: "payment_refused", detail: "" } };
  for (const count of [3, 4]) {
    form.fire("submit");
    await eventually(() => expect(calls.filter((each) => each.startsWith("POST /me/wallet"))).toHaveLength(count));
    await idle();
  }
  const [third, fourth] = calls.filter((each) => each.startsWith("POST /me/wallet")).slice(2);
  expect(third === tries[0] && fourth !== third).toBe(true);
  render(null, root);
  answers["GET /me/payments/p1"] = { ...paged, status: "succeeded", url: null };
  open("/payments?payment=p1");
  await says("\u20ac50.00 are in your wallet.");
});

it("says that nothing was taken when one came back without paying, goes on, or drops it", async () => {
  answers["GET /me/payments/p1"] = paged;
  open("/payments?payment=p1&stopped");
  await says("You came back before paying \u20ac50.00. Nothing has been taken.");
  expect(valueOf(root.find("a", "Go on paying"), "href")).toBe(paged.url);
  answers["GET /me/payments/p1"] = { ...paged, status: "released", url: null };
  await tap("Do not pay");
  await called("DELETE /me/payments/p1");
  await says("This payment was not made.");
  render(null, root);
  answers["GET /me/payments/p1"] = { ok: false, error: { code: "not_found", detail: "" } };
  open("/payments?payment=p1");
  await says("Try again");
  answers["GET /me/payments/p1"] = { ...paged, status: "failed", url: null };
  await tap("Try again");
  await says("was declined. Nothing has been taken. Try another card.");
});

it("pays a bill with another card where the saved one is declined", async () => {
  open("/payments");
  await says("With another card");
  const { chargeId } = openBills[0]!;
  answers[`POST /me/bills/${chargeId}/pay`] = openBills[0];
  await tap("Pay by card");
  await says("Your card was declined. Nothing has been taken.");
  answers[`POST /me/bills/${chargeId}/pages`] = { ...paged, purpose: "charge" };
  await tap("With another card");
  await eventually(() => expect(left).toHaveBeenCalledWith(paged.url));
});

it("saves a card on a page, takes it over, uses another, and removes one", async () => {
  answers["POST /me/cards"] = { url: "https://checkout.stripe.com/c/pay/cs_2" };
  answers["POST /me/cards/saved"] = { card: "visa 4242" };
  open("/payments?card=cs_2");
  await called('POST /me/cards/saved {"checkoutId":"cs_2"}');
  await says("visa 4242 is saved.");
  await says("until 05/29");
  await tap("Use this one");
  await called('PUT /me/payment-method {"method":"card","paymentMethodId":"pm_2"}');
  await idle();
  await tap("Save a card");
  await eventually(() => expect(left).toHaveBeenCalledWith("https://checkout.stripe.com/c/pay/cs_2"));
  await idle();
  await tap("Remove");
  await called("DELETE /me/cards/pm_1");
  render(null, root);
  answers["GET /me/cards"] = { cards: [] };
  open("/payments?card=stopped");
  await says("No card was saved.");
  await says("None saved yet.");
  render(null, root);
  answers["POST /me/cards/saved"] = { ok: false, error: { code: "not_found", detail: "" } };
  open("/payments?card=cs_alien");
  await called('POST /me/cards/saved {"checkoutId":"cs_alien"}');
  await says("None saved yet.");
});

it("offers none of it where the platform takes no cards", async () => {
  answers["GET /me/payment-method"] = noCards;
  open("/payments");
  await says("This service takes no cards");
  for (const text of ["Top up", "Save a card", "Pay by card"]) expect(root.textContent).not.toContain(text);
});
