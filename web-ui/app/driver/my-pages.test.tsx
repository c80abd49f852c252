import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { appNow, siteId } from "../../testing/app-data";
import { bills, place } from "../../testing/driver-data";
import { valueOf } from "../../testing/mini-dom";
import { TestPage, refused } from "../../testing/test-page";
import {
  balances,
  cards,
  coupons,
  memberships,
  method,
  noCards,
  notices,
  openBills,
  over,
  plans,
  reviews,
  running,
} from "../../testing/my-data";
import { Unread, useUnread } from "../parts/unread";
import InboxPage from "./pages/inbox";
import PaymentsPage from "./pages/payments";
import MySessionPage from "./pages/session";
import MySessionsPage from "./pages/sessions";
import StartPage from "./pages/start";
import { Offers } from "./parts/offers";
import { isOld, secondsOf, stepOf } from "./session-model";

let page: TestPage;

beforeEach(() => {
  page = new TestPage();
  page.answers = [
    [/^GET \/me\/sessions\?/, () => ({ sessions: [running, over], nextCursor: "next" })],
    [/^GET \/me\/sessions/, () => running],
    [/^GET \/notifications/, () => ({ notifications: notices, nextCursor: null })],
    [/^GET \/me\/bills.*open/, () => ({ bills: openBills, nextCursor: null })],
    [/^GET \/me\/bills/, () => ({ bills, nextCursor: null })],
    [/payment-method/, () => method],
    [/^GET \/me\/cards/, () => ({ cards })],
    [/balance/, () => ({ balances })],
    [/^GET \/me\/memberships/, () => ({ memberships })],
    [/^GET \/me\/coupons/, () => ({ coupons })],
    [/plans$/, () => ({ plans })],
    [/reviews/, () => ({ reviews, nextCursor: null })],
    [/^GET \/places/, () => place],
    [/starts$/, () => ({ commandId: "c1" })],
    [/starts\/c1$/, () => ({ commandId: "c1", expiresAt: appNow, outcome: null, sessionId: null })],
  ];
});
afterEach(() => page.close());

it("lists sessions, and more of them, or says why not", async () => {
  page.open(<MySessionsPage />);
  await page.says("Lindenhof garage");
  await page.says("Charging");
  page.answers.unshift([/cursor=next/, () => refused("network")]);
  page.press("Show more");
  await page.says("cannot be reached");
  page.answers[0] = [/cursor=next/, () => ({ sessions: [{ ...over, id: "x" }], nextCursor: null })];
  page.press("Try again");
  await eventually(() => expect(page.root.all(({ localName }) => localName === "li")).toHaveLength(3));
  page.close();
  page.answers.unshift([/^GET \/me\/sessions/, () => ({ sessions: [], nextCursor: null })]);
  page.open(<MySessionsPage />);
  await page.says("No session so far.");
  page.close();
  page.answers.unshift([/^GET \/me\/sessions/, () => refused("unauthorized")]);
  page.open(<MySessionsPage />);
  await eventually(() => expect(page.setUser).toHaveBeenCalledWith(null));
});

