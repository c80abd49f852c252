import { afterEach, beforeEach, expect } from "vitest";
import type { TestHub } from "./hub";
import { startTestHub } from "./hub";
import { registered } from "./registration";
import { WsCharger } from "./ws-charger";

/**
 * What real chargers do to a central system, over real sockets: each case asserts the reply, the books, and that another charger's session
 * goes on undisturbed.
 */

export let hub: TestHub;
/** The one that misbehaves. */
export let charger: WsCharger;
/** The one whose session goes on. */
export let neighbour: WsCharger;
export let neighbourTransaction: number;

export const now = "2026-11-21T12:00:00.000Z";
export const startOf = (more: object = {}) => ({
  connectorId: 1,
  idTag: "TAG1",
  meterStart: 1000,
  timestamp: now,
  ...more,
});
export const register = (value: string, more: object = {}) => ({ timestamp: now, sampledValue: [{ value, ...more }] });
export const status = (word: string) => ({ connectorId: 1, status: word, errorCode: "NoError" });

/** Sessions of the charger that misbehaves. */
export const sessions = () =>
  hub
    .sessions()
    .map(({ session }) => session)
    .filter(({ cpId }) => cpId === "CP1");
export const open = () => sessions().filter(({ endedAt }) => endedAt === null);
export const ocppError = (code: string): unknown => expect.objectContaining({ code });

/** A hub with two chargers for each test of the file; afterwards the neighbour's session must be whole. */
export function useQuirkSite(): void {
  beforeEach(async () => {
    hub = await startTestHub({
      events: [
        registered("CP1"),
        registered("CP2"),
        { type: "idTag.set", data: { idTag: "Tag1", status: "Accepted", expiryDate: null, parentIdTag: null } },
      ],
    });
    charger = await WsCharger.connect(hub.url, "CP1");
    neighbour = await WsCharger.connect(hub.url, "CP2");
    const started = await neighbour.call("StartTransaction", startOf());
    neighbourTransaction = started.transactionId as number;
  });

  afterEach(async () => {
    const reading = { connectorId: 1, transactionId: neighbourTransaction, meterValue: [register("2234")] };
    expect(await neighbour.call("MeterValues", reading)).toEqual({});
    const stop = { transactionId: neighbourTransaction, meterStop: 2500, timestamp: now };
    expect(await neighbour.call("StopTransaction", stop)).toEqual({});
    const own = hub.sessions().filter(({ session }) => session.cpId === "CP2");
    expect(own.map(({ session }) => [session.energyWh, session.flags])).toEqual([[1500, []]]);
    await hub.close();
  });
}
