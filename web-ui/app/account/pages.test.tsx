import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { family, invitations, me, settings, signIns } from "../../testing/account-data";
import { valueOf } from "../../testing/mini-dom";
import { TestPage, alex, refused } from "../../testing/test-page";
import { deviceOf } from "./device";
import FamilyPage from "./pages/family";
import ForgotPage from "./pages/forgot";
import NotificationsPage from "./pages/notifications";
import ProfilePage from "./pages/profile";
import ResetPage from "./pages/reset";
import SecurityPage from "./pages/security";
import VerifiedPage from "./pages/verified";
import { isOn, linesOf, switched } from "./settings-model";

let page: TestPage;

beforeEach(() => {
  page = new TestPage();
  page.answers = [
    [/^(GET|PATCH) \/me$/, () => me],
    [/^GET \/me\/invitations/, () => ({ invitations })],
    [/list-sessions/, () => signIns],
    [/get-session/, () => ({ session: { token: "here" } })],
    [/settings/, () => ({ channels: settings })],
    [/^GET \/family/, () => ({ family })],
  ];
});
afterEach(() => page.close());

it("shows who one is, saves changes, and answers an invitation", async () => {
  page.open(<ProfilePage />);
  await page.says("Ngozi Okafor invites you to the family");
  page.type("name", " Alexandra ");
  page.submit("About you");
  await page.called('PATCH /me {"name":"Alexandra","language":"en","timeZone":"Europe/Berlin"}');
  await page.says("Saved");
  expect(page.setUser).toHaveBeenCalledWith({ id: "u", email: "a@b.c", name: "Alexandra" });
  page.answers.unshift([/^POST \/me\/invitations/, () => refused("in_family")]);
  page.press("Accept");
  await page.says("You belong to a family already.");
  page.answers.shift();
  page.press("Decline");
  await page.called(`POST /me/invitations/${invitations[0]?.id} {"accept":false}`);
});

it("takes a number into use by its code, and forgets one", async () => {
  page.open(<ProfilePage />);
  await page.says("+491701234567");
  page.type("phone-number", "0049 (171) 555-1234");
  page.submit("Phone");
  await page.called('POST /me/phone {"phone":"+491715551234"}');
  await page.says("Six digits are on their way to +491715551234");
  page.answers.unshift([/verify$/, () => refused("wrong_code")]);
  page.type("code", "123 456");
  page.submit("Phone");
  await page.called('{"code":"123456"}');
  await page.says("wrong or too old");
  page.press("Another number");
  await page.says("With the country");
  page.press("Remove");
  await page.called("DELETE /me/phone");
});

it("changes password and address, ends sign-ins elsewhere, and says why not", async () => {
  page.open(<SecurityPage />);
  await page.says("Chrome, Android");
  await page.says("This device");
  page.answers.unshift([/change-password/, () => refused("invalid_password")]);
  page.type("current", "old");
  page.type("next", "correct horse battery");
  page.submit("Current password");
  await page.says("This is not the password.");
  page.answers.shift();
  page.submit("Current password");
  await page.says("The password has been changed.");
  expect(page.calls.at(-1)).toContain('"revokeOtherSessions":true');
  page.type("email", "new@b.c");
  page.submit("You sign in with a@b.c");
  await page.says("the change waits for the link");
  page.labelled("Sign out: Chrome, Android").fire("click");
  await page.called('POST /auth/revoke-session {"token":"phone"}');
  await eventually(() => expect(page.calls.filter((each) => each.includes("list-sessions"))).toHaveLength(2));
  await page.says("Sign out everywhere else");
  page.press("Sign out everywhere else");
  await page.called("revoke-other-sessions");
});

it("deletes an account only when asked twice, and says what stands against it", async () => {
  page.open(<SecurityPage />);
  await page.says("Delete my account");
  page.press("Delete my account");
  await page.says("for good?");
  page.press("Keep it");
  await page.saysNot("for good?");
  page.press("Delete my account");
  await page.says("for good?");
  page.answers.unshift([/delete$/, () => refused("money_owed")]);
  page.type("delete-password", "secret");
  page.submit("for good?");
  await page.says("There are invoices to pay first.");
  expect(page.setUser).not.toHaveBeenCalled();
  page.answers.shift();
  page.submit("for good?");
  await eventually(() => expect(page.setUser).toHaveBeenCalledWith(null));
  await page.called('POST /me/delete {"password":"secret"}');
});