it("follows a session live, stops it, and shows its bill, invoice and review form when it has ended", async () => {
  page.open(<MySessionPage siteId={siteId} sessionId={running.id} />);
  await page.says("8.42");
  await eventually(() => expect(page.streams).toHaveLength(1));
  page.streams.at(-1)?.send({ ...running, energyWh: 9000, powerW: 0 });
  await page.says("Connected, not charging");
  await page.says("9.00");
  // Lines from when the page was opened would not add up to the total as it stands.
  const billRows = () => page.root.all(({ localName }) => localName === "tr").length;
  expect(billRows()).toBe(1);
  page.streams[0]?.fail();
  await page.says("Live updates are interrupted.");
  page.nowMs += 120_000;
  await page.says("Last reading at");
  page.answers.unshift([/stop$/, () => refused("no_hub")]);
  page.press("Stop charging");
  await page.says("no hub yet");
  page.answers.shift();
  page.press("Stop charging");
  await page.says("The charger has been asked to stop.");
  const subject = { type: "session" as const, sessionId: running.id };
  page.answers.unshift([/^GET \/me\/bills/, () => ({ bills: [{ ...bills[0], subject }], nextCursor: null })]);
  page.answers.unshift([/^GET \/me\/sessions/, () => ({ ...over, id: running.id })]);
  page.streams.at(-1)?.send({ ...over, id: running.id });
  await page.says("You can unplug now");
  await page.says("Invoice LIN-2026-000042 (PDF)");
  await eventually(() => expect(billRows()).toBeGreaterThan(1));
  expect(page.streams[0]?.closed).toBe(true);
  page.submit("How was it?");
  expect(page.calls.join()).not.toContain("/review");
  page.root.all((node) => valueOf(node, "value") === 4 || valueOf(node, "value") === "4")[0]?.fire("change");
  await eventually(() =>
    expect(page.root.all((node) => String(valueOf(node, "class")).includes("star on"))).toHaveLength(4),
  );
  page.answers.unshift([/review$/, () => refused("reviewed")]);
  page.submit("How was it?");
  await page.says("reviewed this session already");
  page.answers.shift();
  page.submit("How was it?");
  await page.says("Thank you.");
  expect(page.calls.at(-1)).toContain('/review {"rating":4,"text":""}');
});

it("says that an invoice is yet to come", async () => {
  page.answers.unshift([/^GET \/me\/sessions/, () => over]);
  page.open(<MySessionPage siteId={siteId} sessionId={over.id} />);
  await page.says("The invoice is being made.");
  expect(page.streams).toEqual([]);
});

it("starts at a charger step by step, and goes to the session once it has begun", async () => {
  page.open(<StartPage siteId={siteId} />, `/places/${siteId}/start`);
  await page.says("Which charger are you at?");
  page.close();
  page.open(<StartPage siteId={siteId} />, `/places/${siteId}/start?connector=CP1/1`);
  await page.says("Bay 12");
  page.answers.unshift([/starts$/, () => refused("not_open")]);
  page.press("Start");
  await page.says("a booking or an approved card is needed");
  page.answers.shift();
  page.press("Start");
  await page.says("Waiting for the charger's word");
  page.press("Start");
  page.nowMs += 31_000;
  await page.says("has not answered yet");
  page.answers.unshift([/starts\/c1$/, () => ({ outcome: "accepted", sessionId: null })]);
  await page.says("Plug in now");
  page.answers.unshift([/starts\/c1$/, () => ({ outcome: "accepted", sessionId: "s1" })]);
  await eventually(() => expect(location.pathname).toBe(`/sessions/${siteId}/s1`));
  expect(page.calls.filter((each) => each.startsWith(`POST /sites/${siteId}/starts`))).toHaveLength(2);
});

it("knows how far a start has come", () => {
  const start = (more: object) => ({ commandId: "c", expiresAt: appNow, outcome: null, sessionId: null, ...more });
  expect(stepOf(null, 0)).toBe("asked");
  expect(stepOf(null, 31_000)).toBe("slow");
  expect(stepOf(start({ outcome: "accepted" }), 31_000)).toBe("plug");
  expect(stepOf(start({ outcome: "accepted" }), 181_000)).toBe("over");
  expect([stepOf(start({ outcome: "rejected" }), 0), stepOf(start({ outcome: "failed" }), 0)]).toEqual([
    "refused",
    "refused",
  ]);
  expect(stepOf(start({ outcome: "expired" }), 0)).toBe("over");
  expect(stepOf(start({ sessionId: "s" }), 999_999)).toBe("begun");
  expect(isOld(over, page.nowMs)).toBe(false);
  expect(secondsOf(over, page.nowMs)).toBe(13_560);
});

