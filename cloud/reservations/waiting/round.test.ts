import { expect, it } from "vitest";
import { localTime, weekdays } from "../../../shared/tariff/local-time";
import { eventually } from "../../../shared/testing/eventually";
import { openCloud } from "../../testing/open";
import { bookingSite, wish } from "../../testing/seats";
import { later } from "../recurring/series";
import { reserve } from "../reserve";
import { askHubsJob } from "./job";

/** What follows from one thing for another: lines, changed bookings, and weekly ones. */

const cloud = await openCloud();
const driver = await cloud.person();
const driverId = await driver.userId();

it("asks all hubs at once for what is waited for there", async () => {
  const sites = [await bookingSite(cloud, { A: "AC" }), await bookingSite(cloud, { A: "AC" })];
  for (const { siteId, base } of sites) {
    await driver.ok("POST", `/v1/sites/${siteId}/waiting-list`, wish(base - 4, base - 2));
  }
  const round = askHubsJob.run(cloud.first.deps, {});
  // Neither has answered yet.
  await eventually(async () => {
    for (const { site } of sites)
      expect(await site.waiting()).toMatchObject([{ message: { type: "cells.requested" } }]);
  });
  for (const { site } of sites) await site.hear();
  await round;
  const { waits } = await driver.ok<{ waits: { waitId: string; siteId: string; state: string }[] }>(
    "GET",
    "/v1/waiting-list",
  );
  expect(waits.map(({ state }) => state)).toEqual(["offered", "offered"]);
  for (const { siteId, waitId } of waits) await driver.send("DELETE", `/v1/sites/${siteId}/waiting-list/${waitId}`);
});

it("ends the waiting of whoever moves a booking to what he waits for", async () => {
  const { siteId, site, base, owner } = await bookingSite(cloud, { A: "AC" });
  const path = `/v1/sites/${siteId}/reservations`;
  const { booking } = await driver.ok<{ booking: string }>("POST", path, wish(base + 8, base + 12));
  const theirs = await owner.ok<{ booking: string }>("POST", path, wish(base + 12, base + 16));
  await driver.ok("POST", `/v1/sites/${siteId}/waiting-list`, wish(base + 13, base + 15));
  await site.hear();
  await owner.ok("POST", `${path}/${theirs.booking}/cancel`);
  await site.hear();
  const { start, end } = wish(base + 12, base + 16);
  await driver.ok("POST", `${path}/${booking}/modify`, { start, end });
  const { waits } = await driver.ok<{ waits: { state: string }[] }>("GET", "/v1/waiting-list");
  expect(waits).toMatchObject([{ state: "booked" }]);
});

it("ends a weekly booking with what was sold for it and not noted, and with nothing before that day", async () => {
  const { siteId, base } = await bookingSite(cloud, { A: "AC" });
  const { date } = localTime("Europe/Berlin", cloud.now());
  const series = `/v1/sites/${siteId}/reservation-series`;
  const pattern = { class: "AC", days: [...weekdays], from: "06:00", to: "07:00", startsOn: later(date, 60), count: 3 };
  const { seriesId } = await driver.ok<{ seriesId: string }>("POST", series, pattern);
  // As after a crash between the sale and its note.
  const sell = async (day: string, from: number) => {
    const who = { siteId, userId: driverId, key: `${driverId}:series:${seriesId}:${day}` };
    const { sale } = await reserve(cloud.first.deps, who, { class: "AC", from, to: from + 4 }, { pin: false });
    return sale.booking;
  };
  const before = await sell(later(date, 60), base);
  const after = await sell(later(date, 61), base + 96);
  await driver.ok("POST", `${series}/${seriesId}/cancel`, { from: later(date, 61) });
  const pending = async (booking: string) =>
    (await driver.ok<{ pending: boolean }>("GET", `/v1/sites/${siteId}/reservations/${booking}`)).pending;
  expect([await pending(before), await pending(after)]).toEqual([false, true]);
});
