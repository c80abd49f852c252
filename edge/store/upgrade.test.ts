import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import { beforeEach, expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { streamEventSchema } from "../../shared/events";
import { GENESIS, chainHash } from "../../shared/sync";
import { handleCall } from "../ocpp/handle";
import { listSessions, readingsOf } from "../sessions";
import { hubDomain } from "../state/domain";
import { seal, unseal } from "./line";
import { sha256 } from "./record";
import { openStore } from "./store";

/**
 * A data folder that hitchpost 0.1.0 left behind when its power was cut: a snapshot of its last orderly end, in it one ended session and one that
 * runs, and a journal that goes on after it with a second one. (The zeros at the journal's end, and the files that hold no facts, are left out.)
 */
const fixture = new URL("fixtures/hub-0.1.0/", import.meta.url);

let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  await copyFile(new URL("snapshot", fixture), join(folder, "snapshot.json"));
  await copyFile(new URL("journal", fixture), join(folder, "journal-1.log"));
});

const now = () => Date.parse("2026-11-21T18:00:00Z");
const open = () =>
  openStore({
    folder,
    domain: hubDomain,
    now,
    newId: () => v7(),
    onFatal: (error) => {
      throw error;
    },
    reserveBytes: 0,
  });

async function check(): Promise<void> {
  const store = await open();
  const { state } = store;
  expect(state).toMatchObject({
    site: { name: "Yard", startPolicy: "open", defaultTariffId: "kwh" },
    idTags: { TAG1: { idTag: "Tag1", status: "Accepted", parentIdTag: "FAMILY" } },
    chargePoints: { CP1: { boot: { vendor: "V", accepted: true }, connectors: { 1: { status: "Preparing" } } } },
    lastReceipt: 1,
  });
  const { sessions } = await listSessions(store, { limit: 10, cursor: null });
  expect(sessions.map(({ connectorId, energyWh, endedAt }) => [connectorId, energyWh, endedAt !== null])).toEqual([
    [1, 400, false],
    [2, 400, false],
    [1, 1000, true],
  ]);
  expect(sessions[2]).toMatchObject({ cost: { amount: 45, currency: "EUR" }, receiptNumber: "R-000001", flags: [] });

  // Everything goes to a cloud of today as it was, and the chain holds.
  const { prev, events } = await store.read(0, 100);
  expect(prev).toBe(GENESIS);
  expect(events.reduce((hash, event) => chainHash(hash, event, sha256), prev)).toBe(store.head.hash);
  for (const event of events) expect(streamEventSchema.safeParse(event).error).toBeUndefined();

  // What runs goes on and ends as ever, on what 0.1.0 had booked.
  const settings = { acceptUnknown: false, heartbeatInterval: 45, retryInterval: 60 };
  const deps = { store, clock: { now, after: () => () => {} }, log: pino({ level: "silent" }), settings };
  for (const { session } of Object.values(state.openSessions)) {
    const stop = { transactionId: session.transactionId, meterStop: 4000, timestamp: new Date(now()).toISOString() };
    const outcome = await handleCall({ ...deps, newId: () => v7(), randomId: () => 5 }, "CP1", "StopTransaction", stop);
    expect(outcome).toMatchObject({ ok: true });
  }
  const after = await listSessions(store, { limit: 10, cursor: null });
  expect(after.sessions.map(({ energyWh, cost }) => [energyWh, cost.amount])).toEqual([
    [1000, 45],
    [1000, 45],
    [1000, 45],
  ]);
  const first = Object.values(state.closedSessions).find(({ session }) => session.receiptNumber === "R-000001");
  expect(await readingsOf(store, first!.session)).toMatchObject([{ registerWh: 1500 }]);
  await store.close();

  // And once more, now as this version keeps it.
  const again = await open();
  expect(again.report).toMatchObject({ replayedEvents: 0, damagedSnapshots: [], cutBytes: 0 });
  expect(await listSessions(again, { limit: 10, cursor: null })).toEqual(after);
  await again.close();
}

it("opens with everything in it, and goes on", check);

it("so does one whose snapshot has the first shape, without indexes", async () => {
  const path = join(folder, "snapshot.json");
  const snapshot = unseal((await readFile(path, "utf8")).trimEnd()) as Record<string, unknown>;
  const { crc: _crc, ...rest } = snapshot;
  const { sessionsOf, byTransaction, ...state } = rest.state as Record<string, unknown>;
  expect([sessionsOf, byTransaction]).not.toContain(undefined);
  await writeFile(path, seal(JSON.stringify({ ...rest, version: 1, state })));
  await check();
});
