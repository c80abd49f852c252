import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { organizationId, site } from "../../testing/app-data";
import { OwnerPage, Refusal } from "../../testing/owner-page";
import { organization, plans, promotions } from "../../testing/business-data";
import { faults, reviews, ticket } from "../../testing/owner-data";
import { ownerEn } from "./owner-en";
import { planOf, promotionOf } from "./offer-model";
import FaultsPage from "./pages/faults";
import OffersPage from "./pages/offers";
import ReviewsPage from "./pages/reviews";
import TeamPage from "./pages/team";

const { siteId } = site;
let page: OwnerPage;
beforeEach(() => {
  page = new OwnerPage();
  Object.assign(page.answers, {
    "GET /sites/:s/faults": { faults, nextCursor: "next" },
    "GET /sites/:s/faults?limit=25&cursor=next": { faults: [{ ...faults[1], faultId: "f9" }], nextCursor: null },
    "GET /sites/:s/tickets": { tickets: [ticket], nextCursor: null },
    "GET /places/:s/reviews": { reviews, nextCursor: "next" },
    "GET /organizations/:o": organization,
    "GET /organizations/:o/promotions": { promotions },
    "GET /organizations/:o/plans": { plans },
    "GET /sites": { sites: [site] },
  });
});
afterEach(() => page.close());

const forms = () => page.root.all(({ localName }) => localName === "form");
const resettable = () => {
  for (const form of forms()) Object.assign(form, { reset: () => undefined });
};

it("tells faults in plain words with code and downtime, and opens a repair for one that has none", async () => {
  page.answers["POST /sites/:s/tickets"] = {
    ...ticket,
    ticketId: "t2",
    faultId: faults[0]?.faultId,
    title: "Residual",
  };
  page.open(<FaultsPage siteId={siteId} />);
  await page.says("Residual current, protection has tripped");
  expect(page.root.textContent).toContain("Code: GroundFailure \u00b7 E12");
  expect(page.root.textContent).toContain("out for 1\u00a0h 10\u00a0min");
  page.press("Show more");
  await eventually(() => expect(page.root.textContent).not.toContain("Show more"));
  const opener = "Open a repair: CP3 \u00b7 Connector 1, Residual current, protection has tripped";
  page.labelled(opener).fire("click");
  await page.wasAsked("POST /sites/:s/tickets");
  expect(page.sent("POST /sites/:s/tickets")).toMatchObject({
    cpId: "CP3",
    connectorId: 1,
    faultId: faults[0]?.faultId,
  });
  await eventually(() => expect(() => page.labelled(opener)).toThrow());
});

it("notes on a repair, closes it with its cause, and opens it again", async () => {
  const base = `POST /sites/:s/tickets/${ticket.ticketId}`;
  const note = { at: "2026-11-20T12:00:00.000Z", kind: "note", text: "Ordered a part", by: null };
  const noted = { ...ticket, history: [...ticket.history, note] };
  page.answers[`${base}/notes`] = noted;
  page.answers[`${base}/fix`] = { ...noted, fixedAt: "2026-11-20T13:00:00.000Z", cause: "Grid", fixedBy: "Robin" };
  page.open(<FaultsPage siteId={siteId} />);
  await page.says("Alex");
  resettable();
  Object.assign(page.node(`note-${ticket.ticketId}`), { value: "Ordered a part" });
  forms()[0]?.fire("submit");
  await page.says("Ordered a part");
  Object.assign(page.node(`cause-${ticket.ticketId}`), { value: "Grid" });
  forms()[1]?.fire("submit");
  await page.says(ownerEn.reopenLabel);
  expect(page.sent(`${base}/fix`)).toMatchObject({ cause: "Grid" });
  resettable();
  page.answers[`${base}/notes`] = ticket;
  forms()[0]?.fire("submit");
  await page.says("It is repaired");
  expect(page.sent(`${base}/notes`)).toMatchObject({ reopen: true });
});

it("says that nothing is broken, or why that is not known", async () => {
  page.answers["GET /sites/:s/faults"] = { faults: [], nextCursor: null };
  page.answers["GET /sites/:s/tickets"] = { tickets: [], nextCursor: null };
  page.open(<FaultsPage siteId={siteId} />);
  await page.says("No fault so far.");
  page.close();
  page.answers["GET /sites/:s/tickets"] = new Refusal("network");
  page.open(<FaultsPage siteId={siteId} />);
  await page.says("cannot be reached");
  page.close();
  page.answers["GET /sites/:s/faults"] = new Refusal("network");
  page.open(<FaultsPage siteId={siteId} />);
  await page.says("cannot be reached");
});

