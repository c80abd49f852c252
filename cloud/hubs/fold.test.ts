import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HubEventType, StreamEvent } from "../../shared/events";
import { freeTariff } from "../../shared/session";
import { beginMetering } from "../../shared/tariff";
import { registration, saying } from "../testing/registration";
import { perKwh } from "../testing/tariffs";
import type { SiteState } from "./fold";
import { applyEvents, emptyState, ownerFlags } from "./fold";

const id = "0190163d-8694-739b-aea5-966c26f8ad91";
const connector = { cpId: "CP1", connectorId: 1 };
const at = (minute: number) => new Date(Date.UTC(2026, 5, 1, 8, minute)).toISOString();

function event<T extends HubEventType>(
  type: T,
  data: Extract<StreamEvent, { type: T }>["data"],
  minute = 0,
): StreamEvent {
  return { id, seq: 1, at: at(minute), type, data } as StreamEvent;
}

function fold(...events: StreamEvent[]): SiteState {
  const state = emptyState();
  applyEvents(state, events);
  return state;
}

const bay = (more: object = {}) => ({ ...registration("CP1"), name: "Bay", tariffId: "t", ...more });
const booted = (accepted: boolean) =>
  event("chargePoint.booted", {
    cpId: "CP1",
    accepted,
    vendor: "V",
    model: "M",
    serialNumber: "S",
    firmwareVersion: "1.2",
  });
const status = (name: "Available" | "Faulted", errorCode?: string) =>
  event("connector.status", saying(1, name, errorCode));
const started = event("session.started", {
  ...connector,
  id,
  transactionId: 1,
  idTag: "T",
  requestId: null,
  reservationId: null,
  startedAt: at(0),
  chargerTime: null,
  meterStart: 1000,
  tariff: perKwh,
  timeZone: "UTC",
  authorization: "Accepted",
  flags: [],
});
const metered = (minute: number, registerWh: number, session: string | null = id) =>
  event("session.metered", {
    ...connector,
    id: session,
    at: at(minute),
    registerWh,
    powerW: null,
    samples: [],
  });
const shifted = event("session.shifted", { ...connector, id, byMs: 3_600_000 });
const ended = (amount: number, energyWh = 2000, flags: "incomplete"[] = []) =>
  event("session.ended", {
    ...connector,
    id,
    endedAt: at(60),
    meterStop: 1000 + energyWh,
    energyWh,
    reason: "Local",
    periods: energyWh === 0 ? [] : [{ start: at(0), seconds: 3600, energyWh, charging: true }],
    cost: { amount, currency: "EUR" },
    receiptNumber: "R-1",
    flags,
  });

describe("charge points", () => {
  it("are what was registered, what they told, and when they came and went", () => {
    const state = fold(
      booted(true),
      event("chargePoint.registered", bay()),
      event("chargePoint.online", { cpId: "CP1", transport: "mqtt" }, 1),
      event("chargePoint.offline", { cpId: "CP1" }, 2),
    );
    expect(state.chargePoints.get("CP1")).toEqual({
      name: "Bay",
      connectors: 1,
      tariffId: "t",
      vendor: "V",
      model: "M",
      serialNumber: "S",
      firmwareVersion: "1.2",
      online: false,
      onlineChangedAt: at(2),
    });
    const named = fold(booted(true), event("chargePoint.registered", bay({ vendor: "W", model: "N" })));
    expect(named.chargePoints.get("CP1")).toMatchObject({ vendor: "W", model: "N", serialNumber: "S" });
  });

  it("tell nothing by a boot that was refused, and are there by a status alone", () => {
    expect(fold(booted(false)).chargePoints.size).toBe(0);
    expect(fold(status("Available")).chargePoints.get("CP1")).toMatchObject({ name: null, online: false });
  });

  it("go with their connectors, and may come back without them", () => {
    const removed = event("chargePoint.removed", { cpId: "CP1" });
    const other = { ...status("Available"), data: { ...status("Available").data, cpId: "CP2" } } as StreamEvent;
    const state = fold(status("Available"), other, removed);
    expect([...state.removed]).toEqual(["CP1"]);
    expect([...state.changed.chargePoints]).toEqual(["CP2"]);
    expect([...state.changed.connectors]).toEqual(["1 CP2"]);
    applyEvents(state, [event("chargePoint.registered", bay())]);
    expect([...state.removed]).toEqual(["CP1"]);
    expect(state.changed.chargePoints).toContain("CP1");
  });
});

