import { describe, expect, it } from "vitest";
import { termsOf } from "../billing/jobs";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { runJob } from "../jobs/job";
import { billMemberships, membershipsJob } from "./bill";
import { agreedOf } from "./included";
import { coupon, plan } from "./testing/plans";

const HOUR = 3_600_000;
const cloud = await openCloud();
const now = cloud.now();
const { owner, siteId, organizationId, hub } = await cloud.paired();

const plans = () => `/v1/organizations/${organizationId}/plans`;
const promotions = () => `/v1/organizations/${organizationId}/promotions`;
const addPromotion = (promotion: object) => owner.ok<{ promotionId: string }>("POST", promotions(), promotion);
const join = async (driver: Person, planId: string) =>
  driver.ok<{ membershipId: string; month: { usedWh: number; endsAt: string } }>("POST", "/v1/me/memberships", {
    planId,
  });

let cards = 0;
/** A driver whose card the owner has approved. */
async function driverWithCard(): Promise<{ driver: Person; idTag: string; userId: string }> {
  const driver = await cloud.person();
  const userId = await driver.userId();
  const idTag = `CARD${++cards}`;
  await driver.ok("POST", "/v1/me/id-tags", { siteId, idTag, label: "Card" });
  await owner.ok("POST", `/v1/sites/${siteId}/id-tags/${idTag}/decision`, { approved: true });
  return { driver, idTag, userId };
}

let hours = 0;
/** 10 kWh for 4.50; gives the bill's lines and sum. */
async function bill(userId: string, idTag: string): Promise<{ lines: [string, number][]; gross: number }> {
  hours += 1;
  const { id } = charge(hub, { startedAt: now + hours * HOUR, readings: [[30, 11_000]], idTag });
  await hub.send();
  await cloud.runJobs();
  const rows = await cloud.db.selectFrom("charges").selectAll().where("user_id", "=", userId).execute();
  const found = rows.find(({ document }) => document.subject?.type === "session" && document.subject.sessionId === id);
  if (!found) throw new Error("no bill");
  return {
    lines: found.lines.map(({ text, net, vat }) => [text, net + vat]),
    gross: found.net + found.vat,
  };
}

