import { render } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import {
  adminUser,
  adminUsers,
  listing,
  listings,
  logEntries,
  ownerPayouts,
  reported,
  reportedThread,
  walletPayouts,
} from "../../testing/admin-data";
import { appNow } from "../../testing/app-data";
import { installMiniDom, valueOf } from "../../testing/mini-dom";
import { langs } from "../../common/translate";
import type { Answer, Api } from "../api";
import { AppContext } from "../context";
import type { App } from "../context";
import { driverEn } from "../driver/driver-en";
import { useTexts } from "../driver/words";
import { errorTexts } from "../error-texts";
import { errorEn } from "../errors-en";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { adminApi, pageOfLog } from "./api";
import AdminPages from "./index";
import { whereabouts } from "./parts/listing";
import { adminEn } from "./admin-en";
import { actionText, adminError, adminT, loadAdminTexts, setAdminTexts } from "./words";

type Root = ReturnType<typeof installMiniDom>;

const words = wordsFor("en", appEn);
let root: Root;
let asked: { what: string; body: unknown }[];
let answers: Record<string, (body: unknown) => Answer<unknown>>;
const ok = (value: unknown): Answer<unknown> => ({ ok: true, value });
const refused = (code: string): Answer<never> => ({ ok: false, error: { code, detail: "" } });

beforeEach(() => {
  setAdminTexts(adminEn);
  useTexts(driverEn);
  asked = [];
  answers = {
    "/admin/listings": () => ok({ listings, nextCursor: "next" }),
    "/admin/reviews": () => ok({ reviews: reported }),
    "/admin/payouts": () => ok({ payouts: ownerPayouts }),
    "/admin/wallet-payouts": () => ok({ payouts: walletPayouts }),
    "/admin/users": () => ok({ users: adminUsers, nextCursor: null }),
    "/admin/users/u-alex": () => ok(adminUser),
    "/admin/audit": () => ok({ entries: logEntries }),
  };
});
afterEach(() => render(null, root));

function open(path: string, userId = "u-mira"): void {
  root = installMiniDom(path);
  const call = (async (method: string, address: string, body?: unknown) => {
    asked.push({ what: `${method} ${address}`, body });
    const [name = ""] = address.split("?");
    return (answers[name] ?? (() => ok(null)))(body);
  }) as Api["call"];
  const app: App = {
    words,
    api: { call } as Api,
    now: () => Date.parse(appNow),
    user: { id: userId, email: "a@b.c", name: "Mira" },
    setUser: vi.fn(),
    setLang: vi.fn(),
  };
  const [, , part, id] = (path.split("?")[0] as string).split("/");
  render(
    <AppContext.Provider value={app}>
      <LocationProvider>
        <AdminPages {...(part ? { part } : {})} {...(id ? { id } : {})} />
      </LocationProvider>
    </AppContext.Provider>,
    root,
  );
}
const says = (text: string) => eventually(() => expect(root.textContent).toContain(text));
const write = (id: string, value: string) => {
  const field = root.all((node) => valueOf(node, "id") === id)[0]!;
  Object.assign(field, { value });
  field.fire("input");
};

it("shows a place with what it is judged by, asks for a reason, and decides once", async () => {
  open("/admin");
  await says("Lindenhof garage");
  for (const text of [
    "Lindenweg 4, 10437 Berlin, DE",
    "52.5416, 13.4132: 3 km from Berlin",
    "Mon 06:00\u201322:00",
    "Sun closed",
    "No photo was added.",
    "not seen by the hub yet",
    "alex@lindenhof.example",
    "No photo.",
    "The system",
    "Nothing has been decided yet.",
    "Exceptions: 1",
    "Blocked",
  ]) {
    expect(root.textContent).toContain(text);
  }
  root.find("button", "Approve").fire("click");
  await says("Say why first");
  expect(asked.filter(({ what }) => what.startsWith("POST"))).toEqual([]);
  root.find("button", "Address, photos and prices fit together.").fire("click");
  const path = `/admin/listings/${listing.siteId}/decision`;
  answers[path] = () => refused("wrong_state");
  root.find("button", "Approve").fire("click");
  root.find("button", "Approve").fire("click");
  await says("Someone else has decided meanwhile");
  answers[path] = () => ok(listing);
  root.find("button", "Approve").fire("click");
  await says("Approved. Drivers find it from now on");
  const sent = asked.filter(({ what }) => what.startsWith("POST"));
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual({
    what: `POST ${path}`,
    body: { decision: "approve", reason: "Address, photos and prices fit together." },
  });
});

