import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { siteId } from "../../testing/app-data";
import { withResolvers } from "../../testing/frame-page";
import { TestPage, refused } from "../../testing/test-page";
import { availability, held, place, reservations } from "../../testing/driver-data";
import BookPage from "./pages/book";

let page: TestPage;

beforeEach(() => {
  page = new TestPage();
  page.answers = [
    [/^GET \/places/, () => place],
    [/availability/, () => availability("2026-11-21T13:00:00.000Z", "2026-11-22T03:00:00.000Z")],
    [/^POST .*holds/, () => held("2026-11-21T13:10:12.000Z")],
    [/^POST .*reservations/, () => reservations[0]],
  ];
});
afterEach(() => page.close());

it("says what a lost answer leaves open: of a hold nothing, of a booking that it is booked once at most", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("18:00");
  page.answer(/^POST .*holds/, () => refused("network"));
  page.press("18:00");
  await page.says("Nothing is booked and nothing is charged. Choose the same start again");
  page.answers.shift();
  page.press("18:00");
  await page.says("Held for you");
  page.answer(/^POST .*reservations/, () => refused("network"));
  page.press("Book now");
  await page.says("it is open whether this is booked");
  page.nowMs += 600_000;
  await page.says("If it was booked after all, it is under My charging");
  expect(page.links()).toContain("/charging");
  expect(page.calls.filter((each) => each.startsWith("DELETE"))).toEqual([]);
  page.answer(/^POST .*holds/, () => ({ ...held("2026-11-21T13:10:12.000Z"), holdId: "another" }));
  await eventually(() => page.press("18:15"));
  await page.says("Held for you");
  page.nowMs += 600_000;
  await page.says("the place is free for others again");
});

it("finds what this tab holds again after a reload, until it is given back or may be booked", async () => {
  const holds = () => page.calls.filter((each) => each.startsWith("POST") && each.includes("holds"));
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("18:00");
  page.press("18:00");
  await page.says("Held for you");
  const kept = sessionStorage.getItem(`hitchpost held ${siteId}`)!;
  // A reload unmounts nothing: the store is as it was.
  await page.leave();
  sessionStorage.setItem(`hitchpost held ${siteId}`, kept);
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("Held for you");
  expect(holds()).toHaveLength(2);
  expect(holds()[1]).toBe(holds()[0]);
  page.press("Choose another time");
  await page.says("18:15");
  expect(sessionStorage.getItem(`hitchpost held ${siteId}`)).toBeNull();
  page.press("18:00");
  await page.says("Held for you");
  page.answer(/^POST .*reservations/, () => refused("network"));
  page.press("Book now");
  await page.says("it is open whether this is booked");
  expect(sessionStorage.getItem(`hitchpost held ${siteId}`)).toBeNull();
});

it("holds what was chosen last, and gives back what is answered after it", async () => {
  const { promise, resolve } = withResolvers<unknown>();
  page.answer(/^POST .*holds/, () => (page.callsTo("POST").length === 1 ? promise : held("2026-11-21T13:10:12.000Z")));
  const { class: kind, start, end } = held("");
  const kept = { wish: { class: kind, start, end }, key: "before", until: page.nowMs + 60_000 };
  page.answer(/^GET \/places\/[^/]+$/, () => {
    sessionStorage.setItem(`hitchpost held ${siteId}`, JSON.stringify(kept));
    return place;
  });
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("18:15");
  page.press("18:15");
  await page.says("Held for you");
  resolve({ ...held("2026-11-21T13:10:12.000Z"), holdId: "before" });
  await page.called("holds/before");
  expect(page.callsTo("DELETE")).toHaveLength(1);
  expect(page.root.textContent).toContain("Held for you");
});

it("does not call a day full that it knows nothing of", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("18:00");
  page.answer(/availability/, () => refused("network"));
  page.press("29 Nov");
  await page.says("cannot be reached");
  expect(page.root.textContent).not.toContain("Nothing is free");
  page.answers.shift();
  page.press("Try again");
  await page.says("Nothing is free");
  expect(page.root.textContent).not.toContain("cannot be reached");
});

it("does not say that nothing is booked where a booking without an answer is given back", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  page.answer(/^POST .*reservations/, () => refused("network"));
  page.answer(/^DELETE .*holds/, () => refused("not_found"));
  await page.says("18:00");
  page.press("18:00");
  await page.says("Held for you");
  page.press("Book now");
  await page.says("it is open whether this is booked");
  page.press("Choose another time");
  await page.says("If it was booked after all, it is under My charging");
  expect(page.root.textContent).not.toContain("Nothing is booked");
  // What the cloud took back is booked by nobody: there is nothing more to say.
  page.answer(/^DELETE .*holds/, () => null);
  page.press("18:00");
  await page.says("Held for you");
  page.press("Book now");
  await page.says("it is open whether this is booked");
  page.press("Choose another time");
  await page.says("18:15");
  expect(page.root.textContent).not.toContain("no answer came");
});

it("keeps the hold, and says that it is open, where the cloud broke in the middle of a booking", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("18:00");
  page.press("18:00");
  await page.says("Held for you");
  for (const code of ["unavailable", "internal"]) {
    page.answer(/^POST .*reservations/, () => refused(code));
    page.press("Book now");
    await page.says("it is open whether this is booked");
    expect(page.root.textContent).toContain("Held for you");
  }
});
