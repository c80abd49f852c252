import { describe, expect, it } from "vitest";
import { availability, place, reservations } from "../../testing/driver-data";
import { formatsFor } from "../../common/format";
import { canCancel, canChange, cancelling, sorted } from "./cancel-model";
import { nameAt, placeNamed, startIn } from "./cities";
import { estimateOf } from "./estimate";
import { forgetAll, keeperOf } from "./keep";
import { addressOf, queryOf, relaxations, searchIn } from "./search-model";
import { cornersOf } from "./shapes";
import { byPart, dayStart, daysFrom, moved, nearest, powerOf, spanFor, startsOf, stays, timesOf } from "./slots-model";
import { calendarOf, directionsTo, startLink } from "./ticket";
import type { Reservation, SeatClass } from "./types";

const berlin = { lat: 52.52, lng: 13.4 };
const ms = (iso: string) => Date.parse(iso);

it("names the zone of the hour that a night has twice, and only there", () => {
  const night = [0, 1, 2, 3].map((hour) => ({
    at: ms("2026-10-24T23:00:00.000Z") + hour * 3_600_000,
    state: "free" as const,
  }));
  const names = (timeZone: string) => [...timesOf(night, formatsFor("en", timeZone)).values()];
  expect(names("Europe/Berlin")).toEqual(["01:00", "02:00 CEST", "02:00 CET", "03:00"]);
  expect(names("UTC")).toEqual(["23:00", "00:00", "01:00", "02:00"]);
});

describe("where", () => {
  it("is a city by its beginning, without accents, or coordinates", () => {
    expect(placeNamed("zuri")).toEqual({ lat: 47.37, lng: 8.54 });
    expect(placeNamed(" 52.52, 13.4 ")).toEqual(berlin);
    expect(placeNamed("95, 13")).toBeNull();
    expect(placeNamed("ber")).toBeNull();
    expect(placeNamed("Berlin")).toEqual(berlin);
    expect(placeNamed("")).toBeNull();
    expect(nameAt(berlin)).toBe("Berlin");
    expect(nameAt({ lat: 1, lng: 2 })).toBe("");
    expect(startIn("America/New_York").name).toBe("New York");
    expect(startIn("Antarctica/Troll")).toEqual({ lat: 51.2, lng: 10.4, name: "" });
  });
});

describe("a search", () => {
  it("comes back out of its own address", () => {
    const search = searchIn(
      { lat: "48.1", lng: "11.5", radius: "50", types: "CHADEMO,nonsense", power: "22000" },
      berlin,
    );
    const full = { ...search, freeNow: true, sort: "price" as const, view: "map" as const };
    expect(searchIn(Object.fromEntries(new URL(addressOf(full), "http://a").searchParams), berlin)).toEqual(full);
    expect(searchIn({ lat: "900", sort: "x" }, berlin)).toMatchObject({ ...berlin, radius: 25, sort: "distance" });
    expect(addressOf(searchIn({}, berlin))).toBe("/?lat=52.52&lng=13.4");
  });

  it("is asked for in the API's terms, a map's all at once", () => {
    const search = searchIn({ types: "CHADEMO", power: "50000", free: "1", view: "map" }, berlin);
    expect(String(queryOf(search, "c"))).toBe(
      "lat=52.52&lng=13.4&radiusKm=25&sort=distance&limit=100&types=CHADEMO&minPowerW=50000&freeNow=true&cursor=c",
    );
    expect(queryOf(searchIn({}, berlin), null).get("limit")).toBe("20");
  });

  it("says what to give up, one thing at a time", () => {
    const search = searchIn({ types: "CHADEMO", power: "50000", free: "1" }, berlin);
    expect(relaxations(search).map(({ key }) => key)).toEqual(["relaxFree", "relaxPower", "relaxPlug", "relaxRadius"]);
    expect(relaxations(searchIn({ radius: "100" }, berlin))).toEqual([]);
  });
});

