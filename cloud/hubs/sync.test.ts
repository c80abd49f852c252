import { describe, expect, it } from "vitest";
import type { Session } from "../../shared/session";
import { syncConflictSchema } from "../../shared/sync";
import { charge } from "../testing/charging";
import { perKwh } from "../testing/tariffs";
import { openCloud } from "../testing/open";

const cloud = await openCloud();

const start = Date.UTC(2026, 5, 1, 8);

async function rows(siteId: string): Promise<number> {
  const found = await cloud.db.selectFrom("events").select("id").where("site_id", "=", siteId).execute();
  return found.length;
}

describe("a hub's events", () => {
  it("become the owner's sessions, to the letter of the hub's own", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const expected = charge(hub, {
      startedAt: start,
      readings: [
        [10, 3000],
        [20, 5000],
      ],
    });
    expect(await hub.send()).toEqual({ status: 200, body: { ackedSeq: 4 } });
    const { sessions } = await owner.ok<{ sessions: Session[] }>("GET", `/v1/sites/${siteId}/sessions`);
    const { metering: _metering, periods, requestId: _requestId, ...listed } = expected;
    expect(sessions).toEqual([{ ...listed, driver: null, cloudCost: { amount: 180, currency: "EUR" }, flags: [] }]);
    const detail = await owner.ok("GET", `/v1/sites/${siteId}/sessions/${expected.id}`);
    expect(detail).toMatchObject({ id: expected.id, periods, samples: [{ registerWh: 3000 }, { registerWh: 5000 }] });
  });

  it("change nothing when they come again, whole, in part or from before", async () => {
    const { siteId, hub } = await cloud.hubWith(6);
    expect((await hub.send(hub.batch(1, 3))).body).toEqual({ ackedSeq: 3 });
    for (const [from, to, acked] of [
      [1, 3, 3],
      [3, 3, 3],
      [2, 4, 4],
      [5, 6, 6],
      [1, 2, 6],
      [1, 6, 6],
      [4, 6, 6],
    ] as const) {
      expect(await hub.send(hub.batch(from, to))).toEqual({ status: 200, body: { ackedSeq: acked } });
    }
    expect(await rows(siteId)).toBe(6);
  });

  it("are asked for again where there is a gap", async () => {
    const { siteId, hub } = await cloud.hubWith(6);
    await hub.send(hub.batch(1, 2));
    const gap = await hub.send(hub.batch(4, 6));
    expect(gap.status).toBe(409);
    expect(syncConflictSchema.parse(gap.body).error).toMatchObject({
      code: "gap",
      details: { expectedSeq: 3, epoch: 1 },
    });
    expect(await rows(siteId)).toBe(2);
  });

  it("acknowledge the feed, never backwards", async () => {
    const { owner, siteId, hub } = await cloud.hubWith(0);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { name: "Other" });
    const ack = async () =>
      (
        await cloud.db
          .selectFrom("hubs")
          .select(["feed_ack", "feed_position"])
          .where("hub_id", "=", hub.id)
          .executeTakeFirstOrThrow()
      ).feed_ack;
    hub.feedAck = 1;
    expect((await hub.send()).body).toEqual({ ackedSeq: 0 });
    expect(await ack()).toBe(1);
    hub.feedAck = 0;
    await hub.send();
    expect(await ack()).toBe(1);
    // The cloud was restored from a back-up: it goes on after what the hub has applied.
    hub.feedAck = 7;
    await hub.send();
    expect(await ack()).toBe(7);
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { name: "Again" });
    const feed = await cloud.db.selectFrom("feed").select("position").where("hub_id", "=", hub.id).execute();
    expect(feed.map((each) => each.position)).toEqual([1, 8]);
  });

  it("may carry texts that PostgreSQL's text type cannot hold", async () => {
    const { owner, siteId, hub } = await cloud.hubWith(0);
    hub.add("chargePoint.booted", {
      cpId: "CP1",
      accepted: true,
      vendor: "a\u0000b",
      model: "half \ud800",
      serialNumber: null,
      firmwareVersion: "\\u0000 as typed",
    });
    hub.add("connector.status", {
      cpId: "CP1",
      connectorId: 1,
      status: "Faulted",
      errorCode: "\u0000",
      info: "\u0000\udc00",
      vendorErrorCode: null,
      chargerTime: null,
    });
    hub.add("command.finished", {
      commandId: "01900000-0000-7000-8000-000000000000",
      outcome: "failed",
      detail: "\u0000",
    });
    // Set by a hub that did not refuse it yet.
    const older = { ...perKwh, id: "older", tariff_alt_text: [{ language: "en", text: "a\u0000b" }] };
    hub.add("tariff.set", older);
    const { id } = charge(hub, { startedAt: start, readings: [[10, 3000]], tariff: older, cpId: "CP2" });
    expect((await hub.send()).status).toBe(200);
    expect(await owner.ok("GET", `/v1/sites/${siteId}/sessions`)).toMatchObject({
      sessions: [{ id, tariff: { id: "older", tariff_alt_text: [{ text: "a\ufffdb" }] } }],
    });
    const board = await owner.ok("GET", `/v1/sites/${siteId}/charge-points`);
    expect(board).toMatchObject({ chargePoints: [{ vendor: "a\ufffdb", model: "half \ufffd" }] });
  });
});

