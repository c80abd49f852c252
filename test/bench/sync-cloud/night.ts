import { v7 } from "uuid";
import type { StreamEvent } from "../../../shared/events";
import { meterSession, settleSession, startSession } from "../../../shared/session";

const READINGS = 120;
const STEP_MS = 30_000;

/** The events of a charger's night, `count` of them: sessions of an hour with a reading each 30 s, and the connector's statuses. */
export function nightOf(count: number): StreamEvent[] {
  const events: StreamEvent[] = [];
  let at = Date.UTC(2026, 5, 1, 20);
  const add = (event: { type: StreamEvent["type"]; data: unknown }) =>
    events.push({
      id: v7({ msecs: at }),
      seq: events.length + 1,
      at: new Date(at).toISOString(),
      ...event,
    } as StreamEvent);
  const connector = { cpId: "CP1", connectorId: 1 };
  const status = (name: string) => ({
    type: "connector.status" as const,
    data: { ...connector, status: name, errorCode: "NoError", info: null, vendorErrorCode: null, chargerTime: iso(at) },
  });
  for (let number = 1; events.length < count; number++) {
    add(status("Preparing"));
    const started = {
      ...connector,
      id: v7({ msecs: at }),
      transactionId: number,
      idTag: "0123456789ABCDEF",
      requestId: null,
      reservationId: null,
      startedAt: iso(at),
      chargerTime: iso(at),
      meterStart: number * 10_000,
      tariff,
      timeZone: "Europe/Berlin",
      authorization: "Accepted" as const,
      flags: [],
    };
    add({ type: "session.started", data: started });
    let session = startSession(started);
    add(status("Charging"));
    for (let n = 1; n <= READINGS; n++) {
      at += STEP_MS;
      const metered = reading(started.id, at, started.meterStart + n * 61);
      add({ type: "session.metered", data: metered });
      session = meterSession(session, metered);
    }
    const end = { endedAt: iso(at), meterStop: started.meterStart + READINGS * 61, reason: "Local", flags: [] };
    add({ type: "session.ended", data: settleSession(session, end, `R-${number}`) });
    add(status("Available"));
    at += 600_000;
  }
  return events.slice(0, count);
}

const tariff = {
  id: "demo",
  currency: "EUR",
  tax_included: true,
  elements: [{ price_components: [{ type: "ENERGY" as const, price: 4500, vat: 1900, step_size: 1 }] }],
};

function reading(id: string, at: number, registerWh: number) {
  return {
    cpId: "CP1",
    connectorId: 1,
    id,
    at: iso(at),
    registerWh,
    powerW: 7300,
    samples: [
      {
        at: iso(at),
        chargerTime: iso(at),
        values: [
          value("Energy.Active.Import.Register", String(registerWh), "Wh"),
          value("Power.Active.Import", "7300", "W"),
          value("Current.Import", "31.7", "A"),
          value("Voltage", "230.1", "V"),
        ],
      },
    ],
  };
}

function value(measurand: string, text: string, unit: string) {
  return { value: text, context: "Sample.Periodic", measurand, unit };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
