import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { site } from "../../testing/app-data";
import { MiniNode, valueOf } from "../../testing/mini-dom";
import { OwnerPage, Refusal } from "../../testing/owner-page";
import { chargePoint, connectors, paymentRules } from "../../testing/owner-data";
import { messagesEn } from "../messages/messages-en";
import { thread } from "../../testing/message-data";
import ConnectorsPage from "./pages/connectors";
import MessagesPage from "./pages/messages";
import PaymentRulesPage from "./pages/payment-rules";
import { paymentFormOf, paymentRulesOf, toggled } from "./payment-model";

const { siteId } = site;
let page: OwnerPage;
beforeEach(() => {
  page = new OwnerPage();
  Object.assign(page.answers, {
    "GET /sites/:s/payment-rules": paymentRules,
    "GET /sites/:s/connectors": { connectors },
    "GET /sites/:s/charge-points/CP1": chargePoint,
  });
});
afterEach(() => page.close());

it("reads what a form means for paying, and says what is wrong with it", () => {
  const form = paymentFormOf(paymentRules, "EUR");
  expect(form.hold).toBe("30");
  expect(paymentRulesOf(form, "EUR")).toEqual({ rules: paymentRules });
  expect(paymentRulesOf({ ...form, hold: " " }, "EUR")).toEqual({ rules: { ...paymentRules, hold: null } });
  expect(paymentFormOf({ ...paymentRules, hold: null }, "EUR").hold).toBe("");
  expect(paymentRulesOf({ ...form, methods: [], hold: "much" }, "EUR")).toEqual({ wrong: ["methods", "hold"] });
  expect(paymentRulesOf({ ...form, hold: "100.01" }, "EUR")).toEqual({ wrong: ["hold"] });
  expect(paymentRulesOf({ ...form, hold: "100" }, "JPY")).toEqual({ rules: { ...paymentRules, hold: 100 } });
  expect(toggled(["on_account"], "card", true)).toEqual(["card", "on_account"]);
  expect(toggled(["card", "on_account"], "card", false)).toEqual(["on_account"]);
});

it("sets how a site is paid", async () => {
  page.open(<PaymentRulesPage siteId={siteId} />);
  await page.says("Drivers whose card you have approved");
  const boxes = page.root.all((node) => valueOf(node, "type") === "checkbox");
  const tick = (index: number, checked: boolean) => boxes[index]?.fire("change", { currentTarget: { checked } });
  for (const index of [0, 1, 4]) tick(index, false);
  await page.says("Accept at least one way of paying.");
  expect(page.root.textContent).not.toContain("Who may pay by invoice");
  page.submit();
  expect(page.sent("PUT /sites/:s/payment-rules")).toBeUndefined();
  tick(3, true);
  tick(4, true);
  page.type("later", "members");
  page.type("hold", "200");
  await page.says("Enter an amount of at most");
  page.type("hold", "");
  page.answers["PUT /sites/:s/payment-rules"] = new Refusal("forbidden");
  page.submit();
  await page.says("Code: forbidden");
  page.answers["PUT /sites/:s/payment-rules"] = paymentRules;
  page.submit();
  await page.says("Saved");
  const rules = { methods: ["on_site", "on_account"], onAccountFor: "members", hold: null };
  expect(page.sent("PUT /sites/:s/payment-rules")).toEqual(rules);
});

it("lists what drivers have written to the site", async () => {
  page.answers["GET /sites/:s/threads"] = { threads: [{ ...thread, side: "owner" }], nextCursor: null };
  page.open(<MessagesPage siteId={siteId} />);
  await page.says(thread.driver);
  expect(
    page.root.all((node) => valueOf(node, "href") === `/messages/${thread.siteId}/${thread.threadId}`),
  ).toHaveLength(1);
  page.close();
  page.answers["GET /sites/:s/threads"] = { threads: [], nextCursor: null };
  page.open(<MessagesPage siteId={siteId} />);
  await page.says(messagesEn.emptySite);
});

it("names a charger, retires it with its bookings said first, and takes it back", async () => {
  const path = "/sites/:s/charge-points/CP1";
  page.open(<ConnectorsPage siteId={siteId} />);
  await page.says("Left gate");
  page.answers[`PATCH ${path}`] = { ...chargePoint, name: "CP1", ownName: null };
  Object.assign(page.node("name-CP1"), { value: " " });
  const naming = page.root.all((node) => node.localName === "form" && valueOf(node, "class") === "name-form")[0];
  naming?.fire("submit");
  await page.wasAsked(`PATCH ${path}`);
  expect(page.sent(`PATCH ${path}`)).toEqual({ name: null });
  page.press("Retire");
  await page.says("2 bookings to come are on it.");
  const focus = vi.spyOn(MiniNode.prototype, "focus");
  page.press("Leave");
  await page.saysNot("bookings to come");
  expect(focus.mock.contexts).toEqual([page.root.find("h3", "Left gate")]);
  focus.mockRestore();
  // One more has come since: it is counted anew when it is asked, and again when it is refused.
  page.answers[`GET ${path}`] = { ...chargePoint, bookings: 3 };
  page.press("Retire");
  await page.says("3 bookings to come are on it.");
  page.answers[`GET ${path}`] = chargePoint;
  page.answers[`POST ${path}/retire`] = new Refusal("bookings_affected");
  page.press("Retire");
  await page.says("There are more bookings now than you were shown.");
  await page.says("2 bookings to come are on it.");
  expect(page.sent(`POST ${path}/retire`)).toEqual({ bookings: 3, reschedule: true });
  page.answers[`POST ${path}/retire`] = new Refusal("in_use");
  page.press("Retire");
  await page.says("Somebody is charging there.");
  page.answers[`POST ${path}/retire`] = { ...chargePoint, retiredAt: "2026-11-21T10:00:00.000Z" };
  page.press("Retire");
  await page.says("Retired since");
  expect(page.sent(`POST ${path}/retire`)).toEqual({ bookings: 2, reschedule: true });
  page.answers[`POST ${path}/restore`] = { ...chargePoint, bookings: 0 };
  page.press("Take into service again");
  await eventually(() => expect(page.root.textContent).not.toContain("Retired since"));
  page.answers[`GET ${path}`] = { ...chargePoint, bookings: 0 };
  page.press("Retire");
  await page.says("Retire Left gate?");
  page.answers[`POST ${path}/retire`] = chargePoint;
  page.press("Retire");
  await eventually(() => expect(page.sent(`POST ${path}/retire`)).toEqual({ bookings: 0, reschedule: false }));
});
