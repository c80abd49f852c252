import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../../shared/testing/eventually";
import { site } from "../../testing/app-data";
import { valueOf } from "../../testing/mini-dom";
import { OwnerPage, Refusal } from "../../testing/owner-page";
import { chargePoint, connectors, ownPlace, placeSaid, shares } from "../../testing/owner-data";
import ConnectorsPage from "./pages/connectors";
import LabelsPage from "./pages/labels";
import ListingPage from "./pages/listing";

const { siteId } = site;
let page: OwnerPage;
beforeEach(() => {
  page = new OwnerPage();
  Object.assign(page.answers, {
    "GET /sites/:s/place": ownPlace,
    "GET /sites/:s/connectors": { connectors },
    "GET /sites/:s/charge-points/CP1": chargePoint,
    "GET /sites/:s/share-links": shares,
    "POST /sites/:s/booking-changes/preview": { shown: "none", count: 0, affected: [] },
    "PUT /sites/:s/place": { ...ownPlace, state: "submitted" },
    "POST /sites/:s/place/listing": { ...ownPlace, state: "approved" },
  });
});
afterEach(() => {
  page.close();
  vi.unstubAllGlobals();
});

it("shows why a listing was refused, saves the place, and submits it again", async () => {
  page.open(<ListingPage siteId={siteId} />);
  await page.says("The photo shows another house.");
  await eventually(() => page.labelled("pin"));
  page.labelled("pin").fire("click");
  page.type("access", "booked");
  await page.says("Nobody can start at the charger without a booking.");
  page.submit("Where it is");
  await page.says("Waiting for approval");
  expect(page.sent("PUT /sites/:s/place")).toEqual({ ...placeSaid, lat: 48.1, lng: 11.5, access: "booked" });
  await page.says("Saved");
  page.answers["POST /sites/:s/place/listing"] = new Refusal("wrong_state");
  page.press("Take it back");
  await page.says("It has changed meanwhile");
  page.answers["POST /sites/:s/place/listing"] = { ...ownPlace, state: "approved" };
  page.press("Take it back");
  await page.says("Drivers find this site.");
  expect(page.sent("POST /sites/:s/place/listing")).toEqual({ action: "withdraw" });
});

it("says nothing of saving where the owner leaves it as it is", async () => {
  const met = { booking: "b1", version: 1, seat: "CP1/1", start: "2026-11-23T08:00:00Z", end: "2026-11-23T09:00:00Z" };
  const affected = [{ ...met, why: ["closed"] }];
  page.answers["POST /sites/:s/booking-changes/preview"] = { shown: "shown-1", count: 1, affected };
  page.open(<ListingPage siteId={siteId} />);
  await page.says("The photo shows another house.");
  page.submit("Where it is");
  await page.says("1 booking is affected");
  page.press("Leave it as it is");
  await page.saysNot("1 booking is affected");
  expect(page.root.textContent).not.toContain("Saved");
  expect(page.asked.map(({ what }) => what)).not.toContain("PUT /sites/:s/place");
});

it("begins with nothing: what is missing is said, and nothing is sent without coordinates", async () => {
  page.answers["GET /sites/:s"] = { ...site, listing: null };
  page.answers["GET /sites/:s/share-links"] = new Refusal("forbidden");
  page.open(<ListingPage siteId={siteId} />);
  await page.says("Not listed yet");
  expect(page.asked.map(({ what }) => what)).not.toContain("GET /sites/:s/place");
  expect(page.root.textContent).not.toContain("Submit for approval");
  expect(page.root.textContent).not.toContain("Share links");
  page.submit("Where it is");
  await page.says("Enter latitude and longitude");
  page.type("position", "52.5, 13.4");
  page.press("By weekday");
  await page.says("Monday");
  page.labelled("Monday, from").fire("input", { currentTarget: { value: "" } });
  await page.says("A time is missing");
  page.submit("Where it is");
  page.labelled("Monday, from").fire("input", { currentTarget: { value: "07:00" } });
  page.labelled("Monday, to").fire("input", { currentTarget: { value: "00:00" } });
  page.labelled("Add hours on Sunday").fire("click");
  await eventually(() => page.labelled("Sunday, from"));
  page.labelled("Remove the hours from 08:00 on Tuesday").fire("click");
  page.press("Add an exception");
  await eventually(() => page.labelled("Why, such as Christmas"));
  page.labelled("Date of the exception").fire("input", { currentTarget: { value: "2026-12-24" } });
  page.labelled("Why, such as Christmas").fire("input", { currentTarget: { value: "Eve" } });
  await eventually(() => page.labelled("Remove: 2026-12-24"));
  page.root.find("label", "Museum").childNodes[0]?.fire("change", { currentTarget: { checked: true } });
  await eventually(() => expect(page.root.textContent).not.toContain("A time is missing"));
  page.submit("Where it is");
  await page.wasAsked("PUT /sites/:s/place");
  expect(page.sent("PUT /sites/:s/place")).toMatchObject({
    lat: 52.5,
    lng: 13.4,
    facilities: ["MUSEUM"],
    hours: {
      week: {
        MONDAY: [{ from: "07:00", to: "24:00" }],
        TUESDAY: [],
        SUNDAY: [{ from: "08:00", to: "18:00" }],
      },
      exceptions: [{ date: "2026-12-24", periods: [], note: "Eve" }],
    },
  });
  page.labelled("Remove: 2026-12-24").fire("click");
  page.press("Around the clock");
  await eventually(() => expect(page.root.textContent).not.toContain("Monday"));
});

