import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { move, offered, waits, weekly } from "../../testing/ahead-data";
import { appNow, siteId } from "../../testing/app-data";
import { availability, place, reservations } from "../../testing/driver-data";
import { valueOf } from "../../testing/mini-dom";
import { TestPage, refused } from "../../testing/test-page";
import BookPage from "./pages/book";
import ChargingPage from "./pages/charging";
import SeriesPage from "./pages/series";
import WeeklyPage from "./pages/weekly";

let page: TestPage;

beforeEach(() => {
  page = new TestPage();
  page.answers = [
    [/^GET \/places/, () => place],
    [/^GET \/reservations$/, () => ({ reservations: [] })],
    [/^GET \/waiting-list/, () => ({ waits })],
    [/^GET \/me\/reschedules/, () => ({ reschedules: [move] })],
    [/^GET \/reservation-series/, () => ({ series: [weekly] })],
    [/availability/, () => availability("2026-11-21T13:00:00.000Z", "2026-11-22T03:00:00.000Z")],
    [/reservation-series$/, () => weekly],
    [/accept$/, () => ({ ...reservations[0], pin: null })],
    [/reschedule$/, () => ({ moved: { siteId: "other", booking: "b2" } })],
  ];
});
afterEach(() => page.close());

it("asks first what wants an answer: a booking that has to move is moved, or given back", async () => {
  page.open(<ChargingPage />);
  await page.says("Your booking has to move");
  await page.says("Offered instead, 0.6 km away: Mill Lane");
  const next = { ...move, offer: { ...move.offer!, offerId: "o2", siteName: "Park Row" } };
  page.answers.unshift(
    [/reschedule$/, () => refused("offer_changed")],
    [/^GET \/me\/resch/, () => ({ reschedules: [next] })],
  );
  page.press("Accept");
  await page.says("Park Row");
  await page.says("has been taken meanwhile");
  expect(page.calls.filter((each) => each.includes("/me/reschedules"))).toHaveLength(2);
  page.answers.shift();
  page.press("Accept");
  await page.called(`/reschedule {"accept":true,"offerId":"o2"}`);
  page.answers.shift();
  await eventually(() => expect(location.pathname).toBe("/charging/other/b2"));
  page.close();
  const nothing = { ...move, cause: "owner" as const, offer: null, compensation: { amount: 500, currency: "EUR" } };
  page.answers.unshift(
    [/^GET \/me\/resch/, () => ({ reschedules: [nothing] })],
    [/reschedule$/, () => ({ moved: null })],
  );
  page.open(<ChargingPage />);
  await page.says("has taken back your time");
  await page.says("5.00 on top");
  page.answers.unshift([/^GET \/me\/resch/, () => ({ reschedules: [] })]);
  page.press("End the booking");
  await page.called(`/reschedule {"accept":false}`);
  await page.says("The booking has ended. Your \u20ac4.00 come back in full.");
  expect(page.root.textContent).not.toContain("has taken back");
  page.close();
  page.answers.unshift([/^GET \/me\/resch/, () => ({ reschedules: [{ ...move, offer: { ...move.offer!, siteId } }] })]);
  page.open(<ChargingPage />);
  await page.says("at the same place and price");
});

it("holds what came free until it is booked, left, or over; places in line are left as well", async () => {
  page.open(<ChargingPage />);
  await page.says("A place has come free for you");
  await page.says("20:00");
  await page.says("2 before you");
  await page.says("The offer ran out");
  page.answers.unshift([/accept$/, () => refused("wallet_short")]);
  page.press("Book it for");
  await page.says("not enough money in your wallet");
  page.answers.shift();
  page.press("Book it for");
  await eventually(() => expect(location.pathname).toBe(`/charging/${siteId}/${reservations[0]!.booking}`));
  page.close();
  page.open(<ChargingPage />);
  await page.says("A place has come free for you");
  page.press("No, thank you");
  await page.called(`DELETE /sites/${siteId}/waiting-list/${offered.waitId}`);
  await page.says("goes to the next in line. Nothing was booked or charged.");
  page.press("Leave the line");
  await page.called(`DELETE /sites/${siteId}/waiting-list/${waits[1]!.waitId}`);
  await page.says("You have left the line for Lindenhof garage");
  page.close();
  const free = { ...offered, offer: { ...offered.offer!, secondsLeft: 0 } };
  page.answers.unshift([/^GET \/waiting-list/, () => ({ waits: [free, { ...waits[1], ahead: 0 }] })]);
  page.open(<ChargingPage />);
  await page.says("You are first in line");
  expect(page.root.textContent).not.toContain("A place has come free");
  expect(page.root.textContent).toContain("is over. It goes to the next in line");
});

it("keeps what it knew while the cloud does not answer", async () => {
  page.answers.unshift([/waiting-list|reschedules|reservation-series/, () => refused("network")]);
  page.open(<ChargingPage />);
  await page.says("No bookings yet");
  await page.called("/reservation-series");
  expect(page.root.textContent).not.toContain("Waiting list");
});

it("gets in line for a time that is taken", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("Struck through: taken.");
  page.press("16:00");
  await page.says("Wait for this time");
  page.press("Choose another time");
  await page.saysNot("Wait for this time");
  page.press("16:00");
  page.answers.unshift([/^POST .*waiting-list/, () => refused("too_many_waits")]);
  page.press("Get in line");
  await page.says("You wait in as many lines");
  page.answers.shift();
  page.press("Get in line");
  await page.says("You are in line for");
  await page.called(`"start":"2026-11-21T15:00:00.000Z","end":"2026-11-21T16:00:00.000Z"}`);
});

it("books every week: days, times, how often; then shows what could be had, and ends it", async () => {
  page.open(<WeeklyPage siteId={siteId} />, `/places/${siteId}/weekly`);
  await page.says("How many times");
  page.submit();
  await page.says("Choose at least one day.");
  const boxes = page.root.all((node) => valueOf(node, "type") === "checkbox");
  const tick = (index: number, checked: boolean) =>
    boxes[index]!.fire("change", { currentTarget: Object.assign(boxes[index]!, { checked }) });
  tick(2, true);
  tick(0, true);
  tick(2, false);
  page.answers.unshift([/^POST .*reservation-series/, () => refused("too_many_series")]);
  page.submit();
  await page.says("as many weekly bookings");
  page.answers.shift();
  page.submit();
  await page.called(`"days":["MONDAY"]`);
  await eventually(() => expect(location.pathname).toBe(`/weekly/${siteId}/${weekly.seriesId}`));
  page.close();
  page.open(<SeriesPage id={weekly.seriesId} />, `/weekly/${siteId}/${weekly.seriesId}`);
  await page.says("18:00 to 20:00, 10 times");
  await page.says("Could not be booked");
  page.press("End the weekly booking");
  page.press("Keep it");
  page.press("End the weekly booking");
  page.answers.unshift([
    /^GET \/reservation-series/,
    () => ({ series: [{ ...weekly, ended: true, until: "2026-12-01", dates: [] }] }),
  ]);
  page.press("Yes, end it");
  await page.called("/cancel");
  await page.says("until 1 Dec 2026");
  await page.says("No date is near enough");
  page.close();
  page.open(<SeriesPage id="none" />, `/weekly/${siteId}/none`);
  await page.says("belongs to someone else");
  page.close();
  page.answers.unshift([/availability/, () => ({ ...availability(appNow, appNow), open: false })]);
  page.open(<WeeklyPage siteId={siteId} />, `/places/${siteId}/weekly`);
  await page.says("sells no bookings");
});
