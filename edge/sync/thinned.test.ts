import { expect, it } from "vitest";
import { v7 } from "uuid";
import type { HubEvent } from "../../shared/events";
import type { Session } from "../../shared/session";
import { settleSession } from "../../shared/session";
import { priceOf } from "../../shared/tariff";
import { chainHash, eventBatchSchema, firstSeq, THINNED } from "../../shared/sync";
import { idOf, online, perKwh, started } from "../http/testing/events";
import { hubDomain } from "../state/domain";
import { readingsOf } from "../sessions";
import { sha256 } from "../store/record";
import { openStore } from "../store/store";
import { MemoryDisk } from "../store/testing/memory-disk";
import { registered } from "../testing/registration";
import { nextBatch } from "./batch";

it("a session whose readings were thinned goes to the cloud with its start, end, proof and price; the hub has them all", async () => {
  const disk = new MemoryDisk();
  let now = Date.parse("2026-11-21T12:00:00Z");
  const store = await openStore({
    ...{ folder: "/data/hub", domain: hubDomain, files: disk, lock: async () => async () => {}, reserveBytes: 0 },
    ...{ segmentBytes: 4000, snapshotEveryEvents: 20, journalBytes: 12_000, sentEvents: 0 },
    now: () => now,
    newId: () => v7({ msecs: now }),
    onFatal: (error) => {
      throw error;
    },
  });
  const commit = (...events: HubEvent[]) => store.commit(() => ({ reply: null, events }));
  await commit(registered("CP1"), online("CP1"));
  store.setAcked(2);
  const id = idOf(1);
  await commit(started(id, { tariff: perKwh }));
  for (let n = 1; n <= 150; n += 1) {
    now += 30_000;
    const at = new Date(now).toISOString();
    const format = n % 50 === 0 ? { format: "SignedData" } : {};
    const samples = [{ at, chargerTime: at, values: [{ value: String(1000 + 10 * n), ...format }] }];
    const reading = { id, at, registerWh: 1000 + 10 * n, powerW: 1200, samples };
    await commit({ type: "session.metered", data: { cpId: "CP1", connectorId: 1, ...reading } });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const running = store.state.openSessions[id]?.session as Session;
  const endedAt = new Date((now += 30_000)).toISOString();
  const end = settleSession(running, { endedAt, meterStop: 2600, reason: "Local", flags: [] }, "R-000001");
  await commit({ type: "session.ended", data: end });
  for (let turn = 0; turn < 300; turn += 1) await new Promise((resolve) => setImmediate(resolve));

  const { json } = await nextBatch(store, 2, { epoch: 1, feedAck: 0 });
  const { prev, events, head } = eventBatchSchema.parse(JSON.parse(json));
  expect(events.length).toBeLessThan(100);
  expect(events.some(({ type }) => type === THINNED)).toBe(true);
  expect(events.reduce((seq, event) => (firstSeq(event) === seq + 1 ? event.seq : Number.NaN), 2)).toBe(head);
  // As they came: validation may order keys anew.
  const { events: sent } = JSON.parse(json) as { events: typeof events };
  expect(sent.reduce((hash, event) => chainHash(hash, event, sha256), prev)).toBe(store.head.hash);

  expect(events[0]).toMatchObject({ seq: 3, type: "session.started" });
  const ended = events.at(-1);
  expect(ended?.type === "session.ended" && priceOf(perKwh, ended.data.periods, "Europe/Berlin").total).toBe(
    end.cost.amount,
  );
  expect(end.cost.amount).toBe(72);
  const kept = events.flatMap(({ type, data }) => (type === "session.metered" ? data.samples : []));
  expect(kept.filter(({ values }) => values[0]?.format === "SignedData")).toHaveLength(3);
  expect(await readingsOf(store, store.state.closedSessions[id]!.session)).toHaveLength(150);
  await store.close();
});
