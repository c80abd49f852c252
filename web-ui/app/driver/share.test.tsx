import { afterEach, beforeEach, expect, it } from "vitest";
import { siteId } from "../../testing/app-data";
import { TestPage, refused } from "../../testing/test-page";
import { place } from "../../testing/driver-data";
import { reviews } from "../../testing/my-data";
import FindPage from "./pages/find";
import PlacePage from "./pages/place";

let page: TestPage;
const shut = { ...place, access: "private" as const, mayBook: false };

beforeEach(() => {
  page = new TestPage();
  page.answers = [
    [/reviews\?/, () => ({ reviews, nextCursor: null })],
    [/plans$/, () => ({ plans: [] })],
    [/^GET \/places\/[^/]+\?share=tok%2Fen$/, () => shut],
    [/^GET \/places/, () => refused("not_found")],
  ];
});
afterEach(() => page.close());

it("takes a share link's token out of the address, and joins with it", async () => {
  page.open(<PlacePage siteId={siteId} />, `/places/${siteId}?connector=CP1%2F1&share=tok%2Fen`);
  await page.says("You are here: Bay 12");
  expect(location.search).toBe("?connector=CP1%2F1");
  await page.called("reviews?limit=10&share=tok%2Fen");
  expect(page.root.textContent).not.toContain("takes no bookings from you");
  page.answer(/join/, () => refused("not_found"));
  page.press("Join");
  await page.says("This link opens nothing.");
  page.answer(/join/, () => null);
  page.answer(/^GET \/places\/[^/]+$/, () => place);
  page.press("Join");
  await page.called(`POST /places/${siteId}/join {"share":"tok/en"}`);
  await page.says("You are in.");
  await page.says("Book a time");
  expect(sessionStorage.getItem(`hitchpost share ${siteId}`)).toBeNull();
});

it("lists the places that links have opened, and no search then", async () => {
  let places: unknown[] = [];
  page.answer(/^GET \/me\/places/, () => ({ places }));
  page.open(<FindPage />, "/?view=mine");
  await page.says("None so far.");
  page.close();
  places = [
    { ...shut, open: true, online: true },
    { ...shut, siteId: "2", access: "public", open: true, online: false },
    { ...shut, siteId: "3", open: false, online: true },
  ];
  page.open(<FindPage />, "/?view=mine");
  for (const text of ["Lindenweg 4, Berlin", "Open now", "Private, by link", "No live status", "Closed now"]) {
    await page.says(text);
  }
  expect(page.calls.join()).not.toContain("/search");
  expect(page.links()).toContain(`/places/${siteId}`);
});

it("keeps a share link for who has to sign in first, and says when it opens nothing", async () => {
  page.open(<PlacePage siteId={siteId} />, `/places/${siteId}?share=tok%2Fen`, null);
  await page.says("You were sent a link to this place");
  expect(page.links()).toContain(`/sign-up?back=${encodeURIComponent(`/places/${siteId}`)}`);
  page.close();
  page.open(<PlacePage siteId={siteId} />, `/places/${siteId}?share=other`, null);
  await page.says("This link opens nothing.");
});
