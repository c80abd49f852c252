import { describe, expect, it } from "vitest";
import { charger, hub, now, open, register, sessions, startOf, useQuirkSite } from "../testing/quirk-site";

useQuirkSite();

describe("5: readings that name no transaction", () => {
  it.each([{}, { transactionId: 0 }, { transactionId: null }])("go to what runs on the connector: %j", async (more) => {
    await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { connectorId: 1, ...more, meterValue: [register("1250")] });
    expect(open()[0]?.energyWh).toBe(250);
  });

  it.each([{ connectorId: 0 }, { connectorId: 2 }, { connectorId: 1, transactionId: 999_999 }])(
    "or are kept without one: %j",
    async (more) => {
      await charger.call("StartTransaction", startOf());
      expect(await charger.call("MeterValues", { ...more, meterValue: [register("9999")] })).toEqual({});
      expect(open()[0]?.energyWh).toBe(0);
      expect(hub.store.events.at(-1)).toMatchObject({ type: "session.metered", data: { id: null, samples: [{}] } });
    },
  );

  it("belong to their session also after its end", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf());
    await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: now });
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1400")] });
    expect(hub.store.events.at(-1)).toMatchObject({ data: { id: sessions()[0]?.id } });
    expect(sessions()[0]?.energyWh).toBe(500);
  });
});

describe("6: meters", () => {
  const run = async (start: number, readings: string[], stop: number, more: object = {}) => {
    const { transactionId } = await charger.call("StartTransaction", startOf({ meterStart: start }));
    for (const value of readings) {
      await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register(value, more)] });
      expect(open()[0]?.energyWh).toBeGreaterThanOrEqual(0);
    }
    await charger.call("StopTransaction", { transactionId, meterStop: stop, timestamp: now });
    const [session] = sessions();
    const periods = session?.periods ?? [];
    expect(periods.reduce((sum, { energyWh }) => sum + energyWh, 0)).toBe(session?.energyWh);
    return session;
  };

  it("kWh with 17 digits", async () => {
    const session = await run(1_000_000, ["1000.5004999999999999", "1001.2"], 1_001_500, { unit: "kWh" });
    expect(session).toMatchObject({ energyWh: 1500, flags: [] });
  });

  it("readings relative to the session beside lifetime start and stop", async () => {
    const session = await run(1_000_000, ["0", "400", "1100"], 1_001_500);
    expect(session).toMatchObject({ energyWh: 1500, flags: ["suspicious_meter"] });
  });

  it("a register that restarts in mid-session", async () => {
    const session = await run(1_000_000, ["1000500", "20"], 200);
    expect(session).toMatchObject({ energyWh: 0, flags: ["suspicious_meter"] });
  });

  it("a stop slightly below the last reading", async () => {
    const session = await run(1000, ["1500", "2001"], 2000);
    expect(session).toMatchObject({ energyWh: 1000, flags: ["suspicious_meter"] });
  });

  it("a lifetime reading beside start and stop from 0", async () => {
    const session = await run(0, ["7654321"], 1500);
    expect(session).toMatchObject({ energyWh: 1500, flags: ["suspicious_meter"] });
  });

  it("a stop that jumped beyond what can have flowed", async () => {
    const session = await run(0, ["800"], 7_654_321);
    expect(session).toMatchObject({ energyWh: 800, flags: ["suspicious_meter"] });
  });

  it("registers below zero and with decimals", async () => {
    const session = await run(-5, [], 1500.9);
    expect(session).toMatchObject({ meterStart: 0, energyWh: 1500, flags: ["suspicious_meter"] });
  });
});

describe("7: time", () => {
  it.each(["1970-01-01T00:00:20Z", "2026-11-21T03:00:00", "soon", undefined, null])(
    "%s: the arrival counts",
    async (text) => {
      const { transactionId } = await charger.call("StartTransaction", startOf({ timestamp: text }));
      expect(open()).toMatchObject([{ startedAt: now, flags: ["clock"] }]);
      await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: text });
      expect(sessions()).toMatchObject([{ endedAt: now, energyWh: 500, flags: ["clock"] }]);
      expect(hub.store.events.find((e) => e.type === "session.started" && e.data.cpId === "CP1")).toMatchObject({
        data: { chargerTime: text ?? null },
      });
    },
  );

  it("a session from a charger that was offline keeps its own times", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf({ timestamp: "2026-11-21T09:00:00Z" }));
    await charger.call("StopTransaction", { transactionId, meterStop: 1500, timestamp: "2026-11-21T10:00:00+00:00" });
    expect(sessions()).toMatchObject([
      { startedAt: "2026-11-21T09:00:00.000Z", endedAt: "2026-11-21T10:00:00.000Z", flags: [] },
    ]);
  });

  it("replies are in UTC with Z", async () => {
    expect(await charger.call("Heartbeat", {})).toEqual({ currentTime: now });
  });
});
