import type { Tariff } from "../../shared/tariff/schema";
import type { Board, OwnedSite, SessionDetail } from "../app/types";
import { garageTariff, zone } from "./views";

/** Data of a real shape for tests and screenshots of the cloud app. */

export const appNow = "2026-11-21T13:05:12.000Z";
export const siteId = "0198f3a0-0000-7000-8000-00000000000a";

export const organizationId = "0198f3a0-0000-7000-8000-0000000000b0";

export const site: OwnedSite = {
  siteId,
  organizationId,
  role: "owner",
  listing: "approved",
  name: "Lindenhof garage",
  timeZone: zone,
  currency: "EUR",
  startPolicy: "accessKey",
  defaultTariffId: "day-rate",
  seller: { name: "Lindenhof Energy Co-op", address: "Lindenweg 4\n10437 Berlin", vatNumber: "DE123456789" },
};

export const simpleTariff: Tariff = {
  id: "day-rate",
  currency: "EUR",
  tax_included: true,
  elements: [
    { price_components: [{ type: "ENERGY", price: 4500, vat: 1900, step_size: 1 }] },
    {
      price_components: [
        { type: "TIME", price: 60_000, vat: 1900, step_size: 60 },
        { type: "PARKING_TIME", price: 60_000, vat: 1900, step_size: 60 },
      ],
      restrictions: { min_duration: 14_400 },
    },
  ],
};

export const dayNightTariff: Tariff = {
  ...simpleTariff,
  id: "day-night",
  elements: [
    {
      price_components: [{ type: "ENERGY", price: 2900, vat: 1900, step_size: 1 }],
      restrictions: { start_time: "22:00", end_time: "06:00" },
    },
    {
      price_components: [{ type: "ENERGY", price: 3500, vat: 1900, step_size: 1 }],
      restrictions: { start_time: "11:00", end_time: "15:00" },
    },
    ...simpleTariff.elements,
  ],
};

export const complexTariff: Tariff = {
  ...garageTariff,
  id: "night",
  elements: [
    {
      price_components: [{ type: "ENERGY", price: 2900, vat: 1900, step_size: 1 }],
      restrictions: { start_time: "22:00", end_time: "06:00", day_of_week: ["MONDAY", "TUESDAY", "WEDNESDAY"] },
    },
    { price_components: [{ type: "ENERGY", price: 4900, vat: 1900, step_size: 1 }] },
  ],
};

const running = {
  id: "0198f3a0-0000-7000-8000-000000000001",
  energyWh: 8420,
  powerW: 10_840,
  cost: { amount: 379, currency: "EUR" },
  startedAt: "2026-11-21T12:18:02.000Z",
  lastReadingAt: "2026-11-21T13:05:00.000Z",
};

function chargePoint(cpId: string, name: string | null, connectors: Board["chargePoints"][number]["connectors"]) {
  return {
    cpId,
    name,
    online: true,
    onlineChangedAt: "2026-11-21T06:00:00.000Z",
    vendor: "Hitchpost",
    model: "ESP32",
    connectors,
  };
}

export const board: Board = {
  hub: {
    hubId: "0198f3a0-0000-7000-8000-0000000000aa",
    name: "garage-pi",
    version: "0.1.0",
    online: true,
    lastSeenAt: appNow,
  },
  chargePoints: [
    chargePoint("CP1", "Carport left", [
      { connectorId: 1, status: "Charging", errorCode: "NoError", at: "2026-11-21T12:18:05.000Z", session: running },
    ]),
    chargePoint("CP2", "Carport right", [
      { connectorId: 1, status: "Available", errorCode: "NoError", at: "2026-11-21T10:40:00.000Z", session: null },
    ]),
    chargePoint("CP3", "Street side", [
      { connectorId: 1, status: "Faulted", errorCode: "GroundFailure", at: "2026-11-21T11:55:00.000Z", session: null },
      { connectorId: 2, status: "Available", errorCode: "NoError", at: "2026-11-20T17:12:00.000Z", session: null },
    ]),
    {
      ...chargePoint("CP4", null, [
        { connectorId: 1, status: "Available", errorCode: "NoError", at: "2026-11-20T09:00:00.000Z", session: null },
      ]),
      online: false,
      onlineChangedAt: "2026-11-21T12:51:00.000Z",
    },
  ],
};

/** A session that has ended, with what its bill is made of. */
export function ownerSession(index: number, more: Partial<SessionDetail> = {}): SessionDetail {
  const startedAt = new Date(Date.parse("2026-11-21T08:18:02.000Z") - index * 29_000_000).toISOString();
  const energyWh = 42_420 - index * 3107;
  return {
    id: `0198f3a0-0000-7000-8000-0000000001${String(index).padStart(2, "0")}`,
    cpId: `CP${(index % 3) + 1}`,
    connectorId: 1,
    transactionId: 1000 + index,
    idTag: "HPX7K2M4QZ",
    startedAt,
    endedAt: new Date(Date.parse(startedAt) + 17_160_000).toISOString(),
    meterStart: 1_204_310,
    meterStop: 1_204_310 + energyWh,
    energyWh,
    powerW: null,
    lastReadingAt: startedAt,
    timeZone: zone,
    tariff: garageTariff,
    cost: { amount: Math.round(energyWh * 0.045) + 460, currency: "EUR" },
    cloudCost: null,
    reason: "Remote",
    receiptNumber: `R-${String(42 - index).padStart(6, "0")}`,
    flags: index === 2 ? ["incomplete"] : [],
    periods: [
      { start: startedAt, seconds: 14_400, energyWh: energyWh - 2420, charging: true },
      {
        start: new Date(Date.parse(startedAt) + 14_400_000).toISOString(),
        seconds: 2760,
        energyWh: 2420,
        charging: true,
      },
    ],
    ...more,
  };
}
