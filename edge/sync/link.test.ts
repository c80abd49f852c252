import { mkdtemp, readFile, rm, stat, unlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import type { FeedMessage } from "../../shared/sync";
import { eventually } from "../../shared/testing/eventually";
import { ended, idOf, online, openSite, perKwh, started, status } from "../http/testing/events";
import { FakeGateway, memoryHubStore } from "../http/testing/hub-app";
import type { HubArchiveStore } from "../history";
import { Starter } from "../start";
import { Stopper } from "../start-stop";
import { MemoryDisk } from "../store/testing/memory-disk";
import { ManualClock } from "../testing/manual-clock";
import { registered } from "../testing/registration";
import { CloudLink } from "./link";
import { code, FakeCloud, hubId, siteId } from "./testing/fake-cloud";

let cloud: FakeCloud;
let clock: ManualClock;
let disk: MemoryDisk;
let folder: string;
let store: HubArchiveStore;
let gateway: FakeGateway;
let link: CloudLink;
let lines: Record<string, unknown>[];

const commit = (...events: HubEvent[]) => store.commit(() => ({ reply: undefined, events }));
/** Waits for what real sockets bring. */
const until = (look: () => unknown) => eventually(() => expect(look()).toBeTruthy());
/** The same where the hub pauses by its clock before it tries again. */
const untilPast = (look: () => unknown) =>
  eventually(async () => {
    await clock.advance(1000);
    expect(look()).toBeTruthy();
  });

function createLink(cloudUrl: string | null = null): CloudLink {
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(JSON.parse(line) as never) });
  const starter = new Starter({ store, gateway, clock, log, random: (bytes) => new Uint8Array(bytes) });
  const stopper = new Stopper({ store, gateway, clock, log });
  return new CloudLink({
    store,
    starter,
    stopper,
    clock,
    log,
    random: () => 0.5,
    newId: () => v7(),
    folder,
    cloudUrl,
    name: "hub",
    version: "1.2.3",
  });
}

/** The hub's process ends and starts again from its disk. */
async function restart(how: "stop" | "kill", cloudUrl: string | null = null): Promise<void> {
  await link.end();
  if (how === "stop") await store.close();
  store = await memoryHubStore(clock, disk);
  link = createLink(cloudUrl);
  await link.start();
}

const pair = () => link.pair({ cloudUrl: cloud.url, code });
const types = () => cloud.events.map(({ type }) => type);
const inStep = () => cloud.ackedSeq === store.head.seq && link.status().ackedSeq === store.head.seq;

beforeEach(async () => {
  lines = [];
  cloud = new FakeCloud();
  await cloud.start();
  clock = new ManualClock();
  cloud.now = () => clock.now();
  disk = new MemoryDisk();
  folder = await mkdtemp(join(tmpdir(), "hitchpost-link-"));
  store = await memoryHubStore(clock, disk);
  gateway = new FakeGateway();
  link = createLink();
  await link.start();
  await commit(registered("CP1", { connectors: 1 }), online("CP1"), status("CP1", 1, "Available"));
});
afterEach(async () => {
  await link.end();
  await cloud.stop();
  await rm(folder, { recursive: true, force: true });
});

