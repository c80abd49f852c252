import type { ConnectorView, HubPageView, LiveSession, Receipt } from "../../shared/hub-page";
import type { Tariff } from "../../shared/tariff/schema";

/** Views of a real shape for tests and screenshots of the hub's page. */

export const zone = "Europe/Berlin";
export const hubNow = "2026-11-21T13:05:12.000Z";
export const secret = "q3nW8sVd0Lk2hYtR5uXzB7mJ-9cFg_Ea";

export const garageTariff: Tariff = {
  id: "garage",
  currency: "EUR",
  tax_included: true,
  elements: [
    {
      price_components: [{ type: "ENERGY", price: 4500, vat: 1900, step_size: 1 }],
    },
    {
      price_components: [
        { type: "TIME", price: 60_000, vat: 1900, step_size: 60 },
        { type: "PARKING_TIME", price: 60_000, vat: 1900, step_size: 60 },
      ],
      restrictions: { min_duration: 14_400 },
    },
  ],
};

/** A session that began 47 minutes ago. */
export function session(more: Partial<LiveSession> = {}): LiveSession {
  return {
    id: "0198f3a0-0000-7000-8000-000000000001",
    requestId: "r1",
    startedAt: "2026-11-21T12:18:02.000Z",
    endedAt: null,
    energyWh: 8_420,
    powerW: 10_840,
    lastReadingAt: "2026-11-21T13:05:00.000Z",
    cost: { amount: 379, currency: "EUR" },
    ...more,
  };
}

/** A free connector, changed by what is given. */
export function connector(more: Partial<ConnectorView> = {}): ConnectorView {
  return {
    cpId: "CP1",
    connectorId: 1,
    name: "Carport left",
    online: true,
    onlineChangedAt: "2026-11-21T06:00:00.000Z",
    status: "Available",
    errorCode: "NoError",
    tariff: garageTariff,
    maxCurrentA: 16,
    session: null,
    request: null,
    reservation: null,
    leaveBy: null,
    standby: false,
    ...more,
  };
}

/** What the page is rendered with: a connector's page, or the list for null. */
export function view(
  shown: ConnectorView | null,
  site: Partial<HubPageView["site"]> = {},
  more: Partial<HubPageView> = {},
): HubPageView {
  const first = shown ?? connector();
  return {
    site: { name: "Lindenhof garage", timeZone: zone, currency: "EUR", startPolicy: "open", ...site },
    connectors: [
      { cpId: "CP1", connectorId: 1, name: first.name, online: first.online, status: first.status },
      { cpId: "CP2", connectorId: 1, name: "Carport right", online: true, status: "Charging" },
      { cpId: "CP3", connectorId: 1, name: "Street side", online: true, status: "Faulted" },
      { cpId: "CP3", connectorId: 2, name: "Street side", online: true, status: "Reserved" },
      { cpId: "CP4", connectorId: 1, name: "Visitors", online: false, status: "Available" },
    ],
    connector: shown,
    sampleInterval: 30,
    position: 10,
    now: hubNow,
    ...more,
  };
}

/** A receipt with energy and a time fee. */
export function receipt(more: Partial<Receipt> = {}): Receipt {
  return {
    number: "R-000042",
    sessionId: session().id,
    seller: {
      name: "Lindenhof Energy Co-op",
      address: "Lindenweg 4\n10437 Berlin",
      vatNumber: "DE123456789",
    },
    site: { name: "Lindenhof garage", timeZone: zone },
    cpId: "CP1",
    connectorId: 1,
    startedAt: "2026-11-21T08:18:02.000Z",
    endedAt: "2026-11-21T13:04:02.000Z",
    meterStart: 1_204_310,
    meterStop: 1_246_730,
    energyWh: 42_420,
    reason: "Remote",
    tariff: garageTariff,
    periods: [
      { start: "2026-11-21T08:18:02.000Z", seconds: 14_400, energyWh: 40_000, charging: true },
      { start: "2026-11-21T12:18:02.000Z", seconds: 2760, energyWh: 2420, charging: true },
    ],
    cost: { amount: 2369, currency: "EUR" },
    ...more,
  };
}

/** Readings of an afternoon: a ramp, a plateau that wobbles, a dip. */
export function readings(from: string, count: number): [at: number, watts: number][] {
  const start = Date.parse(from);
  return Array.from({ length: count }, (_, index) => {
    const ramp = Math.min(1, (index + 1) / 5);
    const dip = index > count * 0.55 && index < count * 0.65 ? 0.55 : 1;
    return [start + index * 30_000, Math.round(10_900 * ramp * dip + 160 * Math.sin(index))];
  });
}

/** A booking's pass for two hours from the quarter of an hour of `at`, with a PIN; nobody has signed it. */
export function passToken(at: string): string {
  const from = Math.floor(Date.parse(at) / 900_000);
  const claims = { from, to: from + 8, terms: { early_start_time: 15 }, holder: { pinTag: "tag" } };
  return `eyJhbGciOiJFZERTQSJ9.${btoa(JSON.stringify(claims)).replace(/=+$/, "")}.c2ln`;
}