describe("a stream that was thinned", () => {
  /** A session of 12 readings (events 2 to 13) between start and end, and what the hub makes of it when it has no room for those from `from` on. */
  async function long(from = 2) {
    const paired = await cloud.paired();
    const { hub } = paired;
    const readings = Array.from({ length: 12 }, (_, index): [number, number] => [index + 1, 1100 + 100 * index]);
    const session = charge(hub, { startedAt: start, readings });
    const { journal } = hub;
    const events = [...journal.slice(0, from - 1), hub.thinned(from, 13), ...journal.slice(13)];
    return { ...paired, session, batch: { ...hub.batch(), events }, from };
  }
  const sessionOf = async ({ owner, siteId }: Awaited<ReturnType<typeof long>>) =>
    (await owner.ok<{ sessions: Session[] }>("GET", `/v1/sites/${siteId}/sessions`)).sessions[0];

  it("bills the same, has no hole, and goes on; again and overlapping changes nothing", async () => {
    const hub = await long();
    const last = hub.hub.journal.length;
    expect(hub.batch.events).toHaveLength(last - 11);
    for (let times = 0; times < 2; times += 1) {
      expect((await hub.hub.send(hub.batch)).body).toEqual({ ackedSeq: last });
    }
    const overlap = { ...hub.batch, prev: hub.hub.hashes[1]!, events: hub.batch.events.slice(1) };
    expect((await hub.hub.send(overlap)).body).toEqual({ ackedSeq: last });
    const { cost, energyWh, endedAt } = hub.session;
    expect(await sessionOf(hub)).toMatchObject({ cost, energyWh, endedAt, cloudCost: cost, flags: [] });
    hub.hub.add("chargePoint.offline", { cpId: "CP1" });
    expect((await hub.hub.send(hub.hub.batch(last + 1))).body).toEqual({ ackedSeq: last + 1 });
    expect(await rows(hub.siteId)).toBe(last - 11 + 1);
  });

  it.each([1, 2, 5, 13])(
    "where the cloud had the events up to %i already, and the hub did not hear so",
    async (acked) => {
      const hub = await long();
      await hub.hub.send(hub.hub.batch(1, acked));
      expect((await hub.hub.send(hub.batch)).body).toEqual({ ackedSeq: hub.hub.journal.length });
      expect(await sessionOf(hub)).toMatchObject({ cost: hub.session.cost, endedAt: hub.session.endedAt });
      const kept = await rows(hub.siteId);
      // Those that came before, what stands for the rest, and the end.
      expect(kept).toBe(acked === 13 ? 14 : acked + 2);
      expect((await hub.hub.send({ ...hub.batch, events: hub.batch.events.slice(0, 2) })).status).toBe(200);
      expect(await rows(hub.siteId)).toBe(kept);
    },
  );

  it("is told from another past, in its range and before it, and may not lie about its numbers", async () => {
    const hub = await long(4);
    await hub.hub.send(hub.hub.batch(1, 6));
    const code = async (events: unknown[], more: object = {}) => {
      const { status, body } = await hub.hub.send({ ...hub.batch, ...more, events });
      return [status, (body as { error: { code: string } }).error.code];
    };
    const other = await cloud.hubWith(3);
    expect(await code([...other.hub.journal, ...hub.batch.events.slice(3)])).toEqual([409, "diverged"]);
    // The range is said to begin where the cloud has the session's start.
    const early = hub.hub.thinned(1, 13);
    expect(await code([early])).toEqual([409, "diverged"]);
    expect(await code([hub.hub.thinned(8, 13)], { prev: hub.hub.hashes[7]! })).toEqual([409, "gap"]);
    expect(await code([hub.hub.journal[0], hub.hub.thinned(4, 13)])).toEqual([400, "hole_in_batch"]);
    expect(await code([{ ...hub.hub.thinned(4, 13), seq: 3 }])).toEqual([400, "hole_in_batch"]);
    expect(await code([{ ...early, data: { from: 0, hash: "x" } }])).toEqual([400, "invalid"]);
    expect((await hub.hub.send(hub.batch)).status).toBe(200);
  });
});

