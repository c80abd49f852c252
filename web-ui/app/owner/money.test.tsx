import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { organizationId, ownerSession, site } from "../../testing/app-data";
import { OwnerPage, Refusal } from "../../testing/owner-page";
import { bill, finance, organization, payouts } from "../../testing/business-data";
import FiguresPage from "./pages/figures";
import InvoicesPage from "./pages/invoices";
import MoneyPage from "./pages/money";
import MyPayoutsPage from "./pages/my-payouts";
import PayoutsPage from "./pages/payouts";

let page: OwnerPage;
beforeEach(() => {
  page = new OwnerPage();
  Object.assign(page.answers, {
    "GET /organizations/:o": organization,
    "GET /organizations/:o/finance": finance,
    "GET /organizations/:o/payouts": payouts,
    "GET /sites": { sites: [site, { ...site, siteId: "other", organizationId: "another" }] },
  });
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
});

it("sums money by month and site, as the CSV does, and says what is under the pointer", async () => {
  page.open(<MoneyPage organizationId={organizationId} />);
  await page.says("\u20ac3,480.75");
  expect(page.root.textContent).toContain("No site");
  await eventually(() => page.labelled("chart"));
  page.labelled("chart").fire("click");
  await page.says("Oct 2026: Gross \u20ac1,190.00, Yours, after fees \u20ac1,160.25");
  const csv = page.root.find("a", "Download CSV");
  expect(csv.attributes.get("href") ?? (csv as unknown as { href: string }).href).toBe(
    `/v1/organizations/${organizationId}/finance.csv?from=2025-12&to=2026-11`,
  );
  page.type("span", "thisMonth");
  await eventually(() => expect(location.search).toBe("?span=thisMonth"));
  page.type("site", site.siteId);
  await page.wasAsked("GET /organizations/:o/finance?from=2026-11&to=2026-11&siteId=:s");
});

it("says that nothing was billed, or why there is nothing", async () => {
  page.answers["GET /organizations/:o/finance"] = { rows: [], totals: [], settlements: [] };
  page.open(<MoneyPage organizationId={organizationId} />, `/business/${organizationId}?span=lastMonth`);
  await page.says("Nothing was billed");
  page.close();
  page.answers["GET /organizations/:o/finance"] = new Refusal("network");
  page.open(<MoneyPage organizationId={organizationId} />);
  await page.says("cannot be reached");
  page.close();
  page.answers["GET /organizations/:o/finance"] = finance;
  page.answers["GET /sites"] = new Refusal("network");
  page.open(<MoneyPage organizationId={organizationId} />);
  await page.says("cannot be reached");
});

const invoices = "/organizations/:o/invoices";
const one = `POST ${invoices}/${bill.chargeId}`;

it("shows a bill's lines, notes it as paid, and gives money back within its sum", async () => {
  page.answers[`GET ${invoices}`] = { bills: [bill], nextCursor: "next" };
  page.answers[`GET ${invoices}?limit=25&cursor=next`] = {
    bills: [{ ...bill, chargeId: "c2", number: "2026-000072", type: "creditNote", outstanding: 0, buyer: null }],
    nextCursor: null,
  };
  page.open(<InvoicesPage organizationId={organizationId} />, `/business/${organizationId}/invoices`);
  await page.says("Invoice 2026-000073");
  expect(page.root.textContent).toContain("Energy\u20ac11.90");
  expect(page.root.textContent).toContain("Parking disc\u20ac1.00");
  page.press("Show more");
  await page.says("Credit note 2026-000072");
  Object.assign(page.node(`amount-${bill.chargeId}`), { value: "20" });
  page.submit();
  await page.says("Enter an amount of at most \u20ac12.90.");
  Object.assign(page.node(`amount-${bill.chargeId}`), { value: "2,50" });
  Object.assign(page.node(`reason-${bill.chargeId}`), { value: "Blocked bay" });
  Object.assign(page.root.find("form"), { reset: () => undefined });
  page.answers[`${one}/refunds`] = { ...bill, number: "2026-000074" };
  page.submit();
  await page.says("Credit note 2026-000074 is written.");
  expect(page.sent(`${one}/refunds`)).toEqual({ amount: 250, reason: "Blocked bay" });
  page.answers[`${one}/payments`] = new Refusal("forbidden");
  page.press("Note \u20ac2.90 as paid to you");
  await page.says("Only an owner");
  page.answers[`${one}/payments`] = { ...bill, outstanding: 0 };
  page.press("Note \u20ac2.90 as paid to you");
  await eventually(() => expect(page.root.textContent).not.toContain("unpaid"));
  page.press("Unpaid");
  await page.wasAsked(`GET ${invoices}?limit=25&open=true`);
});

