import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { confirmByCloud, confirmEvents, isDoubted, leapEvents, startEvents } from "./clock-doubt";
import { hub, secretOf, useTestSite } from "./booking/testing/site";
import { HubClock } from "./hub-clock";
import { initialState } from "./state/state";
import type { HubState } from "./state/state";

const MINUTE = 60_000;
const DAY = 86_400_000;
const log = pino({ level: "silent" });
const having = (more: Partial<HubState>): HubState => ({ ...initialState(), ...more });
const pairing = { hubId: "h", siteId: "s", cloudUrl: "https://cloud.example", epoch: 1 };
const ahead = (aheadMs: number) => [{ type: "clock.doubted", data: { aheadMs } }];

describe("a clock that was set ahead", () => {
  it("is doubted from five minutes on, adds up, and is not when it goes back", () => {
    expect(leapEvents(having({}), 4 * MINUTE)).toEqual([]);
    expect(leapEvents(having({}), -DAY)).toEqual([]);
    expect(leapEvents(having({}), DAY)).toEqual(ahead(DAY));
    expect(leapEvents(having({ clockAheadMs: DAY }), DAY)).toEqual(ahead(2 * DAY));
    expect(leapEvents(having({ clockAheadMs: DAY }), -DAY)).toEqual(ahead(0));
    expect(confirmEvents(having({ clockAheadMs: DAY }))).toEqual(ahead(0));
    expect(confirmEvents(having({}))).toEqual([]);
  });

  it("is doubted after a long time off by a hub that has a cloud to ask", () => {
    expect(startEvents(having({ pairing }), 0, DAY)).toEqual([]);
    expect(startEvents(having({ pairing }), 0, DAY + 1)).toEqual(ahead(DAY + 1));
    expect(startEvents(having({}), 0, 9 * DAY)).toEqual([]);
  });
});

describe("bookings and a clock that was set ahead", () => {
  useTestSite();

  /** The machine's clock is set while the hub runs. */
  async function set(byMs: number): Promise<void> {
    const machine = { by: 0 };
    const source = { now: () => hub.clock.now() + machine.by, elapsed: () => 0, after: () => () => undefined };
    const clock = new HubClock(source, null);
    machine.by = byMs;
    await clock.look(hub.store, log);
    hub.clock.jump(byMs);
  }

  it("end by it only after the cloud or the operator has confirmed the time", async () => {
    const { sale } = await hub.reserve(60, 120);
    await set(3 * DAY);
    await hub.after(1);
    expect(isDoubted(hub.store.state)).toBe(true);
    expect(hub.sale(sale).end).toBeNull();
    confirmByCloud({ store: hub.store, clock: hub.clock, log }, hub.clock.now() - 3 * DAY);
    await hub.after(1);
    expect(hub.sale(sale).end).toBeNull();
    confirmByCloud({ store: hub.store, clock: hub.clock, log }, hub.clock.now() + MINUTE);
    await hub.after(1);
    expect(isDoubted(hub.store.state)).toBe(false);
    // The next round takes it out of the live state.
    expect(hub.types()).toContain("booking.ended");
  });

  it("go on where they were when it is set right again, and so does a driver who was just let in", async () => {
    const booking = await hub.reserve(0, 60);
    const { sale } = await hub.reserve(60, 120);
    await hub.bookings.admitDriver(null, { pass: booking.pass, pin: booking.pin as string }, secretOf("m"));
    hub.gateway.answers.RemoteStartTransaction = () => new Promise<never>(() => undefined);
    await hub.quiet();
    await set(3 * DAY);
    await hub.after(1);
    await set(-3 * DAY);
    await hub.after(1);
    expect(isDoubted(hub.store.state)).toBe(false);
    expect(hub.sale(sale)).toMatchObject({ stage: "reserved", end: null });
    expect(hub.sale(booking.sale).end).toBeNull();
    expect(hub.store.state.booking?.book.settled).toBe(0);
  });
});