describe("days and starts", () => {
  it("have 23 and 25 hours where the clock is changed", () => {
    const hours = (at: string) => {
      const [day] = daysFrom("Europe/Berlin", ms(at), 1);
      return ((day?.end ?? 0) - (day?.start ?? 0)) / 3_600_000;
    };
    expect(hours("2026-03-29T10:00:00Z")).toBe(23);
    expect(hours("2026-10-25T10:00:00Z")).toBe(25);
    expect(dayStart("Europe/Berlin", ms("2026-03-29T10:00:00Z"))).toBe(ms("2026-03-28T23:00:00Z"));
    expect(daysFrom("Europe/Berlin", ms("2026-03-28T10:00:00Z"), 3).map(({ date }) => date)).toEqual([
      "2026-03-28",
      "2026-03-29",
      "2026-03-30",
    ]);
  });

  it("ask for the stay behind the last start, never for the past nor beyond two weeks", () => {
    const now = ms("2026-11-21T13:05:00Z");
    const days = daysFrom("UTC", now);
    expect(spanFor(days[0]!, 60, now)).toEqual({ start: "2026-11-21T13:00:00.000Z", end: "2026-11-22T01:00:00.000Z" });
    expect(Date.parse(spanFor(days[13]!, 1440, now).end)).toBeLessThanOrEqual(now + 14 * 86_400_000);
    expect(spanFor({ date: "", start: now + 15 * 86_400_000, end: now + 16 * 86_400_000 }, 60, now).end).toBeTruthy();
  });

  const kind = availability("2026-11-21T13:00:00.000Z", "2026-11-22T01:00:00.000Z").classes[0] as SeatClass;
  const [day] = daysFrom("UTC", ms("2026-11-21T13:05:00Z"), 1);
  const starts = startsOf(kind, day!, 60);
  const stateAt = (time: string) => starts.find(({ at }) => at === ms(`2026-11-21T${time}:00Z`))?.state;

  it("are free where the whole stay is, and asked for where a part is the site's", () => {
    expect([stateAt("13:00"), stateAt("14:15"), stateAt("16:45"), stateAt("17:00")]).toEqual([
      "free",
      "taken",
      "taken",
      "free",
    ]);
    expect(stateAt("19:15")).toBe("request");
    expect(byPart(starts, "UTC").map(({ part }) => part)).toEqual(["afternoon", "evening"]);
    expect(nearest(starts, ms("2026-11-21T16:00:00Z"))?.at).toBe(ms("2026-11-21T17:00:00Z"));
    expect(nearest([], 0)).toBeNull();
  });

  it("are reached by every key, and by no other", () => {
    const keys = ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End", "a"];
    expect(keys.map((key) => moved(key, 10, 40, 4))).toEqual([11, 9, 14, 6, 26, 0, 0, 39, 10]);
    expect(stays(90)).toEqual([15, 30, 45, 60, 90]);
    expect([powerOf("11kW"), powerOf("CCS 50 kW"), powerOf("STANDARD")]).toEqual([11_000, 50_000, null]);
  });
});