it("takes the place of whoever stands there, where the browser tells it", async () => {
  const here = { coords: { latitude: 47.4, longitude: 8.5 } };
  const getCurrentPosition = (found: (at: unknown) => void) => found(here);
  vi.stubGlobal("navigator", { geolocation: { getCurrentPosition } });
  page.open(<ListingPage siteId={siteId} />);
  await page.says("I am there now");
  page.press("I am there now");
  await eventually(() => expect(valueOf(page.node("position"), "value")).toBe("47.4, 8.5"));
});

it("adds a photo and removes it, or says why not", async () => {
  const photo = { photoId: "p1", url: "/p1", contentType: "image/png", width: 4, height: 3, caption: "Gate" };
  const answers = [
    () => Response.json({ error: { code: "invalid_photo", message: "" } }, { status: 400 }),
    () => Response.json(photo),
  ];
  const fetch = vi.fn(async () => (answers.shift() as () => Response)());
  vi.stubGlobal("fetch", fetch);
  vi.stubGlobal("createImageBitmap", async () => Promise.reject(new Error("no image")));
  page.answers["DELETE /sites/:s/photos/p1"] = null;
  page.open(<ListingPage siteId={siteId} />);
  await page.says("Photos");
  page.type("caption", "Gate");
  const choose = () => page.node("photo").fire("change", { currentTarget: { files: [new Blob(["x"])], value: "" } });
  choose();
  await page.says("This photo cannot be used.");
  choose();
  await eventually(() => page.labelled("Remove: Gate"));
  expect(fetch).toHaveBeenLastCalledWith(`/v1/sites/${siteId}/photos?caption=Gate`, expect.anything());
  page.labelled("Remove: Gate").fire("click");
  await eventually(() => expect(page.root.all(({ localName }) => localName === "img")).toEqual([]));
});

it("makes a link that is shown once, and takes back links and guests", async () => {
  page.answers["POST /sites/:s/share-links"] = {
    ...shares.links[0],
    linkId: "new",
    name: "Staff",
    url: "http://x/share",
  };
  page.answers[`DELETE /sites/:s/share-links/${shares.links[0]?.linkId}`] = null;
  page.answers["DELETE /sites/:s/guests/guest-1"] = null;
  page.open(<ListingPage siteId={siteId} />);
  await page.says("Noor");
  page.labelled("Let in no longer: Noor").fire("click");
  await eventually(() => expect(page.root.textContent).not.toContain("Noor"));
  Object.assign(page.root.find("form", "For whom"), { reset: () => undefined });
  page.submit("For whom");
  await page.says("This is the link for Staff");
  const writeText = vi.fn(async () => undefined);
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  page.press("Copy");
  await page.says("Copied");
  expect(writeText).toHaveBeenCalledWith("http://x/share");
  page.labelled("Take back: Neighbours").fire("click");
  await eventually(() => expect(() => page.labelled("Take back: Neighbours")).toThrow());
});

it("says why there is nothing", async () => {
  page.answers["GET /sites/:s/place"] = new Refusal("network");
  page.open(<ListingPage siteId={siteId} />);
  await page.says("cannot be reached");
  page.close();
  page.answers["GET /sites/:s/place"] = ownPlace;
  page.answers["GET /sites/:s/connectors"] = new Refusal("network");
  page.open(<ListingPage siteId={siteId} />);
  await page.says("cannot be reached");
  page.close();
  page.answers["GET /sites/:s/connectors"] = { connectors };
  page.answers["GET /sites/:s/share-links"] = new Refusal("network");
  page.open(<ListingPage siteId={siteId} />);
  await page.says("cannot be reached");
});

it("says what a connector is, refuses a power that cannot be, and removes one that is gone", async () => {
  page.answers["PUT /sites/:s/connectors/CP1/1"] = { ...connectors[0], powerW: 22_000, ownPowerW: 22_000 };
  page.answers["DELETE /sites/:s/connectors/CP9/2"] = null;
  page.open(<ConnectorsPage siteId={siteId} />, `/sites/${siteId}/connectors?setup=1`);
  await page.says("AC \u00b7 11.0\u00a0kW");
  expect(page.labelled("Setting up")).toBeDefined();
  Object.assign(page.node("power-CP1-1"), { value: "5000" });
  page.submit("CP1");
  await page.says("Enter a power between");
  Object.assign(page.node("power-CP1-1"), { value: "22" });
  page.submit("CP1");
  await page.says("AC \u00b7 22.0\u00a0kW");
  expect(page.sent("PUT /sites/:s/connectors/CP1/1")).toEqual({ type: "IEC_62196_T2", powerW: 22_000, label: "Bay 1" });
  page.answers["GET /sites/:s/connectors"] = { connectors: [] };
  page.press("Remove connector");
  await page.says("No connector yet");
  page.answers["GET /sites/:s/connectors"] = { connectors };
  page.press("Look again");
  await page.says("Plug or power not known yet");
});

it("prints labels for the hub's page once its address is known, or for the app", async () => {
  const print = vi.fn();
  vi.stubGlobal("print", print);
  page.open(<LabelsPage siteId={siteId} />);
  await page.says("Enter the hub's address first");
  page.press("Print");
  expect(print).not.toHaveBeenCalled();
  page.type("hubAddress", "not an address");
  await page.says("This is no address of a hub.");
  page.type("hubAddress", "10.0.0.5");
  await page.says("http://10.0.0.5:8080/c/CP1/1");
  expect(localStorage.getItem(`hub-address ${siteId}`)).toBe("10.0.0.5");
  page.press("Print");
  expect(print).toHaveBeenCalledTimes(1);
  page.press("The app, anywhere");
  await page.says("https://hitchpost.example/places/");
  page.labelled("QR code of CP9 \u00b7 Connector 2");
});
