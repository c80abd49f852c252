import { describe, expect, it } from "vitest";
import { listed } from "../sites/testing/places";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { PASSWORD } from "../testing/person";

const cloud = await openCloud();
const [admin, driver, other] = [await cloud.admin(), await cloud.person(), await cloud.person()];
const { owner, siteId, hub } = await listed(cloud, admin);

/** Somebody charges at the site. Gives the session. */
async function session(person: Person, end = true): Promise<string> {
  const from = hub.journal.length + 1;
  const startedAt = cloud.now() - 3_600_000;
  const { id } = charge(hub, { startedAt, readings: [[10, 3000]], end });
  await hub.send(hub.batch(from));
  const userId = await person.userId();
  const row = { site_id: siteId, session_id: id, user_id: userId, via: "command" as const, agreements: "[]" };
  await cloud.db
    .insertInto("session_drivers")
    .values({ ...row, started_at: new Date(startedAt) })
    .execute();
  return id;
}
const review = (person: Person, sessionId: string, rating: number, text = "Fine") =>
  person.ok<{ reviewId: string }>("POST", `/v1/sites/${siteId}/sessions/${sessionId}/review`, { rating, text });
const path = (rest: string) => `/v1/sites/${siteId}/reviews/${rest}`;
interface Listed {
  reviews: { reviewId: string; rating: number }[];
  nextCursor: string | null;
}
const shown = async (query = "") => {
  const response = await cloud.first.request(`/v1/places/${siteId}/reviews${query}`);
  return (await response.json()) as Listed;
};
const rating = async () =>
  ((await (await cloud.first.request(`/v1/places/${siteId}`)).json()) as { rating: unknown }).rating;
const moderate = (reviewId: string, action: string, reason = "Insults") =>
  admin.ok("POST", `/v1/admin/sites/${siteId}/reviews/${reviewId}/moderation`, { action, reason });
const told = async (kind: "reviewed" | "reviewAnswered") =>
  (await cloud.db.selectFrom("notifications").select("data").where("kind", "=", kind).execute()).map(
    ({ data }) => data,
  );

describe("a review", () => {
  it("is of a session of one's own that is over, once, and counts at the place", async () => {
    const mine = await session(driver);
    expect(await other.refused("POST", `/v1/sites/${siteId}/sessions/${mine}/review`, { rating: 1 })).toEqual([
      404,
      "not_found",
    ]);
    const running = await session(other, false);
    expect(await other.refused("POST", `/v1/sites/${siteId}/sessions/${running}/review`, { rating: 1 })).toEqual([
      409,
      "not_over",
    ]);
    const made = await review(driver, mine, 4, " Easy to find ");
    expect(made).toMatchObject({ rating: 4, text: "Easy to find", author: "Some", answer: null });
    expect(await driver.refused("POST", `/v1/sites/${siteId}/sessions/${mine}/review`, { rating: 5 })).toEqual([
      409,
      "reviewed",
    ]);
    const again = await session(driver);
    const tries = await Promise.allSettled([
      review(driver, again, 5),
      review(driver, again, 5),
      review(driver, again, 5),
    ]);
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await rating()).toEqual({ average: 4.5, count: 2 });
    expect(await told("reviewed")).toMatchObject([{ siteName: "Garage", rating: 4 }, { rating: 5 }]);
    const first = await shown("?limit=1");
    expect(first.reviews).toMatchObject([{ rating: 5 }]);
    expect(await shown(`?limit=1&cursor=${first.nextCursor}`)).toMatchObject({ reviews: [made], nextCursor: null });
  });

  it("is answered by the owner, once", async () => {
    const { reviewId } = await review(driver, await session(driver), 2, "Cable too short");
    expect(await driver.refused("PUT", path(`${reviewId}/answer`), { text: "x" })).toEqual([404, "not_found"]);
    expect(await owner.ok("PUT", path(`${reviewId}/answer`), { text: "We have a longer one now" })).toMatchObject({
      answer: "We have a longer one now",
      answeredAt: expect.any(String),
    });
    expect(await owner.refused("PUT", path(`${reviewId}/answer`), { text: "And" })).toEqual([409, "answered"]);
    expect((await shown("?limit=1")).reviews).toMatchObject([{ reviewId, answer: "We have a longer one now" }]);
    expect(await told("reviewAnswered")).toMatchObject([{ siteName: "Garage" }]);
  });

  it("is reported, hidden and shown again by an admin, and the place's rating follows", async () => {
    const { reviewId } = await review(driver, await session(driver), 1, "You ****");
    const before = await rating();
    const report = (person: Person) =>
      person.send("POST", `/v1/places/${siteId}/reviews/${reviewId}/reports`, { reason: "Rude" });
    expect([(await report(owner)).status, (await report(owner)).status, (await report(other)).status]).toEqual([
      204, 204, 204,
    ]);
    expect(await admin.ok("GET", "/v1/admin/reviews")).toMatchObject({
      reviews: [
        {
          siteId,
          siteName: "Garage",
          reviewId,
          rating: 1,
          hidden: false,
          reports: [{ reason: "Rude" }, { reason: "Rude" }],
        },
      ],
    });
    expect(
      await admin.refused("POST", `/v1/admin/sites/${siteId}/reviews/${reviewId}/moderation`, { action: "hide" }),
    ).toEqual([400, "invalid"]);
    await moderate(reviewId, "hide");
    await moderate(reviewId, "hide");
    expect(await admin.ok("GET", "/v1/admin/reviews")).toEqual({ reviews: [] });
    expect((await shown()).reviews.map((each) => each.reviewId)).not.toContain(reviewId);
    expect(await rating()).toMatchObject({ count: 3 });
    expect(await owner.refused("PUT", path(`${reviewId}/answer`), { text: "x" })).toEqual([404, "not_found"]);
    expect(await other.refused("POST", `/v1/places/${siteId}/reviews/${reviewId}/reports`, { reason: "x" })).toEqual([
      404,
      "not_found",
    ]);
    await moderate(reviewId, "show", "");
    expect(await rating()).toEqual(before);
    const log = await cloud.db
      .selectFrom("audit_log")
      .select("action")
      .where("subject", "=", `review:${reviewId}`)
      .execute();
    expect(log.map(({ action }) => action)).toEqual(["review.hide", "review.hide", "review.show"]);
  });

  it("outlives its writer without a name", async () => {
    await cloud.db
      .updateTable("session_bills")
      .set((eb) => ({ billed_revision: eb.ref("revision") }))
      .execute();
    await driver.ok("POST", "/v1/me/delete", { password: PASSWORD });
    expect((await shown()).reviews).toMatchObject(Array.from({ length: 4 }, () => ({ author: null })));
    const { reviewId } = (await shown("?limit=1")).reviews[0]!;
    await owner.ok("PUT", path(`${reviewId}/answer`), { text: "Thanks anyway" });
    // The inbox went with its reader.
    expect(await told("reviewAnswered")).toEqual([]);
  });
});

