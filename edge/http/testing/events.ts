import type { HubEvent } from "../../../shared/events";
import type { ConnectorStatus } from "../../../shared/ocpp";
import { freeTariff } from "../../../shared/session";
import type { Site } from "../../../shared/site";
import type { Tariff } from "../../../shared/tariff";

/** Events of a small site, for tests. */

export const perKwh: Tariff = {
  id: "kwh",
  currency: "EUR",
  tax_included: true,
  elements: [{ price_components: [{ type: "ENERGY", price: 4500, vat: 1900, step_size: 1 }] }],
};

export const openSite: Site = {
  name: "Garage",
  timeZone: "Europe/Berlin",
  currency: "EUR",
  startPolicy: "open",
  defaultTariffId: null,
  seller: { name: "Seller", address: "Street 1", vatNumber: "DE1" },
};

export const site = (more: Partial<Site> = {}): HubEvent => ({ type: "site.set", data: { ...openSite, ...more } });

export const online = (cpId: string): HubEvent => ({
  type: "chargePoint.online",
  data: { cpId, transport: "websocket" },
});

export const status = (cpId: string, connectorId: number, word: ConnectorStatus): HubEvent => ({
  type: "connector.status",
  data: {
    cpId,
    connectorId,
    status: word,
    errorCode: "NoError",
    info: null,
    vendorErrorCode: null,
    chargerTime: null,
  },
});

type Started = Extract<HubEvent, { type: "session.started" }>["data"];

export const started = (id: string, more: Partial<Started> = {}): HubEvent => ({
  type: "session.started",
  data: {
    cpId: "CP1",
    connectorId: 1,
    id,
    transactionId: 7,
    idTag: "TAG",
    requestId: null,
    reservationId: null,
    startedAt: "2026-11-21T12:00:00.000Z",
    chargerTime: null,
    meterStart: 1000,
    tariff: freeTariff("EUR"),
    timeZone: "Europe/Berlin",
    authorization: "Accepted",
    flags: [],
    ...more,
  },
});

export const metered = (id: string | null, registerWh: number, at = "2026-11-21T12:01:00.000Z"): HubEvent => ({
  type: "session.metered",
  data: {
    cpId: "CP1",
    connectorId: 1,
    id,
    at,
    registerWh,
    powerW: 7000,
    samples: [{ at, chargerTime: null, values: [{ value: String(registerWh), unit: "Wh" }] }],
  },
});

type Ended = Extract<HubEvent, { type: "session.ended" }>["data"];

export const ended = (id: string, more: Partial<Ended> = {}): HubEvent => ({
  type: "session.ended",
  data: {
    cpId: "CP1",
    connectorId: 1,
    id,
    endedAt: "2026-11-21T13:00:00.000Z",
    meterStop: 3000,
    energyWh: 2000,
    reason: "Remote",
    cost: { amount: 90, currency: "EUR" },
    receiptNumber: "R-000001",
    flags: [],
    periods: [{ start: "2026-11-21T12:00:00.000Z", seconds: 3600, energyWh: 2000, charging: true }],
    ...more,
  },
});

/** A UUIDv7 that counts. */
export const idOf = (count: number) => `01930000-0000-7000-8000-${String(count).padStart(12, "0")}`;
