import fc from "fast-check";
import { pino } from "pino";
import { v7 } from "uuid";
import { describe, expect, it } from "vitest";
import type { HubEvent } from "../shared/events";
import { streamEventSchema } from "../shared/events";
import { unnamedSite } from "../shared/site";
import { eventually } from "../shared/testing/eventually";
import { element, tariff } from "../shared/tariff/testing/examples";
import { HubClock } from "./hub-clock";
import { memoryHubStore } from "./http/testing/hub-app";
import { handleCall } from "./ocpp/handle";
import { MemoryDisk } from "./store/testing/memory-disk";
import { ManualClock } from "./testing/manual-clock";
import { registered } from "./testing/registration";

const MINUTE = 60_000;
const DAY = 86_400_000;
const log = pino({ level: "silent" });

/** Energy, time and parking cost something, and more by day. */
const byTime = tariff([
  element("ENERGY", 0.5, undefined, 1, { start_time: "08:00", end_time: "20:00" }),
  element("ENERGY", 0.3),
  element("PARKING_TIME", 6),
]);
const first: HubEvent[] = [
  registered("CP1"),
  { type: "tariff.set", data: byTime },
  { type: "site.set", data: { ...unnamedSite, defaultTariffId: byTime.id } },
  { type: "idTag.set", data: { idTag: "TAG", status: "Accepted", expiryDate: null, parentIdTag: null } },
];

/** The hub's store and session code under a machine's clock that the test sets; the disk outlives a restart. */
async function start(machine: ManualClock, disk = new MemoryDisk(), lastAt?: string | null) {
  const store = await memoryHubStore({ now: () => clock.now() }, disk);
  const clock: HubClock = new HubClock(machine, lastAt === undefined ? store.report.lastAt : lastAt);
  let ids = 0;
  const settings = { acceptUnknown: false, heartbeatInterval: 45, retryInterval: 60 };
  const deps = { store, clock, log, settings, newId: () => v7(), randomId: () => (ids += 1) };
  const call = async (action: string, payload: object) => {
    const outcome = await handleCall(deps, "CP1", action, payload);
    if (!outcome.ok) throw new Error(outcome.description);
    return outcome.reply as Record<string, never>;
  };
  const nowText = () => new Date(clock.now()).toISOString();
  return {
    store,
    clock,
    call,
    commit: (events: HubEvent[]) => store.commit(() => ({ reply: null, events })),
    look: () => clock.look(store, log),
    begin: (more: object = {}) =>
      call("StartTransaction", { connectorId: 1, idTag: "TAG", meterStart: 0, timestamp: nowText(), ...more }),
    meter: (value: number) => {
      const meterValue = [{ timestamp: nowText(), sampledValue: [{ value: String(value) }] }];
      return call("MeterValues", { connectorId: 1, transactionId: ids, meterValue });
    },
    end: (meterStop: number, more: object = {}) =>
      call("StopTransaction", { transactionId: ids, meterStop, timestamp: nowText(), ...more }),
    sessions: () => [...Object.values(store.state.openSessions), ...Object.values(store.state.closedSessions)],
    seconds: () => {
      const [closed] = Object.values(store.state.closedSessions);
      return (closed?.session.periods ?? []).reduce((sum, { seconds }) => sum + seconds, 0);
    },
  };
}

describe("a Pi without a battery", () => {
  it("goes on from its journal, and its sessions last as long as they did once NTP has set the clock", async () => {
    const disk = new MemoryDisk();
    const before = await start(new ManualClock(), disk);
    await before.commit(first);
    await before.store.close();

    const machine = new ManualClock("1970-01-01T00:00:10.000Z");
    const hub = await start(machine, disk);
    expect([hub.clock.credible(), hub.clock.now()]).toEqual([false, Date.parse("2026-11-21T12:00:00Z")]);
    await hub.begin();
    await machine.advance(10 * MINUTE);
    await hub.meter(1000);
    await hub.look();
    expect(hub.clock.credible()).toBe(false);
    machine.jump(Date.parse("2026-11-24T09:00:00Z") - machine.now());
    await hub.look();
    expect([hub.clock.credible(), hub.clock.now()]).toEqual([true, Date.parse("2026-11-24T09:00:00Z")]);
    await machine.advance(5 * MINUTE);
    await hub.end(1500);
    const [open] = hub.sessions();
    expect(open?.session).toMatchObject({
      startedAt: "2026-11-24T08:50:00.000Z",
      endedAt: "2026-11-24T09:05:00.000Z",
      energyWh: 1500,
      flags: ["clock"],
    });
    expect(hub.seconds()).toBe(15 * 60);
  });

  it("has an order even where the journal is empty, and believes no clock from before this program", async () => {
    const machine = new ManualClock("1970-01-01T00:00:10.000Z");
    const hub = await start(machine);
    expect(hub.clock.now()).toBe(Date.parse("2026-01-01T00:00:00Z"));
    machine.jump(3600_000);
    await hub.look();
    expect([hub.clock.credible(), hub.clock.now()]).toEqual([false, Date.parse("2026-01-01T00:00:00Z")]);
    await machine.advance(1000);
    expect(hub.clock.now()).toBe(Date.parse("2026-01-01T00:00:01Z"));
  });

  it.each([
    ["behind the journal by a day, as fake-hwclock leaves it", "2026-11-20T12:00:00Z", false, "2026-11-21T12:00:00Z"],
    ["at the journal's end", "2026-11-21T12:00:00Z", true, "2026-11-21T12:00:00Z"],
    ["later than the journal", "2027-01-01T00:00:00Z", true, "2027-01-01T00:00:00Z"],
    ["behind a journal that was written by a clock far ahead", "2026-11-01T00:00:00Z", true, "2026-11-01T00:00:00Z"],
  ])("that starts %s", async (_what, machineAt, credible, ours) => {
    const hub = await start(new ManualClock(machineAt), undefined, "2026-11-21T12:00:00Z");
    expect([hub.clock.credible(), hub.clock.now()]).toEqual([credible, Date.parse(ours)]);
  });

  it("is certain again when the machine's clock has caught up", async () => {
    const machine = new ManualClock("2026-11-21T11:00:00Z");
    const hub = await start(machine, undefined, "2026-11-21T12:00:00Z");
    machine.jump(1000);
    await hub.look();
    expect(hub.clock.credible()).toBe(false);
    machine.jump(3_600_000);
    await hub.look();
    expect([hub.clock.credible(), hub.clock.now() - machine.now()]).toEqual([true, 0]);
  });
});