describe("memberships", () => {
  it("take energy and a percentage off, until the month's energy is used", async () => {
    const offered = await owner.ok<{ planId: string }>("POST", plans(), plan);
    const { driver, idTag, userId } = await driverWithCard();
    expect(await driver.ok("GET", `/v1/sites/${siteId}/plans`)).toMatchObject({ plans: [{ name: "Neighbours" }] });
    const { membershipId } = await join(driver, offered.planId);
    expect(await bill(userId, idTag)).toEqual({
      lines: [
        ["ENERGY", 450],
        ["Neighbours", -225],
        ["Neighbours", -23],
      ],
      gross: 202,
    });
    const { memberships } = await driver.ok<{ memberships: { month: { usedWh: number } }[] }>(
      "GET",
      "/v1/me/memberships",
    );
    expect(memberships).toMatchObject([{ plan: { planId: offered.planId }, month: { usedWh: 5000 } }]);
    expect((await bill(userId, idTag)).lines).toEqual([
      ["ENERGY", 450],
      ["Neighbours", -45],
    ]);
    // What was booked by a member for a time after the last month that is paid has its percentage, and no energy.
    await driver.ok("DELETE", `/v1/me/memberships/${membershipId}`);
    const { site_id, session_id } = await cloud.db
      .selectFrom("session_drivers")
      .selectAll()
      .where("user_id", "=", userId)
      .where("included_wh", "=", 0)
      .executeTakeFirstOrThrow();
    const startedAt = new Date(now + 40 * 24 * HOUR).toISOString();
    const session = { siteId: site_id, sessionId: session_id, startedAt };
    const agreed = await cloud.db.transaction().execute((tx) => agreedOf(tx, session));
    expect(agreed?.agreements).toMatchObject([{ includedWh: 0 }, { percent: 1000 }]);
    const stranger = await driverWithCard();
    expect((await bill(stranger.userId, stranger.idTag)).gross).toBe(450);
  });

  it("are billed once a month, and end with the month that was paid", async () => {
    const offered = await owner.ok<{ planId: string }>("POST", plans(), { ...plan, name: "Monthly", includedWh: 0 });
    const driver = await cloud.person();
    const { membershipId, month } = await join(driver, offered.planId);
    const bills = async () => {
      const rows = await cloud.db
        .selectFrom("charges")
        .selectAll()
        .where("kind", "=", "membership")
        .where("key", "like", `membership:${membershipId}:%`)
        .execute();
      return rows.map(({ net, vat, lines }) => [net, vat, lines[0]?.text]);
    };
    const once = [1000, 190, "Monthly"];
    expect(await bills()).toEqual([once]);
    const at = (ms: number) => ({ ...termsOf(cloud.first.deps), now: ms });
    await runJob(membershipsJob, cloud.first.deps, {});
    await billMemberships(cloud.db, at(Date.parse(month.endsAt) - 1));
    expect(await bills()).toEqual([once]);
    const later = at(Date.parse(month.endsAt) + 40 * 24 * HOUR);
    await Promise.all([billMemberships(cloud.db, later), billMemberships(cloud.db, later)]);
    await billMemberships(cloud.db, later);
    expect(await bills()).toEqual([once, once, once]);
    const left = await driver.ok("DELETE", `/v1/me/memberships/${membershipId}`);
    expect(left).toMatchObject({ endsAt: month.endsAt });
    expect(await driver.ok("DELETE", `/v1/me/memberships/${membershipId}`)).toEqual(left);
    await billMemberships(cloud.db, at(later.now + 40 * 24 * HOUR));
    expect(await bills()).toHaveLength(3);
    expect(await driver.refused("POST", "/v1/me/memberships", { planId: offered.planId })).toEqual([
      409,
      "already_member",
    ]);
  });

  it("are one with an owner at a time, and in no plan that is closed", async () => {
    const offered = await owner.ok<{ planId: string }>("POST", plans(), { ...plan, name: "One" });
    const driver = await cloud.person();
    const tries = await Promise.all(
      [0, 1, 2].map(() => driver.send("POST", "/v1/me/memberships", { planId: offered.planId })),
    );
    expect(tries.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    expect((await owner.send("DELETE", `${plans()}/${offered.planId}`)).status).toBe(204);
    const late = await cloud.person();
    expect(await late.refused("POST", "/v1/me/memberships", { planId: offered.planId })).toEqual([409, "plan_closed"]);
    const { plans: all } = await owner.ok<{ plans: { planId: string; members: number; closedAt: string }[] }>(
      "GET",
      plans(),
    );
    expect(all.find(({ planId }) => planId === offered.planId)).toMatchObject({
      members: 1,
      closedAt: expect.any(String) as string,
    });
    const { memberships } = await driver.ok<{ memberships: { membershipId: string }[] }>("GET", "/v1/me/memberships");
    const { membershipId } = memberships[0]!;
    expect(await late.refused("DELETE", `/v1/me/memberships/${membershipId}`)).toEqual([404, "not_found"]);
  });
});

describe("promotions", () => {
  it("are for everybody while they last", async () => {
    const { userId, idTag, driver } = await driverWithCard();
    const { promotionId } = await addPromotion({
      ...coupon(now, ""),
      code: null,
      amount: null,
      percent: 2000,
      name: "June",
    });
    const shown = await driver.ok<{ promotions: unknown[] }>("GET", `/v1/sites/${siteId}/promotions`);
    expect(shown.promotions).toMatchObject([{ promotionId, name: "June", percent: 2000 }]);
    expect((await bill(userId, idTag)).lines).toEqual([
      ["ENERGY", 450],
      ["June", -90],
    ]);
    // An end is an end for what begins after it.
    cloud.skewMs = hours * HOUR + HOUR / 2;
    expect((await owner.send("DELETE", `${promotions()}/${promotionId}`)).status).toBe(204);
    cloud.skewMs = 0;
    expect((await bill(userId, idTag)).gross).toBe(450);
    expect(await driver.ok("GET", `/v1/sites/${siteId}/promotions`)).toEqual({ promotions: [] });
  });

  it("of a percentage or of an amount, and memberships of energy alone, each leave their own line", async () => {
    const offered = await owner.ok<{ planId: string }>("POST", plans(), {
      ...plan,
      name: "Energy",
      percent: 0,
      monthlyFee: 0,
      siteIds: [siteId],
    });
    const { driver, userId, idTag } = await driverWithCard();
    await join(driver, offered.planId);
    const { promotionId } = await addPromotion({ ...coupon(now, ""), code: null, amount: 25, name: "Summer" });
    await addPromotion({ ...coupon(now, "HALF"), amount: null, percent: 5000, name: "Half", siteIds: [siteId] });
    await driver.ok("POST", "/v1/me/coupons", { siteId, code: "half" });
    expect((await bill(userId, idTag)).lines).toEqual([
      ["ENERGY", 450],
      ["Energy", -225],
      ["Half", -113],
      ["Summer", -25],
    ]);
    expect((await owner.send("DELETE", `${promotions()}/${promotionId}`)).status).toBe(204);
    const fees = cloud.db
      .selectFrom("charges")
      .selectAll()
      .where("user_id", "=", userId)
      .where("kind", "=", "membership");
    expect(await fees.execute()).toEqual([]);
  });

  it("with a code are used by one session of who has redeemed it", async () => {
    await addPromotion(coupon(now, "HELLO"));
    const { driver, userId, idTag } = await driverWithCard();
    const redeemed = await driver.ok("POST", "/v1/me/coupons", { siteId, code: " hello " });
    expect(redeemed).toMatchObject({ name: "Welcome", amount: 100, sessionId: null });
    expect((await bill(userId, idTag)).gross).toBe(350);
    expect((await bill(userId, idTag)).gross).toBe(450);
    const { coupons } = await driver.ok<{ coupons: { couponId: string; sessionId: string | null }[] }>(
      "GET",
      "/v1/me/coupons",
    );
    expect(coupons).toMatchObject([{ sessionId: expect.any(String) as string }]);
    expect(await driver.refused("DELETE", `/v1/me/coupons/${coupons[0]!.couponId}`)).toEqual([409, "coupon_used"]);
    expect(await driver.refused("POST", "/v1/me/coupons", { siteId, code: "HELLO" })).toEqual([409, "coupon_used"]);
  });

  it("are never used more often than there are coupons, however many ask at once", async () => {
    const { promotionId } = await addPromotion(coupon(now, "RUSH", { maxUses: 2, maxUsesPerDriver: null }));
    const second = await cloud.addProcess();
    const [one, other] = [await cloud.person(), await cloud.person()];
    const redeem = (person: Person) => person.send("POST", "/v1/me/coupons", { siteId, code: "RUSH" });
    const answers = await Promise.all([one, other.at(second), one.at(second), other, one].map(redeem));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 409, 409, 409]);
    const { promotions: all } = await owner.ok<{ promotions: { promotionId: string; uses: number }[] }>(
      "GET",
      promotions(),
    );
    expect(all.find((each) => each.promotionId === promotionId)?.uses).toBe(2);
    const winner = answers.findIndex(({ status }) => status === 201) % 2 === 0 ? one : other;
    const { coupons } = await winner.ok<{ coupons: { couponId: string }[] }>("GET", "/v1/me/coupons");
    const path = `/v1/me/coupons/${coupons[0]!.couponId}`;
    expect(await (winner === one ? other : one).refused("DELETE", path)).toEqual([404, "not_found"]);
    expect((await winner.send("DELETE", path)).status).toBe(204);
    expect(await winner.refused("DELETE", path)).toEqual([404, "not_found"]);
    expect((await redeem(other)).status).toBe(201);
  });

  it("do not hold elsewhere, before or after their time, and their codes cannot be guessed", async () => {
    const elsewhere = await cloud.owner();
    await addPromotion(coupon(now, "HERE"));
    await addPromotion(coupon(now, "SOON", { startsAt: new Date(now + HOUR).toISOString() }));
    const driver = await cloud.person();
    const refused = (site: string, code: string) => driver.refused("POST", "/v1/me/coupons", { siteId: site, code });
    const unknown = [404, "unknown_coupon"];
    expect(await refused(elsewhere.siteId, "HERE")).toEqual(unknown);
    expect(await refused(siteId, "SOON")).toEqual(unknown);
    expect(await driver.refused("POST", "/v1/me/coupons", { siteId, code: "HERE", booking: "none" })).toEqual([
      404,
      "not_found",
    ]);
    for (let tries = 3; tries < 20; tries++) expect(await refused(siteId, `GUESS${tries}`)).toEqual(unknown);
    expect(await refused(siteId, "HERE")).toEqual([429, "too_many_requests"]);
  });
});

