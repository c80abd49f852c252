import { describe, expect, it } from "vitest";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { Bookable } from "../../shared/bookable";
import { SLOT_MS } from "../../shared/booking";
import { blockedFrom, isBlocked } from "./bookable";
import { leaveBy } from "./rules";
import { bookingOf } from "./state";
import { hub, outcomeOf, place, secretOf, useTestSite } from "./testing/site";

/** What the owner says of connectors, kept to at the site whether the cloud is there or not. */

useTestSite();

/** From and to these minutes after noon. */
const block = (seat: string | null, from: number, to: number): Bookable["blocks"][number] => ({
  seat,
  from: hub.at(from) / SLOT_MS,
  to: hub.at(to) / SLOT_MS,
  madeAt: new Date(hub.at(0)).toISOString(),
});
const says = async (blocks: Bookable["blocks"], plugs: Bookable["plugs"] = {}) => {
  await hub.commit({ type: "bookable.set", data: { blocks, plugs } });
  await hub.quiet();
};
const walkIn = () => Object.values(bookingOf(hub.store.state).book.sales).find(({ use }) => use?.by === "walkIn");

describe("a connector that the owner has blocked", () => {
  it("is closed to walk-ins for as long, whether the site takes reservations or not, and its neighbour is not", async () => {
    await says([block("CP1/1", 0, 30)]);
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("blocked");
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x"), true))).toBe("blocked");
    expect(await outcomeOf(hub.starter.startBySecret({ ...place, cpId: "CP2" }, secretOf("x")))).toBe("done");
    await hub.after(30);
    await says([block(null, 30, 60)]);
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("blocked");
    await says([]);
    expect(await outcomeOf(hub.starter.startBySecret(place, secretOf("x")))).toBe("done");
  });

  it("is left by walk-ins before that, and those who are surprised have a quarter of an hour", async () => {
    await hub.reserve(600, 660);
    await says([block("CP1/1", 45, 105), block("CP2/1", 30, 105)]);
    await hub.starter.startBySecret(place, secretOf("w"));
    await hub.begin("CP1");
    const booking = () => bookingOf(hub.store.state);
    const buffer = defaultBookingSettings.bufferMinutes;
    expect(leaveBy(booking(), walkIn()!)).toBe(hub.at(45 - buffer));
    // He counts on no cell that is blocked.
    expect(walkIn()!.to).toBeLessThanOrEqual(hub.at(45) / SLOT_MS);
    await says([{ ...block("CP1/1", 15, 105), madeAt: new Date(hub.at(20)).toISOString() }]);
    expect(leaveBy(booking(), walkIn()!)).toBe(hub.at(35));
    // Also where it begins in the slot in which he came, but was made after that.
    await says([{ ...block("CP1/1", 0, 105), madeAt: new Date(hub.at(5)).toISOString() }]);
    expect(leaveBy(booking(), walkIn()!)).toBe(hub.at(20));
    await says([]);
    expect(leaveBy(booking(), walkIn()!)).not.toBe(hub.at(35));
  });

  it("takes those who booked it, and nobody else's booking goes there", async () => {
    const mine = await hub.reserve(0, 60, { at: "CP1/1" });
    await says([block("CP1/1", 0, 60)]);
    const shown = { pass: mine.pass, pin: mine.pin ?? undefined };
    expect(await hub.bookings.admitDriver(place, shown, secretOf("m"))).toMatchObject(place);
    await hub.begin("CP1");
    const other = await hub.reserve(60, 120, { at: "CP2/1" });
    await hub.end("CP1");
    await hub.status("CP1", "Available");
    await hub.status("CP2", "Faulted");
    await says([block("CP1/1", 60, 120)]);
    await hub.after(61);
    expect(hub.bindings()).toEqual({});
    const late = { pass: other.pass, pin: other.pin ?? undefined };
    expect(await outcomeOf(hub.bookings.admitDriver(null, late, secretOf("o")))).not.toBe("done");
  });
});

describe("plugs", () => {
  const reseated = async (plugs: Bookable["plugs"]) => {
    const { pass, pin } = await hub.reserve(0, 60, { at: "CP1/1" });
    await hub.status("CP1", "Faulted");
    await says([], plugs);
    return hub.bookings.admitDriver(null, { pass, pin: pin ?? undefined }, secretOf("m"));
  };

  it("that differ keep a driver from being sent to the other", async () => {
    expect(await outcomeOf(reseated({ "CP1/1": "CHADEMO", "CP2/1": "IEC_62196_T2_COMBO" }))).not.toBe("done");
  });

  it("that are alike, or of which one is not known, do not", async () => {
    expect(await reseated({ "CP1/1": "CHADEMO" })).toMatchObject({ cpId: "CP2" });
  });

  it("that differ give a walk-in no claim to the other's cells", async () => {
    await hub.reserve(30, 90, { at: "CP1/1" });
    await says([], { "CP1/1": "CHADEMO", "CP2/1": "IEC_62196_T2_COMBO" });
    await hub.starter.startBySecret(place, secretOf("w"));
    await hub.begin("CP1");
    expect(walkIn()?.seat).toBe("CP1/1");
  });
});

it("says nothing of a site whose owner has said nothing", () => {
  const booking = bookingOf(hub.store.state);
  expect(booking.bookable).toBeUndefined();
  expect(isBlocked(booking, "CP1/1", hub.at(0))).toBe(false);
  expect(blockedFrom(booking, "CP1/1", { from: 0, use: null })).toBeNull();
});

it("goes with the site whose owner said it, where the hub is paired with another", async () => {
  await says([block("CP1/1", 0, 30)]);
  const at = { hubId: "01980000-0000-7000-8000-000000000001", siteId: "01980000-0000-7000-8000-000000000002" };
  await hub.commit({ type: "hub.paired", data: { ...at, cloudUrl: "https://cloud.example", epoch: 1 } });
  expect(bookingOf(hub.store.state).bookable).toBeUndefined();
  expect(isBlocked(bookingOf(hub.store.state), "CP1/1", hub.at(0))).toBe(false);
});