describe("doors", () => {
  const nothing = "01900000-0000-7000-8000-000000000000";
  it("of drivers, owners and admins", async () => {
    const sessionPath = `/v1/sites/${siteId}/sessions/${nothing}/review`;
    for (const bad of [{ rating: 0 }, { rating: 6 }, { rating: 4.5 }, { rating: 3, text: "x".repeat(2001) }, {}]) {
      expect(await other.refused("POST", sessionPath, bad)).toEqual([400, "invalid"]);
    }
    expect(await other.refused("POST", sessionPath, { rating: 3 })).toEqual([404, "not_found"]);
    expect((await cloud.first.request(sessionPath, { method: "POST" })).status).toBe(401);
    expect((await cloud.first.request(path(`${nothing}/answer`), { method: "PUT" })).status).toBe(401);
    expect(await owner.refused("PUT", path(`${nothing}/answer`), { text: "x" })).toEqual([404, "not_found"]);
    expect(await owner.refused("PUT", path(`${nothing}/answer`), { text: "" })).toEqual([400, "invalid"]);
    const reports = `/v1/places/${siteId}/reviews/${nothing}/reports`;
    expect((await cloud.first.request(reports, { method: "POST" })).status).toBe(401);
    expect(await other.refused("POST", reports, { reason: "x" })).toEqual([404, "not_found"]);
    expect(await other.refused("POST", reports, { reason: "" })).toEqual([400, "invalid"]);
    expect(await owner.refused("GET", "/v1/admin/reviews")).toEqual([403, "forbidden"]);
    expect((await cloud.first.request("/v1/admin/reviews")).status).toBe(401);
    const moderation = `/v1/admin/sites/${siteId}/reviews/${nothing}/moderation`;
    expect(await owner.refused("POST", moderation, { action: "show" })).toEqual([403, "forbidden"]);
    expect(await admin.refused("POST", moderation, { action: "show" })).toEqual([404, "not_found"]);
    expect(await admin.refused("POST", moderation, { action: "burn" })).toEqual([400, "invalid"]);
    expect((await cloud.first.request(`/v1/places/${nothing}/reviews`)).status).toBe(404);
    expect((await cloud.first.request(`/v1/places/${siteId}/reviews?cursor=x`)).status).toBe(400);
  });
});