it("answers a review once", async () => {
  const [first] = reviews;
  page.answers["GET /places/:s/reviews?limit=25&cursor=next"] = { reviews: [], nextCursor: null };
  const address = `PUT /sites/:s/reviews/${first?.reviewId}/answer`;
  page.answers[address] = new Refusal("answered");
  page.open(<ReviewsPage siteId={siteId} />);
  await page.says("Works well");
  expect(page.root.textContent).toContain("Somebody who has left");
  page.press("Show more");
  await eventually(() => expect(page.root.textContent).not.toContain("Show more"));
  Object.assign(page.node(`answer-${first?.reviewId}`), { value: "Sorry." });
  page.submit();
  await page.says("This review has been answered already.");
  page.answers[address] = { ...first, answer: "Sorry.", answeredAt: "2026-11-21T09:00:00.000Z" };
  page.submit();
  await page.says("Your answer, 21 Nov 2026");
  page.close();
  page.answers["GET /sites/:s"] = { ...site, listing: null };
  page.open(<ReviewsPage siteId={siteId} />);
  await page.says("No review yet.");
});

it("shows the team, changes roles, invites, withdraws, removes and renames", async () => {
  const base = "/organizations/:o";
  page.answers[`PATCH ${base}/members/v`] = new Refusal("last_owner");
  page.open(<TeamPage organizationId={organizationId} />);
  await page.says("robin@b.c");
  const role = page.labelled("Role of Robin");
  role.fire("change", { currentTarget: { value: "admin" } });
  await page.says("There must be an owner.");
  expect(page.sent(`PATCH ${base}/members/v`)).toEqual({ role: "admin" });
  page.labelled("Withdraw: new@b.c").fire("click");
  await page.wasAsked(`DELETE ${base}/invitations/0198f3a0-0000-7000-8000-0000000000d1`);
  await page.wasAsked(`GET ${base}`, 2);
  await page.says("robin@b.c");
  page.labelled("Remove: Robin").fire("click");
  await page.wasAsked(`DELETE ${base}/members/v`);
  await page.wasAsked(`GET ${base}`, 3);
  await page.says("Name of the business");
  Object.assign(page.node("inviteEmail"), { value: "x@y.z" });
  page.submit("Invite somebody");
  await page.wasAsked(`POST ${base}/invitations`);
  expect(page.sent(`POST ${base}/invitations`)).toEqual({ email: "x@y.z", role: "member" });
  await page.wasAsked(`GET ${base}`, 4);
  await page.says("Name of the business");
  expect(page.root.textContent).toContain("x@y.z is invited.");
  page.submit("Name of the business");
  await page.wasAsked(`PATCH ${base}`);
  page.close();
  const strange = { id: "i", email: "q@b.c", role: null, expiresAt: "2026-11-28T08:00:00.000Z" };
  const members = [...organization.members, { userId: "w", name: "Kim", email: "k@b.c", role: "auditor" }];
  page.answers[`GET ${base}`] = { ...organization, role: "member", members, invitations: [strange] };
  page.open(<TeamPage organizationId={organizationId} />);
  await page.says("auditor");
  expect(page.root.textContent).not.toContain("Invite somebody");
});

it("lists offers, ends and closes them, and makes new ones", async () => {
  const base = "/organizations/:o";
  page.open(<OffersPage organizationId={organizationId} />);
  await page.says("10% off with the code WINTER-26");
  expect(page.root.textContent).toContain("\u20ac5.00 off for everybody");
  expect(page.root.textContent).toContain("used 3 of 100 times");
  page.labelled("End now: Winter").fire("click");
  await page.wasAsked(`DELETE ${base}/promotions/${promotions[0]?.promotionId}`);
  await page.wasAsked(`GET ${base}/promotions`, 2);
  await page.says("Neighbours");
  page.labelled("Close to new members: Neighbours").fire("click");
  await page.wasAsked(`DELETE ${base}/plans/${plans[0]?.planId}`);
  await page.wasAsked(`GET ${base}/promotions`, 3);
  await page.says("New discount");
  page.press("New discount");
  page.press("By code");
  page.press("Amount in EUR");
  Object.assign(page.node("offerOff"), { value: "0" });
  page.submit();
  await page.says("Enter a discount above 0");
  Object.assign(page.node("offerOff"), { value: "5" });
  Object.assign(page.node("offerCode"), { value: "a" });
  page.submit();
  await page.says("Use 3 to 30 letters");
  Object.assign(page.node("offerCode"), { value: "five-off" });
  page.submit();
  await page.wasAsked(`POST ${base}/promotions`);
  expect(page.sent(`POST ${base}/promotions`)).toMatchObject({ amount: 500, code: "FIVE-OFF", siteIds: null });
  await eventually(() => expect(page.root.textContent).not.toContain("First day"));
  page.press("New membership");
  Object.assign(page.node("planFee"), { value: "9" });
  page.submit();
  await page.says("A membership gives a discount, energy, or both.");
  Object.assign(page.node("planKwh"), { value: "50" });
  page.submit();
  await page.wasAsked(`POST ${base}/plans`);
  expect(page.sent(`POST ${base}/plans`)).toMatchObject({ monthlyFee: 900, vat: 1900, includedWh: 50_000 });
});

