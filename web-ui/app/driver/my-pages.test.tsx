import { render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { appNow, siteId } from "../../testing/app-data";
import { bills, place } from "../../testing/driver-data";
import { installMiniDom, valueOf } from "../../testing/mini-dom";
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
import type { Answer, Api } from "../api";
import { AppContext } from "../context";
import { Unread, useUnread } from "../parts/unread";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { driverEn } from "./driver-en";
import InboxPage from "./pages/inbox";
import PaymentsPage from "./pages/payments";
import MySessionPage from "./pages/session";
import MySessionsPage from "./pages/sessions";
import StartPage from "./pages/start";
import { Offers } from "./parts/offers";
import { isOld, secondsOf, stepOf } from "./session-model";
import { useTexts } from "./words";

let root: ReturnType<typeof installMiniDom>;
let answers: [RegExp, () => unknown][];
let calls: string[];
let live: Map<string, (event: { data?: string }) => void>;
let closed: number;
let nowMs: number;
const setUser = vi.fn();
const refused = (code: string) => ({ ok: false, error: { code, detail: "" } });

const call = async (method_: string, path: string, body?: unknown) => {
  const what = `${method_} ${path}`;
  calls.push(body ? `${what} ${JSON.stringify(body)}` : what);
  const found = answers.find(([pattern]) => pattern.test(what));
  const value = found ? found[1]() : undefined;
  const isAnswer = typeof value === "object" && value !== null && "ok" in value;
  return (isAnswer ? value : { ok: true, value }) as Answer<never>;
};

beforeEach(() => {
  useTexts(driverEn);
  nowMs = Date.parse(appNow);
  calls = [];
  closed = 0;
  live = new Map();
  const EventSource = class {
    addEventListener(type: string, hear: (event: { data?: string }) => void) {
      live.set(type, hear);
    }
    close() {
      closed += 1;
    }
  };
  Object.assign(globalThis, {
    localStorage: { getItem: () => null, setItem: vi.fn(), removeItem: vi.fn() },
    EventSource,
  });
  answers = [
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
afterEach(() => {
  render(null, root);
});

function open(page: ComponentChild, path = "/"): void {
  root = installMiniDom(path);
  const app = {
    ...{ words: wordsFor("en", appEn), api: { call } as unknown as Api, now: () => nowMs },
    ...{ user: { id: "u", email: "a@b.c", name: "Alex" }, setUser, setLang: vi.fn() },
  };
  render(
    <AppContext.Provider value={app}>
      <LocationProvider>{page}</LocationProvider>
    </AppContext.Provider>,
    root,
  );
}
const says = (text: string) => eventually(() => expect(root.textContent).toContain(text));
const called = (text: string) => eventually(() => expect(calls.join("\n")).toContain(text));
const tap = (text: string) => root.find("button", text).fire("click");
const hear = (value: unknown) => live.get("message")?.({ data: JSON.stringify(value) });

it("lists sessions, and more of them, or says why not", async () => {
  open(<MySessionsPage />);
  await says("Lindenhof garage");
  await says("Charging");
  answers.unshift([/cursor=next/, () => refused("network")]);
  tap("Show more");
  await says("cannot be reached");
  answers[0] = [/cursor=next/, () => ({ sessions: [{ ...over, id: "x" }], nextCursor: null })];
  tap("Try again");
  await eventually(() => expect(root.all(({ localName }) => localName === "li")).toHaveLength(3));
  render(null, root);
  answers.unshift([/^GET \/me\/sessions/, () => ({ sessions: [], nextCursor: null })]);
  open(<MySessionsPage />);
  await says("No session so far.");
  render(null, root);
  answers.unshift([/^GET \/me\/sessions/, () => refused("unauthorized")]);
  open(<MySessionsPage />);
  await eventually(() => expect(setUser).toHaveBeenCalledWith(null));
});

it("follows a session live, stops it, and shows its bill, invoice and review form when it has ended", async () => {
  open(<MySessionPage siteId={siteId} sessionId={running.id} />);
  await says("8.42");
  await eventually(() => expect(live.has("message")).toBe(true));
  hear({ ...running, energyWh: 9000, powerW: 0 });
  await says("Connected, not charging");
  await says("9.00");
  // Lines from when the page was opened would not add up to the total as it stands.
  const billRows = () => root.all(({ localName }) => localName === "tr").length;
  expect(billRows()).toBe(1);
  live.get("error")?.({});
  await says("Live updates are interrupted.");
  nowMs += 120_000;
  await says("Last reading at");
  answers.unshift([/stop$/, () => refused("no_hub")]);
  tap("Stop charging");
  await says("no hub yet");
  answers.shift();
  tap("Stop charging");
  await says("The charger has been asked to stop.");
  const subject = { type: "session" as const, sessionId: running.id };
  answers.unshift([/^GET \/me\/bills/, () => ({ bills: [{ ...bills[0], subject }], nextCursor: null })]);
  answers.unshift([/^GET \/me\/sessions/, () => ({ ...over, id: running.id })]);
  hear({ ...over, id: running.id });
  await says("You can unplug now");
  await says("Invoice LIN-2026-000042 (PDF)");
  await eventually(() => expect(billRows()).toBeGreaterThan(1));
  expect(closed).toBeGreaterThan(0);
  root.find("form", "How was it?").fire("submit");
  expect(calls.join()).not.toContain("/review");
  root.all((node) => valueOf(node, "value") === 4 || valueOf(node, "value") === "4")[0]?.fire("change");
  await eventually(() =>
    expect(root.all((node) => String(valueOf(node, "class")).includes("star on"))).toHaveLength(4),
  );
  answers.unshift([/review$/, () => refused("reviewed")]);
  root.find("form", "How was it?").fire("submit");
  await says("reviewed this session already");
  answers.shift();
  root.find("form", "How was it?").fire("submit");
  await says("Thank you.");
  expect(calls.at(-1)).toContain('/review {"rating":4,"text":""}');
});

it("says that an invoice is yet to come", async () => {
  answers.unshift([/^GET \/me\/sessions/, () => over]);
  open(<MySessionPage siteId={siteId} sessionId={over.id} />);
  await says("The invoice is being made.");
  expect(live.size).toBe(0);
});

it("starts at a charger step by step, and goes to the session once it has begun", async () => {
  open(<StartPage siteId={siteId} />, `/places/${siteId}/start`);
  await says("Which charger are you at?");
  render(null, root);
  open(<StartPage siteId={siteId} />, `/places/${siteId}/start?connector=CP1/1`);
  await says("Bay 12");
  answers.unshift([/starts$/, () => refused("not_open")]);
  tap("Start");
  await says("a booking or an approved card is needed");
  answers.shift();
  tap("Start");
  await says("Waiting for the charger's word");
  tap("Start");
  nowMs += 31_000;
  await says("has not answered yet");
  answers.unshift([/starts\/c1$/, () => ({ outcome: "accepted", sessionId: null })]);
  await says("Plug in now");
  answers.unshift([/starts\/c1$/, () => ({ outcome: "accepted", sessionId: "s1" })]);
  await eventually(() => expect(location.pathname).toBe(`/sessions/${siteId}/s1`));
  expect(calls.filter((each) => each.startsWith(`POST /sites/${siteId}/starts`))).toHaveLength(2);
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
  expect(isOld(over, nowMs)).toBe(false);
  expect(secondsOf(over, nowMs)).toBe(13_560);
});

it("has an inbox that leads to what it tells of, and marks it as read", async () => {
  open(<InboxPage />);
  await says("Charging has ended");
  root.find("a", "since 13:18").fire("click");
  await called(`POST /notifications/read {"ids":["${notices[0]?.id}"]}`);
  root.find("a", "Charging has ended").fire("click");
  tap("Mark all as read");
  await called('POST /notifications/read {"all":true}');
  await eventually(() => expect(calls.filter((each) => each.startsWith("GET /notifications"))).toHaveLength(2));
});

it("shows how many are unread, live, and none to nobody", async () => {
  const Badge = ({ userId }: { userId: string | null }) => <Unread count={useUnread(userId)} />;
  open(<Badge userId="u" />);
  await eventually(() => expect(live.has("message")).toBe(true));
  hear({ kind: "board" });
  hear({ unread: 120 });
  await says("99+");
  await says("120 unread");
  render(null, root);
  open(<Badge userId={null} />);
  expect(root.textContent).toBe("");
});

it("shows what is owed, pays it, sets the method, and leaves a membership", async () => {
  open(<PaymentsPage />);
  await says("Invoice LIN-2026-000042");
  await says("Neighbours");
  await says("20% off");
  answers.unshift([/pay$/, () => refused("payment_refused")]);
  tap("Pay by card");
  await says("The payment was refused.");
  answers.shift();
  const again = async (times: number) => {
    await eventually(() => expect(calls.filter((each) => each.endsWith("/me/balance"))).toHaveLength(times));
    await says("Neighbours");
  };
  tap("Pay from the wallet");
  await called('/pay {"from":"wallet"}');
  await again(2);
  tap("Send back to my card");
  await called('POST /me/wallet/refunds {"currency":"EUR"}');
  await again(3);
  root.all((node) => valueOf(node, "name") === "method")[1]?.fire("change");
  await called('PUT /me/payment-method {"method":"wallet"}');
  await again(4);
  tap("Leave");
  await called("DELETE /me/memberships/");
});

it("says plainly that there are no cards, and nothing owed, or why nothing is known", async () => {
  answers.unshift([/payment-method/, () => noCards]);
  answers.unshift([/balance/, () => ({ balances: [] })]);
  answers.unshift([
    /memberships/,
    () => ({ memberships: [{ ...memberships[0], endsAt: "2026-12-01T23:00:00.000Z" }] }),
  ]);
  answers.unshift([/coupons/, () => ({ coupons: [{ ...coupons[0], percent: null, amount: 500, sessionId: "s" }] })]);
  open(<PaymentsPage />);
  await says("This service takes no cards");
  await says("You owe nothing.");
  await says("Ends on");
  await says("\u20ac5.00 off");
  expect(root.textContent).not.toContain("Wallet");
  render(null, root);
  answers.unshift([/balance/, () => refused("network")]);
  open(<PaymentsPage />);
  await says("cannot be reached");
});

it("joins a plan and redeems a coupon at a place", async () => {
  open(<Offers siteId={siteId} timeZone="Europe/Berlin" />);
  await says("20.00\u00a0kWh included");
  answers.unshift([/^POST \/me\/memberships/, () => refused("already_member")]);
  tap("Join");
  await says("a member with this owner already");
  answers.shift();
  tap("Join");
  await says("You are a member now.");
  Object.assign(root.all((node) => valueOf(node, "id") === "coupon")[0] as object, { value: " advent " });
  root.find("form").fire("submit");
  await says("The coupon is yours.");
  expect(calls.at(-1)).toBe(`POST /me/coupons {"siteId":"${siteId}","code":"advent"}`);
});
