import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endSession, freeTariff, meterSession, settleSession, shiftSession, startSession } from "./session";
import { priceOf } from "./tariff";
import type { Tariff } from "./tariff";

const perKwh: Tariff = {
  id: "energy",
  currency: "EUR",
  tax_included: true,
  elements: [{ price_components: [{ type: "ENERGY", price: 4500, vat: 1900, step_size: 1 }] }],
};

const connector = { cpId: "CP1", connectorId: 1 };
const id = "0190163d-8694-739b-aea5-966c26f8ad91";

function started(tariff = perKwh, meterStart = 1000) {
  return startSession({
    ...connector,
    id,
    transactionId: 7,
    idTag: "TAG",
    requestId: null,
    reservationId: null,
    startedAt: at(0),
    chargerTime: null,
    meterStart,
    tariff,
    timeZone: "Europe/Berlin",
    authorization: "Accepted",
    flags: [],
  });
}

function at(minutes: number): string {
  return new Date(Date.UTC(2026, 2, 1, 12, minutes)).toISOString();
}

function reading(minutes: number, registerWh: number | null, powerW: number | null = null) {
  return { ...connector, id, at: at(minutes), registerWh, powerW, samples: [] };
}

const end = (minutes: number, meterStop: number) => ({ endedAt: at(minutes), meterStop, reason: "Local", flags: [] });

it("a session that moves with the clock lasts as long and costs the same, and is flagged once", () => {
  const hour = 3_600_000;
  const parking: Tariff = {
    ...perKwh,
    elements: [{ price_components: [{ type: "PARKING_TIME", price: 6, step_size: 1 }] }],
  };
  for (const tariff of [perKwh, parking]) {
    const readings = [reading(10, 1000), reading(20, 3000), reading(40, 3000)];
    const plain = readings.reduce(meterSession, started(tariff));
    const moved = shiftSession(shiftSession(plain, hour), hour);
    expect(moved).toMatchObject({ startedAt: at(120), lastReadingAt: at(160), flags: ["clock"] });
    const ended = settleSession(moved, end(180, 4000), "R-1");
    const expected = settleSession(plain, end(60, 4000), "R-1");
    expect([ended.energyWh, ended.cost]).toEqual([expected.energyWh, expected.cost]);
    expect(ended.periods.map(({ start }) => start)).toEqual(
      expected.periods.map(({ start }) => new Date(Date.parse(start) + 2 * hour).toISOString()),
    );
  }
  const quiet = meterSession(started(), reading(10, 1000));
  expect(shiftSession(quiet, hour).metering.quiet).toMatchObject({ last: null });
  expect(shiftSession(started(), hour).metering).toMatchObject({ startedAt: at(60), quiet: null });
});

describe("a running session", () => {
  it("begins with nothing used and nothing owed", () => {
    expect(started()).toMatchObject({
      energyWh: 0,
      endedAt: null,
      meterStop: null,
      cost: { amount: 0, currency: "EUR" },
    });
  });

  it("takes energy from the register and keeps the last power that the charger gave", () => {
    const first = meterSession(started(), reading(10, 3000, 7400));
    expect(first).toMatchObject({ energyWh: 2000, powerW: 7400, lastReadingAt: at(10), cost: { amount: 90 } });
    expect(meterSession(first, reading(20, 5000))).toMatchObject({
      energyWh: 4000,
      powerW: 7400,
      cost: { amount: 180 },
    });
  });

  it("never counts back, whatever the register does", () => {
    const before = meterSession(started(), reading(10, 3000));
    expect(meterSession(before, reading(11, 20))).toMatchObject({ energyWh: 2000, lastReadingAt: at(11) });
    expect(meterSession(before, reading(12, null, 50))).toMatchObject({ energyWh: 2000, powerW: 50 });
    expect(meterSession(before, reading(5, 3500))).toMatchObject({ energyWh: 2500, lastReadingAt: at(10) });
  });
});

describe("the end of a session", () => {
  it("bills final minus initial register, in periods that both sides price alike", () => {
    const session = meterSession(started(), reading(30, 6000));
    const ended = settleSession(session, end(60, 11_000), "R-000001");
    expect(ended).toMatchObject({
      energyWh: 10_000,
      meterStop: 11_000,
      cost: { amount: 450 },
      receiptNumber: "R-000001",
      flags: [],
    });
    expect(priceOf(perKwh, ended.periods, "Europe/Berlin").total).toBe(450);
    expect(endSession(session, ended)).toMatchObject({
      endedAt: at(60),
      energyWh: 10_000,
      powerW: null,
      periods: ended.periods,
      cost: { amount: 450 },
    });
  });

  it("bills by start and stop alone where the stop falls behind the last reading, and says so", () => {
    const session = meterSession(started(), reading(30, 6000));
    const ended = settleSession(session, end(60, 5990), "R-000002");
    expect(ended).toMatchObject({ energyWh: 4990, flags: ["suspicious_meter"] });
    expect(ended.periods.reduce((sum, period) => sum + period.energyWh, 0)).toBe(4990);
  });

  it("is never negative", () => {
    expect(settleSession(started(), end(5, 10), "R-1")).toMatchObject({
      energyWh: 0,
      meterStop: 1000,
      flags: ["suspicious_meter"],
    });
  });

  it("does not lie before the last reading", () => {
    const session = meterSession(started(), reading(30, 6000));
    expect(settleSession(session, end(10, 6000), "R-1").endedAt).toBe(at(30));
  });

  it("costs nothing without a tariff, and still has its energy and time", () => {
    const ended = settleSession(started(freeTariff("CHF")), end(60, 3000), "R-1");
    expect(ended).toMatchObject({ energyWh: 2000, cost: { amount: 0, currency: "CHF" } });
    expect(ended.periods.reduce((sum, period) => sum + period.seconds, 0)).toBe(3600);
  });

  it("has periods that add up to its energy, whatever the meter did", () => {
    const readings = fc.array(fc.tuple(fc.integer({ min: 0, max: 600 }), fc.integer({ min: 0, max: 50_000 })), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: 60_000 }), (all, meterStop) => {
        const session = all.reduce(
          (sofar, [minutes, register]) => meterSession(sofar, reading(minutes, register)),
          started(),
        );
        const ended = settleSession(session, end(601, meterStop), "R-1");
        expect(ended.periods.reduce((sum, period) => sum + period.energyWh, 0)).toBe(ended.energyWh);
        expect(ended.energyWh).toBe(Math.max(0, meterStop - 1000));
        expect(priceOf(perKwh, ended.periods, "Europe/Berlin").total).toBe(ended.cost.amount);
      }),
    );
  });
});
