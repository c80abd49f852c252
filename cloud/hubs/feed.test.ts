import { afterAll, describe, expect, it } from "vitest";
import type { FeedMessage } from "../../shared/sync";
import { feedMessageSchema } from "../../shared/sync";
import { garage, perKwh } from "../testing/cloud";
import { openCloud } from "../testing/open";
import type { TestProcess } from "../testing/cloud";
import { SseReader } from "../testing/sse";
import type { Wake } from "../db/wake";
import { listen } from "../serve";

// The server puts its own in their place, for all test files that share this process.
const { Request, Response } = globalThis;
afterAll(() => Object.assign(globalThis, { Request, Response }));
const cloud = await openCloud();
const second = await cloud.addProcess();

describe("the feed", () => {
  it("brings each change once, by positions without holes, whichever process made it", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const elsewhere = owner.at(second);
    const reader = new SseReader(await hub.feed());
    expect(await reader.next()).toEqual({ comment: true });
    await elsewhere.ok("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: perKwh.id });
    await owner.ok("PUT", `/v1/sites/${siteId}/tariffs/night`, { ...perKwh, id: "night" });
    await elsewhere.ok("DELETE", `/v1/sites/${siteId}/tariffs/night`);
    const messages: (FeedMessage & { sseId?: string })[] = [];
    for (let n = 0; n < 3; n++) messages.push(await reader.json<FeedMessage>());
    expect(messages.map((each) => feedMessageSchema.parse(each))).toEqual([
      { type: "site.set", data: { ...garage, defaultTariffId: perKwh.id } },
      { type: "tariff.set", data: { ...perKwh, id: "night" } },
      { type: "tariff.removed", data: { tariffId: "night" } },
    ]);
    expect(messages.map((each) => each.sseId)).toEqual(["1", "2", "3"]);
    await reader.close();
  });

  it("goes on after Last-Event-ID, else after what was acknowledged, at any process", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    for (const name of ["A", "B", "C"]) await owner.ok("PATCH", `/v1/sites/${siteId}`, { name });
    const names = async (lastEventId: number | undefined, count: number, process: TestProcess) => {
      const reader = new SseReader(await hub.feed(lastEventId, process));
      const found: string[] = [];
      for (let n = 0; n < count; n++) found.push((await reader.json<{ data: { name: string } }>()).data.name);
      await reader.close();
      return found;
    };
    expect(await names(undefined, 3, second)).toEqual(["A", "B", "C"]);
    expect(await names(1, 2, cloud.first)).toEqual(["B", "C"]);
    hub.feedAck = 2;
    await hub.send();
    expect(await names(undefined, 1, second)).toEqual(["C"]);
    // A hub restored from a back-up may ask for what it had acknowledged.
    expect(await names(0, 3, second)).toEqual(["A", "B", "C"]);
  });

  it("has no hole where many change at once, more than one page of them", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const names = Array.from({ length: 120 }, (_, index) => `Name ${index}`);
    const left = [...names];
    // As many at once as there are connections: on a slow machine nobody is to wait too long for one.
    const lane = async (who: typeof owner): Promise<void> => {
      for (let name = left.pop(); name !== undefined; name = left.pop())
        await who.ok("PATCH", `/v1/sites/${siteId}`, { name });
    };
    await Promise.all(Array.from({ length: 16 }, (_, index) => lane(index % 2 ? owner : owner.at(second))));
    const reader = new SseReader(await hub.feed());
    const got: { name: string; id: string | undefined }[] = [];
    for (const _ of names) {
      const { data, sseId } = await reader.json<{ data: { name: string } }>();
      got.push({ name: data.name, id: sseId });
    }
    expect(got.map((each) => each.id)).toEqual(names.map((_, index) => String(index + 1)));
    expect(new Set(got.map((each) => each.name)).size).toBe(120);
    const site = await owner.ok<{ name: string }>("GET", `/v1/sites/${siteId}`);
    expect(got.at(-1)?.name).toBe(site.name);
    await reader.close();
  });

  it("tells everything again at a new epoch", async () => {
    const { hub } = await cloud.paired();
    await hub.newEpoch();
    const reader = new SseReader(await hub.feed());
    expect(await reader.json()).toMatchObject({ type: "tariff.set", data: perKwh });
    expect(await reader.json()).toMatchObject({ type: "site.set", data: garage });
    await reader.close();
  });

  it("is kept alive by comments, which show the hub online, and ends when the hub is replaced", async () => {
    const quick = await cloud.addProcess({ heartbeatMs: 20 });
    const { owner, siteId, hub } = await cloud.paired();
    const reader = new SseReader(await hub.feed(undefined, quick));
    for (let n = 0; n < 3; n++) expect(await reader.next()).toEqual({ comment: true });
    const lastSeen = async () =>
      (await owner.ok<{ hub: { online: boolean; lastSeenAt: string } }>("GET", `/v1/sites/${siteId}/charge-points`))
        .hub;
    const before = await lastSeen();
    expect(before.online).toBe(true);
    while ((await lastSeen()).lastSeenAt === before.lastSeenAt) await reader.next();
    await cloud.pair({ owner, siteId });
    let message = await reader.next();
    while (message) message = await reader.next();
    expect(message).toBeUndefined();
    cloud.skewMs = 60_000;
    expect((await lastSeen()).online).toBe(false);
    cloud.skewMs = 0;
  });

  it("is let go when its client's connection breaks", async () => {
    const base = cloud.first.wake;
    let open = 0;
    const wake: Wake = {
      ...base,
      on(topic, listener) {
        open += 1;
        const stop = base.on(topic, listener);
        return () => {
          open -= 1;
          stop();
        };
      },
    };
    const { app } = await cloud.addProcess({ wake });
    const { hub } = await cloud.paired();
    const server = await listen("127.0.0.1", 0);
    server.serve((request, env) => app.fetch(request, env));
    const client = new AbortController();
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/hubs/${hub.id}/feed`, {
      headers: { authorization: `Bearer ${await hub.token()}` },
      signal: client.signal,
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = new SseReader(response);
    expect(await reader.next()).toEqual({ comment: true });
    expect(open).toBe(1);
    client.abort();
    await expect.poll(() => open, { timeout: 10_000 }).toBe(0);
    await server.close();
  });

  it("ends when the process stops", async () => {
    const stopping = new AbortController();
    const process = await cloud.addProcess({ stopping: stopping.signal });
    const { hub } = await cloud.paired();
    const reader = new SseReader(await hub.feed(undefined, process));
    await reader.next();
    stopping.abort();
    expect(await reader.next()).toBeUndefined();
    expect(await new SseReader(await hub.feed(undefined, process)).next()).toBeUndefined();
  });
});
