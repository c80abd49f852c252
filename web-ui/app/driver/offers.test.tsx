import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { move, offered, weekly } from "../../testing/ahead-data";
import { TestPage, refused } from "../../testing/test-page";
import { place, reservations } from "../../testing/driver-data";
import ChargingPage from "./pages/charging";

let page: TestPage;
const lists = () => page.calls.filter((each) => each === "GET /waiting-list").length;
/** A refused answer to a move lets the page ask for everything anew. */
const askAnew = async () => {
  const before = lists();
  page.press("Accept");
  await eventually(() => expect(lists()).toBe(before + 1));
};

beforeEach(() => {
  page = new TestPage();
  page.answers = [
    [/^GET \/places/, () => place],
    [/^GET \/reservations$/, () => ({ reservations: [] })],
    [/^GET \/waiting-list/, () => ({ waits: [offered] })],
    [/^GET \/me\/reschedules/, () => ({ reschedules: [move] })],
    [/^GET \/reservation-series/, () => ({ series: [] })],
    [/accept$/, () => ({ ...reservations[0], pin: "402 917" })],
    [/reschedule$/, () => refused("offer_changed")],
  ];
});
afterEach(() => page.close());

it("says when an offer is there no longer, and an answer that was asked for earlier brings it back no more", async () => {
  page.open(<ChargingPage />);
  await page.says("A place has come free for you");
  let arrive: ((answer: unknown) => void) | undefined;
  page.answer(/^GET \/waiting-list/, () => new Promise((resolve) => (arrive = resolve)));
  await askAnew();
  page.answer(/^GET \/waiting-list/, () => ({ waits: [] }));
  await askAnew();
  await page.says("is over. It goes to the next in line; nothing was booked or charged.");
  arrive?.({ waits: [offered] });
  await new Promise(setImmediate);
  expect(page.root.textContent).not.toContain("A place has come free");
});

it("says nothing of an offer that was booked on another device", async () => {
  page.open(<ChargingPage />);
  await page.says("A place has come free for you");
  page.answer(/^GET \/waiting-list/, () => ({ waits: [{ ...offered, state: "booked", offer: null }] }));
  await askAnew();
  await eventually(() => expect(page.root.textContent).not.toContain("A place has come free"));
  expect(page.root.textContent).not.toContain("is over");
});

it("shows what has come while something else hangs, and protects what it books with a PIN where that is wanted", async () => {
  page.answer(/^GET \/reservation-series/, () => new Promise(() => undefined));
  page.answer(/^GET \/reservations$/, () => new Promise(() => undefined));
  page.open(<ChargingPage />);
  await page.says("A place has come free for you");
  page.root.find("input").fire("change", { currentTarget: { checked: true } });
  page.press("Book it for");
  await page.called('/accept {"pin":true}');
  page.close();
  page.answer(/^GET \/reservation-series/, () => ({ series: [{ ...weekly, ended: true }] }));
  page.open(<ChargingPage />);
  await page.says("Ended");
});
