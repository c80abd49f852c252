import { v7 } from "uuid";
import type { Session } from "../../shared/session";
import { endSession, meterSession, settleSession, startSession } from "../../shared/session";
import type { Tariff } from "../../shared/tariff";
import type { TestHub } from "./hub";
import { perKwh } from "./tariffs";

/** A car charges at a test hub: writes the events that a real one would, and gives the session as the hub has it. */
export function charge(
  hub: TestHub,
  options: {
    startedAt: number;
    readings: [minute: number, registerWh: number][];
    end?: boolean;
    tariff?: Tariff;
    cpId?: string;
    idTag?: string;
    /** The start that was asked for. */
    requestId?: string | null;
  },
): Session {
  const { startedAt, readings, end = true, tariff = perKwh, cpId = "CP1" } = options;
  const { idTag = "TAG", requestId = null } = options;
  const connector = { cpId, connectorId: 1 };
  const at = (minute: number) => new Date(startedAt + minute * 60_000).toISOString();
  const started = {
    ...connector,
    id: v7({ msecs: startedAt }),
    transactionId: 4711,
    idTag,
    requestId,
    reservationId: null,
    startedAt: at(0),
    chargerTime: null,
    meterStart: 1000,
    tariff,
    timeZone: "Europe/Berlin",
    authorization: "Accepted" as const,
    flags: [],
  };
  hub.add("session.started", started, startedAt);
  let session = startSession(started);
  let minutes = 0;
  for (const [minute, registerWh] of readings) {
    minutes = minute;
    const samples = [{ at: at(minute), chargerTime: null, values: [{ value: String(registerWh), unit: "Wh" }] }];
    const metered = { ...connector, id: session.id, at: at(minute), registerWh, powerW: 7400, samples };
    hub.add("session.metered", metered, startedAt + minute * 60_000);
    session = meterSession(session, metered);
  }
  if (!end) return session;
  const meterStop = readings.at(-1)?.[1] ?? 1000;
  const settled = settleSession(
    session,
    { endedAt: at(minutes + 1), meterStop, reason: "Local", flags: [] },
    `R-${String(hub.journal.length).padStart(6, "0")}`,
  );
  hub.add("session.ended", settled, startedAt + (minutes + 1) * 60_000);
  return endSession(session, settled);
}
