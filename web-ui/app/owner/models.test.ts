import { expect, it, vi } from "vitest";
import { placeholders } from "../../common/translate";
import { ownPlace, connectors } from "../../testing/owner-data";
import { siteId } from "../../testing/app-data";
import { errorTexts } from "../error-texts";
import { errorEn } from "../errors-en";
import { addressOf, asking, sendFile } from "./api";
import {
  beginWeek,
  changedAt,
  hoursProblem,
  keptEnd,
  moreExceptions,
  morePeriods,
  shownEnd,
  week,
} from "./hours-model";
import { hubLink, readHubAddress } from "./labels-model";
import { ownerDe } from "./owner-de";
import { ownerEn } from "./owner-en";
import { countries, emptyPlace, pointText, readPoint, stepsOf } from "./place-model";
import { plugChoices, plugName } from "./plugs";
import { ownerError } from "./errors";
import { ownerTexts } from "./words";

it("has every text in both languages, with the same placeholders", () => {
  expect(Object.keys(ownerDe).toSorted()).toEqual(Object.keys(ownerEn).toSorted());
  for (const [key, text] of Object.entries(ownerEn)) {
    expect(placeholders(ownerDe[key as keyof typeof ownerEn]), key).toEqual(placeholders(text));
  }
});

it("asks with the parts of a path filled in, a query without what is missing, a body and a key", async () => {
  const call = vi.fn(async () => ({ ok: true, value: {} }) as const);
  const ask = asking(call as never);
  await ask("get", "/v1/sites/:siteId/place", { siteId: "a/b" });
  await ask("get", "/v1/sites/:siteId/sessions", { siteId }, { query: { limit: 5, cursor: undefined } });
  await ask("post", "/v1/sites/:siteId/place/listing", { siteId }, { json: { action: "submit" }, key: "k" });
  expect(call.mock.calls).toEqual([
    ["GET", "/sites/a%2Fb/place", undefined, undefined],
    ["GET", `/sites/${siteId}/sessions?limit=5`, undefined, undefined],
    ["POST", `/sites/${siteId}/place/listing`, { action: "submit" }, "k"],
  ]);
  expect(addressOf("/v1/sites/:siteId/photos", { siteId: "s" }, { caption: "a b" })).toBe(
    "/v1/sites/s/photos?caption=a+b",
  );
});

it("sends a file, and tells a refusal from a server that is not there", async () => {
  const file = new Blob(["x"], { type: "image/png" });
  const fetch = vi.fn<typeof globalThis.fetch>(async () => Response.json({ photoId: "p" }));
  expect(await sendFile(fetch, "/v1/x", file)).toEqual({ ok: true, value: { photoId: "p" } });
  expect(fetch.mock.calls[0]?.[1]).toMatchObject({ method: "POST", headers: { "content-type": "image/png" } });
  fetch.mockResolvedValueOnce(Response.json({ error: { code: "invalid_photo", message: "No." } }, { status: 400 }));
  expect(await sendFile(fetch, "/v1/x", file)).toMatchObject({ ok: false, error: { code: "invalid_photo" } });
  fetch.mockRejectedValueOnce(new Error("gone"));
  expect(await sendFile(fetch, "/v1/x", file)).toMatchObject({ ok: false, error: { code: "network" } });
});

it("says what is only the owners' business in words of its own, the rest as everywhere", () => {
  ownerTexts.use(ownerEn);
  errorTexts.use(errorEn);
  expect(ownerError({ code: "incomplete", detail: "" })).toBe(ownerEn.errorIncomplete);
  expect(ownerError({ code: "forbidden", detail: "" })).toBe(errorEn.errorForbidden);
});

