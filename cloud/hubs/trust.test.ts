import { generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { BATCH_BYTES, clockErrorSchema } from "../../shared/sync";
import { openCloud } from "../testing/open";
import { SseReader } from "../testing/sse";

const cloud = await openCloud();

describe("two machines that speak as one hub", () => {
  it("are noticed: the one that came first is refused, on every road, and the owner is told", async () => {
    const { owner, siteId, hub } = await cloud.hubWith(3);
    const board = async () => (await owner.ok<{ hub: object }>("GET", `/v1/sites/${siteId}/charge-points`)).hub;
    const first = hub.instance;
    await hub.send(hub.batch(1, 1));
    const feed = new SseReader(await hub.feed());
    expect(await feed.next()).toEqual({ comment: true });
    hub.instance = cloud.first.deps.newId();
    expect((await hub.send(hub.batch(2, 2))).body).toEqual({ ackedSeq: 2 });
    expect(await board()).not.toHaveProperty("clonedAt");
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { name: "Other" });
    // Its open feed ends before it hears of anything new.
    expect(await feed.next()).toBeUndefined();
    const second = hub.instance;
    hub.instance = first;
    for (const response of [await hub.post("events", hub.batch(3, 3)), await hub.post("epochs"), await hub.feed()]) {
      expect([response.status, await response.json()]).toMatchObject([409, { error: { code: "cloned" } }]);
    }
    // That may have been on its way since before the restart.
    expect(await board()).not.toHaveProperty("clonedAt");
    cloud.skewMs += 61_000;
    expect((await hub.post("events", hub.batch(3, 3))).status).toBe(409);
    expect(await board()).toMatchObject({ clonedAt: expect.any(String) });
    hub.instance = second;
    expect((await hub.send(hub.batch(3, 3))).body).toEqual({ ackedSeq: 3 });
    cloud.skewMs += 10 * 60_000;
    expect(await board()).not.toHaveProperty("clonedAt");
    cloud.skewMs = 0;
  });

  it("are not seen where there is one: restarts, two requests at once, and hubs that do not say", async () => {
    const { owner, siteId, hub } = await cloud.hubWith(4);
    for (let seq = 1; seq <= 3; seq += 1) {
      hub.instance = seq === 3 ? null : cloud.first.deps.newId();
      const [sent, feed] = await Promise.all([hub.send(hub.batch(seq, seq)), hub.feed()]);
      expect([sent.status, feed.status]).toEqual([200, 200]);
      await feed.body?.cancel();
      cloud.skewMs += 61_000;
    }
    const { hub: shown } = await owner.ok<{ hub: object }>("GET", `/v1/sites/${siteId}/charge-points`);
    expect(shown).not.toHaveProperty("clonedAt");
    hub.instance = "not an id";
    expect((await hub.post("events", hub.batch(4, 4))).status).toBe(401);
    cloud.skewMs = 0;
  });
});

describe("a request of a hub is refused", () => {
  it("without a token that its own key signed just now", async () => {
    const { hub } = await cloud.hubWith(1);
    const other = await cloud.hubWith(0);
    const now = Math.floor(cloud.now() / 1000);
    const stranger = await generateKeyPair("EdDSA");
    const tokens = [
      "x",
      "a.b.c",
      await hub.token({ exp: now - 10 }),
      await hub.token({ exp: now + 3600 }),
      await hub.token({ aud: "https://elsewhere.example" }),
      await hub.token({ sub: other.hub.id }),
      await hub.token({ iss: other.hub.id }),
      await other.hub.token(),
      await hub.token({}, stranger.privateKey),
    ];
    for (const path of ["events", "epochs"]) {
      for (const token of tokens) {
        const response = await hub.post(path, hub.batch(), token);
        expect(response.status).toBe(401);
        const { serverTime } = clockErrorSchema.parse(await response.json());
        expect(Math.abs(Date.parse(serverTime) - cloud.now())).toBeLessThan(60_000);
      }
    }
    const feed = await cloud.first.request(`/v1/hubs/${hub.id}/feed`);
    expect(feed.status).toBe(401);
    expect((await cloud.first.request(`/v1/hubs/${cloud.first.deps.newId()}/feed`)).status).toBe(401);
    expect((await hub.send()).status).toBe(200);
  });

  it("when another hub was paired with its site", async () => {
    const { owner, siteId, hub } = await cloud.hubWith(1);
    const next = await cloud.pair({ owner, siteId });
    for (const response of [await hub.post("events", hub.batch()), await hub.post("epochs"), await hub.feed()]) {
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ error: { code: "hub_replaced" } });
    }
    expect((await next.send()).status).toBe(200);
  });

  it("when its body does not fit, and says where", async () => {
    const { hub, siteId } = await cloud.hubWith(2);
    const event = hub.journal[0]!;
    const cases: [unknown, number, string][] = [
      ["{", 400, "invalid"],
      [{}, 400, "invalid"],
      [{ ...hub.batch(), prev: "x" }, 400, "invalid"],
      [{ ...hub.batch(), events: [{ ...event, type: "no.such" }] }, 400, "invalid"],
      [{ ...hub.batch(), events: [{ ...event, data: { cpId: 5 } }] }, 400, "invalid"],
      [{ ...hub.batch(), events: [{ ...event, at: "0000-01-01T00:00:00Z" }] }, 400, "invalid"],
      [{ ...hub.batch(), events: [event, { ...hub.journal[1]!, seq: 5 }] }, 400, "hole_in_batch"],
      [{ ...hub.batch(), events: Array.from({ length: 501 }, () => event) }, 400, "invalid"],
      [" ".repeat(BATCH_BYTES + 1), 413, "too_large"],
    ];
    for (const [body, status, code] of cases) {
      const response = await hub.post("events", body);
      expect([response.status, await response.json()]).toMatchObject([status, { error: { code } }]);
    }
    const named = await hub.post("events", { ...hub.batch(), events: [{ ...event, type: "no.such" }] });
    expect(await named.json()).toMatchObject({ error: { message: expect.stringContaining("events.0") } });
    const epoch = await hub.post("epochs", { recovery: "r", after: 0 });
    expect([epoch.status, await epoch.json()]).toMatchObject([400, { error: { code: "invalid" } }]);
    const feed = await cloud.first.request(`/v1/hubs/${hub.id}/feed`, {
      headers: { authorization: `Bearer ${await hub.token()}`, "last-event-id": "nonsense" },
    });
    expect(feed.status).toBe(400);
    expect(await cloud.db.selectFrom("events").select("id").where("site_id", "=", siteId).execute()).toEqual([]);
    expect((await hub.send()).body).toEqual({ ackedSeq: 2 });
  });
});
