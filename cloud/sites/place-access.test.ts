import { describe, expect, it } from "vitest";
import { jpeg, jpegSegment, png } from "../testing/images";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { listed, place } from "./testing/places";

const cloud = await openCloud();
const [admin, driver] = [await cloud.admin(), await cloud.person()];
const { owner, siteId, organizationId } = await listed(cloud, admin);
const stranger = (await cloud.owner()).owner;

const site = (rest: string) => `/v1/sites/${siteId}${rest}`;
const anyone = async (path: string) => {
  const response = await cloud.first.request(path);
  return { status: response.status, body: (await response.json()) as unknown };
};
const mine = (person: Person) => person.ok<{ places: unknown[] }>("GET", "/v1/me/places");
const upload = (person: Person, bytes: Buffer, path = site("/photos?caption=Entrance")) =>
  cloud.first.request(path, {
    method: "POST",
    headers: { cookie: person.cookie, origin: "http://127.0.0.1:3000", "content-type": "image/jpeg" },
    body: new Uint8Array(bytes),
  });

describe("photos", () => {
  it("are shown without what else was in the file, and taken away", async () => {
    const response = await upload(owner, jpeg(64, 48, [jpegSegment(0xfe, Buffer.from("taken by Jane"))]));
    expect(response.status).toBe(201);
    const { url, photoId, ...photo } = (await response.json()) as { url: string; photoId: string };
    expect(photo).toEqual({ contentType: "image/jpeg", width: 64, height: 48, caption: "Entrance" });
    const shown = await cloud.first.request(url);
    expect(Object.fromEntries(shown.headers)).toMatchObject({
      "content-type": "image/jpeg",
      "cache-control": "public, max-age=86400",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
    expect(Buffer.from(await shown.arrayBuffer()).toString("latin1")).not.toContain("Jane");
    expect(await owner.ok("GET", site("/place"))).toMatchObject({ photos: [{ photoId, url }] });
    expect(await owner.refused("GET", `/v1/places/${siteId}/photos/${siteId}`)).toEqual([404, "not_found"]);
    // Whoever judges places sees what they are judged by, also where others see nothing.
    await owner.ok("PUT", site("/place"), { ...place, access: "private" });
    expect([(await admin.send("GET", url)).status, (await driver.send("GET", url)).status]).toEqual([200, 404]);
    await owner.ok("PUT", site("/place"), place);
    expect((await owner.send("DELETE", site(`/photos/${photoId}`))).status).toBe(204);
    expect(await owner.refused("DELETE", site(`/photos/${photoId}`))).toEqual([404, "not_found"]);
    expect((await cloud.first.request(url)).status).toBe(404);
  });

  it("are bounded in kind, size and number", async () => {
    const refusal = async (bytes: Buffer) => {
      const response = await upload(owner, bytes);
      return [response.status, ((await response.json()) as { error: { code: string } }).error.code];
    };
    expect(await refusal(Buffer.from("<svg onload=alert(1)></svg>"))).toEqual([400, "invalid_photo"]);
    expect(await refusal(Buffer.alloc(3 * 1024 * 1024 + 1))).toEqual([413, "too_large"]);
    const statuses = await Promise.all(Array.from({ length: 13 }, async () => (await upload(owner, png(8, 8))).status));
    expect(statuses.filter((status) => status === 201)).toHaveLength(12);
    expect(await refusal(png(8, 8))).toEqual([409, "too_many_photos"]);
  });
});

describe("who is let in", () => {
  it("comes by a share link, and goes with it", async () => {
    await owner.ok("PUT", site("/place"), { ...place, access: "private" });
    const see = async (person: Person) => (await person.send("GET", `/v1/places/${siteId}`)).status;
    expect(await see(driver)).toBe(404);
    const link = await owner.ok<{ linkId: string; url: string }>("POST", site("/share-links"), { name: "Neighbours" });
    const token = new URL(link.url).searchParams.get("share")!;
    const kept = await cloud.db.selectFrom("place_links").select("token_hash").executeTakeFirstOrThrow();
    expect(kept.token_hash).not.toContain(token);
    expect((await anyone(`/v1/places/${siteId}?share=${token}`)).body).toMatchObject({ siteId, mayBook: false });
    expect((await anyone(`/v1/places/${siteId}?share=${token}x`)).status).toBe(404);
    const [{ url }] = (await owner.ok<{ photos: [{ url: string }] }>("GET", site("/place"))).photos;
    expect((await cloud.first.request(url)).status).toBe(404);
    const photo = await cloud.first.request(`${url}?share=${token}`);
    expect([photo.status, photo.headers.get("cache-control")]).toEqual([200, "private, max-age=86400"]);

    const join = (share: string) => driver.send("POST", `/v1/places/${siteId}/join`, { share });
    expect((await join("nonsense")).status).toBe(404);
    expect((await join(token)).status).toBe(204);
    expect((await join(token)).status).toBe(204);
    expect(await driver.ok("GET", `/v1/places/${siteId}`)).toMatchObject({ mayBook: true });
    expect(await mine(driver)).toMatchObject({ places: [{ siteId, name: "Garage", access: "private", open: true }] });
    expect(await mine(stranger)).toEqual({ places: [] });
    expect((await anyone("/v1/me/places")).status).toBe(401);
    const userId = await driver.userId();
    expect(await owner.ok("GET", site("/share-links"))).toMatchObject({
      links: [{ linkId: link.linkId, name: "Neighbours", guests: 1 }],
      guests: [{ userId, name: "Some One" }],
    });
    expect((await owner.send("DELETE", site(`/guests/${userId}`))).status).toBe(204);
    expect(await owner.refused("DELETE", site(`/guests/${userId}`))).toEqual([404, "not_found"]);
    expect(await see(driver)).toBe(404);
    expect(await mine(driver)).toEqual({ places: [] });
    await join(token);
    expect((await owner.send("DELETE", site(`/share-links/${link.linkId}`))).status).toBe(204);
    expect(await owner.refused("DELETE", site(`/share-links/${link.linkId}`))).toEqual([404, "not_found"]);
    expect(await see(driver)).toBe(404);
    expect((await join(token)).status).toBe(404);
    const expiresAt = new Date(cloud.now() + 3_600_000).toISOString();
    const brief = await owner.ok<{ url: string }>("POST", site("/share-links"), { name: "Guest", expiresAt });
    const until = new URL(brief.url).searchParams.get("share")!;
    expect((await anyone(`/v1/places/${siteId}?share=${until}`)).status).toBe(200);
    cloud.skewMs = 3_601_000;
    expect((await anyone(`/v1/places/${siteId}?share=${until}`)).status).toBe(404);
    cloud.skewMs = 0;
  });

  it("joins and asks nothing at a site that is hidden from them", async () => {
    const plan = { name: "Club", currency: "EUR", monthlyFee: 100, vat: null, percent: 1000, includedWh: 0 };
    const { planId } = await owner.ok<{ planId: string }>("POST", `/v1/organizations/${organizationId}/plans`, plan);
    const asks = async () => [
      await driver.refused("POST", "/v1/me/memberships", { planId }),
      await driver.refused("POST", "/v1/me/id-tags", { siteId, idTag: "CARD1", label: "Mine" }),
    ];
    expect(await asks()).toEqual([
      [404, "not_found"],
      [404, "not_found"],
    ]);
    await owner.ok("PUT", site("/place"), { ...place, access: "members" });
    const all = [driver.send("POST", "/v1/me/memberships", { planId })];
    all.push(driver.send("POST", "/v1/me/id-tags", { siteId, idTag: "CARD1", label: "Mine" }));
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual([201, 201]);
    await owner.ok("PUT", site("/place"), { ...place, access: "private" });
  });

  it("is bounded in links", async () => {
    const link = () => owner.send("POST", site("/share-links"), { name: "x" });
    for (let n = 0; n < 49; n++) expect((await link()).status).toBe(201);
    expect(await (await link()).json()).toMatchObject({ error: { code: "too_many_links" } });
  });

  it("starts only with a booking where the owner wants that", async () => {
    await owner.ok("PUT", site("/place"), { ...place, access: "booked" });
    expect(await owner.ok("GET", `/v1/sites/${siteId}`)).toMatchObject({ startPolicy: "pass" });
    const feed = await cloud.db
      .selectFrom("feed")
      .select(["type", "data"])
      .where("site_id", "=", siteId)
      .orderBy("position", "desc")
      .executeTakeFirstOrThrow();
    expect(feed).toMatchObject({ type: "site.set", data: { startPolicy: "pass" } });
    expect(await owner.refused("PATCH", `/v1/sites/${siteId}`, { startPolicy: "open" })).toEqual([409, "booked_only"]);
    await owner.ok("PUT", site("/place"), { ...place, access: "booked", description: "Again" });
    await owner.ok("PUT", site("/place"), place);
  });
});

describe("doors", () => {
  const nothing = "01900000-0000-7000-8000-000000000000";
  const doors: [method: string, path: string, body: unknown, bad: unknown][] = [
    ["GET", "/place", undefined, undefined],
    ["PUT", "/place", place, { ...place, lat: 91 }],
    ["PUT", "/place", place, { ...place, hours: { week: null, exceptions: [{ date: "never" }] } }],
    ["PUT", "/place", place, { ...place, access: "friends" }],
    ["POST", "/place/listing", { action: "retire" }, { action: "approve" }],
    ["GET", "/connectors", undefined, undefined],
    ["PUT", "/connectors/CP1/1", { type: "CHADEMO" }, { type: "CCS" }],
    ["DELETE", "/connectors/CP1/1", undefined, undefined],
    ["POST", "/photos", undefined, undefined],
    ["DELETE", `/photos/${nothing}`, undefined, undefined],
    ["GET", "/share-links", undefined, undefined],
    ["POST", "/share-links", { name: "x" }, { name: "" }],
    ["DELETE", `/share-links/${nothing}`, undefined, undefined],
    ["DELETE", "/guests/nobody", undefined, undefined],
  ];
  it.each(doors)("%s %s is the owner's", async (method, path, body, bad) => {
    expect(await stranger.refused(method, site(path), body)).toEqual([404, "not_found"]);
    expect((await cloud.first.request(site(path), { method })).status).toBe(401);
    expect(await owner.refused(method, `/v1/sites/none${path}`, body)).toEqual([400, "invalid"]);
    if (bad !== undefined) expect(await owner.refused(method, site(path), bad)).toEqual([400, "invalid"]);
  });

  it("the admin's are the admin's, and another's joining needs a sign-in", async () => {
    expect(await owner.refused("GET", "/v1/admin/listings")).toEqual([403, "forbidden"]);
    expect(await owner.refused("POST", `/v1/admin/listings/${siteId}/decision`, { decision: "approve" })).toEqual([
      403,
      "forbidden",
    ]);
    expect((await anyone("/v1/admin/listings")).status).toBe(401);
    expect(await admin.refused("GET", "/v1/admin/listings?state=none")).toEqual([400, "invalid"]);
    expect(await admin.refused("POST", `/v1/admin/listings/${nothing}/decision`, { decision: "approve" })).toEqual([
      404,
      "not_found",
    ]);
    const join = await cloud.first.request(`/v1/places/${siteId}/join`, { method: "POST" });
    expect(join.status).toBe(401);
    expect((await anyone(`/v1/places/${nothing}`)).status).toBe(404);
    expect((await anyone("/v1/places/none")).status).toBe(400);
  });
});