it("goes on in the queue, says why it cannot, and shows other states by the address", async () => {
  open("/admin?state=approved");
  await says("Lindenhof garage");
  answers["/admin/listings"] = () => refused("network");
  root.find("button", "Show more").fire("click");
  await says("cannot be reached");
  const third = { ...listing, siteId: "0198f3a0-0000-7000-8000-0000000000b3", state: "refused", name: "Third" };
  answers["/admin/listings"] = () => ok({ listings: [third], nextCursor: null });
  root.find("button", "Show more").fire("click");
  await says("Third");
  expect(root.textContent).not.toContain("Show more");
  expect(asked.map(({ what }) => what)).toEqual([
    "GET /admin/listings?state=approved&limit=10",
    "GET /admin/listings?state=approved&limit=10&cursor=next",
    "GET /admin/listings?state=approved&limit=10&cursor=next",
  ]);
  render(null, root);
  answers["/admin/listings"] = () => ok({ listings: [{ ...listing, state: "approved" }], nextCursor: null });
  open("/admin?state=approved");
  await says("Take off the list");
  for (const [state, text] of [
    ["refused", "no place in this state"],
    ["nonsense", "Nothing waits"],
  ] as const) {
    render(null, root);
    answers["/admin/listings"] = () => ok({ listings: [], nextCursor: null });
    open(`/admin?state=${state}`);
    await says(text);
  }
});

it("tells whoever is no admin so", async () => {
  answers["/admin/listings"] = () => refused("forbidden");
  open("/admin");
  await says("Only an admin of this platform");
});

it("hides a review, or leaves it, with the reports beside", async () => {
  open("/admin/reviews");
  await says("so is everybody who parks here");
  for (const text of ["1 of 5 stars", "Hidden at present", "What went wrong?", "This is about me"]) {
    expect(root.textContent).toContain(text);
  }
  write(`reason-${reported[0]!.reviewId}`, "Insulting. ");
  root.find("button", "Hide the review").fire("click");
  await says("Hidden. Its reports are closed.");
  expect(asked.at(-1)).toEqual({
    what: `POST /admin/sites/${reported[0]!.siteId}/reviews/${reported[0]!.reviewId}/moderation`,
    body: { action: "hide", reason: "Insulting." },
  });
  render(null, root);
  answers["/admin/reviews"] = () => ok({ reviews: [] });
  open("/admin/reviews");
  await says("No review has been reported");
});

it("shows reported messages with their report, and closes it with what was decided", async () => {
  answers["/admin/threads"] = () => ok({ threads: [reportedThread], nextCursor: "next" });
  open("/admin/messages");
  await says("He threatens me.");
  expect(root.textContent).toContain("What the driver says");
  answers["/admin/threads"] = () => refused("network");
  root.find("button", "Show more").fire("click");
  await says("cannot be reached");
  const other = { ...reportedThread, threadId: "t2", report: { ...reportedThread.report!, by: "owner" } };
  answers["/admin/threads"] = () =>
    ok({ threads: [other, { ...other, threadId: "t3", report: null }], nextCursor: null });
  root.find("button", "Show more").fire("click");
  await says("What the owner says");
  write(`reason-${reportedThread.threadId}`, "Warned");
  root.find("button", "Close the report").fire("click");
  await says("Closed. The messages are between the two again.");
  const path = `/admin/sites/${reportedThread.siteId}/threads/${reportedThread.threadId}/decision`;
  expect(asked.at(-1)).toEqual({ what: `POST ${path}`, body: { decision: "Warned" } });
  render(null, root);
  answers["/admin/threads"] = () => ok({ threads: [], nextCursor: null });
  open("/admin/messages");
  await says("No messages have been reported.");
});

it("notes what was paid by hand once, and puts a wallet's money back with a reason", async () => {
  const submit = (index: number) => root.all(({ localName }) => localName === "form")[index]?.fire("submit");
  open("/admin/payouts");
  await says("Lindenhof Energy Co-op: \u20ac1,843.20");
  await says("Sam Lind: \u20ac24.50");
  submit(0);
  await says("Enter the bank's reference first.");
  write(`reference-${ownerPayouts[0]!.payoutId}`, " SEPA 1 ");
  submit(0);
  submit(0);
  await says("Noted as paid.");
  expect(asked.filter(({ what }) => what.startsWith("POST"))).toEqual([
    { what: `POST /admin/payouts/${ownerPayouts[0]!.payoutId}/paid`, body: { reference: "SEPA 1" } },
  ]);
  const path = `/admin/wallet-payouts/${walletPayouts[0]!.paymentId}`;
  answers[`${path}/refuse`] = () => refused("paid");
  write(`reason-${walletPayouts[0]!.paymentId}`, "No account known");
  submit(1);
  await says("This payout has ended already.");
  answers[`${path}/refuse`] = () => ok(null);
  submit(1);
  await says("It is in the wallet again");
  expect(asked.at(-1)).toEqual({ what: `POST ${path}/refuse`, body: { reason: "No account known" } });
  expect(root.textContent).not.toContain("Note as paid");
  render(null, root);
  open("/admin/payouts");
  await says("Sam Lind");
  write(`reference-${walletPayouts[0]!.paymentId}`, "SEPA 2");
  submit(1);
  await eventually(() => expect(asked.at(-1)).toEqual({ what: `POST ${path}/paid`, body: { reference: "SEPA 2" } }));
  render(null, root);
  answers["/admin/payouts"] = answers["/admin/wallet-payouts"] = () => ok({ payouts: [] });
  open("/admin/payouts");
  await says("No owner waits for money.");
  await says("No driver waits for money out of a wallet.");
});