describe("pairing", () => {
  it("gives the hub its site and tariffs, and the cloud the hub's state first", async () => {
    expect(link.status()).toMatchObject({ paired: false, ackedSeq: null });
    await pair();
    await until(inStep);
    expect(types()).toEqual(["hub.paired", "hub.state", "site.set", "tariff.set"]);
    expect(cloud.events[0]?.data).toEqual({ hubId, siteId, cloudUrl: cloud.url, epoch: 1 });
    expect(cloud.events[1]?.data).toMatchObject({
      chargePoints: [{ cpId: "CP1", online: true, statuses: [{ connectorId: 1, status: "Available" }] }],
    });
    expect(store.state.site.name).toBe("From the cloud");
    expect(store.state.tariffs.kwh).toEqual(perKwh);
    await until(() => link.status().feedOpen);
    expect(link.status()).toMatchObject({
      paired: true,
      hubId,
      siteId,
      epoch: 1,
      cloudUrl: cloud.url,
      lastError: null,
    });
    for (const file of ["hub-key.json", "cloud.json"]) {
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    }
  });

  it("is refused in the cloud's words, and changes nothing", async () => {
    await expect(link.pair({ cloudUrl: cloud.url, code: "WRONG-CODE" })).rejects.toMatchObject({
      code: "pairing_refused",
      status: 400,
      message: expect.stringContaining("unknown code"),
    });
    cloud.pairStatus = 500;
    await expect(pair()).rejects.toMatchObject({ code: "cloud_refused", status: 502 });
    cloud.pairStatus = 200;
    await expect(pair()).rejects.toMatchObject({ code: "cloud_refused" });
    await cloud.stop();
    await expect(pair()).rejects.toMatchObject({ code: "cloud_unreachable", status: 502 });
    expect(store.state.pairing).toBeNull();
  });

  it("happens at one address, once at a time", async () => {
    await expect(link.pair({ code })).rejects.toMatchObject({ code: "no_cloud" });
    const fixed = createLink(cloud.url);
    await expect(fixed.pair({ cloudUrl: "http://elsewhere.example", code })).rejects.toMatchObject({
      code: "cloud_url_conflict",
    });
    expect(fixed.status().cloudUrl).toBe(cloud.url);
    const both = await Promise.allSettled([fixed.pair({ code }), fixed.pair({ cloudUrl: `${cloud.url}/`, code })]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    await fixed.end();
  });

  it("again begins anew, with the same key", async () => {
    await pair();
    await until(inStep);
    cloud.send({ type: "site.set", data: openSite });
    await until(() => store.state.feedAck === 1);
    const before = store.head.seq;
    cloud.feed.length = 0;
    [cloud.ackedSeq, cloud.hash] = [null, null];
    await pair();
    await until(inStep);
    expect(cloud.batches.find(({ events }) => (events[0]?.seq ?? 0) > before)?.events[0]?.type).toBe("hub.paired");
  });

  it("waits for a change of the hub's key, so that the cloud knows the key that stays", async () => {
    await pair();
    await until(inStep);
    await link.end();
    const file = join(folder, "hub-key.json");
    const key = JSON.parse(await readFile(file, "utf8")) as { x: string };
    await writeFile(file, JSON.stringify({ ...key, madeAt: new Date(clock.now() - 200 * 86_400_000).toISOString() }));
    const release: (() => void)[] = [];
    cloud.holdsConfirmations = new Promise((resolve) => void release.push(resolve));
    await link.start();
    await until(() => cloud.publicKey?.x !== key.x);
    const pairing = pair();
    for (let i = 0; i < 3; i++) await fetch(cloud.url); // time in which the cloud would hear of a pairing
    for (const each of release) each();
    await pairing;
    const kept = JSON.parse(await readFile(file, "utf8")) as { x: string };
    expect(kept.x).not.toBe(key.x);
    expect(cloud.publicKey?.x).toBe(kept.x);
    await until(inStep);
  });
});

describe("events", () => {
  beforeEach(async () => {
    await pair();
    await until(inStep);
  });

  it("go up as they happen, in order, each once", async () => {
    await commit(status("CP1", 1, "Preparing"), started(idOf(1)));
    await until(inStep);
    await commit(ended(idOf(1)));
    await until(inStep);
    expect(types().slice(4)).toEqual(["connector.status", "session.started", "session.ended"]);
    expect(cloud.events.map(({ seq }) => seq)).toEqual(cloud.events.map((_, index) => index + 4));
  });

  it("wait while the cloud is away, and arrive once when it is back", async () => {
    await cloud.stop();
    await commit(started(idOf(1)), ended(idOf(1)));
    await untilPast(() => link.status().lastError?.includes("does not answer"));
    await commit(started(idOf(2)), ended(idOf(2)));
    await cloud.start();
    await untilPast(inStep);
    expect(types().slice(4)).toEqual(["session.started", "session.ended", "session.started", "session.ended"]);
    await untilPast(() => link.status().lastError === null);
  });

  it("survive restarts of the hub, clean and not", async () => {
    await cloud.stop();
    await commit(started(idOf(1)), ended(idOf(1)));
    await restart("stop");
    await commit(started(idOf(2)));
    disk.killed();
    await restart("kill");
    await cloud.start();
    await untilPast(inStep);
    expect(types().slice(4)).toEqual(["session.started", "session.ended", "session.started"]);
    expect(new Set(cloud.events.map(({ id }) => id)).size).toBe(cloud.events.length);
  });

  it("that a killed hub sent before are sent again, and change nothing", async () => {
    await commit(started(idOf(1)));
    await until(inStep);
    const count = cloud.events.length;
    await restart("kill");
    await until(inStep);
    expect(cloud.events).toHaveLength(count);
  });

  it.each([
    ["an error", { status: 500, body: {} }],
    ["nonsense", { status: 200, body: "?" }],
    ["a number beyond the hub's", { status: 200, body: { ackedSeq: 1_000_000 } }],
    ["no progress", { status: 200, body: { ackedSeq: 1 } }],
    ["a conflict that is none", { status: 409, body: { error: { code: "x" } } }],
    ["a refusal", { status: 403, body: { error: { code: "hub_replaced", message: "replaced" } } }],
  ])("are kept and tried again after %s", async (_name, fault) => {
    cloud.faults = [fault];
    await commit(started(idOf(1)));
    await untilPast(inStep);
    expect(types().at(-1)).toBe("session.started");
    expect(JSON.stringify(lines)).toContain("events could not be brought to the cloud");
  });

  it("start where the cloud says that it lacks some", async () => {
    await commit(started(idOf(1)), ended(idOf(1)));
    await until(inStep);
    // The cloud was restored from a back-up of before these.
    const lost = cloud.events.splice(5);
    const { prev } = await store.read(lost[0]!.seq - 1, 1);
    [cloud.ackedSeq, cloud.hash] = [lost[0]!.seq - 1, prev];
    await commit(started(idOf(2)));
    await until(inStep);
    expect(types().slice(4)).toEqual(["session.started", "session.ended", "session.started"]);
  });

  it("begin a new epoch where the pasts differ, and those that are known are not doubled", async () => {
    await commit(started(idOf(1)));
    await until(inStep);
    cloud.hash = "f".repeat(64);
    await commit(ended(idOf(1)));
    await until(() => cloud.epoch === 2 && inStep());
    expect(store.state.pairing?.epoch).toBe(2);
    expect(types().slice(4)).toEqual(["session.started", "session.ended", "hub.epochStarted", "hub.state"]);
  });

  it("begin a new epoch where a newer one speaks for this hub", async () => {
    cloud.epoch = 4;
    await commit(started(idOf(1)));
    await until(() => cloud.epoch === 5 && inStep());
    expect(store.state.pairing?.epoch).toBe(5);
  });

  it("begin a new epoch where the cloud asks for what is long gone", async () => {
    const gone = Object.assign(new Error("gone"), { code: "journal_gone" });
    expect(gone.code).toBe("journal_gone");
    const { AppError } = await import("../../shared/error");
    const read = store.read.bind(store);
    const first = store.head.seq;
    store.read = (seq, limit) =>
      seq < first - 1
        ? Promise.reject(new AppError("journal_gone", "gone", { details: { firstSeq: first } }))
        : read(seq, limit);
    [cloud.ackedSeq, cloud.hash] = [0, "0".repeat(64)];
    await commit(started(idOf(1)));
    await until(() => cloud.epoch === 2 && inStep());
    expect(types().at(-1)).toBe("hub.state");
  });

  it("wait where no new epoch is to be had, and an endless quarrel counts as a failure", async () => {
    cloud.epochStatus = 503;
    cloud.hash = "f".repeat(64);
    await commit(started(idOf(1)));
    await untilPast(() => link.status().lastError?.includes("503"));
    cloud.epochStatus = 201;
    const details = { expectedSeq: store.head.seq, epoch: 1 };
    const quarrel = { status: 409, body: { error: { code: "gap", message: "gap again", details } } };
    cloud.faults = [quarrel, quarrel, quarrel, quarrel];
    await untilPast(() => JSON.stringify(lines).includes("gap again"));
    await untilPast(inStep);
  });

  it("say which run of the program they are of; a hub whose place another machine took says so loudly, and works on", async () => {
    expect([...cloud.instances]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    await restart("kill");
    cloud.faults = [{ status: 409, body: { error: { code: "cloned", message: "A second machine speaks" } } }];
    await commit(started(idOf(1)));
    // What stays is the log: `lastError` goes with the next success.
    await untilPast(() => lines.some(({ msg }) => String(msg).includes("A SECOND MACHINE")));
    expect(lines.find(({ msg }) => String(msg).includes("A SECOND MACHINE"))).toMatchObject({ level: 50 });
    await untilPast(inStep);
    await untilPast(() => link.status().feedOpen);
    expect(cloud.instances.size).toBe(2);
    cloud.feedStatus = 409;
    cloud.endFeeds();
    await untilPast(() => JSON.stringify(lines).includes("the cloud tells this one nothing"));
    cloud.feedStatus = 200;
    await untilPast(() => link.status().feedOpen);
  });

  it("do not keep the hub from ending while the cloud is silent", async () => {
    cloud.faults = ["hang"];
    await commit(started(idOf(1)));
    await until(() => cloud.faults.length === 0);
    await link.end();
  });
});

describe("a hub whose clock is wrong", () => {
  it("signs with the cloud's", async () => {
    await pair();
    await until(inStep);
    cloud.now = () => clock.now() + 50 * 365 * 86_400_000;
    await commit(started(idOf(1)));
    await until(inStep);
    expect(JSON.stringify(lines)).toContain("signing with the cloud's");
    cloud.endFeeds();
    cloud.send(order(idOf(50), clock.now() + 3_600_000));
    await untilPast(() => types().includes("command.finished"));
    expect(cloud.events.find(({ type }) => type === "command.finished")?.data).toMatchObject({ outcome: "expired" });
  });

  it("does not ask twice where its clock is not the reason", async () => {
    await pair();
    await until(inStep);
    const serverTime = new Date(clock.now()).toISOString();
    cloud.faults = [
      { status: 401, body: { error: { code: "unauthorized", message: "revoked" }, serverTime } },
      { status: 401, body: { error: { code: "unauthorized", message: "no time told" } } },
    ];
    await commit(started(idOf(1)));
    // The clock must stand still until then, or a slow answer would tell another time than the hub's.
    await until(() => JSON.stringify(lines).includes("revoked"));
    await untilPast(() => JSON.stringify(lines).includes("no time told"));
    await untilPast(inStep);
  });
});

function order(commandId: string, expiresAt: number, command?: object): FeedMessage {
  const stop = { name: "stopSession", sessionId: idOf(1) };
  const data = { commandId, expiresAt: new Date(expiresAt).toISOString(), command: command ?? stop };
  return { type: "command", data } as FeedMessage;
}

describe("the feed", () => {
  const start = { name: "startSession", cpId: "CP1", connectorId: 1, idTag: "OWNER" };
  const soon = () => clock.now() + 60_000;
  const outcomes = () =>
    cloud.events.flatMap((event) =>
      event.type === "command.finished" ? [[event.data.outcome, event.data.detail]] : [],
    );

  beforeEach(async () => {
    await pair();
    await until(() => inStep() && cloud.openFeeds === 1);
  });

  it("takes effect once, in one commit with its position, and is acknowledged", async () => {
    cloud.send({ type: "site.set", data: { ...openSite, name: "Renamed" } });
    cloud.send({ type: "tariff.set", data: { ...perKwh, id: "second" } });
    cloud.send({ type: "tariff.removed", data: { tariffId: "kwh" } });
    cloud.send({
      type: "idTag.set",
      data: { idTag: "card1", status: "Accepted", expiryDate: null, parentIdTag: null },
    });
    await until(() => cloud.feedAck === 4 && inStep());
    expect(Object.keys(store.state.idTags)).toEqual(["CARD1"]);
    expect(store.state.site.name).toBe("Renamed");
    expect(Object.keys(store.state.tariffs)).toEqual(["second"]);
    expect(types().slice(4)).toEqual([
      "site.set",
      "feed.applied",
      "tariff.set",
      "feed.applied",
      "tariff.removed",
      "feed.applied",
      "idTag.set",
      "feed.applied",
    ]);
  });

  it("goes on from its last position after a break, a restart, and passes over what comes twice", async () => {
    cloud.send({ type: "tariff.removed", data: { tariffId: "a" } });
    await until(() => store.state.feedAck === 1);
    cloud.endFeeds();
    await untilPast(() => cloud.openFeeds === 1);
    await restart("stop");
    await until(() => cloud.openFeeds === 1);
    expect(cloud.feedRequests).toEqual(["0", "1", "1"]);
    cloud.feed.unshift({ position: 1, data: JSON.stringify({ type: "tariff.removed", data: { tariffId: "kwh" } }) });
    cloud.feed.length = 1;
    cloud.send({ type: "tariff.removed", data: { tariffId: "b" } });
    await until(() => store.state.feedAck === 2);
    expect(store.state.tariffs).toHaveProperty("kwh");
  });

  it("holds at what it does not understand, instead of skipping it", async () => {
    cloud.send('{"type":"unheard.of","data":{}}');
    cloud.send({ type: "tariff.removed", data: { tariffId: "kwh" } });
    await untilPast(() => link.status().lastError?.includes("does not understand"));
    expect(store.state).toMatchObject({ feedAck: 0, tariffs: { kwh: {} } });
    cloud.feed[0]!.data = "not JSON";
    const tries = cloud.feedRequests.length;
    await untilPast(() => cloud.feedRequests.length > tries);
    cloud.feed[0]!.data = JSON.stringify({ type: "tariff.removed", data: { tariffId: "x" } });
    await untilPast(() => store.state.feedAck === 2);
  });

  it("is opened again when it falls silent", async () => {
    await clock.advance(44_000);
    expect(cloud.feedRequests).toHaveLength(1);
    await untilPast(() => cloud.feedRequests.length === 2);
  });

  it("starts and stops sessions for the owner, and tells what became of it", async () => {
    gateway.answers = {
      TriggerMessage: () => ({ status: "NotImplemented" }),
      RemoteStartTransaction: () => ({ status: "Accepted" }),
      RemoteStopTransaction: () => ({ status: "Accepted" }),
    };
    cloud.send(order(idOf(51), soon(), start));
    await until(() => outcomes().length === 1);
    expect(gateway.sent("RemoteStartTransaction")).toEqual([{ connectorId: 1, idTag: "OWNER" }]);
    expect(Object.keys(store.state.startRequests)).toEqual([idOf(51)]);
    await commit(started(idOf(1), { requestId: idOf(51) }));
    cloud.send(order(idOf(52), soon()));
    await until(() => outcomes().length === 2);
    expect(gateway.sent("RemoteStopTransaction")).toEqual([{ transactionId: 7 }]);
    // The same order once more, under another position: it was done.
    cloud.send(order(idOf(51), soon(), start));
    await until(() => store.state.feedAck === 3);
    expect(outcomes()).toEqual([
      ["accepted", null],
      ["accepted", null],
    ]);
  });

  it("refuses what cannot be done, and what comes too late", async () => {
    gateway.answers = { TriggerMessage: () => ({}), RemoteStartTransaction: () => ({ status: "Rejected" }) };
    cloud.send(order(idOf(51), clock.now() - 1, start));
    cloud.send(order(idOf(52), soon(), { ...start, cpId: "CP9" }));
    cloud.send(order(idOf(53), soon(), start));
    await until(() => outcomes().length === 3);
    cloud.send(order(idOf(54), soon()));
    await until(() => outcomes().length === 4);
    gateway.answers.RemoteStartTransaction = () => {
      throw new Error("broken");
    };
    cloud.send(order(idOf(55), soon(), start));
    await until(() => outcomes().length === 5);
    await commit(started(idOf(1)));
    gateway.answers.RemoteStopTransaction = () => {
      throw new Error("no line");
    };
    cloud.send(order(idOf(56), soon()));
    await until(() => outcomes().length === 6);
    expect(outcomes()).toEqual([
      ["expired", null],
      ["rejected", "There is no such charge point."],
      ["rejected", "The charger refused."],
      ["rejected", "There is no such session running."],
      ["failed", "error"],
      ["failed", "no line"],
    ]);
  });
});

describe("a hub that was paired", () => {
  it("syncs at the address of the settings, wherever it was paired", async () => {
    await pair();
    await until(inStep);
    const second = new FakeCloud();
    await restart("stop", cloud.url);
    await until(() => link.status().feedOpen);
    expect(link.status().cloudUrl).toBe(cloud.url);
    await second.stop();
  });

  it("serves on and says so where its key is gone or broken", async () => {
    await pair();
    await until(inStep);
    await link.end();
    await writeFile(join(folder, "hub-key.json"), "{");
    link = createLink();
    await link.start();
    expect(link.status().lastError).toBeTruthy();
    await unlink(join(folder, "hub-key.json"));
    link = createLink();
    await link.start();
    expect(link.status()).toMatchObject({
      paired: true,
      feedOpen: false,
      lastError: expect.stringContaining("pair it again"),
    });
  });
});
