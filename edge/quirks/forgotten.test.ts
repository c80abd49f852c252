import { describe, expect, it } from "vitest";
import { charger, hub, now, open, register, sessions, startOf, status, useQuirkSite } from "../testing/quirk-site";

useQuirkSite();

describe("9: sessions that their charger forgot", () => {
  const boot = { chargePointVendor: "V", chargePointModel: "M" };
  const pass = async (ms: number) => {
    await hub.clock.advance(ms);
    for (let i = 0; i < 10; i += 1) hub.liveness.tick();
    await charger.call("Heartbeat", {});
  };

  it("end after the time of grace with the last known register, and a late stop corrects them", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1800")] });
    await charger.call("StatusNotification", status("Available"));
    await pass(4 * 60_000);
    expect(open()).toHaveLength(1);
    await pass(70_000);
    expect(sessions()).toMatchObject([{ endedAt: now, energyWh: 800, flags: ["incomplete"], reason: "Other" }]);
    const { receiptNumber } = sessions()[0] ?? {};
    const stop = { transactionId, meterStop: 2000, timestamp: "2026-11-21T12:01:00Z" };
    await charger.call("StopTransaction", stop);
    await charger.call("StopTransaction", { ...stop, meterStop: 7000 });
    expect(sessions()).toMatchObject([
      { endedAt: "2026-11-21T12:01:00.000Z", energyWh: 1000, flags: ["corrected"], receiptNumber },
    ]);
  });

  it("a late stop without a transaction id corrects as well", async () => {
    await charger.call("StartTransaction", startOf());
    await charger.call("StatusNotification", status("Available"));
    await pass(6 * 60_000);
    await charger.call("StopTransaction", { transactionId: -1, meterStop: 2000, timestamp: now, idTag: "TAG1" });
    expect(sessions()).toMatchObject([{ energyWh: 1000, flags: ["corrected"] }]);
  });

  it("go on where the charger shows that they do", async () => {
    const { transactionId } = await charger.call("StartTransaction", startOf());
    await charger.call("BootNotification", boot);
    await charger.call("StatusNotification", status("Charging"));
    await charger.call("BootNotification", boot);
    await charger.call("MeterValues", { connectorId: 1, transactionId, meterValue: [register("1800")] });
    await pass(6 * 60_000);
    expect(open()).toHaveLength(1);
  });

  it("end after a boot that brings no sign of them", async () => {
    await charger.call("StartTransaction", startOf());
    await charger.call("BootNotification", boot);
    await charger.call("StatusNotification", status("Preparing"));
    await pass(6 * 60_000);
    expect(sessions()).toMatchObject([{ energyWh: 0, flags: ["incomplete"] }]);
  });

  it("end when another begins on their connector", async () => {
    const first = await charger.call("StartTransaction", startOf());
    await charger.call("MeterValues", { ...first, connectorId: 1, meterValue: [register("1800")] });
    const second = await charger.call("StartTransaction", startOf({ meterStart: 3000 }));
    expect(second.idTagInfo).toEqual({ status: "Accepted" });
    expect(open()).toMatchObject([{ transactionId: second.transactionId, energyWh: 0 }]);
    const old = sessions().find(({ transactionId }) => transactionId === first.transactionId);
    expect(old).toMatchObject({ energyWh: 800, flags: ["incomplete"] });
  });
});
