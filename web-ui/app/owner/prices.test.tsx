import { afterEach, beforeEach, expect, it } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { simpleTariff, site } from "../../testing/app-data";
import { valueOf } from "../../testing/mini-dom";
import { OwnerPage, Refusal } from "../../testing/owner-page";
import TariffsPage from "../pages/tariffs";

const { siteId } = site;
const version = { version: 1, effectiveFrom: "2026-10-01T00:00:00.000Z", createdAt: "2026-10-01T00:00:00.000Z" };
let page: OwnerPage;
beforeEach(() => {
  page = new OwnerPage();
  Object.assign(page.answers, {
    "GET /sites/:s/tariffs": { tariffs: [simpleTariff] },
    "GET /sites/:s/tariffs/day-rate/versions": {
      versions: [
        { ...version, state: "past", tariff: simpleTariff },
        { ...version, version: 2, state: "current", tariff: simpleTariff },
        { ...version, version: 3, state: "coming", effectiveFrom: "2027-01-01T00:00:00.000Z", tariff: simpleTariff },
      ],
    },
  });
});
afterEach(() => page.close());

it("changes a price from a day on, and takes back what is to come", async () => {
  const address = "DELETE /sites/:s/tariffs/day-rate/versions/3";
  page.answers[address] = new Refusal("forbidden");
  page.open(<TariffsPage siteId={siteId} tariffId="day-rate" />);
  await page.says("Holds now");
  page.press("Take back");
  await page.says("Only an owner");
  page.press("From a day on");
  page.type("holdsTime", "00:10");
  page.submit();
  await page.says("Choose a day and a time on the quarter of an hour.");
  page.type("holdsTime", "06:00");
  page.type("holdsDate", "2026-12-01");
  page.answers["PUT /sites/:s/tariffs/day-rate"] = simpleTariff;
  page.submit();
  await page.wasAsked("PUT /sites/:s/tariffs/day-rate?effectiveFrom=2026-12-01T05%3A00%3A00.000Z");
  await eventually(() => expect(location.pathname).toBe(`/sites/${siteId}/tariffs`));
});

it("holds a changed price at once where nothing else is chosen", async () => {
  page.answers["PUT /sites/:s/tariffs/day-rate"] = simpleTariff;
  page.open(<TariffsPage siteId={siteId} tariffId="day-rate" />);
  await page.says("Holds now");
  page.press("From a day on");
  page.press("At once");
  page.submit();
  await page.wasAsked("PUT /sites/:s/tariffs/day-rate");
});

it("suggests a price, says how it came about, and fills it in", async () => {
  const suggestion = "POST /sites/:s/tariffs/suggestion";
  page.answers[suggestion] = new Refusal("network");
  page.open(<TariffsPage siteId={siteId} tariffId="new" />);
  await page.says("Have a price suggested");
  Object.assign(page.node("cost"), { value: "x" });
  page.submit("Suggest a price");
  await page.says("Enter numbers only.");
  Object.assign(page.node("cost"), { value: "0,30" });
  page.submit("Suggest a price");
  await page.says("cannot be reached");
  page.answers[suggestion] = {
    elements: [],
    reasons: [
      { code: "nearby", price: 4900, count: 3 },
      { code: "cost", start: "00:00", price: 3000 },
      { code: "suggested", start: "00:00", price: 4200 },
    ],
  };
  page.type("id", "night");
  page.submit("Suggest a price");
  await page.says("3 sites nearby take \u20ac0.49 in the middle.");
  expect(page.sent(suggestion)).toEqual({ costs: [{ start: "00:00", cost: 3000 }], profit: 1500, vat: 1900 });
  page.press("Take \u20ac0.42");
  await eventually(() => expect(valueOf(page.node("energy"), "value")).toBe("0.42"));
  expect(valueOf(page.node("id"), "value")).toBe("night");
});

it("adds, prices and removes windows of the day, with what is wrong at their fields", async () => {
  page.answers["PUT /sites/:s/tariffs/day-rate"] = simpleTariff;
  page.open(<TariffsPage siteId={siteId} tariffId="day-rate" />);
  await page.says("Other prices by time of day");
  page.press("Add a time window");
  await page.says("22:00 \u2013 24:00: \u20ac0.45 per kWh");
  page.type("window-0-energy", "x");
  await page.says("A number, such as 0.30.");
  page.type("window-0-energy", "0.29");
  await page.says("00:00 \u2013 06:00: \u20ac0.29 per kWh");
  page.press("Add a time window");
  await page.says("It overlaps with a window above.");
  page.labelled("Remove: Time window 2").fire("click");
  page.type("exampleStart", "22:00");
  // 25 kWh by night, and an hour of the cable after four.
  await page.says("\u20ac13.25");
  page.submit();
  await page.wasAsked("PUT /sites/:s/tariffs/day-rate");
  expect((page.sent("PUT /sites/:s/tariffs/day-rate") as typeof simpleTariff).elements[0]).toEqual({
    price_components: [{ type: "ENERGY", price: 2900, vat: 1900, step_size: 1 }],
    restrictions: { start_time: "22:00", end_time: "06:00" },
  });
});
