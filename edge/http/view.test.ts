import { describe, expect, it } from "vitest";
import type { HubEvent } from "../../shared/events";
import type { HubState } from "../state/state";
import { initialState } from "../state/state";
import { registered } from "../testing/registration";
import { at, start, stateAfter } from "../testing/state-after";
import { ended, idOf, metered, online, perKwh, site, started, status } from "./testing/events";
import { pageView } from "./view";

const place = { cpId: "CP1", connectorId: 1 };
const connectorOf = (state: HubState, seconds = 0) => pageView(state, place, start + seconds * 1000, 1).connector;
const ready = [
  site(),
  registered("CP1", { name: "Bay 1", connectors: 1 }),
  online("CP1"),
  status("CP1", 1, "Available"),
];
const requested: HubEvent = {
  type: "start.requested",
  data: { requestId: "r1", ...place, idTag: "HP" },
  local: { secretHash: "hash" },
};

describe("the page's view", () => {
  it("of a hub that nobody has set up", () => {
    expect(pageView(initialState(), null, start, 0)).toEqual({
      site: { name: "Charging site", timeZone: "UTC", currency: "EUR", startPolicy: "pass" },
      connectors: [],
      connector: null,
      position: 0,
      now: "2026-11-21T12:00:00.000Z",
    });
  });

  it("lists every connector that is registered or reported, in human order, and not the whole charge point", () => {
    const state = stateAfter(
      registered("CP10"),
      registered("CP2", { connectors: 2, name: "Two" }),
      status("CP10", 1, "Charging"),
      status("CP10", 0, "Available"),
      status("CP2", 3, "Faulted"),
      online("CP2"),
    );
    expect(pageView(state, null, start, 4).connectors).toEqual([
      { cpId: "CP2", connectorId: 1, name: "Two", online: true, status: null },
      { cpId: "CP2", connectorId: 2, name: "Two", online: true, status: null },
      { cpId: "CP2", connectorId: 3, name: "Two", online: true, status: "Faulted" },
      { cpId: "CP10", connectorId: 1, name: "CP10", online: false, status: "Charging" },
    ]);
  });

  it("is empty for a connector that is not there", () => {
    for (const each of [
      { cpId: "CP9", connectorId: 1 },
      { cpId: "CP1", connectorId: 2 },
      { cpId: "__proto__", connectorId: 1 },
    ]) {
      expect(pageView(stateAfter(...ready), each, start, 1).connector).toBeNull();
    }
  });

  it("shows the price that a start would have, and no secret", () => {
    const state = stateAfter(
      ...ready,
      { type: "tariff.set", data: perKwh },
      site({ defaultTariffId: "kwh" }),
      requested,
    );
    const connector = connectorOf(state);
    expect(connector).toMatchObject({ name: "Bay 1", tariff: perKwh, errorCode: "NoError", maxCurrentA: null });
    expect(JSON.stringify(pageView(state, place, start, 1))).not.toMatch(/hash|"HP"/);
    expect(connectorOf(stateAfter(...ready))?.tariff.id).toBe("free");
    expect(connectorOf(stateAfter(registered("CP1", { connectors: 1 })))).toMatchObject({
      status: null,
      errorCode: "NoError",
    });
  });

  it("shows the running session, then the last one until its car is gone", () => {
    const running = [...ready, started(idOf(7)), status("CP1", 1, "Charging"), metered(idOf(7), 1500)];
    expect(connectorOf(stateAfter(...running))?.session).toMatchObject({ id: idOf(7), energyWh: 500, powerW: 7000 });
    const over = [...running, ended(idOf(7), { endedAt: at(3600) })];
    expect(connectorOf(stateAfter(...over))?.session).toMatchObject({ endedAt: at(3600), cost: { amount: 90 } });
    const word = (seconds: number, status_: Parameters<typeof status>[2]): [number, HubEvent] => [
      seconds,
      status("CP1", 1, status_),
    ];
    expect(connectorOf(stateAfter(...over, word(3601, "Finishing")))?.session).not.toBeNull();
    expect(connectorOf(stateAfter(...over, word(3599, "Available")))?.session).not.toBeNull();
    for (const free of ["Available", "Preparing", "Reserved"] as const) {
      expect(connectorOf(stateAfter(...over, word(3700, free)))?.session).toBeNull();
    }
    const second = [started(idOf(8)), ended(idOf(8), { endedAt: at(3650) })];
    expect(connectorOf(stateAfter(...over, ...second))?.session?.id).toBe(idOf(8));
  });

  it("shows how far a start is, and for a while why it failed", () => {
    const accepted: HubEvent = { type: "start.accepted", data: { requestId: "r1", ...place } };
    const failed: HubEvent = { type: "start.failed", data: { requestId: "r1", ...place, reason: "rejected" } };
    const request = (seconds: number, ...events: (HubEvent | [number, HubEvent])[]) =>
      connectorOf(stateAfter(...ready, ...events), seconds)?.request;
    expect(request(0)).toBeNull();
    expect(request(1, [1, requested])).toEqual({ requestId: "r1", state: "requested", reason: null, at: at(1) });
    expect(request(2, [1, requested], [2, accepted])).toMatchObject({ state: "accepted", at: at(2) });
    const told = [
      [1, requested],
      [2, failed],
    ] as [number, HubEvent][];
    expect(request(600, ...told)).toEqual({ requestId: "r1", state: "failed", reason: "rejected", at: at(2) });
    expect(request(603, ...told)).toBeNull();
    const again: HubEvent = { ...requested, data: { ...requested.data, requestId: "r2" } } as HubEvent;
    expect(request(4, ...told, [3, again])).toMatchObject({ requestId: "r2", state: "requested" });
  });
});