it("edits hours: a week begins on Monday, a day's end is the field's midnight", () => {
  const begun = beginWeek({ week: null, exceptions: [] });
  expect(week[0]).toBe("MONDAY");
  expect([begun.week?.FRIDAY, begun.week?.SATURDAY]).toEqual([[{ from: "08:00", to: "18:00" }], []]);
  expect([shownEnd("24:00"), shownEnd("18:00"), keptEnd("00:00"), keptEnd("18:00")]).toEqual([
    "00:00",
    "18:00",
    "24:00",
    "18:00",
  ]);
  expect(morePeriods([])).toHaveLength(1);
  expect(morePeriods([{ from: "08:00", to: "12:00" }])[1]).toEqual({ from: "12:00", to: "20:00" });
  expect(morePeriods([{ from: "08:00", to: "21:00" }])[1]).toEqual({ from: "21:00", to: "24:00" });
  expect(changedAt([{ a: 1 }, { a: 2 }], 1, { a: 3 })).toEqual([{ a: 1 }, { a: 3 }]);
  expect(changedAt([{ a: 1 }, { a: 2 }], 0, null)).toEqual([{ a: 2 }]);
});

it("adds an exception on a date that has none, and says what keeps hours from being kept", () => {
  const one = moreExceptions([], "2026-12-31");
  expect(moreExceptions(one, "2026-12-31").map(({ date }) => date)).toEqual(["2026-12-31", "2027-01-01"]);
  const day = { date: "2026-12-31", periods: [], note: "" };
  expect(hoursProblem({ week: null, exceptions: [day] })).toBeNull();
  expect(hoursProblem({ week: null, exceptions: [day, day] })).toBe("hoursTwice");
  expect(hoursProblem({ week: null, exceptions: [{ ...day, date: "" }] })).toBe("hoursDate");
  const open = beginWeek({ week: null, exceptions: [] });
  expect(hoursProblem({ ...open, exceptions: [{ ...day, periods: [{ from: "", to: "12:00" }] }] })).toBe("hoursTime");
});

it("reads coordinates as maps give them", () => {
  expect(readPoint("52.52, 13.405")).toEqual({ lat: 52.52, lng: 13.405 });
  expect(readPoint(" -33.9;18.4 ")).toEqual({ lat: -33.9, lng: 18.4 });
  expect([readPoint(""), readPoint("91, 1"), readPoint("1, 181"), readPoint("Berlin")]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(pointText({ lat: 52.123456789, lng: 13 })).toBe("52.12346, 13");
});

it("knows countries by their names and leaves out what is none", () => {
  const german = new Map(countries("de"));
  expect([german.get("DE"), german.get("AT")]).toEqual(["Deutschland", "\u00d6sterreich"]);
  expect([german.has("EU"), german.has("ZZ"), german.has("DD")]).toEqual([false, false, false]);
  expect(german.size).toBeGreaterThan(200);
  expect([emptyPlace("de").country, emptyPlace("en").country]).toEqual(["DE", "GB"]);
});

it("says what a listing needs", () => {
  const done = (place: Parameters<typeof stepsOf>[0], of: typeof connectors) =>
    stepsOf(place, of).map((each) => each.done);
  expect(done(null, [])).toEqual([false, false, false]);
  expect(done(ownPlace, connectors)).toEqual([true, true, false]);
  expect(done({ ...ownPlace, city: "" }, connectors.slice(1))).toEqual([false, false, false]);
  const photo = { photoId: "p", url: "", contentType: "", width: 1, height: 1, caption: "" };
  expect(done({ ...ownPlace, photos: [photo] }, connectors)).toEqual([true, true, true]);
});

it("reads a hub's address, with its own port where none is named", () => {
  expect(readHubAddress("192.168.1.20")).toBe("http://192.168.1.20:8080");
  expect(readHubAddress(" Hub.local:81/ ")).toBe("http://hub.local:81");
  expect(readHubAddress("https://hub.local")).toBe("https://hub.local:8443");
  expect([readHubAddress(""), readHubAddress("a b"), readHubAddress("hub:99999"), readHubAddress("hub:0")]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(hubLink("http://hub:8080", { cpId: "A B", connectorId: 2 })).toBe("http://hub:8080/c/A%20B/2");
});

it("calls plugs what people call them", () => {
  ownerTexts.use(ownerEn);
  expect(plugName("IEC_62196_T2", ownerTexts.t())).toBe("Type 2");
  expect(plugName("NEMA_14_50", ownerTexts.t())).toBe("NEMA 14 50");
  expect(plugChoices(ownerTexts.t())[0]).toEqual(["IEC_62196_T2", "Type 2"]);
});
