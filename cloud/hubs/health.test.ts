import { describe, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { runJob } from "../jobs/job";
import { openCloud } from "../testing/open";
import { clonedJob } from "./cloned";

const cloud = await openCloud({ heartbeatMs: 3_600_000 });

interface Listed {
  hubs: {
    hubId: string;
    online: boolean;
    endedAt: string | null;
    feedPosition: number;
    feedAck: number;
    clockSkewMs: number;
  }[];
}

describe("a site's hubs", () => {
  it("are listed with how they are, and the ones before", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
    await hub.send();
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { name: "New" });
    const [first] = (await owner.ok<Listed>("GET", `/v1/sites/${siteId}/hubs`)).hubs;
    expect(first).toMatchObject({
      hubId: hub.id,
      name: "hub",
      version: "0.1.0",
      endedAt: null,
      online: true,
      epoch: 1,
      ackedSeq: 1,
      feedAck: 0,
      clonedAt: null,
      backlog: null,
      clockSkewMs: null,
    });
    expect(first!.feedPosition).toBeGreaterThan(0);
    cloud.skewMs = 60_000;
    expect((await owner.ok<Listed>("GET", `/v1/sites/${siteId}/hubs`)).hubs).toMatchObject([{ online: false }]);
    cloud.skewMs = 0;
    const next = await cloud.pair({ owner, siteId });
    expect((await owner.ok<Listed>("GET", `/v1/sites/${siteId}/hubs`)).hubs).toMatchObject([
      { hubId: next.id, online: true, endedAt: null },
      { hubId: hub.id, online: false, endedAt: expect.any(String) },
    ]);
  });

  it("tell of a second machine that speaks as the hub", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const copy = hub.instance;
    await hub.send();
    hub.instance = "01900000-0000-7000-8000-00000000000a";
    await hub.send();
    hub.instance = copy;
    cloud.skewMs = 2 * 60_000;
    expect(await hub.send()).toMatchObject({ status: 409, body: { error: { code: "cloned" } } });
    await hub.send();
    const { hubs } = await owner.ok<Listed>("GET", `/v1/sites/${siteId}/hubs`);
    expect(hubs).toMatchObject([{ hubId: hub.id, clonedAt: expect.any(String) }]);
    const told = async () =>
      (
        await cloud.db
          .selectFrom("notifications")
          .select("data")
          .where("kind", "=", "hubCloned")
          .where("site_id", "=", siteId)
          .orderBy("created_at")
          .execute()
      )
        .map(({ data }) => data.over)
        .toSorted();
    await runJob(clonedJob, cloud.first.deps, {});
    expect(await told()).toEqual([false]);
    cloud.skewMs = 13 * 60_000;
    await runJob(clonedJob, cloud.first.deps, {});
    await runJob(clonedJob, cloud.first.deps, {});
    expect(await told()).toEqual([false, true]);
    expect((await owner.ok<Listed>("GET", `/v1/sites/${siteId}/hubs`)).hubs).toMatchObject([{ clonedAt: null }]);
    await hub.send();
    expect(await told()).toEqual([false, false, true]);
    cloud.skewMs = 0;
  });

  it("say how their program and clock are, and what they still have to send", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
    hub.told = { version: "9.9.9", clock: cloud.now() - 3_600_000 };
    await hub.send({ ...hub.batch(), head: 41 });
    const look = async () => (await owner.ok<Listed>("GET", `/v1/sites/${siteId}/hubs`)).hubs[0]!;
    const said = await look();
    expect(said).toMatchObject({ version: "9.9.9", ackedSeq: 1, backlog: 40 });
    expect(said.clockSkewMs).toBeLessThanOrEqual(-3_600_000);
    expect(said.clockSkewMs).toBeGreaterThan(-3_600_000 - 120_000);
    hub.told = { version: "x".repeat(41), clock: 0 };
    await hub.send({ ...hub.batch(1, 1), head: 1 });
    expect(await look()).toMatchObject({ version: "9.9.9", backlog: 0 });
    hub.told = { version: "10.0.0", clock: cloud.now() };
    await (await hub.feed()).body?.cancel();
    await eventually(async () => expect(await look()).toMatchObject({ version: "10.0.0" }));
  });

  it("are replaced by a pairing: the feed of the one before ends, and its owner is told", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const ended = (await hub.feed()).text();
    const next = await cloud.pair({ owner, siteId });
    await ended;
    expect(await hub.send()).toMatchObject({ status: 403, body: { error: { code: "hub_replaced" } } });
    expect(await next.send()).toMatchObject({ status: 200 });
    const told = await cloud.db.selectFrom("notifications").select("data").where("kind", "=", "hubReplaced").execute();
    expect(told.map(({ data }) => data)).toContainEqual({ siteId, siteName: "Garage", hub: "hub" });
    const log = await cloud.db.selectFrom("audit_log").select("data").where("subject", "=", `hub:${next.id}`).execute();
    expect(log).toEqual([{ data: { name: "hub", replaces: [hub.id] } }]);
  });

  it("can be revoked: refused at once, its stream over, and the site takes another", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const path = `/v1/sites/${siteId}/hubs/${hub.id}`;
    const other = await cloud.paired();
    // With the right site and another's hub it is as if there were none.
    expect(await owner.refused("DELETE", `/v1/sites/${siteId}/hubs/${other.hub.id}`)).toEqual([404, "not_found"]);
    expect(await owner.refused("DELETE", `/v1/sites/${siteId}/hubs/none`)).toEqual([400, "invalid"]);
    const feed = await hub.feed();
    const ended = feed.text();
    expect((await owner.send("DELETE", path)).status).toBe(204);
    await ended;
    expect(await hub.send()).toMatchObject({ status: 403, body: { error: { code: "hub_replaced" } } });
    expect((await hub.feed()).status).toBe(403);
    expect((await hub.post("epochs")).status).toBe(403);
    expect(await owner.refused("DELETE", path)).toEqual([404, "not_found"]);
    expect((await other.hub.feed().then((response) => response.body?.cancel().then(() => response)))?.status).toBe(200);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { name: "Without a hub" });
    const next = await cloud.pair({ owner, siteId });
    expect((await next.send()).status).toBe(200);
    const log = await cloud.db.selectFrom("audit_log").select("subject").where("action", "=", "hub.revoked").execute();
    expect(log).toEqual([{ subject: `hub:${hub.id}` }]);
  });

  it("are counted for Prometheus, as jobs are", async () => {
    const metrics = async () => (await cloud.first.request("/metrics")).text();
    const hubs = await cloud.db
      .updateTable("hubs")
      .set({ last_seen_at: new Date(cloud.now()) })
      .where("replaced_at", "is", null)
      .returning("hub_id")
      .execute();
    expect(await metrics()).toContain(`hitchpost_hubs{state="connected"} ${hubs.length}`);
    cloud.skewMs = 3_600_000;
    expect(await metrics()).toContain(`hitchpost_hubs{state="silent"} ${hubs.length}`);
    cloud.skewMs = 8 * 86_400_000;
    const later = await metrics();
    expect(later).toContain(`hitchpost_hubs{state="gone"} ${hubs.length}`);
    expect(later).toMatch(/hitchpost_jobs\{state="waiting"\} \d/);
    expect(later).toMatch(/hitchpost_jobs\{state="failed"\} 0/);
    cloud.skewMs = 0;
  });
});
