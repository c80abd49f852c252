import { beforeEach, describe, expect, it } from "vitest";
import { ended, idOf, started, status } from "../http/testing/events";
import { LinkedHub, order, until } from "./testing/linked-hub";

const hub = new LinkedHub();

describe("events", () => {
  beforeEach(async () => {
    await hub.pair();
    await until(hub.inStep);
  });

  it("go up as they happen, in order, each once", async () => {
    await hub.commit(status("CP1", 1, "Preparing"), started(idOf(1)));
    await until(hub.inStep);
    await hub.commit(ended(idOf(1)));
    await until(hub.inStep);
    expect(hub.types().slice(4)).toEqual(["connector.status", "session.started", "session.ended"]);
    expect(hub.cloud.events.map(({ seq }) => seq)).toEqual(hub.cloud.events.map((_, index) => index + 4));
  });

  it("wait while the cloud is away, and arrive once when it is back", async () => {
    await hub.cloud.stop();
    await hub.commit(started(idOf(1)), ended(idOf(1)));
    await hub.untilPast(() => hub.link.status().lastError?.includes("does not answer"));
    await hub.commit(started(idOf(2)), ended(idOf(2)));
    await hub.cloud.start();
    await hub.untilPast(hub.inStep);
    expect(hub.types().slice(4)).toEqual(["session.started", "session.ended", "session.started", "session.ended"]);
    await hub.untilPast(() => hub.link.status().lastError === null);
  });

  it("survive restarts of the hub, clean and not", async () => {
    await hub.cloud.stop();
    await hub.commit(started(idOf(1)), ended(idOf(1)));
    await hub.restart("stop");
    await hub.commit(started(idOf(2)));
    hub.disk.killed();
    await hub.restart("kill");
    await hub.cloud.start();
    await hub.untilPast(hub.inStep);
    expect(hub.types().slice(4)).toEqual(["session.started", "session.ended", "session.started"]);
    expect(new Set(hub.cloud.events.map(({ id }) => id)).size).toBe(hub.cloud.events.length);
  });

  it("that a killed hub sent before are sent again, and change nothing", async () => {
    await hub.commit(started(idOf(1)));
    await until(hub.inStep);
    const count = hub.cloud.events.length;
    await hub.restart("kill");
    await until(hub.inStep);
    expect(hub.cloud.events).toHaveLength(count);
  });

  it.each([
    ["an error", { status: 500, body: {} }],
    ["nonsense", { status: 200, body: "?" }],
    ["a number beyond the hub's", { status: 200, body: { ackedSeq: 1_000_000 } }],
    ["no progress", { status: 200, body: { ackedSeq: 1 } }],
    ["a conflict that is none", { status: 409, body: { error: { code: "x" } } }],
    ["a refusal", { status: 403, body: { error: { code: "hub_replaced", message: "replaced" } } }],
  ])("are kept and tried again after %s", async (_name, fault) => {
    hub.cloud.faults = [fault];
    await hub.commit(started(idOf(1)));
    await hub.untilPast(hub.inStep);
    expect(hub.types().at(-1)).toBe("session.started");
    expect(JSON.stringify(hub.lines)).toContain("events could not be brought to the cloud");
  });

  it("start where the cloud says that it lacks some", async () => {
    await hub.commit(started(idOf(1)), ended(idOf(1)));
    await until(hub.inStep);
    // The cloud was restored from a back-up of before these.
    const lost = hub.cloud.events.splice(5);
    const { prev } = await hub.store.read(lost[0]!.seq - 1, 1);
    [hub.cloud.ackedSeq, hub.cloud.hash] = [lost[0]!.seq - 1, prev];
    await hub.commit(started(idOf(2)));
    await until(hub.inStep);
    expect(hub.types().slice(4)).toEqual(["session.started", "session.ended", "session.started"]);
  });

  it("begin a new epoch where the pasts differ, and those that are known are not doubled", async () => {
    await hub.commit(started(idOf(1)));
    await until(hub.inStep);
    hub.cloud.hash = "f".repeat(64);
    await hub.commit(ended(idOf(1)));
    await until(() => hub.cloud.epoch === 2 && hub.inStep());
    expect(hub.store.state.pairing?.epoch).toBe(2);
    expect(hub.types().slice(4)).toEqual(["session.started", "session.ended", "hub.epochStarted", "hub.state"]);
  });

  it("begin a new epoch where a newer one speaks for this hub", async () => {
    hub.cloud.epoch = 4;
    await hub.commit(started(idOf(1)));
    await until(() => hub.cloud.epoch === 5 && hub.inStep());
    expect(hub.store.state.pairing?.epoch).toBe(5);
  });

  it("begin a new epoch where the cloud asks for what is long gone", async () => {
    const gone = Object.assign(new Error("gone"), { code: "journal_gone" });
    expect(gone.code).toBe("journal_gone");
    const { AppError } = await import("../../shared/error");
    const read = hub.store.read.bind(hub.store);
    const first = hub.store.head.seq;
    hub.store.read = (seq, limit) =>
      seq < first - 1
        ? Promise.reject(new AppError("journal_gone", "gone", { details: { firstSeq: first } }))
        : read(seq, limit);
    [hub.cloud.ackedSeq, hub.cloud.hash] = [0, "0".repeat(64)];
    await hub.commit(started(idOf(1)));
    await until(() => hub.cloud.epoch === 2 && hub.inStep());
    expect(hub.types().at(-1)).toBe("hub.state");
  });

  it("wait where no new epoch is to be had, and an endless quarrel counts as a failure", async () => {
    hub.cloud.epochStatus = 503;
    hub.cloud.hash = "f".repeat(64);
    await hub.commit(started(idOf(1)));
    await hub.untilPast(() => hub.link.status().lastError?.includes("503"));
    hub.cloud.epochStatus = 201;
    const details = { expectedSeq: hub.store.head.seq, epoch: 1 };
    const quarrel = { status: 409, body: { error: { code: "gap", message: "gap again", details } } };
    hub.cloud.faults = [quarrel, quarrel, quarrel, quarrel];
    await hub.untilPast(() => JSON.stringify(hub.lines).includes("gap again"));
    await hub.untilPast(hub.inStep);
  });

  it("say which run of the program they are of; a hub whose place another machine took says so loudly, and works on", async () => {
    expect([...hub.cloud.instances]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
    await hub.restart("kill");
    hub.cloud.faults = [{ status: 409, body: { error: { code: "cloned", message: "A second machine speaks" } } }];
    await hub.commit(started(idOf(1)));
    // What stays is the log: `lastError` goes with the next success.
    await hub.untilPast(() => hub.lines.some(({ msg }) => String(msg).includes("A SECOND MACHINE")));
    expect(hub.lines.find(({ msg }) => String(msg).includes("A SECOND MACHINE"))).toMatchObject({ level: 50 });
    await hub.untilPast(hub.inStep);
    await hub.untilPast(() => hub.link.status().feedOpen);
    expect(hub.cloud.instances.size).toBe(2);
    hub.cloud.feedStatus = 409;
    hub.cloud.endFeeds();
    await hub.untilPast(() => JSON.stringify(hub.lines).includes("the cloud tells this one nothing"));
    hub.cloud.feedStatus = 200;
    await hub.untilPast(() => hub.link.status().feedOpen);
  });

  it("do not keep the hub from ending while the cloud is silent", async () => {
    hub.cloud.faults = ["hang"];
    await hub.commit(started(idOf(1)));
    await until(() => hub.cloud.faults.length === 0);
    await hub.link.end();
  });
});

describe("a hub whose clock is wrong", () => {
  it("signs with the cloud's", async () => {
    await hub.pair();
    await until(hub.inStep);
    hub.cloud.now = () => hub.clock.now() + 50 * 365 * 86_400_000;
    await hub.commit(started(idOf(1)));
    await until(hub.inStep);
    expect(JSON.stringify(hub.lines)).toContain("signing with the cloud's");
    hub.cloud.endFeeds();
    hub.cloud.send(order(idOf(50), hub.clock.now() + 3_600_000));
    await hub.untilPast(() => hub.types().includes("command.finished"));
    expect(hub.cloud.events.find(({ type }) => type === "command.finished")?.data).toMatchObject({
      outcome: "expired",
    });
  });

  it("does not ask twice where its clock is not the reason", async () => {
    await hub.pair();
    await until(hub.inStep);
    const serverTime = new Date(hub.clock.now()).toISOString();
    hub.cloud.faults = [
      { status: 401, body: { error: { code: "unauthorized", message: "revoked" }, serverTime } },
      { status: 401, body: { error: { code: "unauthorized", message: "no time told" } } },
    ];
    await hub.commit(started(idOf(1)));
    // The clock must stand still until then, or a slow answer would tell another time than the hub's.
    await until(() => JSON.stringify(hub.lines).includes("revoked"));
    await hub.untilPast(() => JSON.stringify(hub.lines).includes("no time told"));
    await hub.untilPast(hub.inStep);
  });
});
