import { cp } from "node:fs/promises";
import { v7 } from "uuid";
import type { HubEvent } from "../../../shared/events";
import { freeTariff } from "../../../shared/session";
import { createIds } from "../../../edge/ids";
import { hubDomain } from "../../../edge/state/domain";
import { openStore } from "../../../edge/store/store";

const WEEK_S = 7 * 86_400;
const SAMPLE_S = 30;
/** Sessions of an hour, one after the other: a busy charger. */
const SAMPLES = 120;

/**
 * Writes the journal of a week that a paired hub has spent without its cloud, `chargers` busy all the time, and leaves it as a power cut would:
 * into `folder`, no last snapshot. Gives the number of events.
 */
export async function writeBacklog(scratch: string, folder: string, chargers: number): Promise<number> {
  const pairing = { hubId: v7(), siteId: v7(), cloudUrl: "http://127.0.0.1:9", epoch: 1 };
  const store = await spendWeek(scratch, chargers, { type: "hub.paired", data: pairing });
  const { seq } = store.head;
  await cp(scratch, folder, { recursive: true, filter: (path) => !path.endsWith("lock") });
  await store.close();
  return seq;
}

/** Adds such a week to the data folder of a hub that is paired and does not run, `acked` being what its cloud has. Gives its last event. */
export async function addBacklog(folder: string, chargers: number, acked: number): Promise<number> {
  const store = await spendWeek(folder, chargers, null, acked);
  const { seq } = store.head;
  await store.close();
  return seq;
}

async function spendWeek(folder: string, chargers: number, paired: HubEvent | null, acked = 0) {
  let now = Date.parse("2026-11-14T00:00:00Z");
  const newId = createIds(
    () => now,
    (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  );
  const store = await openStore({ folder, domain: hubDomain, now: () => now, newId, onFatal: fail });
  const commit = (events: HubEvent[]) => store.commit(() => ({ reply: null, events }));
  const cpIds = Array.from({ length: chargers }, (_, index) => `CP${index + 1}`);
  await commit([...(paired ? [paired] : []), ...cpIds.map((cpId) => registered(cpId))]);
  store.setAcked(acked);
  const running = new Map<string, { id: string; meterStart: number }>();
  const start = now;
  for (let sample = 0; sample * SAMPLE_S < WEEK_S; sample += 1) {
    now = start + sample * SAMPLE_S * 1000;
    const at = new Date(now).toISOString();
    await commit(
      cpIds.flatMap((cpId, index) => {
        const step = (sample + index) % SAMPLES;
        const known = running.get(cpId);
        if (step === 0 || !known) {
          const session = { id: newId(), meterStart: sample * 60 };
          running.set(cpId, session);
          return [
            ...(known ? [ended(cpId, known, at, sample * 60)] : []),
            started(cpId, session, at, sample * 100 + index),
          ];
        }
        return [metered(cpId, known.id, at, sample * 60)];
      }),
    );
  }
  return store;
}

function fail(error: Error): never {
  throw error;
}

export function registered(cpId: string): HubEvent {
  const open = { name: null, connectors: 1, tariffId: null, maxCurrentA: null, vendor: null, model: null };
  return {
    type: "chargePoint.registered",
    data: { cpId, ...open, serialNumber: null, securityProfile: 0, plainFrames: true },
  };
}

export function started(
  cpId: string,
  { id, meterStart }: { id: string; meterStart: number },
  at: string,
  n: number,
): HubEvent {
  return {
    type: "session.started",
    data: {
      id,
      cpId,
      connectorId: 1,
      transactionId: n + 1,
      idTag: "BENCH",
      requestId: null,
      reservationId: null,
      startedAt: at,
      chargerTime: at,
      meterStart,
      tariff: freeTariff("EUR"),
      timeZone: "UTC",
      authorization: "Accepted",
      flags: [],
    },
  };
}

export function metered(cpId: string, id: string, at: string, registerWh: number): HubEvent {
  const values = [
    { value: String(registerWh), context: "Sample.Periodic", measurand: "Energy.Active.Import.Register", unit: "Wh" },
    { value: "7360", context: "Sample.Periodic", measurand: "Power.Active.Import", unit: "W" },
  ];
  const samples = [{ at, chargerTime: at, values }];
  return { type: "session.metered", data: { cpId, connectorId: 1, id, at, registerWh, powerW: 7360, samples } };
}

export function ended(
  cpId: string,
  { id, meterStart }: { id: string; meterStart: number },
  at: string,
  meterStop: number,
): HubEvent {
  return {
    type: "session.ended",
    data: {
      id,
      cpId,
      connectorId: 1,
      endedAt: at,
      meterStop,
      energyWh: meterStop - meterStart,
      reason: "Local",
      periods: [{ start: at, seconds: 3600, energyWh: meterStop - meterStart, charging: true }],
      cost: { amount: 0, currency: "EUR" },
      receiptNumber: "R-000001",
      flags: [],
    },
  };
}
