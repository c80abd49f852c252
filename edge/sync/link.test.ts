import { readFile, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSite, perKwh, status } from "../http/testing/events";
import { code, FakeCloud, hubId, siteId } from "./testing/fake-cloud";
import { LinkedHub, until } from "./testing/linked-hub";

const hub = new LinkedHub();

describe("pairing", () => {
  it("gives the hub its site and tariffs, and the cloud the hub's state first", async () => {
    expect(hub.link.status()).toMatchObject({ paired: false, ackedSeq: null });
    await hub.pair();
    await until(hub.inStep);
    expect(hub.types()).toEqual(["hub.paired", "hub.state", "site.set", "tariff.set"]);
    expect(hub.cloud.events[0]?.data).toEqual({ hubId, siteId, cloudUrl: hub.cloud.url, epoch: 1 });
    expect(hub.cloud.events[1]?.data).toMatchObject({
      chargePoints: [{ cpId: "CP1", online: true, statuses: [{ connectorId: 1, status: "Available" }] }],
    });
    expect(hub.store.state.site.name).toBe("From the cloud");
    expect(hub.store.state.tariffs.kwh).toEqual(perKwh);
    await until(() => hub.link.status().feedOpen);
    expect(hub.link.status()).toMatchObject({
      paired: true,
      hubId,
      siteId,
      epoch: 1,
      cloudUrl: hub.cloud.url,
      lastError: null,
    });
    for (const file of ["hub-key.json", "cloud.json"]) {
      expect((await stat(join(hub.folder, file))).mode & 0o777).toBe(0o600);
    }
  });

  it("is refused in the cloud's words, and changes nothing", async () => {
    await expect(hub.link.pair({ cloudUrl: hub.cloud.url, code: "WRONG-CODE" })).rejects.toMatchObject({
      code: "pairing_refused",
      status: 400,
      message: expect.stringContaining("unknown code"),
    });
    hub.cloud.pairStatus = 500;
    await expect(hub.pair()).rejects.toMatchObject({ code: "cloud_refused", status: 502 });
    hub.cloud.pairStatus = 200;
    await expect(hub.pair()).rejects.toMatchObject({ code: "cloud_refused" });
    await hub.cloud.stop();
    await expect(hub.pair()).rejects.toMatchObject({ code: "cloud_unreachable", status: 502 });
    expect(hub.store.state.pairing).toBeNull();
  });

  it("happens at one address, once at a time", async () => {
    await expect(hub.link.pair({ code })).rejects.toMatchObject({ code: "no_cloud" });
    const fixed = hub.createLink(hub.cloud.url);
    await expect(fixed.pair({ cloudUrl: "http://elsewhere.example", code })).rejects.toMatchObject({
      code: "cloud_url_conflict",
    });
    expect(fixed.status().cloudUrl).toBe(hub.cloud.url);
    const both = await Promise.allSettled([fixed.pair({ code }), fixed.pair({ cloudUrl: `${hub.cloud.url}/`, code })]);
    expect(both.map((each) => each.status)).toEqual(["fulfilled", "rejected"]);
    await fixed.end();
  });

  it("again begins anew, with the same key", async () => {
    await hub.pair();
    await until(hub.inStep);
    hub.cloud.send({ type: "site.set", data: openSite });
    await until(() => hub.store.state.feedAck === 1);
    const before = hub.store.head.seq;
    hub.cloud.feed.length = 0;
    [hub.cloud.ackedSeq, hub.cloud.hash] = [null, null];
    await hub.pair();
    await until(hub.inStep);
    expect(hub.cloud.batches.find(({ events }) => (events[0]?.seq ?? 0) > before)?.events[0]?.type).toBe("hub.paired");
  });

  it("waits for a change of the hub's key, so that the cloud knows the key that stays", async () => {
    await hub.pair();
    await until(hub.inStep);
    await hub.link.end();
    const file = join(hub.folder, "hub-key.json");
    const key = JSON.parse(await readFile(file, "utf8")) as { x: string };
    await writeFile(
      file,
      JSON.stringify({ ...key, madeAt: new Date(hub.clock.now() - 200 * 86_400_000).toISOString() }),
    );
    const release: (() => void)[] = [];
    hub.cloud.holdsConfirmations = new Promise((resolve) => void release.push(resolve));
    await hub.link.start();
    await until(() => hub.cloud.publicKey?.x !== key.x);
    const pairing = hub.pair();
    for (let i = 0; i < 3; i++) await fetch(hub.cloud.url); // time in which the cloud would hear of a pairing
    for (const each of release) each();
    await pairing;
    const kept = JSON.parse(await readFile(file, "utf8")) as { x: string };
    expect(kept.x).not.toBe(key.x);
    expect(hub.cloud.publicKey?.x).toBe(kept.x);
    await until(hub.inStep);
  });
});

describe("a hub that was paired", () => {
  it("and changes its cloud tells the new one nothing of before, though the power goes at once", async () => {
    await hub.pair();
    await until(hub.inStep);
    await hub.restart("stop");
    await hub.cloud.stop();
    await hub.commit(status("CP1", 1, "Faulted"));
    hub.cloud = new FakeCloud();
    hub.cloud.now = () => hub.clock.now();
    hub.cloud.faults = Array.from({ length: 50 }, () => ({ status: 503, body: {} }));
    await hub.cloud.start();
    const before = hub.store.head.seq;
    await hub.pair();
    await hub.restart("kill");
    hub.cloud.faults = [];
    await hub.untilPast(hub.inStep);
    expect(hub.cloud.events[0]).toMatchObject({ seq: before + 1, type: "hub.paired" });
  });

  it("syncs at the address of the settings, wherever it was paired", async () => {
    await hub.pair();
    await until(hub.inStep);
    const second = new FakeCloud();
    await hub.restart("stop", hub.cloud.url);
    await until(() => hub.link.status().feedOpen);
    expect(hub.link.status().cloudUrl).toBe(hub.cloud.url);
    await second.stop();
  });

  it("serves on and says so where its key is gone or broken", async () => {
    await hub.pair();
    await until(hub.inStep);
    await hub.link.end();
    await writeFile(join(hub.folder, "hub-key.json"), "{");
    await hub.linkAnew();
    expect(hub.link.status().lastError).toBeTruthy();
    await unlink(join(hub.folder, "hub-key.json"));
    await hub.linkAnew();
    expect(hub.link.status()).toMatchObject({
      paired: true,
      feedOpen: false,
      lastError: expect.stringContaining("pair it again"),
    });
  });
});
