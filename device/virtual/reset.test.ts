import { describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { Desk } from "./testing/desk";

const desk = new Desk(20);
const accepted = { transactionId: 77, idTagInfo: { status: "Accepted" } };

/** Ids of what the hub has heard of an action: a repeat bears the same. */
const ids = (action: string): string[] => [...new Set(desk.central.sent(action).map((call) => call.id))];

describe("a power cut in the VM", () => {
  it("after the contactor has closed, before the start was answered: one start, one stop, and the hub's id", async () => {
    const { central } = desk;
    central.script["StartTransaction"] = () => undefined;
    const charger = await desk.charging();
    await until("some energy", () => charger.plant.countedWh() > 10);
    central.script["StartTransaction"] = () => accepted;
    await charger.reset();
    expect(charger.plant.contactorClosed).toBe(false);
    const stop = await central.expectCall("StopTransaction");
    expect(stop).toMatchObject({ transactionId: 77, reason: "PowerLoss" });
    expect([ids("StartTransaction").length, ids("StopTransaction").length]).toEqual([1, 1]);
    expect(charger.plant.contactorClosed).toBe(false);
  });

  it("after the stop was sent, before it was answered: the same stop again, and the next driver charges", async () => {
    const { central } = desk;
    central.script["StopTransaction"] = () => undefined;
    const charger = await desk.charging();
    await until("some energy", () => charger.plant.countedWh() > 10);
    await central.call("CP1", "RemoteStopTransaction", { transactionId: 2_000_000_001 });
    const stop = await central.expectCall("StopTransaction");
    central.script["StopTransaction"] = () => ({});
    const from = central.calls.length;
    await charger.reset();
    await until("the same again", () => central.calls.slice(from).some((call) => call.action === "StopTransaction"));
    expect(central.sent("StopTransaction").map((call) => call.payload)).toEqual([stop, stop]);
    expect(ids("StopTransaction")).toHaveLength(1);
    await central.expectStatus("Preparing", from);
    expect(await central.call("CP1", "RemoteStartTransaction", { idTag: "NEXT" })).toEqual({ status: "Accepted" });
    await until("the contactor", () => charger.plant.contactorClosed);
    await until("its start", () => ids("StartTransaction").length === 2);
  });
});
