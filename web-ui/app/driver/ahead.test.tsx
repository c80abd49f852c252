import { options, render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { move, offered, waits, weekly } from "../../testing/ahead-data";
import { appNow, siteId } from "../../testing/app-data";
import { availability, place, reservations } from "../../testing/driver-data";
import { installMiniDom, valueOf } from "../../testing/mini-dom";
import type { Answer, Api } from "../api";
import { AppContext } from "../context";
import { appEn } from "../texts-en";
import { wordsFor } from "../words";
import { driverEn } from "./driver-en";
import BookPage from "./pages/book";
import ChargingPage from "./pages/charging";
import SeriesPage from "./pages/series";
import WeeklyPage from "./pages/weekly";
import { useTexts } from "./words";

let root: ReturnType<typeof installMiniDom>;
let calls: string[];
let answers: [RegExp, () => unknown][];
let now: number;
const refused = (code: string) => ({ ok: false, error: { code, detail: "" } });

const call = async (method: string, path: string, body?: unknown) => {
  const what = `${method} ${path}`;
  calls.push(body ? `${what} ${JSON.stringify(body)}` : what);
  const value = answers.find(([pattern]) => pattern.test(what))?.[1]();
  const isAnswer = typeof value === "object" && value !== null && "ok" in value;
  return (isAnswer ? value : { ok: true, value }) as Answer<never>;
};

beforeEach(() => {
  useTexts(driverEn);
  options.debounceRendering = (run) => run();
  now = Date.parse(appNow);
  calls = [];
  const items = new Map<string, string>();
  const localStorage = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  };
  Object.assign(globalThis, { localStorage });
  answers = [
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
afterEach(() => render(null, root));

function open(page: ComponentChild, path = "/charging"): void {
  root = installMiniDom(path);
  const app = {
    ...{ words: wordsFor("en", appEn), api: { call } as unknown as Api, now: () => now },
    ...{ user: { id: "u", email: "a@b.c", name: "Alex" }, setUser: vi.fn(), setLang: vi.fn() },
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

it("asks first what wants an answer: a booking that has to move is moved, or given back", async () => {
  open(<ChargingPage />);
  await says("Your booking has to move");
  await says("Offered instead, 0.6 km away: Mill Lane");
  const next = { ...move, offer: { ...move.offer!, offerId: "o2", siteName: "Park Row" } };
  answers.unshift(
    [/reschedule$/, () => refused("offer_changed")],
    [/^GET \/me\/resch/, () => ({ reschedules: [next] })],
  );
  tap("Accept");
  await says("Park Row");
  await says("has been taken meanwhile");
  expect(calls.filter((each) => each.includes("/me/reschedules"))).toHaveLength(2);
  answers.shift();
  tap("Accept");
  await called(`/reschedule {"accept":true,"offerId":"o2"}`);
  answers.shift();
  await eventually(() => expect(location.pathname).toBe("/charging/other/b2"));
  render(null, root);
  const nothing = { ...move, cause: "owner" as const, offer: null, compensation: { amount: 500, currency: "EUR" } };
  answers.unshift([/^GET \/me\/resch/, () => ({ reschedules: [nothing] })], [/reschedule$/, () => ({ moved: null })]);
  open(<ChargingPage />);
  await says("has taken back your time");
  await says("5.00 on top");
  answers.unshift([/^GET \/me\/resch/, () => ({ reschedules: [] })]);
  tap("End the booking");
  await called(`/reschedule {"accept":false}`);
  await says("The booking has ended. Your \u20ac4.00 come back in full.");
  expect(root.textContent).not.toContain("has taken back");
  render(null, root);
  answers.unshift([/^GET \/me\/resch/, () => ({ reschedules: [{ ...move, offer: { ...move.offer!, siteId } }] })]);
  open(<ChargingPage />);
  await says("at the same place and price");
});

it("holds what came free until it is booked, left, or over; places in line are left as well", async () => {
  open(<ChargingPage />);
  await says("A place has come free for you");
  await says("20:00");
  await says("2 before you");
  await says("The offer ran out");
  answers.unshift([/accept$/, () => refused("wallet_short")]);
  tap("Book it for");
  await says("not enough money in your wallet");
  answers.shift();
  tap("Book it for");
  await eventually(() => expect(location.pathname).toBe(`/charging/${siteId}/${reservations[0]!.booking}`));
  render(null, root);
  open(<ChargingPage />);
  await says("A place has come free for you");
  tap("No, thank you");
  await called(`DELETE /sites/${siteId}/waiting-list/${offered.waitId}`);
  await says("goes to the next in line. Nothing was booked or charged.");
  tap("Leave the line");
  await called(`DELETE /sites/${siteId}/waiting-list/${waits[1]!.waitId}`);
  await says("You have left the line for Lindenhof garage");
  render(null, root);
  const free = { ...offered, offer: { ...offered.offer!, secondsLeft: 0 } };
  answers.unshift([/^GET \/waiting-list/, () => ({ waits: [free, { ...waits[1], ahead: 0 }] })]);
  open(<ChargingPage />);
  await says("You are first in line");
  expect(root.textContent).not.toContain("A place has come free");
  expect(root.textContent).toContain("is over. It goes to the next in line");
});

it("keeps what it knew while the cloud does not answer", async () => {
  answers.unshift([/waiting-list|reschedules|reservation-series/, () => refused("network")]);
  open(<ChargingPage />);
  await says("No bookings yet");
  await called("/reservation-series");
  expect(root.textContent).not.toContain("Waiting list");
});

it("gets in line for a time that is taken", async () => {
  open(<BookPage siteId={siteId} />, `/places/${siteId}/book`);
  await says("Struck through: taken.");
  tap("16:00");
  await says("Wait for this time");
  tap("Choose another time");
  await eventually(() => expect(root.textContent).not.toContain("Wait for this time"));
  tap("16:00");
  answers.unshift([/^POST .*waiting-list/, () => refused("too_many_waits")]);
  tap("Get in line");
  await says("You wait in as many lines");
  answers.shift();
  tap("Get in line");
  await says("You are in line for");
  await called(`"start":"2026-11-21T15:00:00.000Z","end":"2026-11-21T16:00:00.000Z"}`);
});

it("books every week: days, times, how often; then shows what could be had, and ends it", async () => {
  open(<WeeklyPage siteId={siteId} />, `/places/${siteId}/weekly`);
  await says("How many times");
  root.find("form").fire("submit");
  await says("Choose at least one day.");
  const boxes = root.all((node) => valueOf(node, "type") === "checkbox");
  const tick = (index: number, checked: boolean) =>
    boxes[index]!.fire("change", { currentTarget: Object.assign(boxes[index]!, { checked }) });
  tick(2, true);
  tick(0, true);
  tick(2, false);
  answers.unshift([/^POST .*reservation-series/, () => refused("too_many_series")]);
  root.find("form").fire("submit");
  await says("as many weekly bookings");
  answers.shift();
  root.find("form").fire("submit");
  await called(`"days":["MONDAY"]`);
  await eventually(() => expect(location.pathname).toBe(`/weekly/${siteId}/${weekly.seriesId}`));
  render(null, root);
  open(<SeriesPage id={weekly.seriesId} />, `/weekly/${siteId}/${weekly.seriesId}`);
  await says("18:00 to 20:00, 10 times");
  await says("Could not be booked");
  tap("End the weekly booking");
  tap("Keep it");
  tap("End the weekly booking");
  answers.unshift([
    /^GET \/reservation-series/,
    () => ({ series: [{ ...weekly, ended: true, until: "2026-12-01", dates: [] }] }),
  ]);
  tap("Yes, end it");
  await called("/cancel");
  await says("until 1 Dec 2026");
  await says("No date is near enough");
  render(null, root);
  open(<SeriesPage id="none" />, `/weekly/${siteId}/none`);
  await says("belongs to someone else");
  render(null, root);
  answers.unshift([/availability/, () => ({ ...availability(appNow, appNow), open: false })]);
  open(<WeeklyPage siteId={siteId} />, `/places/${siteId}/weekly`);
  await says("sells no bookings");
});
