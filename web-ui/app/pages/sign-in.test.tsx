import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { FramePage, ok, withResolvers } from "../../testing/frame-page";
import { alex, refused } from "../../testing/test-page";
import type { Answer } from "../api";
import { Shell } from "../shell";
import { SignInPage } from "./sign-in";

let page: FramePage;
beforeEach(() => {
  page = new FramePage();
});
afterEach(() => page.close());

it("signs in: one at a time, with what went wrong, then with who is there", async () => {
  const { promise, resolve } = withResolvers<Answer<unknown>>();
  page.cloud.signIn.mockReturnValueOnce(promise);
  page.open(<SignInPage />, "/sign-in");
  page.type("email", "a@b.c");
  page.submit();
  await page.says("One moment");
  page.submit();
  resolve(refused("invalid_email_or_password"));
  await page.says("do not match");
  expect(page.cloud.signIn).toHaveBeenCalledTimes(1);
  page.submit();
  await eventually(() => expect(page.setUser).toHaveBeenCalledWith(alex));
  expect(page.cloud.signIn).toHaveBeenLastCalledWith("a@b.c", "");
  expect(location.pathname).toBe("/");
});

it("makes an account, and stays at the address that was asked for when signing in there", async () => {
  page.open(<SignInPage />, "/sign-up");
  page.type("name", "Alex");
  page.submit();
  await eventually(() => expect(page.setUser).toHaveBeenCalledWith(alex));
  expect(page.cloud.signUp).toHaveBeenCalledWith("Alex", "", "");
  page.close();
  page.open(<SignInPage />, "/sites/1");
  page.submit();
  await eventually(() => expect(page.setUser).toHaveBeenCalledTimes(2));
  expect(location.pathname).toBe("/sites/1");
});

it("sends whoever has yet to confirm the address to their mail", async () => {
  page.cloud.me.mockResolvedValueOnce(ok(null));
  page.open(<SignInPage />, "/sign-up");
  page.type("email", "a@b.c");
  page.submit();
  await page.says("A link to confirm a@b.c is on its way.");
  expect(page.setUser).not.toHaveBeenCalled();
});

it("goes back after signing in to where somebody came from, and never out of the app", async () => {
  page.open(<SignInPage />, "/sign-in?back=%2Fplaces%2Fp1");
  page.submit();
  await eventually(() => expect(location.pathname).toBe("/places/p1"));
  for (const back of ["//evil.example", "/\\evil.example", "https://evil.example", "/a b"]) {
    page.close();
    page.open(<SignInPage />, `/sign-in?back=${encodeURIComponent(back)}`);
    page.submit();
    await eventually(() => expect(location.href).toBe("http://cloud/"));
  }
});

it("asks whoever is not signed in to sign in, at the address that was asked for", async () => {
  page.open(<Shell />, "/sites", null);
  await page.says("For your bookings");
  expect(page.root.textContent).not.toContain("Sign out");
  expect(location.pathname).toBe("/sites");
});
