import { expect, it } from "vitest";
import { openCloud } from "../testing/open";
import { coupon, plan, week } from "./testing/plans";

/** The doors of memberships and promotions. */

const nothing = "01900000-0000-7000-8000-000000000000";
const cloud = await openCloud();
const now = cloud.now();
const { owner, organizationId } = await cloud.owner();

const plans = () => `/v1/organizations/${organizationId}/plans`;
const promotions = () => `/v1/organizations/${organizationId}/promotions`;

it("of an organisation are shut to strangers and to who may only look", async () => {
  const stranger = await cloud.person();
  const member = await cloud.person();
  await cloud.join(organizationId, member, "member");
  for (const [path, body] of [
    [plans(), plan],
    [promotions(), coupon(now, "DOOR")],
  ] as const) {
    expect(await stranger.refused("GET", path)).toEqual([404, "not_found"]);
    expect(await stranger.refused("POST", path, body)).toEqual([404, "not_found"]);
    expect(await stranger.refused("DELETE", `${path}/${nothing}`)).toEqual([404, "not_found"]);
    expect((await member.send("GET", path)).status).toBe(200);
    expect(await member.refused("POST", path, body)).toEqual([403, "forbidden"]);
    expect(await member.refused("DELETE", `${path}/${nothing}`)).toEqual([403, "forbidden"]);
    expect(await owner.refused("DELETE", `${path}/${nothing}`)).toEqual([404, "not_found"]);
    expect((await cloud.first.request(path)).status).toBe(401);
  }
  for (const path of ["/v1/me/memberships", "/v1/me/coupons", "/v1/admin/premium"]) {
    expect((await cloud.first.request(path)).status).toBe(401);
  }
});

it("refuse what makes no plan, no promotion and no coupon", async () => {
  const other = await cloud.owner();
  for (const [bad, code] of [
    [{ ...plan, percent: 0, includedWh: 0 }, "invalid"],
    [{ ...plan, name: "nul \0" }, "invalid"],
    [{ ...plan, surprise: 1 }, "invalid"],
    [{ ...plan, currency: "CHF" }, "other_currency"],
    [{ ...plan, siteIds: [other.siteId] }, "unknown_site"],
  ] as const) {
    expect(await owner.refused("POST", plans(), bad)).toEqual([400, code]);
  }
  for (const bad of [
    { ...coupon(now, "BOTH"), percent: 100 },
    { ...coupon(now, "NEITHER"), amount: null },
    coupon(now, "bad code!"),
    { ...coupon(now, "TIME"), endsAt: week(now).startsAt },
    { ...coupon(now, "PAST"), startsAt: "2020-01-01T00:00:00Z", endsAt: "2020-02-01T00:00:00Z" },
  ]) {
    expect(await owner.refused("POST", promotions(), bad)).toEqual([400, "invalid"]);
  }
  const without = await cloud.person();
  const row = { id: "discounts-o", name: "None", slug: "discounts-o", createdAt: new Date(0) };
  await cloud.db.insertInto("auth.organization").values(row).execute();
  await cloud.join(row.id, without, "owner");
  expect(await without.refused("POST", `/v1/organizations/${row.id}/plans`, plan)).toEqual([409, "no_site"]);
  await owner.ok("POST", promotions(), coupon(now, "TWICE"));
  expect(await owner.refused("POST", promotions(), coupon(now, "twice"))).toEqual([409, "code_taken"]);
  const driver = await cloud.person();
  expect(await driver.refused("POST", "/v1/me/coupons", { siteId: "x", code: "TWICE" })).toEqual([400, "invalid"]);
  expect(await driver.refused("POST", "/v1/me/memberships", {})).toEqual([400, "invalid"]);
  expect(await driver.refused("POST", "/v1/me/memberships", { planId: nothing })).toEqual([404, "not_found"]);
});
