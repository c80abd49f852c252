import { hash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Session } from "../../shared/session";
import { chainHash } from "../../shared/sync";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import { saying } from "../testing/registration";
import type { TestHub } from "../testing/hub";

const cloud = await openCloud();
await cloud.addProcess();

const start = Date.UTC(2026, 5, 1, 8);

/** A hub with a day behind it: chargers, statuses, three sessions and one that still runs. */
async function busyHub() {
  const paired = await cloud.paired();
  const { hub } = paired;
  hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
  const sessions = [0, 60, 120, 180].map((minute) => {
    hub.add("connector.status", saying(1, "Charging"));
    const session = charge(hub, {
      startedAt: start + minute * 60_000,
      readings: [
        [10, 3000],
        [20, 5000 + minute],
      ],
      end: minute < 180,
    });
    hub.add("connector.status", saying(1, "Finishing"));
    return session;
  });
  return { ...paired, sessions };
}

/** What the owner sees, apart from when the hub was heard. */
async function books(siteId: string, hub: TestHub): Promise<unknown> {
  const [sessions, events, connectors, chargePoints] = await Promise.all([
    cloud.db
      .selectFrom("sessions")
      .select(["session", "priced_amount"])
      .where("site_id", "=", siteId)
      .orderBy("id")
      .execute(),
    cloud.db.selectFrom("events").select(["seq", "id", "data"]).where("site_id", "=", siteId).orderBy("seq").execute(),
    cloud.db.selectFrom("connectors").selectAll().where("site_id", "=", siteId).execute(),
    cloud.db.selectFrom("charge_points").selectAll().where("site_id", "=", siteId).execute(),
  ]);
  expect(events.map((each) => each.id)).toEqual(hub.journal.map((each) => each.id));
  expect(connectors).toHaveLength(1);
  expect(chargePoints).toHaveLength(1);
  return sessions;
}

function asTheHubHas(sessions: readonly Session[]): unknown {
  const rows = sessions
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((session) => ({ session, priced_amount: session.endedAt === null ? null : session.cost.amount }));
  return JSON.parse(JSON.stringify(rows));
}

describe("ingest", () => {
  it("counts readings that come after their session's start and end were known", async () => {
    const { hub, siteId, sessions } = await busyHub();
    const [end, start] = ["session.ended", "session.started"].map(
      (type) =>
        hub.journal.findLast((each) => each.type === type && "id" in each.data && each.data.id === sessions[2]!.id)!
          .seq,
    ) as [number, number];
    for (const batch of [
      [end, end],
      [start, start],
    ] as const) {
      expect((await hub.send(hub.batch(...batch))).status).toBe(200);
      await hub.newEpoch();
    }
    await hub.send();
    expect(await books(siteId, hub)).toEqual(asTheHubHas(sessions));
  });

  it("ends with the same books whatever was repeated, overlapped, skipped, torn or raced", async () => {
    const step = fc.record({
      from: fc.integer({ min: 1, max: 26 }),
      length: fc.integer({ min: 0, max: 12 }),
      kind: fc.constantFrom("send" as const, "send" as const, "race" as const, "epoch" as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const { hub, siteId, sessions } = await busyHub();
        const last = hub.journal.length;
        for (const { from, length, kind } of steps) {
          const first = Math.min(from, last);
          const batch = hub.batch(first, Math.min(first + length, last));
          if (kind === "epoch") await hub.newEpoch();
          else if (kind === "send") expect([200, 409]).toContain((await hub.send(batch)).status);
          else {
            // Two processes, two batches, at once.
            const results = await Promise.all([hub.send(batch), hub.send(hub.batch(1, first))]);
            for (const { status } of results) expect([200, 409]).toContain(status);
          }
        }
        // A hub that was told of divergence or a gap goes on as it must: here, by a new epoch from the beginning.
        await hub.newEpoch();
        expect((await hub.send()).body).toEqual({ ackedSeq: last });
        expect(await books(siteId, hub)).toEqual(asTheHubHas(sessions));
      }),
      { numRuns: 25 },
    );
  }, 300_000);

  it("takes one of many equal batches that come at once, and acknowledges them all", async () => {
    const { hub, siteId } = await busyHub();
    const answers = await Promise.all(Array.from({ length: 8 }, () => hub.send()));
    expect(answers).toEqual(answers.map(() => ({ status: 200, body: { ackedSeq: hub.journal.length } })));
    await books(siteId, hub);
  });

  it("keeps and counts an event once that comes under two numbers, however its id is written", async () => {
    const { hub, siteId } = await cloud.paired();
    const first = hub.add("chargePoint.online", { cpId: "CP1", transport: "mqtt" });
    for (const id of [first.id, first.id.toUpperCase()]) {
      hub.journal.push({ ...first, id, seq: hub.journal.length + 1 });
      hub.hashes.push(chainHash(hub.hashes.at(-1)!, hub.journal.at(-1)!, (text) => hash("sha256", text, "hex")));
    }
    expect((await hub.send(hub.batch(1, 2))).body).toEqual({ ackedSeq: 2 });
    expect((await hub.send(hub.batch(3, 3))).body).toEqual({ ackedSeq: 3 });
    const kept = await cloud.db.selectFrom("events").select(["id", "seq"]).where("site_id", "=", siteId).execute();
    expect(kept).toEqual([{ id: first.id, seq: 1 }]);
  });
});
