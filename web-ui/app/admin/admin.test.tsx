import { afterEach, beforeEach, expect, it } from "vitest";
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
import { PageInTest, alex, refused, useEveryText } from "../../testing/test-page";
import { langs } from "../../common/translate";
import type { Answer, Api } from "../api";
import { errorEn } from "../errors-en";
import { adminApi, pageOfLog } from "./api";
import AdminPages from "./index";
import { whereabouts } from "./parts/listing";
import { adminError } from "./errors";
import { actionText } from "./actions";
import { adminTexts } from "./words";

const ok = (value: unknown): Answer<unknown> => ({ ok: true, value });

/** The admins' pages over answers by path. */
class AdminPage extends PageInTest {
  asked: { what: string; body: unknown }[] = [];
  answers: Record<string, (body: unknown) => Answer<unknown>> = {
    "/admin/listings": () => ok({ listings, nextCursor: "next" }),
    "/admin/reviews": () => ok({ reviews: reported }),
    "/admin/payouts": () => ok({ payouts: ownerPayouts }),
    "/admin/wallet-payouts": () => ok({ payouts: walletPayouts }),
    "/admin/users": () => ok({ users: adminUsers, nextCursor: null }),
    "/admin/users/u-alex": () => ok(adminUser),
    "/admin/audit": () => ok({ entries: logEntries }),
  };
  override readonly call = (async (method: string, address: string, body?: unknown) => {
    this.asked.push({ what: `${method} ${address}`, body });
    return (this.answers[address.split("?")[0] as string] ?? (() => ok(null)))(body);
  }) as Api["call"];
  go(path: string, id = "u-mira"): void {
    const [, , part, about] = (path.split("?")[0] as string).split("/");
    this.open(<AdminPages {...(part ? { part } : {})} {...(about ? { id: about } : {})} />, path, { ...alex, id });
  }
}

let page: AdminPage;
beforeEach(() => {
  page = new AdminPage();
});
afterEach(() => page.close());

it("shows a place with what it is judged by, asks for a reason, and decides once", async () => {
  page.go("/admin");
  await page.says("Lindenhof garage");
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
    expect(page.root.textContent).toContain(text);
  }
  page.press("Approve");
  await page.says("Say why first");
  expect(page.asked.filter(({ what }) => what.startsWith("POST"))).toEqual([]);
  page.press("Address, photos and prices fit together.");
  const path = `/admin/listings/${listing.siteId}/decision`;
  page.answers[path] = () => refused("wrong_state");
  page.press("Approve");
  page.press("Approve");
  await page.says("Someone else has decided meanwhile");
  page.answers[path] = () => ok(listing);
  page.press("Approve");
  await page.says("Approved. Drivers find it from now on");
  const sent = page.asked.filter(({ what }) => what.startsWith("POST"));
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual({
    what: `POST ${path}`,
    body: { decision: "approve", reason: "Address, photos and prices fit together." },
  });
});

it("goes on in the queue, says why it cannot, and shows other states by the address", async () => {
  page.go("/admin?state=approved");
  await page.says("Lindenhof garage");
  page.answers["/admin/listings"] = () => refused("network");
  page.press("Show more");
  await page.says("cannot be reached");
  const third = { ...listing, siteId: "0198f3a0-0000-7000-8000-0000000000b3", state: "refused", name: "Third" };
  page.answers["/admin/listings"] = () => ok({ listings: [third], nextCursor: null });
  page.press("Show more");
  await page.says("Third");
  expect(page.root.textContent).not.toContain("Show more");
  expect(page.asked.map(({ what }) => what)).toEqual([
    "GET /admin/listings?state=approved&limit=10",
    "GET /admin/listings?state=approved&limit=10&cursor=next",
    "GET /admin/listings?state=approved&limit=10&cursor=next",
  ]);
  page.close();
  page.answers["/admin/listings"] = () => ok({ listings: [{ ...listing, state: "approved" }], nextCursor: null });
  page.go("/admin?state=approved");
  await page.says("Take off the list");
  for (const [state, text] of [
    ["refused", "no place in this state"],
    ["nonsense", "Nothing waits"],
  ] as const) {
    page.close();
    page.answers["/admin/listings"] = () => ok({ listings: [], nextCursor: null });
    page.go(`/admin?state=${state}`);
    await page.says(text);
  }
});