it("switches the ways of a notification, and takes back what was refused", async () => {
  page.open(<NotificationsPage />);
  await page.says("A booking is confirmed");
  await page.says("Other notifications");
  const box = () => page.root.all((node) => node.localName === "input" && valueOf(node, "type") === "checkbox")[1]!;
  const flip = (checked: boolean) => {
    Object.assign(box(), { checked });
    box().fire("change");
  };
  flip(true);
  await page.called('PATCH /notifications/settings {"channels":{"bookingConfirmed":["email","push","sms"]}}');
  await page.says("Saved");
  page.answers.unshift([/^PATCH/, () => refused("network")]);
  flip(false);
  await page.says("cannot be reached");
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
  await eventually(() => expect(page.calls.filter((each) => each === "GET /family")).toHaveLength(times));
  await page.says("Mira");
}

it("founds a family, invites to it, and ends it; drivers only leave", async () => {
  page.answers.unshift([/^GET \/family/, () => ({ family: null })]);
  page.open(<FamilyPage />);
  await page.says("You will pay for what its drivers charge");
  page.type("name", "The Lindens");
  page.answers.shift();
  page.submit("Found a family");
  await page.called('POST /family {"name":"The Lindens"}');
  await shownAgain(2);
  page.type("email", "kim@example.org");
  page.submit("Invite a driver");
  await page.called('POST /family/invitations {"email":"kim@example.org"}');
  await shownAgain(3);
  page.press("Withdraw");
  await page.called("DELETE /family/invitations/i");
  await shownAgain(4);
  page.press("Remove");
  await page.called("DELETE /family/drivers/m");
  await shownAgain(5);
  page.press("End this family");
  await eventually(() => expect(page.calls).toContain("DELETE /family"));
  page.close();
  page.open(<FamilyPage />, "/account/family", { ...alex, id: "m" });
  await page.says("Leave");
  expect(page.root.textContent).not.toContain("Invite a driver");
});

it("sends a link for a new password, and sets it by the link", async () => {
  page.open(<ForgotPage />, "/forgot-password");
  await page.says("Tell us your address");
  page.type("email", "a@b.c");
  page.submit("Your address");
  await page.says("If a@b.c has an account here");
  page.close();
  page.answers.unshift([/reset-password/, () => refused("password_too_short")]);
  page.open(<ResetPage />, "/reset-password?token=t0k");
  await page.says("signed out everywhere");
  page.type("password", "short");
  page.submit("New password");
  await page.says("too short");
  page.answers[0] = [/reset-password/, () => refused("invalid_token")];
  page.submit("New password");
  await page.says("Ask for a new link");
  page.close();
  page.answers.shift();
  page.open(<ResetPage />, "/reset-password?token=t0k");
  await page.says("signed out everywhere");
  page.type("password", "correct horse battery");
  page.submit("New password");
  await page.says("The new password is set.");
  expect(page.calls.at(-1)).toBe('POST /auth/reset-password {"token":"t0k","newPassword":"correct horse battery"}');
  expect(page.setUser).toHaveBeenCalledWith(null);
});

it("says whether a link has confirmed an address", async () => {
  page.open(<VerifiedPage />, "/verified");
  await page.says("The link has done its work.");
  page.close();
  page.open(<VerifiedPage />, "/verified?error=TOKEN_EXPIRED");
  await page.says("does not work any more");
});

it("knows devices by what they call themselves", () => {
  expect(signIns.map(({ userAgent }) => deviceOf(userAgent))).toEqual(["Chrome, Android", "Firefox, Linux"]);
  expect([null, "curl/8", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1"].map(deviceOf)).toEqual([
    null,
    null,
    "Safari, iPhone",
  ]);
});
