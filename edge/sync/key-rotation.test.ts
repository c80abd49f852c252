import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import type { Log } from "../log";
import { ManualClock } from "../testing/manual-clock";
import { CloudClient } from "./client";
import { ensureHubKey, loadHubKey, loadNextKey } from "./credentials";
import { settleKey } from "./key-rotation";
import { FakeCloud, hubId } from "./testing/fake-cloud";

let cloud: FakeCloud;
let clock: ManualClock;
let folder: string;
let warned: number;
let log: Log;
beforeEach(async () => {
  cloud = new FakeCloud();
  await cloud.start();
  clock = new ManualClock();
  cloud.now = () => clock.now();
  folder = temporaryFolder();
  warned = 0;
  log = pino({ level: "warn" }, { write: () => void (warned += 1) });
});
afterEach(async () => {
  await cloud.stop();
});

const file = (name: string) => join(folder, name);
const xOf = async () => (await loadHubKey(folder))!.publicKey.x;
/** The hub's program as it begins with the key that is on its disk. */
async function begin(): Promise<CloudClient> {
  const { privateKey } = (await loadHubKey(folder))!;
  const audience = "https://cloud.example";
  const more = { instance: v7(), version: "1.2.3", clock, log };
  return new CloudClient({ baseUrl: cloud.url, hubId, audience, privateKey, ...more });
}
/** A hub with a key that was made so many days ago, and that the cloud knows. */
async function paired(days: number): Promise<string> {
  const key = await ensureHubKey(folder, clock.now() - days * 86_400_000);
  cloud.publicKey = key.publicKey;
  return key.publicKey.x;
}
const isHeard = async (client: CloudClient) => (await client.get("pass-secrets")).status === 404;

describe("the hub's key for its cloud", () => {
  it("stays while it is young, and without a key there is nothing to do", async () => {
    const x = await paired(100);
    const client = await begin();
    await settleKey(client, folder, log);
    expect([await xOf(), await loadNextKey(folder), cloud.publicKey?.x]).toEqual([x, null, x]);
    await rm(file("hub-key.json"));
    await settleKey(client, folder, log);
    expect(await loadHubKey(folder)).toBeNull();
  });

  it("is changed when it is old, and what it signed is still known", async () => {
    const x = await paired(200);
    const client = await begin();
    await settleKey(client, folder, log);
    const key = (await loadHubKey(folder))!;
    expect(key.publicKey.x).not.toBe(x);
    expect(key.before.map((each) => each.x)).toEqual([x]);
    expect([cloud.publicKey?.x, cloud.nextKey, await loadNextKey(folder)]).toEqual([key.publicKey.x, null, null]);
    expect(await isHeard(client)).toBe(true);
    expect(await isHeard(await begin())).toBe(true);
    await settleKey(client, folder, log);
    expect([await xOf(), warned]).toEqual([key.publicKey.x, 0]);
  });

  it("counts from now where nobody knows how old it is", async () => {
    const x = await paired(0);
    const { madeAt, ...kept } = JSON.parse(await readFile(file("hub-key.json"), "utf8")) as Record<string, unknown>;
    expect(madeAt).toBeTypeOf("string");
    await writeFile(file("hub-key.json"), JSON.stringify(kept));
    await settleKey(await begin(), folder, log);
    expect(JSON.parse(await readFile(file("hub-key.json"), "utf8"))).toEqual({
      ...kept,
      madeAt: new Date(clock.now()).toISOString(),
    });
    expect([await xOf(), await loadNextKey(folder), warned]).toEqual([x, null, 0]);
  });

  it("holds whichever way a change was cut off: before the answer, and before the old file was gone", async () => {
    const x = await paired(200);
    cloud.losesConfirmations = 1;
    await settleKey(await begin(), folder, log);
    expect([await xOf(), warned]).toEqual([x, 1]);
    const restarted = await begin();
    await expect(isHeard(restarted)).rejects.toThrow("401");
    await settleKey(restarted, folder, log);
    expect(await isHeard(restarted)).toBe(true);
    const key = await readFile(file("hub-key.json"), "utf8");
    await writeFile(file("hub-key-next.json"), key);
    await settleKey(await begin(), folder, log);
    expect([await readFile(file("hub-key.json"), "utf8"), await loadNextKey(folder)]).toEqual([key, null]);
  });

  it("stays with a cloud that knows no such change, and the next key waits", async () => {
    const x = await paired(200);
    cloud.changesKeys = false;
    const client = await begin();
    await settleKey(client, folder, log);
    const next = await loadNextKey(folder);
    expect([await xOf(), await isHeard(client)]).toEqual([x, true]);
    cloud.changesKeys = true;
    await settleKey(client, folder, log);
    expect(await xOf()).toBe(next?.publicKey.x);
  });
});