it("lets members look at offers only, and says why there are none", async () => {
  page.answers["GET /organizations/:o"] = { ...organization, role: "member" };
  page.answers["GET /organizations/:o/promotions"] = {
    promotions: [{ ...promotions[0], startsAt: "2026-11-25T00:00:00.000Z", siteIds: ["gone"] }],
  };
  page.answers["GET /organizations/:o/plans"] = { plans: [{ ...plans[0], closedAt: "2026-11-01T00:00:00.000Z" }] };
  page.open(<OffersPage organizationId={organizationId} />);
  await page.says("To come");
  expect(page.root.textContent).toContain("Closed");
  expect(page.root.textContent).not.toContain("New discount");
  for (const part of ["/organizations/:o/promotions", "/organizations/:o/plans", "/sites"]) {
    page.close();
    const before = page.answers[`GET ${part}`];
    page.answers[`GET ${part}`] = new Refusal("network");
    page.open(<OffersPage organizationId={organizationId} />);
    await page.says("cannot be reached");
    page.answers[`GET ${part}`] = before;
  }
  page.close();
  page.answers["GET /organizations/:o/promotions"] = { promotions: [] };
  page.answers["GET /organizations/:o/plans"] = { plans: [] };
  page.open(<OffersPage organizationId={organizationId} />);
  await page.says("No membership so far.");
});

it("reads offers: whole days at the site, the last one in it", () => {
  const form = {
    name: " Winter ",
    how: "percent",
    off: "10,5",
    code: null,
    from: "2026-10-24",
    to: "2026-10-25",
  } as const;
  const where = { timeZone: "Europe/Berlin", currency: "EUR" };
  const rest = { maxUses: "", siteId: "" };
  expect(promotionOf({ ...form, ...rest }, where)).toEqual({
    promotion: {
      name: "Winter",
      currency: "EUR",
      percent: 1050,
      code: null,
      startsAt: "2026-10-23T22:00:00.000Z",
      endsAt: "2026-10-25T23:00:00.000Z",
      maxUses: null,
      siteIds: null,
    },
  });
  const problem = (more: Partial<Parameters<typeof promotionOf>[0]>) =>
    promotionOf({ ...form, ...rest, ...more }, where);
  expect(problem({ off: "101" })).toEqual({ problem: "offerOffWrong" });
  expect(problem({ off: "x" })).toEqual({ problem: "offerOffWrong" });
  expect(problem({ to: "2026-10-23" })).toEqual({ problem: "offerTimeWrong" });
  expect(problem({ to: "" })).toEqual({ problem: "offerTimeWrong" });
  expect(problem({ maxUses: "1.5" })).toEqual({ problem: "offerMaxWrong" });
  expect(problem({ maxUses: "5", siteId: "s" })).toMatchObject({ promotion: { maxUses: 5, siteIds: ["s"] } });
  const plan = { name: "P", fee: "9", vat: "", percent: "5", energy: "", siteId: "s" };
  expect(planOf(plan, "EUR")).toMatchObject({ plan: { monthlyFee: 900, vat: null, percent: 500, siteIds: ["s"] } });
  expect(planOf({ ...plan, fee: "x" }, "EUR")).toEqual({ problem: "planFeeWrong" });
  expect(planOf({ ...plan, vat: "101" }, "EUR")).toEqual({ problem: "planVatWrong" });
  expect(planOf({ ...plan, percent: "" }, "EUR")).toEqual({ problem: "planGivesWrong" });
});
