import { render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
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
import { installMiniDom, valueOf } from "../../testing/mini-dom";
import type { Answer, Api } from "../api";
import { AppContext } from "../context";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { driverEn } from "./driver-en";
import BillsPage from "./pages/bills";
import BookPage from "./pages/book";
import BookingPage from "./pages/booking";
import ChargingPage from "./pages/charging";
import FindPage from "./pages/find";
import PlacePage from "./pages/place";
import VehiclesPage, { thousands } from "./pages/vehicles";
import { qrPath } from "../../common/qr";
import type { Place } from "./types";
import { useTexts } from "./words";

let root: ReturnType<typeof installMiniDom>;
/** Answers by method and the end of the path; a function may differ from call to call. */
let answers: [RegExp, () => unknown][];
let calls: string[];
let live: ((data: unknown) => void) | null;
const setUser = vi.fn();
const booking = reservations[0]!;
const refused = (code: string) => ({ ok: false, error: { code, detail: "" } });

const call = async (method: string, path: string, body?: unknown) => {
  const what = `${method} ${path}`;
  calls.push(body ? `${what} ${JSON.stringify(body)}` : what);
  const found_ = answers.find(([pattern]) => pattern.test(what));
  const value = found_ ? found_[1]() : undefined;
  const isAnswer = typeof value === "object" && value !== null && "ok" in value;
  return (isAnswer ? value : { ok: true, value }) as Answer<never>;
};

beforeEach(() => {
  useTexts(driverEn);
  calls = [];
  live = null;
  const items = new Map<string, string>();
  const localStorage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  const EventSource = class {
    addEventListener(_: string, hear: (event: { data: string }) => void) {
      live = (data) => hear({ data: JSON.stringify(data) });
    }
    close() {}
  };
  Object.assign(globalThis, { localStorage, EventSource });
  answers = [
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
afterEach(() => render(null, root));

/** What is cancelled stays so when it is asked for again. */
function cancelled(): unknown {
  const pending = { ...booking, pending: true };
  answers.unshift([/^GET .*reservations\//, () => pending]);
  return pending;
}
function open(page: ComponentChild, path = "/"): void {
  root = installMiniDom(path);
  const app = {
    ...{ words: wordsFor("en", appEn), api: { call } as unknown as Api, now: () => Date.parse(appNow) },
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
const tap = (text: string) => root.find("button", text).fire("click");
const called = (text: string) => eventually(() => expect(calls.join("\n")).toContain(text));

it("finds places, more of them, and says what to relax where none fits", async () => {
  open(<FindPage />, "/?lat=52.52&lng=13.4&free=1&power=22000");
  await says("5 places");
  await says("1 of 4 free");
  await says("No live status");
  await says("Closed now");
  tap("Show more");
  await called("cursor=next");
  answers.unshift([/^GET \/search/, () => ({ places: [], total: 0, capped: false, nextCursor: null })]);
  render(null, root);
  open(<FindPage />, "/?lat=52.52&lng=13.4&free=1&power=22000");
  await says("No place fits within 25 km of here.");
  tap("Any power");
  await eventually(() => expect(location.search).not.toContain("power"));
  answers.unshift([/^GET \/search/, () => refused("network")]);
  tap("Look further away");
  await says("cannot be reached");
});

it("looks around a city or a position, and says what is not known", async () => {
  const position = vi.fn();
  Object.defineProperty(globalThis, "navigator", {
    value: { geolocation: { getCurrentPosition: position } },
    configurable: true,
  });
  open(<FindPage />, "/");
  await says("5 places");
  const where = root.all((node) => valueOf(node, "id") === "where")[0]!;
  Object.assign(where, { value: "Nowhere" });
  root.find("form").fire("submit");
  await says("This place is not known here");
  Object.assign(where, { value: "Leipzig" });
  root.find("form").fire("submit");
  await eventually(() => expect(location.search).toContain("lat=51.34"));
  tap("Near me");
  position.mock.calls[0]?.[1]();
  await says("Your position is not available");
  position.mock.calls[0]?.[0]({ coords: { latitude: 50.123456, longitude: 8 } });
  await eventually(() => expect(location.search).toContain("lat=50.1235"));
});

it("shows a place, what it costs, and its chargers as they change", async () => {
  open(<PlacePage siteId={siteId} />, `/places/${siteId}?connector=CP1/1`);
  await says("You are here: Bay 12");
  await says("Open until 22:00");
  await says("\u20ac0.45 per kWh");
  live?.({ ...placeLive, hub: { online: false, offlineSince: "2026-11-21T12:00:00.000Z" } });
  await says("out of reach of the internet since 21 Nov 2026, 13:00");
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
  answers.unshift([/^GET \/places/, () => other]);
  render(null, root);
  open(<PlacePage siteId={siteId} />, `/places/${siteId}`);
  await says("only its members may book");
  await says("Charging is free here.");
  await says("Around the clock");
  await says("Lent by a neighbour");
});

it("holds a start, says price and terms before the confirmation, and keeps what was booked", async () => {
  open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await says("14:00");
  tap("14:00");
  await says("Cancel free of charge until 21 Nov 2026, 17:00.");
  await says("Held for you: 05:00 left");
  tap("Book now for");
  await eventually(() => expect(location.pathname).toBe(`/charging/${siteId}/${booking.booking}`));
  expect(calls.some((each) => each.startsWith("DELETE"))).toBe(false);
  expect(localStorage.getItem("hitchpost bookings")).toContain("402 917");
});

it("names the nearest free start where somebody was faster, and gives a hold back", async () => {
  open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await says("14:00");
  answers.unshift([/^POST .*holds/, () => (answers.shift(), refused("taken"))]);
  tap("14:00");
  await says("The nearest free start is 14:15.");
  tap("14:00");
  await says("Your booking");
  tap("Choose another time");
  await called("DELETE");
  await says("14:00");
  answers.unshift([/^POST .*holds/, () => refused("closed")]);
  tap("14:00");
  await says("sells no bookings at present");
});

it("says when a hold could not be confirmed, and when nothing is sold", async () => {
  open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await says("14:00");
  tap("14:00");
  await says("Your booking");
  answers.unshift([/^POST .*reservations$/, () => refused("hold_over")]);
  tap("Book now");
  await says("The hold is over.");
  answers.unshift([/availability/, () => ({ ...availability(appNow, appNow), open: false })]);
  render(null, root);
  open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await says("This site sells no bookings at present.");
});

it("lists bookings with their passes, and has them still without a line", async () => {
  open(<ChargingPage />, "/charging");
  await says("Upcoming");
  await says("Cancellation asked for");
  await eventually(() => expect(localStorage.getItem("hitchpost bookings")).toContain(pass.token));
  answers.unshift([/^GET \/reservations/, () => refused("network")]);
  const before = localStorage;
  render(null, root);
  open(<ChargingPage />, "/charging");
  expect(localStorage).toBe(before);
  await says("your passes work without a line");
  await says("Lindenhof garage");
  localStorage.removeItem("hitchpost bookings");
  answers.unshift([/^GET \/reservations/, () => refused("unauthorized")]);
  render(null, root);
  open(<ChargingPage />, "/charging");
  await says("No bookings yet.");
  expect(setUser).toHaveBeenCalledWith(null);
});

it("opens the charger's page with the pass, changes the time, and says the refund before it cancels", async () => {
  open(<BookingPage siteId={siteId} booking={booking.booking} />, `/charging/${siteId}/${booking.booking}`);
  await says("Address on the charger");
  await says("on the device that made it");
  const charger = root.all((node) => valueOf(node, "id") === "charger")[0]!;
  Object.assign(charger, { value: "no address at all" });
  root.find("form").fire("submit");
  await says("This is no charger's address.");
  tap("Change the time");
  await says("14:00");
  tap("14:00");
  await called("modify");
  await says("Cancel the booking");
  tap("Cancel the booking");
  await says("You get \u20ac4.00 back.");
  tap("Keep it");
  await says("Cancel the booking");
  tap("Cancel the booking");
  await says("Yes, cancel it");
  tap("Yes, cancel it");
  await says("It is cancelled as soon as the site has heard of it.");
});

it("says why a booking does not open", async () => {
  answers.unshift([/^GET .*reservations\//, () => refused("not_found")]);
  open(<BookingPage siteId={siteId} booking="b" />, `/charging/${siteId}/b`);
  await says("belongs to someone else");
  answers.unshift([/^GET .*reservations\//, () => refused("network")]);
  render(null, root);
  open(<BookingPage siteId={siteId} booking="b" />, `/charging/${siteId}/b`);
  await says("There is no connection.");
});

it("keeps vehicles with what they take, and lists invoices", async () => {
  open(<VehiclesPage />, "/vehicles");
  await says("Blue Zoe");
  await says("Of your family");
  root.find("form").fire("submit");
  await called("POST /vehicles");
  tap("Remove");
  await called("DELETE /vehicles/");
  render(null, root);
  answers.unshift([/^GET \/vehicles/, () => ({ vehicles: [] })]);
  open(<VehiclesPage />, "/vehicles");
  await says("No vehicle yet.");
  render(null, root);
  open(<BillsPage />, "/bills");
  await says("Invoice LIN-2026-000042");
  await says("\u20ac1.50 to be paid");
  render(null, root);
  answers.unshift([/^GET \/me\/bills/, () => ({ bills: [], nextCursor: null })]);
  open(<BillsPage />, "/bills");
  await says("No invoice so far.");
  expect([thousands("58,5"), thousands(""), thousands("x")]).toEqual([58_500, null, null]);
  expect(qrPath("x".repeat(4000))).toBeNull();
});