it("tells whoever is no admin so", async () => {
  page.answers["/admin/listings"] = () => refused("forbidden");
  page.go("/admin");
  await page.says("Only an admin of this platform");
});

it("hides a review, or leaves it, with the reports beside", async () => {
  page.go("/admin/reviews");
  await page.says("so is everybody who parks here");
  for (const text of ["1 of 5 stars", "Hidden at present", "What went wrong?", "This is about me"]) {
    expect(page.root.textContent).toContain(text);
  }
  page.type(`reason-${reported[0]!.reviewId}`, "Insulting. ");
  page.press("Hide the review");
  await page.says("Hidden. Its reports are closed.");
  expect(page.asked.at(-1)).toEqual({
    what: `POST /admin/sites/${reported[0]!.siteId}/reviews/${reported[0]!.reviewId}/moderation`,
    body: { action: "hide", reason: "Insulting." },
  });
  page.close();
  page.answers["/admin/reviews"] = () => ok({ reviews: [] });
  page.go("/admin/reviews");
  await page.says("No review has been reported");
});

it("shows reported messages with their report, and closes it with what was decided", async () => {
  page.answers["/admin/threads"] = () => ok({ threads: [reportedThread], nextCursor: "next" });
  page.go("/admin/messages");
  await page.says("He threatens me.");
  expect(page.root.textContent).toContain("What the driver says");
  page.answers["/admin/threads"] = () => refused("network");
  page.press("Show more");
  await page.says("cannot be reached");
  const other = { ...reportedThread, threadId: "t2", report: { ...reportedThread.report!, by: "owner" } };
  page.answers["/admin/threads"] = () =>
    ok({ threads: [other, { ...other, threadId: "t3", report: null }], nextCursor: null });
  page.press("Show more");
  await page.says("What the owner says");
  page.type(`reason-${reportedThread.threadId}`, "Warned");
  page.press("Close the report");
  await page.says("Closed. The messages are between the two again.");
  const path = `/admin/sites/${reportedThread.siteId}/threads/${reportedThread.threadId}/decision`;
  expect(page.asked.at(-1)).toEqual({ what: `POST ${path}`, body: { decision: "Warned" } });
  page.close();
  page.answers["/admin/threads"] = () => ok({ threads: [], nextCursor: null });
  page.go("/admin/messages");
  await page.says("No messages have been reported.");
});

it("notes what was paid by hand once, and puts a wallet's money back with a reason", async () => {
  const submit = (index: number) => page.root.all(({ localName }) => localName === "form")[index]?.fire("submit");
  page.go("/admin/payouts");
  await page.says("Lindenhof Energy Co-op: \u20ac1,843.20");
  await page.says("Sam Lind: \u20ac24.50");
  submit(0);
  await page.says("Enter the bank's reference first.");
  page.type(`reference-${ownerPayouts[0]!.payoutId}`, " SEPA 1 ");
  submit(0);
  submit(0);
  await page.says("Noted as paid.");
  expect(page.asked.filter(({ what }) => what.startsWith("POST"))).toEqual([
    { what: `POST /admin/payouts/${ownerPayouts[0]!.payoutId}/paid`, body: { reference: "SEPA 1" } },
  ]);
  const path = `/admin/wallet-payouts/${walletPayouts[0]!.paymentId}`;
  page.answers[`${path}/refuse`] = () => refused("paid");
  page.type(`reason-${walletPayouts[0]!.paymentId}`, "No account known");
  submit(1);
  await page.says("This payout has ended already.");
  page.answers[`${path}/refuse`] = () => ok(null);
  submit(1);
  await page.says("It is in the wallet again");
  expect(page.asked.at(-1)).toEqual({ what: `POST ${path}/refuse`, body: { reason: "No account known" } });
  expect(page.root.textContent).not.toContain("Note as paid");
  page.close();
  page.go("/admin/payouts");
  await page.says("Sam Lind");
  page.type(`reference-${walletPayouts[0]!.paymentId}`, "SEPA 2");
  submit(1);
  await eventually(() =>
    expect(page.asked.at(-1)).toEqual({ what: `POST ${path}/paid`, body: { reference: "SEPA 2" } }),
  );
  page.close();
  page.answers["/admin/payouts"] = page.answers["/admin/wallet-payouts"] = () => ok({ payouts: [] });
  page.go("/admin/payouts");
  await page.says("No owner waits for money.");
  await page.says("No driver waits for money out of a wallet.");
});