describe("a hub's whole state", () => {
  const whole = (online: boolean, name: "Available" | "Faulted", minute: number) =>
    event(
      "hub.state",
      {
        chargePoints: [{ ...bay(), online, statuses: [{ connectorId: 1, status: name, at: at(minute) }] }],
      },
      minute,
    );

  it("brings the sessions that run, which then end like any other; those that are known stay", () => {
    const [known, running] = [randomUUID(), randomUUID()];
    const session = (id: string, energyWh: number) => ({
      ...{
        id,
        cpId: "CP1",
        connectorId: 1,
        transactionId: 5,
        idTag: "TAG",
        requestId: null,
        startedAt: at(0),
        meterStart: 0,
      },
      ...{ energyWh, powerW: 7000, lastReadingAt: at(3), tariff: freeTariff("EUR"), timeZone: "Europe/Berlin" },
      ...{ metering: beginMetering(at(0)), cost: { amount: 0, currency: "EUR" }, flags: [] },
    });
    const state = fold(
      event("hub.state", { chargePoints: [], sessions: [session(known, 300)] }, 3),
      event("hub.state", { chargePoints: [], sessions: [session(known, 100), session(running, 200)] }, 4),
    );
    expect([...state.sessions.values()].map(({ session: { energyWh, endedAt } }) => [energyWh, endedAt])).toEqual([
      [300, null],
      [200, null],
    ]);
  });

  it("replaces what was known, and keeps since when a charger has been as it is", () => {
    const state = fold(
      event("chargePoint.online", { cpId: "CP1", transport: "mqtt" }, 1),
      event("chargePoint.online", { cpId: "GONE", transport: "mqtt" }, 1),
      status("Faulted", "GroundFailure"),
      whole(true, "Faulted", 5),
    );
    expect([...state.removed]).toEqual(["GONE"]);
    expect(state.chargePoints.get("CP1")).toMatchObject({ online: true, onlineChangedAt: at(1) });
    expect(state.connectors.get("1 CP1")).toMatchObject({ status: "Faulted", errorCode: "GroundFailure" });
    applyEvents(state, [whole(false, "Available", 9)]);
    expect(state.chargePoints.get("CP1")).toMatchObject({ online: false, onlineChangedAt: at(9) });
    expect(state.connectors.get("1 CP1")).toMatchObject({ status: "Available", errorCode: "NoError", at: at(9) });
  });

  it("does not call a fault whose kind it does not know no fault", () => {
    expect(fold(whole(true, "Faulted", 0)).connectors.get("1 CP1")).toMatchObject({ errorCode: "OtherError" });
  });
});

describe("sessions", () => {
  it("start once, end once, and are not touched afterwards", () => {
    const state = fold(started, metered(10, 2000), started, ended(90), metered(61, 9000), ended(500, 5000));
    expect(state.sessions.get(id)).toMatchObject({
      session: { energyWh: 2000, cost: { amount: 90 } },
      pricedAmount: 90,
    });
  });

  it("move with their hub's clock while they run", () => {
    const { sessions } = fold(started, metered(5, 2000), shifted);
    expect(sessions.get(id)?.session).toMatchObject({ startedAt: at(60), lastReadingAt: at(65), flags: ["clock"] });
    const over = fold(shifted, started, ended(90), shifted).sessions.get(id)?.session;
    expect(over).toMatchObject({ startedAt: at(0), flags: [] });
  });

  it("take no readings of others", () => {
    const state = fold(started, metered(10, 2000, null), metered(10, 2000, "0190163d-8694-739b-aea5-000000000000"));
    expect(state.sessions.get(id)).toMatchObject({ session: { energyWh: 0 }, pricedAmount: null });
    expect(state.sessions.size).toBe(1);
  });

  it("are flagged where the hub's price is not ours, or the start never came", () => {
    expect(ownerFlags(fold(started).sessions.get(id)!)).toEqual([]);
    expect(ownerFlags(fold(started, ended(90)).sessions.get(id)!)).toEqual([]);
    expect(ownerFlags(fold(started, ended(91)).sessions.get(id)!)).toEqual(["price_mismatch"]);
    const alone = fold(ended(90)).sessions.get(id)!;
    expect(ownerFlags(alone)).toEqual(["incomplete"]);
    expect(alone.session).toMatchObject({ startedAt: at(0), meterStart: 1000 });
    const empty = fold(ended(0, 0, ["incomplete"])).sessions.get(id)!;
    expect(ownerFlags(empty)).toEqual(["incomplete"]);
    expect(empty.session).toMatchObject({ startedAt: at(60), endedAt: at(60) });
  });

  it("never lose energy while they run, whatever the readings say", () => {
    const reading = fc.tuple(fc.integer({ min: 1, max: 59 }), fc.integer({ min: 0, max: 50_000 }));
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 12 }), (readings) => {
        const state = fold(started);
        let before = 0;
        for (const [minute, register] of readings) {
          applyEvents(state, [metered(minute, register)]);
          const { energyWh } = state.sessions.get(id)!.session;
          expect(energyWh).toBeGreaterThanOrEqual(before);
          before = energyWh;
        }
      }),
    );
  });
});

it("many events at once come to the same as one by one, though what it costs is only worked out at the end", () => {
  const [energy] = perKwh.elements;
  const tariff = { ...perKwh, elements: [{ ...energy!, restrictions: { end_time: "08:20" } }] };
  const begun = { ...started, data: { ...started.data, tariff } } as StreamEvent;
  const reading = fc
    .tuple(fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 50_000 }))
    .map(([minute, register]) => metered(minute, register));
  const any = fc.oneof({ weight: 5, arbitrary: reading }, fc.constantFrom(shifted, ended(90), begun));
  fc.assert(
    fc.property(fc.array(any, { maxLength: 12 }), (events) => {
      const state = fold(begun);
      for (const each of events) applyEvents(state, [each]);
      expect(fold(begun, ...events)).toEqual(state);
    }),
  );
});

describe("the rest", () => {
  it("is kept as it came and changes nothing here", () => {
    const state = fold(
      event("feed.applied", { position: 1 }),
      event("tariff.removed", { tariffId: "t" }),
      event("command.finished", { commandId: id, outcome: "expired", detail: null }, 3),
    );
    expect(state).toEqual({
      ...emptyState(),
      commands: [{ commandId: id, outcome: "expired", detail: null, at: at(3) }],
    });
  });
});
