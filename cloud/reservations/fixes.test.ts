import { beforeAll, describe, expect, it } from "vitest";
import type { Sale } from "../../shared/booking";
import { FOREVER, instantOfSlot, saleId } from "../../shared/booking";
import { saleOf } from "../../shared/booking/sell";
import { terms } from "../../shared/booking/testing/books";
import { defaultBookingSettings } from "../../shared/booking-settings";
import type { FeedMessage } from "../../shared/sync";
import { PART_CHARS, partSchema } from "../../shared/sync";
import { appendFeed } from "../hubs/append-feed";
import { perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import type { BookingSite } from "../testing/seats";
import { bookingSite, wish } from "../testing/seats";
import { SseReader } from "../testing/sse";
import { loadBook, lockBook, saveBook } from "./book";
import { moveFrontier } from "./frontier";

const cloud = await openCloud();
const driver = await cloud.person();

const bookOf = (siteId: string) =>
  cloud.db.transaction().execute(async (trx) => (await loadBook(trx, siteId, { near: { from: 0, to: FOREVER } }))!);

describe("a hub that was paired before there were passes", () => {
  let site: BookingSite;
  const secretsOf = (authorization?: string) =>
    cloud.first.request(`/v1/hubs/${site.hub.id}/pass-secrets`, { headers: authorization ? { authorization } : {} });
  beforeAll(async () => {
    site = await bookingSite(cloud);
    await cloud.db.updateTable("hubs").set({ pass_secrets: null }).where("hub_id", "=", site.hub.id).execute();
  });

  it("sells nothing before it has said that it can check them", async () => {
    const { siteId, hub, base } = site;
    const path = `/v1/sites/${siteId}`;
    const span = new URLSearchParams({ start: instantOfSlot(base), end: instantOfSlot(base + 4) });
    const isOpen = async () => (await driver.ok<{ open: boolean }>("GET", `${path}/availability?${span}`)).open;
    const refused = () => driver.refused("POST", `${path}/reservations`, wish(base, base + 1));
    expect(await isOpen()).toBe(false);
    expect(await refused()).toEqual([409, "hub_not_ready"]);
    expect(await driver.refused("POST", `${path}/holds`, wish(base, base + 1))).toEqual([409, "hub_not_ready"]);

    const answer = await secretsOf(`Bearer ${await hub.token()}`);
    const { id, ...secrets } = (await answer.json()) as { id: string };
    expect(secrets).toEqual({ keys: hub.answer.keys, pinSecret: hub.answer.pinSecret });
    const opened = async (said: string) => {
      const headers = { authorization: `Bearer ${await hub.token()}` };
      const query = new URLSearchParams({ passSecrets: said });
      await new SseReader(await cloud.first.request(`/v1/hubs/${hub.id}/feed?${query}`, { headers })).close();
    };
    await opened("something of old");
    expect(await refused()).toEqual([409, "hub_not_ready"]);
    await opened(id);
    expect(await isOpen()).toBe(true);
    expect(await driver.ok("POST", `${path}/reservations`, wish(base, base + 1))).toMatchObject({ seat: "A" });
  });

  it("is told by its own token only", async () => {
    const other = await bookingSite(cloud);
    expect((await secretsOf()).status).toBe(401);
    expect((await secretsOf(`Bearer ${await other.hub.token()}`)).status).toBe(401);
  });
});

describe("a long message of the feed", () => {
  it("goes down in parts, each with its position, that make it whole again", async () => {
    const { siteId, hub } = await bookingSite(cloud);
    // Two characters to each of these: no part ends within one.
    const name = "🔌".repeat(PART_CHARS);
    const long = { type: "site.set", data: { ...hub.answer.site, name } } as FeedMessage;
    const short = { type: "site.set", data: hub.answer.site } as FeedMessage;
    await cloud.db.transaction().execute((trx) => appendFeed(trx, siteId, [short, long, short], cloud.now()));
    const rows = await cloud.db
      .selectFrom("feed")
      .select(["position", "type", "data"])
      .where("hub_id", "=", hub.id)
      .orderBy("position")
      .execute();
    expect(rows.map(({ position }) => position)).toEqual(rows.map((_, index) => index + 1));
    const parts = rows.flatMap(({ type, data }) => (type === "part" ? [partSchema.parse(data)] : []));
    expect(parts.length).toBe(rows.length - 2);
    expect(parts.map(({ index, of }) => [index, of])).toEqual(parts.map((_, index) => [index, parts.length]));
    for (const { text } of parts) expect(text).not.toMatch(/\p{Surrogate}/u);
    expect(JSON.parse(parts.map(({ text }) => text).join(""))).toEqual(long);
  });
});

describe("a sale whose tariff has text that PostgreSQL cannot hold", () => {
  it("is kept, with a sign in its place, and can be asked for what it has", async () => {
    const { siteId, base } = await bookingSite(cloud);
    const before = await bookOf(siteId);
    const text = "nul \0 and half a pair \uD83D.";
    const tariff = { ...perKwh, tariff_alt_text: [{ language: "en", text }] };
    const cells = { seat: "A", from: base, to: base + 1, key: "k" };
    const sale: Sale = saleOf(before, {
      booking: "odd",
      price: { amount: 0, currency: "EUR" },
      terms,
      tariff,
      ...cells,
    });
    await cloud.db.transaction().execute(async (trx) => {
      await lockBook(trx, siteId);
      await saveBook(trx, before, { ...before, sales: { [saleId(sale)]: sale } }, cloud.now());
    });
    const kept = (await bookOf(siteId)).sales["odd/1"];
    expect(kept?.tariff.tariff_alt_text).toEqual([{ language: "en", text: "nul \uFFFD and half a pair \uFFFD." }]);
    const asked = await cloud.db
      .selectFrom("reservations")
      .select(({ ref }) => ref("sale", "->>").key("seat").as("seat"))
      .where("site_id", "=", siteId)
      .execute();
    expect(asked).toEqual([{ seat: "A" }]);
  });
});

describe("a site whose owner lets the cloud sell nothing", () => {
  it("has all its cells at the hub, but for those that are held", async () => {
    const { owner, siteId, base } = await bookingSite(cloud, { A: "AC" });
    const path = `/v1/sites/${siteId}`;
    await driver.ok("POST", `${path}/holds`, wish(base + 8, base + 9));
    await owner.ok("PUT", `${path}/booking-settings`, { ...defaultBookingSettings, open: false });
    await moveFrontier(cloud.db, siteId, cloud.now());
    expect((await bookOf(siteId)).owned).toEqual({ A: [{ from: base + 8, to: base + 9 }] });
    cloud.skewMs = 10 * 60_000;
    await moveFrontier(cloud.db, siteId, cloud.now());
    expect((await bookOf(siteId)).owned).toEqual({ A: [] });
    expect(await moveFrontier(cloud.db, siteId, cloud.now())).toBeUndefined();
    cloud.skewMs = 0;
  });
});