it("finds people, and blocks one with a reason; what was done is in the history below", async () => {
  page.go("/admin/users?q=lin");
  await page.says("Alex Okafor");
  expect(page.root.textContent).toContain("Admin \u00b7 Blocked \u00b7 E-mail not verified");
  page.type("q", " sam ");
  page.submit();
  await eventually(() => expect(location.search).toBe("?q=sam"));
  page.close();
  page.go("/admin/users/u-alex");
  await page.says("Premium until 31 Jan 2027");
  await page.says("No photo.");
  page.type("reason", "Spam in reviews");
  page.answers["/admin/users/u-alex"] = (body) => {
    expect(body).toEqual({ blocked: true, reason: "Spam in reviews" });
    return ok({ ...adminUser, blocked: true, emailVerified: false });
  };
  page.press("Block");
  await page.says("Let in again");
  await page.says("Verify the e-mail");
  await eventually(() => expect(page.asked.filter(({ what }) => what.startsWith("GET /admin/audit"))).toHaveLength(2));
});

it("lets nobody change themselves, nor somebody who has left", async () => {
  page.go("/admin/users/u-alex", "u-alex");
  await page.says("alex@lindenhof.example");
  expect(page.root.textContent).not.toContain("Change something");
  page.close();
  page.answers["/admin/users/u-alex"] = () => ok({ ...adminUser, deleted: true, emailVerified: false });
  page.answers["/admin/audit"] = () => ok({ entries: [] });
  page.go("/admin/users/u-alex");
  await page.says("Deleted");
  await page.says("There is no entry.");
  expect(page.root.textContent).not.toContain("Change something");
  page.close();
  page.answers["/admin/users"] = () => ok({ users: [], nextCursor: null });
  page.go("/admin/users");
  await page.says("Nobody fits");
});

it("reads the audit trail in pages, and of one thing", async () => {
  const full = Array.from({ length: pageOfLog }, (_, index) => ({ ...logEntries[0]!, id: 900 - index }));
  page.answers["/admin/audit"] = () => ok({ entries: full });
  page.go("/admin/audit?subject=site%3A1");
  await page.says("Mira Sol");
  page.answers["/admin/audit"] = () => ok({ entries: logEntries });
  page.press("Show more");
  await page.says("percent: 5, plan: year");
  expect(page.root.textContent).not.toContain("Show more");
  expect(page.asked.at(-1)?.what).toBe(`GET /admin/audit?limit=50&subject=site%3A1&before=${901 - pageOfLog}`);
  page.type("subject", "");
  page.submit();
  await eventually(() => expect(location.search).toBe(""));
});

it("knows no other pages", async () => {
  for (const path of ["/admin/nonsense", "/admin/reviews/1"]) {
    page.go(path);
    await page.says("Nothing here");
    page.close();
  }
});

it("has words for what was done and what went wrong, in both languages", async () => {
  useEveryText();
  for (const lang of langs) {
    await adminTexts.load(lang);
    const t = adminTexts.t();
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