describe("the platform's premium discount", () => {
  it("is set by an admin, and taken off premium drivers' bills since then", async () => {
    const admin = await cloud.admin();
    const { idTag, userId, driver } = await driverWithCard();
    expect(await driver.refused("GET", "/v1/admin/premium")).toEqual([403, "forbidden"]);
    expect(await driver.refused("PUT", "/v1/admin/premium", { percent: 500 })).toEqual([403, "forbidden"]);
    expect(await admin.refused("PUT", "/v1/admin/premium", { percent: 10_001 })).toEqual([400, "invalid"]);
    expect(await admin.ok("GET", "/v1/admin/premium")).toEqual({ percent: 0, since: null });
    await admin.ok("PUT", "/v1/admin/premium", { percent: 400 });
    await admin.ok("PUT", "/v1/admin/premium", { percent: 500 });
    expect(await admin.ok("GET", "/v1/admin/premium")).toMatchObject({ percent: 500 });
    expect((await bill(userId, idTag)).gross).toBe(450);
    const until = { premium_until: new Date(now + 365 * 24 * HOUR) };
    await cloud.db
      .insertInto("people")
      .values({ user_id: userId, ...until })
      .onConflict((conflict) => conflict.column("user_id").doUpdateSet(until))
      .execute();
    expect((await bill(userId, idTag)).lines).toEqual([
      ["ENERGY", 450],
      ["Premium", -23],
    ]);
  });
});
