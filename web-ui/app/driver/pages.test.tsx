import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { appNow, siteId } from "../../testing/app-data";
import {
  availability,
  bills,
  found,
  held,
  pass,
  place,
  placeLive,
  reservations,
  vehicles,
} from "../../testing/driver-data";
import { plans, reviews } from "../../testing/my-data";
import { TestPage, refused } from "../../testing/test-page";
import BillsPage from "./pages/bills";
import BookPage from "./pages/book";
import BookingPage from "./pages/booking";
import ChargingPage from "./pages/charging";
import FindPage from "./pages/find";
import PlacePage from "./pages/place";
import VehiclesPage, { thousands } from "./pages/vehicles";
import { qrPath } from "../../common/qr";
import type { Place } from "./types";

let page: TestPage;
const booking = reservations[0]!;

beforeEach(() => {
  page = new TestPage();
  page.answers = [
    [/^GET \/search/, () => ({ places: found, total: 5, capped: false, nextCursor: "next" })],
    [/reviews\?/, () => ({ reviews, nextCursor: null })],
    [/plans$/, () => ({ plans })],
    [/^GET \/places/, () => place],
    [/availability/, () => availability("2026-11-21T13:00:00.000Z", "2026-11-22T03:00:00.000Z")],
    [/^POST .*holds/, () => held("2026-11-21T13:10:12.000Z")],
    [/^POST .*reservations /, () => ({ ...booking, pin: "402 917" })],
    [/^POST .*reservations$/, () => ({ ...booking, pin: "402 917" })],
    [/pass$/, () => pass],
    [/^GET \/reservations/, () => ({ reservations })],
    [/cancel$/, cancelled],
    [/modify$/, () => booking],
    [/^GET .*reservations\//, () => booking],
    [/^GET \/vehicles/, () => ({ vehicles })],
    [/^GET \/waiting-list/, () => ({ waits: [] })],
    [/^GET \/me\/reschedules/, () => ({ reschedules: [] })],
    [/^GET \/reservation-series/, () => ({ series: [] })],
    [/^GET \/me\/bills/, () => ({ bills, nextCursor: null })],
  ];
});
afterEach(() => page.close());

/** What is cancelled stays so when it is asked for again. */
function cancelled(): unknown {
  const pending = { ...booking, pending: true };
  page.answers.unshift([/^GET .*reservations\//, () => pending]);
  return pending;
}

it("finds places, more of them, and says what to relax where none fits", async () => {
  page.open(<FindPage />, "/?lat=52.52&lng=13.4&free=1&power=22000");
  await page.says("5 places");
  await page.says("1 of 4 free");
  await page.says("No live status");
  await page.says("Closed now");
  page.press("Show more");
  await page.called("cursor=next");
  page.answers.unshift([/^GET \/search/, () => ({ places: [], total: 0, capped: false, nextCursor: null })]);
  page.close();
  page.open(<FindPage />, "/?lat=52.52&lng=13.4&free=1&power=22000");
  await page.says("No place fits within 25 km of here.");
  page.press("Any power");
  await eventually(() => expect(location.search).not.toContain("power"));
  page.answers.unshift([/^GET \/search/, () => refused("network")]);
  page.press("Look further away");
  await page.says("cannot be reached");
});

it("looks around a city or a position, and says what is not known", async () => {
  const position = vi.fn();
  Object.defineProperty(globalThis, "navigator", {
    value: { geolocation: { getCurrentPosition: position } },
    configurable: true,
  });
  page.open(<FindPage />, "/");
  await page.says("5 places");
  const where = page.node("where");
  Object.assign(where, { value: "Nowhere" });
  page.submit();
  await page.says("This place is not known here");
  Object.assign(where, { value: "Leipzig" });
  page.submit();
  await eventually(() => expect(location.search).toContain("lat=51.34"));
  page.press("Near me");
  position.mock.calls[0]?.[1]();
  await page.says("Your position is not available");
  position.mock.calls[0]?.[0]({ coords: { latitude: 50.123456, longitude: 8 } });
  await eventually(() => expect(location.search).toContain("lat=50.1235"));
});

it("shows a place, what it costs, and its chargers as they change", async () => {
  page.open(<PlacePage siteId={siteId} />, `/places/${siteId}?connector=CP1/1`);
  await page.says("You are here: Bay 12");
  await page.says("Open until 22:00");
  await page.says("\u20ac0.45 per kWh");
  page.streams.at(-1)?.send({ ...placeLive, hub: { online: false, offlineSince: "2026-11-21T12:00:00.000Z" } });
  await page.says("out of reach of the internet since 21 Nov 2026, 13:00");
  const other: Place = {
    ...place,
    ...{
      mayBook: false,
      access: "members",
      host: "private",
      tariffs: [],
      description: "",
      hours: { week: null, exceptions: [] },
    },
    now: { open: false, until: null },
    rating: { average: null, count: 0 },
    photos: [{ photoId: "p", url: "/p", width: 4, height: 3, caption: "The gate" }],
  };
  page.answers.unshift([/^GET \/places\/[^/]+$/, () => other]);
  page.close();
  page.open(<PlacePage siteId={siteId} />, `/places/${siteId}`);
  await page.says("only its members may book");
  await page.says("Charging is free here.");
  await page.says("Around the clock");
  await page.says("Lent by a neighbour");
});

it("holds a start, says price and terms before the confirmation, and keeps what was booked", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("14:00");
  page.press("14:00");
  await page.says("Cancel free of charge until 21 Nov 2026, 17:00.");
  await page.says("Held for you: 05:00 left");
  page.press("Book now for");
  await eventually(() => expect(location.pathname).toBe(`/charging/${siteId}/${booking.booking}`));
  expect(page.calls.some((each) => each.startsWith("DELETE"))).toBe(false);
  expect(localStorage.getItem("hitchpost bookings")).toContain("402 917");
});

it("names the nearest free start where somebody was faster, and gives a hold back", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("14:00");
  page.answers.unshift([/^POST .*holds/, () => (page.answers.shift(), refused("taken"))]);
  page.press("14:00");
  await page.says("The nearest free start is 14:15.");
  page.press("14:00");
  await page.says("Your booking");
  page.press("Choose another time");
  await page.called("DELETE");
  await page.says("14:00");
  page.answers.unshift([/^POST .*holds/, () => refused("closed")]);
  page.press("14:00");
  await page.says("sells no bookings at present");
});

it("says when a hold could not be confirmed, and when nothing is sold", async () => {
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("14:00");
  page.press("14:00");
  await page.says("Your booking");
  page.answers.unshift([/^POST .*reservations$/, () => refused("hold_over")]);
  page.press("Book now");
  await page.says("The hold is over.");
  page.answers.unshift([/availability/, () => ({ ...availability(appNow, appNow), open: false })]);
  page.close();
  page.open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await page.says("This site sells no bookings at present.");
});

it("lists bookings with their passes, and has them still without a line", async () => {
  page.open(<ChargingPage />, "/charging");
  await page.says("Upcoming");
  await page.says("Cancellation asked for");
  await eventually(() => expect(localStorage.getItem("hitchpost bookings")).toContain(pass.token));
  page.answers.unshift([/^GET \/reservations/, () => refused("network")]);
  const before = localStorage;
  page.close();
  page.open(<ChargingPage />, "/charging");
  expect(localStorage).toBe(before);
  await page.says("your passes work without a line");
  await page.says("Lindenhof garage");
  localStorage.removeItem("hitchpost bookings");
  page.answers.unshift([/^GET \/reservations/, () => refused("unauthorized")]);
  page.close();
  page.open(<ChargingPage />, "/charging");
  await page.says("No bookings yet.");
  expect(page.setUser).toHaveBeenCalledWith(null);
});

it("opens the charger's page with the pass, changes the time, and says the refund before it cancels", async () => {
  page.open(<BookingPage siteId={siteId} booking={booking.booking} />, `/charging/${siteId}/${booking.booking}`);
  await page.says("Address on the charger");
  await page.says("on the device that made it");
  const charger = page.node("charger");
  Object.assign(charger, { value: "no address at all" });
  page.submit();
  await page.says("This is no charger's address.");
  page.press("Change the time");
  await page.says("14:00");
  page.press("14:00");
  await page.called("modify");
  await page.says("Cancel the booking");
  page.press("Cancel the booking");
  await page.says("You get \u20ac4.00 back.");
  page.press("Keep it");
  await page.says("Cancel the booking");
  page.press("Cancel the booking");
  await page.says("Yes, cancel it");
  page.press("Yes, cancel it");
  page.press("Yes, cancel it");
  await page.says("It is cancelled as soon as the site has heard of it.");
  expect(page.calls.filter((each) => each.endsWith("/cancel"))).toHaveLength(1);
});

it("shows the times of a booking's own kind of connector where it is moved, and no choice of kinds", async () => {
  const all = availability("2026-11-21T13:00:00.000Z", "2026-11-22T03:00:00.000Z");
  const [fast, plain] = [all.classes[0]!, all.classes[1]!];
  page.answers.unshift(
    [/availability/, () => ({ ...all, classes: [{ ...fast, slots: [] }, plain] })],
    [/^GET .*reservations\//, () => ({ ...booking, class: plain.class })],
  );
  page.open(<BookingPage siteId={siteId} booking={booking.booking} />, `/charging/${siteId}/${booking.booking}`);
  await page.says("Address on the charger");
  page.press("Change the time");
  await page.says("14:00");
  await page.saysNot("11\u00a0kW (");
  await page.called(`moving=${booking.booking}`);
});

it("says why a booking does not open", async () => {
  page.answers.unshift([/^GET .*reservations\//, () => refused("not_found")]);
  page.open(<BookingPage siteId={siteId} booking="b" />, `/charging/${siteId}/b`);
  await page.says("belongs to someone else");
  page.answers.unshift([/^GET .*reservations\//, () => refused("network")]);
  page.close();
  page.open(<BookingPage siteId={siteId} booking="b" />, `/charging/${siteId}/b`);
  await page.says("There is no connection.");
});

it("keeps vehicles with what they take, and lists invoices", async () => {
  page.open(<VehiclesPage />, "/vehicles");
  await page.says("Blue Zoe");
  await page.says("Of your family");
  page.submit();
  await page.called("POST /vehicles");
  page.press("Remove");
  await page.called("DELETE /vehicles/");
  page.close();
  page.answers.unshift([/^GET \/vehicles/, () => ({ vehicles: [] })]);
  page.open(<VehiclesPage />, "/vehicles");
  await page.says("No vehicle yet.");
  page.close();
  page.open(<BillsPage />, "/bills");
  await page.says("Invoice LIN-2026-000042");
  await page.says("\u20ac1.50 to be paid");
  page.close();
  page.answers.unshift([/^GET \/me\/bills/, () => ({ bills: [], nextCursor: null })]);
  page.open(<BillsPage />, "/bills");
  await page.says("No invoice so far.");
  expect([thousands("58,5"), thousands(""), thousands("x")]).toEqual([58_500, null, null]);
  expect(qrPath("x".repeat(4000))).toBeNull();
});
