import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { site } from "../../testing/app-data";
import { OwnerPage, Refusal } from "../../testing/owner-page";
import { bookingRules, calendar, met } from "../../testing/owner-data";
import BookingSettingsPage from "./pages/booking-settings";
import CalendarPage from "./pages/calendar";
import { instantOf, placeIn, ticksOf } from "./calendar-model";
import { formOf, settingsOf } from "./settings-model";

const { siteId } = site;
const preview = "POST /sites/:s/booking-changes/preview";
let page: OwnerPage | null = null;
beforeEach(() => {
  page = null;
});
afterEach(() => page?.close());

function fresh(): OwnerPage {
  page = new OwnerPage();
  Object.assign(page.answers, {
    "GET /sites/:s/calendar": calendar,
    "GET /sites/:s/booking-settings": bookingRules,
    [preview]: { shown: "none", count: 0, affected: [] },
  });
  return page;
}

it("draws a stretch where it lies in a day of its own length", () => {
  const spring = { start: "2026-03-28T23:00:00.000Z", end: "2026-03-29T22:00:00.000Z" };
  const whole = placeIn(spring, { start: "2026-03-28T10:00:00.000Z", end: null });
  expect(whole).toEqual({ left: 0, width: 100 });
  const hour = placeIn(spring, { start: "2026-03-29T00:00:00.000Z", end: "2026-03-29T01:00:00.000Z" });
  expect(hour.left).toBeCloseTo(100 / 23);
  expect(hour.width).toBeCloseTo(100 / 23);
  expect(placeIn(spring, { start: "2026-03-29T00:00:00.000Z", end: "2026-03-29T00:00:01.000Z" }).width).toBe(0.8);
  expect(ticksOf(spring)).toHaveLength(8);
  expect(ticksOf({ start: "2026-10-24T22:00:00.000Z", end: "2026-10-25T23:00:00.000Z" })).toHaveLength(9);
});

it("knows the instant of a time on the site's clock, also when that is changed", () => {
  const berlin = "Europe/Berlin";
  expect(instantOf(berlin, "2026-11-21", "08:15")).toBe("2026-11-21T07:15:00.000Z");
  expect(instantOf(berlin, "2026-03-29", "02:30")).toBe("2026-03-29T01:30:00.000Z");
  expect(instantOf(berlin, "2026-10-25", "02:30")).toBe("2026-10-25T00:30:00.000Z");
  expect(instantOf("Pacific/Auckland", "2026-01-01", "00:00")).toBe("2025-12-31T11:00:00.000Z");
  expect([instantOf(berlin, "", "08:00"), instantOf(berlin, "2026-11-21", "08:10")]).toEqual([null, null]);
});

it("reads the rules back as they were shown, and says what cannot be", () => {
  const form = formOf(bookingRules, "EUR");
  expect(form).toMatchObject({ pricePerHour: "1.5", lateCancelFee: "2", maxMinutes: "240" });
  expect(settingsOf(form, "EUR")).toEqual({ settings: bookingRules });
  const wrong = { ...form, maxMinutes: "20", bufferMinutes: "61", pricePerHour: "x", noShowFee: "20000" };
  const result = settingsOf({ ...wrong, frontierMinutes: "" }, "EUR");
  expect("errors" in result && Object.keys(result.errors).toSorted()).toEqual([
    "bufferMinutes",
    "maxMinutes",
    "noShowFee",
    "pricePerHour",
  ]);
});

it("shows a day by connector in words, goes from day to day, and lifts a block", async () => {
  const app = fresh();
  app.answers["DELETE /sites/:s/blocks/0198f3a0-0000-7000-8000-0000000000a1"] = new Refusal("forbidden");
  app.open(<CalendarPage siteId={siteId} />, `/sites/${siteId}/calendar`);
  await app.says("17:00 \u2013 19:00");
  expect(app.root.textContent).toContain("Noor \u00b7 booked \u00b7 \u20ac4.00 \u00b7 2\u00a0h");
  expect(app.root.textContent).toContain("From 21 Nov 2026, 13:18 on");
  expect(app.root.textContent).toContain("21 Nov 2026, 21:00 \u2013 22 Nov 2026, 07:00");
  expect(app.root.textContent).toContain("Nothing on this day.");
  app.press("Lift the block");
  await app.says("Only an owner");
  app.press("Day after");
  await app.wasAsked("GET /sites/:s/calendar?date=2026-11-22");
  app.press("Today");
  await eventually(() => expect(location.search).toBe(""));
  app.press("Day before");
  await app.wasAsked("GET /sites/:s/calendar?date=2026-11-20");
  app.labelled("Day").fire("change", { currentTarget: { value: "" } });
  app.labelled("Day").fire("change", { currentTarget: { value: "2026-12-01" } });
  await app.wasAsked("GET /sites/:s/calendar?date=2026-12-01");
});