it("has an inbox that leads to what it tells of, and marks it as read", async () => {
  page.open(<InboxPage />);
  await page.says("Charging has ended");
  page.root.find("a", "since 13:18").fire("click");
  await page.called(`POST /notifications/read {"ids":["${notices[0]?.id}"]}`);
  page.root.find("a", "Charging has ended").fire("click");
  page.press("Mark all as read");
  await page.called('POST /notifications/read {"all":true}');
  await eventually(() => expect(page.calls.filter((each) => each.startsWith("GET /notifications"))).toHaveLength(2));
});

it("shows how many are unread, live, and none to nobody", async () => {
  const Badge = ({ userId }: { userId: string | null }) => <Unread count={useUnread(userId)} />;
  page.open(<Badge userId="u" />);
  await eventually(() => expect(page.streams).toHaveLength(1));
  page.streams.at(-1)?.send({ kind: "board" });
  page.streams.at(-1)?.send({ unread: 120 });
  await page.says("99+");
  await page.says("120 unread");
  page.close();
  page.open(<Badge userId={null} />);
  expect(page.root.textContent).toBe("");
});

it("shows what is owed, pays it, sets the method, and leaves a membership", async () => {
  page.open(<PaymentsPage />);
  await page.says("Invoice LIN-2026-000042");
  await page.says("Neighbours");
  await page.says("20% off");
  page.answers.unshift([/pay$/, () => refused("payment_refused")]);
  page.press("Pay by card");
  await page.says("The payment was refused.");
  page.answers.shift();
  const again = async (times: number) => {
    await eventually(() => expect(page.calls.filter((each) => each.endsWith("/me/balance"))).toHaveLength(times));
    await page.says("Neighbours");
  };
  page.press("Pay from the wallet");
  await page.called('/pay {"from":"wallet"}');
  await again(2);
  page.press("Send back to my card");
  await page.called('POST /me/wallet/refunds {"currency":"EUR"}');
  await again(3);
  page.root.all((node) => valueOf(node, "name") === "method")[1]?.fire("change");
  await page.called('PUT /me/payment-method {"method":"wallet"}');
  await again(4);
  page.press("Leave");
  await page.called("DELETE /me/memberships/");
});

it("says plainly that there are no cards, and nothing owed, or why nothing is known", async () => {
  page.answers.unshift([/payment-method/, () => noCards]);
  page.answers.unshift([/balance/, () => ({ balances: [] })]);
  page.answers.unshift([
    /memberships/,
    () => ({ memberships: [{ ...memberships[0], endsAt: "2026-12-01T23:00:00.000Z" }] }),
  ]);
  page.answers.unshift([
    /coupons/,
    () => ({ coupons: [{ ...coupons[0], percent: null, amount: 500, sessionId: "s" }] }),
  ]);
  page.open(<PaymentsPage />);
  await page.says("This service takes no cards");
  await page.says("You owe nothing.");
  await page.says("Ends on");
  await page.says("\u20ac5.00 off");
  expect(page.root.textContent).not.toContain("Wallet");
  page.close();
  page.answers.unshift([/balance/, () => refused("network")]);
  page.open(<PaymentsPage />);
  await page.says("cannot be reached");
});

it("joins a plan and redeems a coupon at a place", async () => {
  page.open(<Offers siteId={siteId} timeZone="Europe/Berlin" />);
  await page.says("20.00\u00a0kWh included");
  page.answers.unshift([/^POST \/me\/memberships/, () => refused("already_member")]);
  page.press("Join");
  await page.says("a member with this owner already");
  page.answers.shift();
  page.press("Join");
  await page.says("You are a member now.");
  Object.assign(page.node("coupon") as object, { value: " advent " });
  page.submit();
  await page.says("The coupon is yours.");
  expect(page.calls.at(-1)).toBe(`POST /me/coupons {"siteId":"${siteId}","code":"advent"}`);
});