it("gives back once however often an answer is lost, and once more to whoever means it", async () => {
  const refund = () => {
    Object.assign(page.node(`amount-${bill.chargeId}`), { value: "2" });
    Object.assign(page.root.find("form"), { reset: () => undefined });
    page.submit();
  };
  const visit = async () => {
    page.open(<InvoicesPage organizationId={organizationId} />, `/business/${organizationId}/invoices`);
    await page.says("Invoice 2026-000073");
  };
  const keys = () => page.asked.filter(({ what }) => what === `${one}/refunds`).map(({ key }) => key);
  page.answers[`GET ${invoices}`] = { bills: [bill], nextCursor: null };
  await visit();
  page.answers[`${one}/refunds`] = new Refusal("network");
  refund();
  await page.says("The server cannot be reached");
  page.answers[`${one}/refunds`] = { ...bill, number: "2026-000074" };
  refund();
  await page.says("Credit note 2026-000074 is written.");
  refund();
  await page.wasAsked(`${one}/refunds`, 3);
  page.nowMs += 60_000;
  await visit();
  refund();
  await page.wasAsked(`${one}/refunds`, 4);
  const [first, again, more, later] = keys();
  expect(again).toBe(first);
  expect(new Set([first, more, later]).size).toBe(3);
});

it("says that there is no bill, and lets members look only", async () => {
  page.answers["GET /organizations/:o"] = { ...organization, role: "member" };
  page.answers[`GET ${invoices}`] = { bills: [bill], nextCursor: null };
  page.open(<InvoicesPage organizationId={organizationId} />, `/business/${organizationId}/invoices`);
  await page.says("Invoice 2026-000073");
  expect(page.root.textContent).not.toContain("Give money back");
  page.answers[`GET ${invoices}`] = { bills: [], nextCursor: null };
  page.press("Unpaid");
  await page.says("Nothing is unpaid.");
  page.press("All");
  await page.says("No invoice so far.");
});

it("says what is due and how, begins the payout account, and lists payouts with their statements", async () => {
  const assign = vi.fn();
  page.answers["POST /organizations/:o/payout-account"] = { url: "https://pay.example/begin" };
  page.open(<PayoutsPage organizationId={organizationId} />);
  await page.says("Due to you\u20ac910.25");
  Object.assign(location, { assign });
  expect(page.root.textContent).toContain("-\u20ac200.00");
  expect(page.root.textContent).toContain("SEPA 4711");
  page.press("Set up payouts");
  await eventually(() => expect(assign).toHaveBeenCalledWith("https://pay.example/begin"));
});

it("says what an owner owes, that nothing is due, and that an account is ready", async () => {
  const settlement = { currency: "EUR", earned: 100, onSite: 300, outstanding: 0, due: -200 };
  const account = { connected: true, ready: true, takesCards: true };
  page.answers["GET /organizations/:o/payouts"] = { due: [settlement], payouts: [], account };
  page.open(<PayoutsPage organizationId={organizationId} />);
  await page.says("You owe the platform\u20ac2.00");
  expect(page.root.textContent).toContain("Your payout account is ready");
  expect(page.root.textContent).toContain("No payout so far.");
  page.close();
  page.answers["GET /organizations/:o"] = { ...organization, role: "member" };
  page.answers["GET /organizations/:o/payouts"] = { due: [], payouts: [], account: { ...account, takesCards: false } };
  page.open(<PayoutsPage organizationId={organizationId} />);
  await page.says("Nothing is due.");
  expect(page.root.textContent).not.toContain("payout account");
});

it("leads from a message about payouts to those of the organisation that one owns", async () => {
  const other = { organizationId: "x", name: "X", role: "member" };
  page.answers["GET /me"] = { user: {}, organizations: [other, { ...other, organizationId, role: "owner" }] };
  page.open(<MyPayoutsPage />, "/payouts");
  await eventually(() => expect(location.pathname).toBe(`/business/${organizationId}/payouts`));
  page.close();
  page.answers["GET /me"] = { user: {}, organizations: [other] };
  page.open(<MyPayoutsPage />, "/payouts");
  await eventually(() => expect(location.pathname).toBe("/business/x/payouts"));
  page.close();
  page.answers["GET /me"] = { user: {}, organizations: [] };
  page.open(<MyPayoutsPage />, "/payouts");
  await eventually(() => expect(location.pathname).toBe("/sites"));
});

it("adds up a site's sessions over all pages, by day and by the hours of the week", async () => {
  let asked = 0;
  page.answers["GET /sites/:s/sessions"] = () => {
    asked += 1;
    return { sessions: [ownerSession(asked)], nextCursor: asked < 3 ? `c${asked}` : null };
  };
  page.open(<FiguresPage siteId={site.siteId} />, `/sites/${site.siteId}/figures`);
  await page.says("When it is used");
  expect(asked).toBe(3);
  expect(page.root.textContent).not.toContain("These are the newest");
  await eventually(() => page.labelled("chart"));
  page.type("days", "90");
  await eventually(() => expect(location.search).toBe("?days=90"));
});

it("says where there is more than it adds up, nothing, or no answer", async () => {
  page.answers["GET /sites/:s/sessions"] = { sessions: [ownerSession(0)], nextCursor: "more" };
  page.open(<FiguresPage siteId={site.siteId} />, `/sites/${site.siteId}/figures?days=7`);
  await page.says("These are the newest 5000 sessions.");
  page.close();
  page.answers["GET /sites/:s/sessions"] = { sessions: [], nextCursor: null };
  page.open(<FiguresPage siteId={site.siteId} />, `/sites/${site.siteId}/figures`);
  await page.says("No session in this time.");
  page.close();
  page.answers["GET /sites/:s/sessions"] = new Refusal("network");
  page.open(<FiguresPage siteId={site.siteId} />, `/sites/${site.siteId}/figures`);
  await page.says("cannot be reached");
});