describe("a booking", () => {
  const [booking] = reservations as [Reservation];

  it("is priced before it is made: the energy of the stay, no more than a car takes", () => {
    const stay = { start: booking.start, end: booking.end, timeZone: "Europe/Berlin" };
    expect(estimateOf(booking.tariff, { ...stay, powerW: 11_000 })).toEqual({ energyWh: 22_000, amount: 990 });
    expect(estimateOf(booking.tariff, { ...stay, powerW: null }).energyWh).toBe(14_800);
    expect(estimateOf(booking.tariff, { ...stay, powerW: 150_000 }).energyWh).toBe(40_000);
  });

  it("says what cancelling comes to by the cloud's own rule", () => {
    expect(cancelling(booking, ms(booking.start) - 3_600_000)).toEqual({ back: 400, owed: 0 });
    expect(cancelling(booking, ms(booking.start) - 3_599_000)).toEqual({ back: 200, owed: 200 });
    expect(canChange(booking, ms(booking.start) - 3_600_000)).toBe(true);
    expect(canChange(booking, ms(booking.start))).toBe(false);
    expect(canCancel({ ...booking, pending: true })).toBe(false);
    const { upcoming, past } = sorted(reservations, ms("2026-11-21T13:00:00Z"));
    expect(upcoming.map(({ start }) => start.slice(8, 10))).toEqual(["21", "23"]);
    expect(past.map(({ status }) => status)).toEqual(["fulfilled", "cancelled"]);
  });

  it("is kept with its pass and its PIN, until its version changes or somebody signs out", () => {
    const items = new Map<string, string>();
    const store = {
      getItem: (key: string) => items.get(key) ?? null,
      setItem: (key: string, value: string) => void items.set(key, value),
      removeItem: (key: string) => void items.delete(key),
    };
    const pass = { token: "t", needsPin: true, opens: "", start: "", end: "" };
    const keeper = keeperOf(store);
    keeper.keep({ ...booking, pin: "402 917" }, { place, pass });
    keeper.keep(booking);
    expect(keeperOf(store).booking(booking.booking)).toMatchObject({ placeName: place.name, pin: "402 917", pass });
    keeper.keep({ ...booking, version: 2 });
    expect(keeper.booking(booking.booking)?.pass).toBeNull();
    for (let index = 0; index < 40; index++) keeper.keep({ ...booking, booking: `b${index}` });
    expect(keeper.bookings()).toHaveLength(30);
    keeper.keepOnly([{ ...booking, booking: "b35" }]);
    expect(keeper.bookings().map(({ reservation }) => reservation.booking)).toEqual(["b35"]);
    keeper.keepHub("s", "hub/c/CP1/1");
    expect(keeper.hubOf("s")).toBe("hub/c/CP1/1");
    expect(keeper.hubOf("other")).toBe("");
    forgetAll(store);
    expect([keeper.bookings(), keeper.booking("b1")]).toEqual([[], null]);
    items.set("hitchpost bookings", "{");
    expect(keeper.bookings()).toEqual([]);
    const full = keeperOf({
      ...store,
      setItem: () => {
        throw new Error("full");
      },
    });
    full.keep(booking);
    expect(full.bookings()).toEqual([]);
  });

  it("goes into a calendar, onto a map, and to the charger's own page", () => {
    const kept = {
      reservation: booking,
      ...{ placeName: place.name, address: "Lindenweg 4; back, 10437 Berlin", lat: 52.5, lng: 13.4 },
      ...{ timeZone: "Europe/Berlin", pass: null, pin: null },
    };
    const calendar = calendarOf(kept, "hitchpost: Lindenhof garage", "https://c/charging", "2026-11-21T13:00:00.000Z");
    expect(calendar).toContain("DTSTART:20261121T170000Z\r\n");
    const moved = { ...kept, reservation: { ...booking, version: booking.version + 2 } };
    expect(calendarOf(moved, "", "", "2026-11-21T13:00:00.000Z")).toContain(`SEQUENCE:${booking.version + 2}\r\n`);
    expect(calendar).toContain("LOCATION:Lindenweg 4\\; back\\, 10437 Berlin\r\n");
    expect(calendar.split("\r\n").every((line) => line.length <= 75)).toBe(true);
    expect(directionsTo(kept)).toContain("52.5%2C13.4");
    expect(startLink("192.168.1.20:8080/c/CP1/1", "t.o.k")).toBe("http://192.168.1.20:8080/c/CP1/1#pass=t.o.k");
    expect(startLink("https://hub.local/", "t")).toBe("https://hub.local/#pass=t");
    expect(startLink("hub/admin", "t")).toBeNull();
    expect(startLink("http://", "t")).toBeNull();
  });
});

it("unpacks the land into degrees", () => {
  expect(cornersOf({ scale: 10, rings: [[134, 525, -4, 5]] })).toEqual([
    [
      [52.5, 13.4],
      [53, 13],
    ],
  ]);
});