it("finds people, and blocks one with a reason; what was done is in the history below", async () => {
  open("/admin/users?q=lin");
  await says("Alex Okafor");
  expect(root.textContent).toContain("Admin \u00b7 Blocked \u00b7 E-mail not verified");
  write("q", " sam ");
  root.find("form").fire("submit");
  await eventually(() => expect(location.search).toBe("?q=sam"));
  render(null, root);
  open("/admin/users/u-alex");
  await says("Premium until 31 Jan 2027");
  await says("No photo.");
  write("reason", "Spam in reviews");
  answers["/admin/users/u-alex"] = (body) => {
    expect(body).toEqual({ blocked: true, reason: "Spam in reviews" });
    return ok({ ...adminUser, blocked: true, emailVerified: false });
  };
  root.find("button", "Block").fire("click");
  await says("Let in again");
  await says("Verify the e-mail");
  await eventually(() => expect(asked.filter(({ what }) => what.startsWith("GET /admin/audit"))).toHaveLength(2));
});

it("lets nobody change themselves, nor somebody who has left", async () => {
  open("/admin/users/u-alex", "u-alex");
  await says("alex@lindenhof.example");
  expect(root.textContent).not.toContain("Change something");
  render(null, root);
  answers["/admin/users/u-alex"] = () => ok({ ...adminUser, deleted: true, emailVerified: false });
  answers["/admin/audit"] = () => ok({ entries: [] });
  open("/admin/users/u-alex");
  await says("Deleted");
  await says("There is no entry.");
  expect(root.textContent).not.toContain("Change something");
  render(null, root);
  answers["/admin/users"] = () => ok({ users: [], nextCursor: null });
  open("/admin/users");
  await says("Nobody fits");
});

it("reads the audit trail in pages, and of one thing", async () => {
  const full = Array.from({ length: pageOfLog }, (_, index) => ({ ...logEntries[0]!, id: 900 - index }));
  answers["/admin/audit"] = () => ok({ entries: full });
  open("/admin/audit?subject=site%3A1");
  await says("Mira Sol");
  answers["/admin/audit"] = () => ok({ entries: logEntries });
  root.find("button", "Show more").fire("click");
  await says("percent: 5, plan: year");
  expect(root.textContent).not.toContain("Show more");
  expect(asked.at(-1)?.what).toBe(`GET /admin/audit?limit=50&subject=site%3A1&before=${901 - pageOfLog}`);
  write("subject", "");
  root.find("form").fire("submit");
  await eventually(() => expect(location.search).toBe(""));
});

it("knows no other pages", async () => {
  for (const path of ["/admin/nonsense", "/admin/reviews/1"]) {
    open(path);
    await says("Nothing here");
    render(null, root);
  }
});

it("has words for what was done and what went wrong, in both languages", async () => {
  errorTexts.use(errorEn);
  for (const lang of langs) {
    await loadAdminTexts(lang);
    const t = adminT();
    expect(actionText("listing.approve", t)).toBe(lang === "de" ? "Freigegeben" : "Approved");
    expect(actionText("constructor", t)).toBe("constructor");
    expect(adminError({ code: "not_yourself", detail: "" })).toBe(t("errorSelf"));
    expect(adminError({ code: "network", detail: "" })).toBe(errorEn.errorNetwork);
    expect(whereabouts({ lat: -40, lng: -20 }, t, String)).toBe(t("farFromCities"));
  }
});

it("asks the cloud with the method, address and body of each route", async () => {
  const calls: unknown[] = [];
  const api = adminApi((async (...args: unknown[]) => void calls.push(args)) as unknown as Api["call"]);
  await api.users("", null);
  await api.moderate({ siteId: "s", reviewId: "r" }, "show", "fine");
  expect(calls).toEqual([
    ["GET", "/admin/users?limit=25"],
    ["POST", "/admin/sites/s/reviews/r/moderation", { action: "show", reason: "fine" }],
  ]);
});