describe("a stream that is not the one the cloud knows", () => {
  it("has another past: wrong prev, a changed event, an older head", async () => {
    const { hub } = await cloud.hubWith(5);
    await hub.send(hub.batch(1, 4));
    const conflict = async (batch: object) => {
      const { status, body } = await hub.send({ ...hub.batch(5, 5), ...batch });
      expect(status).toBe(409);
      return syncConflictSchema.parse(body).error.code;
    };
    expect(await conflict({ prev: "f".repeat(64) })).toBe("diverged");
    expect(await conflict({ prev: hub.hashes[3]!, events: [] })).toBe("diverged");
    expect(await conflict({ head: 3, events: [], prev: hub.hashes[4]! })).toBe("diverged");
    const other = await cloud.hubWith(5);
    expect(await conflict({ prev: hub.hashes[0]!, events: other.hub.journal })).toBe("diverged");
    expect(await conflict({ prev: hub.hashes[0]!, events: other.hub.journal.slice(0, 2) })).toBe("diverged");
    expect(await conflict({ epoch: 2 })).toBe("diverged");
    expect((await hub.send(hub.batch(5, 5))).body).toEqual({ ackedSeq: 5 });
    expect((await hub.send({ ...hub.batch(6, 5), head: 5 })).body).toEqual({ ackedSeq: 5 });
  });

  it("goes on in a new epoch, its divergent events once", async () => {
    const { owner, siteId, hub } = await cloud.hubWith(3);
    const session = charge(hub, { startedAt: start, readings: [[10, 3000]] });
    await hub.send();
    // Restored from a back-up of before the session's end: what follows is another future.
    hub.journal = hub.journal.slice(0, 5);
    hub.hashes = hub.hashes.slice(0, 6);
    hub.add("chargePoint.offline", { cpId: "CP0" });
    expect((await hub.send(hub.batch(6, 6))).status).toBe(409);
    await hub.newEpoch();
    expect(hub.epoch).toBe(2);
    const old = await hub.send({ ...hub.batch(6, 6), epoch: 1 });
    expect(syncConflictSchema.parse(old.body).error).toMatchObject({ code: "stale_epoch", details: { epoch: 2 } });
    expect((await hub.send(hub.batch(2, 6))).body).toEqual({ ackedSeq: 6 });
    expect(await rows(siteId)).toBe(7);
    const { sessions } = await owner.ok<{ sessions: Session[] }>("GET", `/v1/sites/${siteId}/sessions`);
    expect(sessions).toMatchObject([{ id: session.id, cost: session.cost, endedAt: session.endedAt }]);
    const { chargePoints } = await owner.ok<{ chargePoints: { cpId: string; online: boolean }[] }>(
      "GET",
      `/v1/sites/${siteId}/charge-points`,
    );
    expect(chargePoints.find((each) => each.cpId === "CP0")).toMatchObject({ online: false });
  });
});