describe("a clock that is set while the hub runs", () => {
  it("costs nobody anything, whichever way and however often", async () => {
    const jump = fc.constantFrom(-400 * DAY, -DAY, -2 * 3_600_000, -90_000, -1500, 500, 90_000, 3_600_000, 90 * DAY);
    const bill = async (jumps: number[]) => {
      const machine = new ManualClock();
      const hub = await start(machine);
      await hub.commit(first);
      await hub.begin();
      for (const [index, byMs] of jumps.entries()) {
        await machine.advance(3 * MINUTE);
        await hub.meter(500 * (index + 1));
        machine.jump(byMs);
        await hub.look();
      }
      await machine.advance(3 * MINUTE);
      await hub.end(500 * (jumps.length + 1));
      const [open] = hub.sessions();
      expect(Date.parse(String(open?.session.endedAt)) - Date.parse(String(open?.session.startedAt))).toBeLessThan(
        (3 * (jumps.length + 1) + 1) * MINUTE,
      );
      return { seconds: hub.seconds(), energyWh: open?.session.energyWh };
    };
    await fc.assert(
      fc.asyncProperty(fc.array(jump, { minLength: 1, maxLength: 5 }), async (jumps) => {
        const plain = await bill(jumps.map(() => 0));
        const jumped = await bill(jumps);
        expect(jumped.energyWh).toBe(plain.energyWh);
        expect(Math.abs(jumped.seconds - plain.seconds)).toBeLessThan(60);
      }),
      { numRuns: 25 },
    );
  });

  it("does not move sessions whose times are their charger's", async () => {
    const machine = new ManualClock();
    const hub = await start(machine);
    await hub.commit(first);
    await hub.begin({ timestamp: "2026-11-21T10:00:00Z" });
    machine.jump(-3_600_000);
    await hub.look();
    await hub.end(700, { timestamp: "2026-11-21T10:30:00Z" });
    expect(hub.sessions()[0]?.session).toMatchObject({
      startedAt: "2026-11-21T10:00:00.000Z",
      endedAt: "2026-11-21T10:30:00.000Z",
      flags: [],
    });
  });

  it("keeps the patience with a start, and what is known since when", async () => {
    const machine = new ManualClock();
    const hub = await start(machine);
    const data = { requestId: "r", cpId: "CP1", connectorId: 1, idTag: "T" };
    await hub.commit([
      ...first,
      { type: "chargePoint.online", data: { cpId: "CP1", transport: "mqtt" } },
      { type: "start.requested", data, local: { secretHash: "x" } },
      { type: "start.requested", data: { ...data, requestId: "s" }, local: { secretHash: "x" } },
      { type: "start.accepted", data },
    ]);
    await hub.begin();
    await hub.call("StatusNotification", { connectorId: 1, status: "Available", errorCode: "NoError" });
    machine.jump(DAY);
    await hub.look();
    const later = "2026-11-22T12:00:00.000Z";
    expect(hub.store.state).toMatchObject({
      startRequests: { r: { requestedAt: later, acceptedAt: later }, s: { requestedAt: later, acceptedAt: null } },
      chargePoints: { CP1: { onlineChangedAt: later, connectors: { 1: { at: later } } } },
    });
    expect(hub.sessions()).toMatchObject([{ abandonedSince: later, arrivedAt: later, session: { startedAt: later } }]);
  });

  it("is followed where it is fine, without a word in the journal", async () => {
    const machine = new ManualClock();
    const hub = await start(machine);
    await hub.commit(first);
    const { seq } = hub.store.head;
    for (const byMs of [1, 40_000, -40_000]) {
      machine.jump(byMs);
      await hub.look();
      expect(Math.abs(hub.clock.now() - machine.now())).toBeLessThanOrEqual(5);
    }
    expect(hub.store.head.seq).toBe(seq);
  });

  it("is looked at every second, until the hub stops; the journal tells it as one commit that the cloud understands", async () => {
    const machine = new ManualClock();
    const hub = await start(machine);
    await hub.commit(first);
    await hub.begin();
    const { seq } = hub.store.head;
    hub.clock.watch(hub.store, log);
    machine.jump(DAY);
    await eventually(async () => {
      await machine.advance(1000);
      expect(hub.store.head.seq).toBe(seq + 3);
    });
    const { events } = await hub.store.read(seq, 10);
    expect(events.map(({ type }) => type)).toEqual(["clock.stepped", "session.shifted", "clock.doubted"]);
    expect(events.every((event) => streamEventSchema.safeParse(event).success)).toBe(true);
    expect(new Set(events.map(({ at }) => at)).size).toBe(1);
    hub.clock.stop();
    machine.jump(DAY);
    await machine.advance(5000);
    expect(hub.store.head.seq).toBe(seq + 3);
  });
});