it("names the hours of a day on which the clock changes, what is left out, and a site without connectors", async () => {
  const app = fresh();
  const [day] = calendar.days;
  const everywhere = { kind: "block", blockId: "x", allConnectors: true, start: day?.start, end: null };
  const connectors = ["CP1/1", "CP2/1"].map((connector) => ({ connector, entries: [everywhere] }));
  app.answers["GET /sites/:s/calendar"] = { ...calendar, truncated: true, days: [{ ...day, hours: 23, connectors }] };
  app.open(<CalendarPage siteId={siteId} />, `/sites/${siteId}/calendar`);
  await app.says("it has 23 hours");
  expect(app.root.textContent).toContain("more than can be shown");
  expect(app.root.all((node) => node.textContent === "Lift it everywhere" && node.localName === "button")).toHaveLength(
    1,
  );
  app.answers["GET /sites/:s/calendar"] = { ...calendar, days: [{ ...day, connectors: [] }] };
  app.press("Day after");
  await app.says("No connector yet.");
});

it("blocks a time at once where it meets nobody, and refuses one that ends before it begins", async () => {
  const app = fresh();
  app.answers["POST /sites/:s/blocks"] = { blockId: "n" };
  app.open(<CalendarPage siteId={siteId} />, `/sites/${siteId}/calendar`);
  await app.says("Block a time");
  Object.assign(app.node("blockTo"), { value: "07:00" });
  app.submit("Block a time");
  await app.says("Times are on the quarter of an hour");
  app.root.find("label", "Until I lift it").childNodes[0]?.fire("change", { currentTarget: { checked: true } });
  app.submit("Block a time");
  await app.wasAsked("POST /sites/:s/blocks");
  expect(app.sent("POST /sites/:s/blocks")).toEqual({ seat: null, start: "2026-11-21T07:00:00.000Z", end: null });
  expect(app.sent(preview)).toMatchObject({ kind: "block", seat: null });
});

it("says which bookings a block meets first, and shows them again where more came meanwhile", async () => {
  const app = fresh();
  app.answers[preview] = met;
  app.open(<CalendarPage siteId={siteId} />, `/sites/${siteId}/calendar`);
  await app.says("Block a time");
  app.submit("Block a time");
  await app.says("2 bookings are affected");
  expect(app.root.textContent).toContain("CP1/1 \u00b7 lies in the blocked time");
  expect(app.root.textContent).toContain("There are more than are listed here.");
  app.press("Leave it as it is");
  await eventually(() => expect(app.root.textContent).not.toContain("bookings are affected"));
  app.submit("Block a time");
  await app.says("2 bookings are affected");
  app.answers["POST /sites/:s/blocks?shown=shown-1"] = new Refusal("bookings_affected");
  app.answers[preview] = { ...met, shown: "shown-2", count: 1 };
  app.press("Do it all the same");
  await app.says("1 booking is affected");
  app.answers["POST /sites/:s/blocks?shown=shown-2"] = { blockId: "n" };
  const drawn = () => app.asked.filter(({ what }) => what.startsWith("GET /sites/:s/calendar")).length;
  const before = drawn();
  app.press("Do it all the same");
  await app.wasAsked("POST /sites/:s/blocks?shown=shown-2");
  await eventually(() => expect(drawn()).toBeGreaterThan(before));
});

it("says why a preview did not come", async () => {
  const app = fresh();
  app.answers[preview] = new Refusal("network");
  app.open(<CalendarPage siteId={siteId} />, `/sites/${siteId}/calendar`);
  await app.says("Block a time");
  app.submit("Block a time");
  await app.says("cannot be reached");
});

it("changes the rules, with errors at the field and the bookings that they meet", async () => {
  const app = fresh();
  app.open(<BookingSettingsPage siteId={siteId} />);
  await app.says("Longest booking");
  app.type("maxMinutes", "100");
  await app.says("Enter a number from 15 to 1440, in steps of 15.");
  app.submit();
  app.type("maxMinutes", "120");
  app.root.find("label", "Bookings are sold").childNodes[0]?.fire("change", { currentTarget: { checked: false } });
  app.root.find("label", "Keep a connector").childNodes[0]?.fire("change", { currentTarget: { checked: false } });
  app.answers[preview] = { ...met, count: 1, affected: [{ ...met.affected[0], why: ["notSold", "tooLong"] }] };
  app.submit();
  await app.says("no longer sold \u00b7 longer than the new limit");
  app.answers["PUT /sites/:s/booking-settings?shown=shown-1"] = bookingRules;
  app.press("Do it all the same");
  await app.says("Saved");
  const sent = app.sent("PUT /sites/:s/booking-settings?shown=shown-1");
  expect(sent).toEqual({ ...bookingRules, maxMinutes: 120, open: false, walkInSeat: false });
});
