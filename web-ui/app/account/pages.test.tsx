import { render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { family, invitations, me, settings, signIns } from "../../testing/account-data";
import { appNow } from "../../testing/app-data";
import { installMiniDom, valueOf } from "../../testing/mini-dom";
import type { Answer, Api } from "../api";
import { AppContext } from "../context";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { accountEn } from "./account-en";
import { deviceOf } from "./device";
import FamilyPage from "./pages/family";
import ForgotPage from "./pages/forgot";
import NotificationsPage from "./pages/notifications";
import ProfilePage from "./pages/profile";
import ResetPage from "./pages/reset";
import SecurityPage from "./pages/security";
import VerifiedPage from "./pages/verified";
import { isOn, linesOf, switched } from "./settings-model";
import { accountTexts } from "./words";

let root: ReturnType<typeof installMiniDom>;
let answers: [RegExp, () => unknown][];
let calls: string[];
const setUser = vi.fn();
const refused = (code: string) => ({ ok: false, error: { code, detail: "" } });

const call = async (method: string, path: string, body?: unknown) => {
  const what = `${method} ${path}`;
  calls.push(body ? `${what} ${JSON.stringify(body)}` : what);
  const found = answers.find(([pattern]) => pattern.test(what));
  const value = found ? found[1]() : undefined;
  const isAnswer = typeof value === "object" && value !== null && "ok" in value;
  return (isAnswer ? value : { ok: true, value }) as Answer<never>;
};

beforeEach(() => {
  accountTexts.use(accountEn);
  calls = [];
  setUser.mockClear();
  answers = [
    [/^(GET|PATCH) \/me$/, () => me],
    [/^GET \/me\/invitations/, () => ({ invitations })],
    [/list-sessions/, () => signIns],
    [/get-session/, () => ({ session: { token: "here" } })],
    [/settings/, () => ({ channels: settings })],
    [/^GET \/family/, () => ({ family })],
  ];
});
afterEach(() => render(null, root));

function open(page: ComponentChild, path = "/account", userId = "u"): void {
  root = installMiniDom(path);
  const app = {
    ...{ words: wordsFor("en", appEn), api: { call } as unknown as Api, now: () => Date.parse(appNow) },
    ...{ user: { id: userId, email: "a@b.c", name: "Alex" }, setUser, setLang: vi.fn() },
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
const type = (id: string, value: string) =>
  Object.assign(root.all((node) => valueOf(node, "id") === id)[0] as object, { value });
const send = (text: string) => root.find("form", text).fire("submit");

it("shows who one is, saves changes, and answers an invitation", async () => {
  open(<ProfilePage />);
  await says("Ngozi Okafor invites you to the family");
  type("name", " Alexandra ");
  send("About you");
  await called('PATCH /me {"name":"Alexandra","language":"en","timeZone":"Europe/Berlin"}');
  await says("Saved");
  expect(setUser).toHaveBeenCalledWith({ id: "u", email: "a@b.c", name: "Alexandra" });
  answers.unshift([/^POST \/me\/invitations/, () => refused("in_family")]);
  tap("Accept");
  await says("You belong to a family already.");
  answers.shift();
  tap("Decline");
  await called(`POST /me/invitations/${invitations[0]?.id} {"accept":false}`);
});

it("takes a number into use by its code, and forgets one", async () => {
  open(<ProfilePage />);
  await says("+491701234567");
  type("phone-number", "0049 (171) 555-1234");
  send("Phone");
  await called('POST /me/phone {"phone":"+491715551234"}');
  await says("Six digits are on their way to +491715551234");
  answers.unshift([/verify$/, () => refused("wrong_code")]);
  type("code", "123 456");
  send("Phone");
  await called('{"code":"123456"}');
  await says("wrong or too old");
  tap("Another number");
  await says("With the country");
  tap("Remove");
  await called("DELETE /me/phone");
});

it("changes password and address, ends sign-ins elsewhere, and says why not", async () => {
  open(<SecurityPage />);
  await says("Chrome, Android");
  await says("This device");
  answers.unshift([/change-password/, () => refused("invalid_password")]);
  type("current", "old");
  type("next", "correct horse battery");
  send("Current password");
  await says("This is not the password.");
  answers.shift();
  send("Current password");
  await says("The password has been changed.");
  expect(calls.at(-1)).toContain('"revokeOtherSessions":true');
  type("email", "new@b.c");
  send("You sign in with a@b.c");
  await says("the change waits for the link");
  root.all((node) => valueOf(node, "aria-label") === "Sign out: Chrome, Android")[0]?.fire("click");
  await called('POST /auth/revoke-session {"token":"phone"}');
  await eventually(() => expect(calls.filter((each) => each.includes("list-sessions"))).toHaveLength(2));
  await says("Sign out everywhere else");
  tap("Sign out everywhere else");
  await called("revoke-other-sessions");
});

it("deletes an account only when asked twice, and says what stands against it", async () => {
  open(<SecurityPage />);
  await says("Delete my account");
  tap("Delete my account");
  await says("for good?");
  tap("Keep it");
  await eventually(() => expect(root.textContent).not.toContain("for good?"));
  tap("Delete my account");
  await says("for good?");
  answers.unshift([/delete$/, () => refused("money_owed")]);
  type("delete-password", "secret");
  send("for good?");
  await says("There are invoices to pay first.");
  expect(setUser).not.toHaveBeenCalled();
  answers.shift();
  send("for good?");
  await eventually(() => expect(setUser).toHaveBeenCalledWith(null));
  await called('POST /me/delete {"password":"secret"}');
});

it("switches the ways of a notification, and takes back what was refused", async () => {
  open(<NotificationsPage />);
  await says("A booking is confirmed");
  await says("Other notifications");
  const box = () => root.all((node) => node.localName === "input" && valueOf(node, "type") === "checkbox")[1]!;
  const flip = (checked: boolean) => {
    Object.assign(box(), { checked });
    box().fire("change");
  };
  flip(true);
  await called('PATCH /notifications/settings {"channels":{"bookingConfirmed":["email","push","sms"]}}');
  await says("Saved");
  answers.unshift([/^PATCH/, () => refused("network")]);
  flip(false);
  await says("cannot be reached");
  await eventually(() => expect(valueOf(box(), "checked")).toBe(true));
});

it("groups what it has names for, and shows the rest as one line", () => {
  const groups = linesOf({ bookingConfirmed: ["email"], new1: ["push"], new2: [] });
  expect(groups.map(({ group, lines }) => [group, lines.map(({ name }) => name)])).toEqual([
    ["driver", ["bookingConfirmed"]],
    ["other", ["other"]],
  ]);
  const other = groups[1]!.lines[0]!;
  const before = { new1: ["push" as const], new2: [] };
  expect(isOn(before, other, "push")).toBe(false);
  expect(switched(before, other, "push", true)).toEqual({ new1: ["push"], new2: ["push"] });
  expect(switched({ new1: ["push"] }, other, "email", false)).toEqual({ new1: ["push"], new2: [] });
});

/** The family, as it was asked for the so-manieth time. */
async function shownAgain(times: number): Promise<void> {
  await eventually(() => expect(calls.filter((each) => each === "GET /family")).toHaveLength(times));
  await says("Mira");
}

it("founds a family, invites to it, and ends it; drivers only leave", async () => {
  answers.unshift([/^GET \/family/, () => ({ family: null })]);
  open(<FamilyPage />);
  await says("You will pay for what its drivers charge");
  type("name", "The Lindens");
  answers.shift();
  send("Found a family");
  await called('POST /family {"name":"The Lindens"}');
  await shownAgain(2);
  type("email", "kim@example.org");
  send("Invite a driver");
  await called('POST /family/invitations {"email":"kim@example.org"}');
  await shownAgain(3);
  tap("Withdraw");
  await called("DELETE /family/invitations/i");
  await shownAgain(4);
  tap("Remove");
  await called("DELETE /family/drivers/m");
  await shownAgain(5);
  tap("End this family");
  await eventually(() => expect(calls).toContain("DELETE /family"));
  render(null, root);
  open(<FamilyPage />, "/account/family", "m");
  await says("Leave");
  expect(root.textContent).not.toContain("Invite a driver");
});

it("sends a link for a new password, and sets it by the link", async () => {
  open(<ForgotPage />, "/forgot-password");
  await says("Tell us your address");
  type("email", "a@b.c");
  send("Your address");
  await says("If a@b.c has an account here");
  render(null, root);
  answers.unshift([/reset-password/, () => refused("password_too_short")]);
  open(<ResetPage />, "/reset-password?token=t0k");
  await says("signed out everywhere");
  type("password", "short");
  send("New password");
  await says("too short");
  answers[0] = [/reset-password/, () => refused("invalid_token")];
  send("New password");
  await says("Ask for a new link");
  render(null, root);
  answers.shift();
  open(<ResetPage />, "/reset-password?token=t0k");
  await says("signed out everywhere");
  type("password", "correct horse battery");
  send("New password");
  await says("The new password is set.");
  expect(calls.at(-1)).toBe('POST /auth/reset-password {"token":"t0k","newPassword":"correct horse battery"}');
  expect(setUser).toHaveBeenCalledWith(null);
});

it("says whether a link has confirmed an address", async () => {
  open(<VerifiedPage />, "/verified");
  await says("The link has done its work.");
  render(null, root);
  open(<VerifiedPage />, "/verified?error=TOKEN_EXPIRED");
  await says("does not work any more");
});

it("knows devices by what they call themselves", () => {
  expect(signIns.map(({ userAgent }) => deviceOf(userAgent))).toEqual(["Chrome, Android", "Firefox, Linux"]);
  expect([null, "curl/8", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"].map(deviceOf)).toEqual([
    null,
    null,
    "Safari, iPhone",
  ]);
});
