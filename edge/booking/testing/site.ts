import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, beforeEach } from "vitest";
import { slotOf } from "../../../shared/booking";
import type { Sale } from "../../../shared/booking";
import { defaultBookingSettings } from "../../../shared/booking-settings";
import type { HubEvent } from "../../../shared/events";
import type { ConnectorStatus } from "../../../shared/ocpp";
import { temporaryFolder } from "../../../shared/testing/folder";
import { online, perKwh, site, status } from "../../http/testing/events";
import { FakeGateway } from "../../http/testing/hub-app";
import { routeOf } from "../../ocpp/routes";
import { Starter } from "../../start/starter";
import { Stopper } from "../../start/stopper";
import type { MemoryStore } from "../../testing/memory-store";
import { memoryStore } from "../../testing/memory-store";
import { ManualClock, settled } from "../../testing/manual-clock";
import { registered } from "../../testing/registration";
import { Bookings } from "../bookings";
import type { LocalBooking } from "../bookings";
import { Keeper } from "../keeper";
import { passKeys } from "../pass";
import { bookingOf } from "../state";

export const MINUTE = 60_000;
export const secretOf = (letter: string) => letter.repeat(40);
export const mine = secretOf("m");
export const place = { cpId: "CP1", connectorId: 1 };
/** What a driver shows of a booking. */
export const shown = ({ pass, pin }: LocalBooking) => ({ pass, pin: pin ?? undefined });

/** "done", or the code of the error. */
export const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: { code: string }) => error.code,
  );

interface TestSiteOptions {
  /** Charge points of one connector each; CP1 and CP2 by default. */
  cpIds?: string[];
  events?: HubEvent[];
  isLoadManaged?: boolean;
}

/** A small site at noon with reservations at work: real rules and store, chargers that answer what a test says, and a clock that it moves. */
export async function testSite({ cpIds = ["CP1", "CP2"], events = [], isLoadManaged = false }: TestSiteOptions = {}) {
  const clock = new ManualClock();
  const store: MemoryStore = memoryStore(() => clock.now());
  const gateway = new FakeGateway();
  gateway.answers = {
    TriggerMessage: () => ({ status: "Accepted" }),
    RemoteStartTransaction: () => ({ status: "Accepted" }),
    RemoteStopTransaction: () => ({ status: "Accepted" }),
    ReserveNow: () => ({ status: "Accepted" }),
    CancelReservation: () => ({ status: "Accepted" }),
    SetChargingProfile: () => ({ status: "Accepted" }),
  };
  const log = pino({ level: "silent" });
  const folder = temporaryFolder();
  const starter = new Starter({ store, gateway, clock, log, random: randomBytes });
  const stopper = new Stopper({ store, gateway, clock, log });
  const trust = { clock: true };
  const clockCredible = () => trust.clock;
  const keys = passKeys(folder);
  const random = randomBytes;
  const newId = () => v7();
  const bookings = new Bookings({ store, starter, stopper, keys, clock, clockCredible, log, newId, random });
  let next = 1000;
  const keeper = new Keeper({
    store,
    gateway,
    stopper,
    clock,
    clockCredible,
    isLoadManaged: () => isLoadManaged,
    log,
    randomId: () => (next += 1),
    mintIdTag: () => `HP${(next += 1)}`,
  });
  const commit = (...made: HubEvent[]) => store.commit(() => ({ reply: undefined, events: made }));
  await commit(
    site({ defaultTariffId: "kwh" }),
    { type: "tariff.set", data: perKwh },
    ...cpIds.flatMap((cpId) => [registered(cpId), online(cpId), status(cpId, 1, "Available")]),
    ...events,
  );
  keeper.start();

  /** What a charger says, as its handler takes it. */
  async function say(cpId: string, action: string, payload: Record<string, unknown>) {
    const route = routeOf(action);
    if (!route) throw new Error(`no route ${action}`);
    const after: unknown[] = [];
    const reply = await store.commit((state) => {
      const context = {
        cpId,
        state,
        now: clock.now(),
        settings: { acceptUnknown: true, heartbeatInterval: 45, retryInterval: 60 },
        newId,
        randomId: () => (next += 1),
      };
      const handled = route.handle(route.request.parse(payload), context);
      after.push(...(handled.after ?? []));
      return { reply: handled.reply as Record<string, never>, events: handled.events };
    });
    await quiet();
    return { ...reply, after };
  }

  /** Everything that follows by itself has happened. */
  async function quiet(): Promise<void> {
    for (let i = 0; i < 20; i += 1) await settled();
  }

  const after = async (minutes: number) => {
    await clock.advance(minutes * MINUTE);
    await quiet();
  };
  const at = (minutes: number) => Date.parse("2026-11-21T12:00:00Z") + minutes * MINUTE;

  return {
    clock,
    store,
    gateway,
    starter,
    stopper,
    bookings,
    keys,
    keeper,
    folder,
    trust,
    commit,
    say,
    quiet,
    after,
    at,
    /** Reserves from and to these minutes after noon. */
    reserve: async (from: number, to: number, more: Partial<Parameters<Bookings["reserve"]>[0]> = {}) => {
      const wish = { key: v7(), from: at(from), to: at(to), at: null, class: null, idTag: null };
      const made = await bookings.reserve({ ...wish, ...more });
      await quiet();
      return made;
    },
    /** The sale of a booking as the book has it now. */
    sale: ({ booking, version }: { booking: string; version: number }): Sale =>
      bookingOf(store.state).book.sales[`${booking}/${version}`] as Sale,
    bindings: () => bookingOf(store.state).bindings,
    status: (cpId: string, word: ConnectorStatus) =>
      say(cpId, "StatusNotification", { connectorId: 1, status: word, errorCode: "NoError" }),
    /** The charger tells of the transaction that it was last asked for, or of one by a card. */
    begin: async (cpId: string, idTag?: string, more: Record<string, unknown> = {}) => {
      const asked = gateway.calls.findLast((call) => call.action === "RemoteStartTransaction" && call.cpId === cpId);
      const tag = idTag ?? (asked?.payload as { idTag: string } | undefined)?.idTag;
      const timestamp = new Date(clock.now()).toISOString();
      return say(cpId, "StartTransaction", { connectorId: 1, idTag: tag, meterStart: 0, timestamp, ...more });
    },
    /** The charger tells of the end of what runs there. */
    end: async (cpId: string) => {
      const open = Object.values(store.state.openSessions).find(({ session }) => session.cpId === cpId);
      const timestamp = new Date(clock.now()).toISOString();
      const transactionId = open?.session.transactionId ?? 0;
      return say(cpId, "StopTransaction", { transactionId, meterStop: 5, timestamp });
    },
    types: () => store.events.map(({ type }) => type as string),
    close: async () => {
      starter.close();
      await keeper.stop();
    },
  };
}
export type TestSite = Awaited<ReturnType<typeof testSite>>;

/** The site of each test of a file that calls `useTestSite`. */
export let hub: TestSite;

export function useTestSite(): void {
  beforeEach(async () => {
    hub = await testSite();
  });
  afterEach(() => hub.close());
}

/** A sale of the cloud at CP1/1, these minutes after noon. */
export const cloudSale = (from: number, to: number): Sale => ({
  booking: "cloud-1",
  version: 1,
  replaces: null,
  hub: bookingOf(hub.store.state).book.hub,
  epoch: 1,
  seller: "cloud",
  seat: "CP1/1",
  class: "STANDARD",
  from: slotOf(hub.at(from)),
  to: slotOf(hub.at(to)),
  price: { amount: 400, currency: "EUR" },
  terms: { ...defaultBookingSettings.terms, compensation: 500 },
  tariff: perKwh,
  key: null,
  stage: "reserved",
  doubt: false,
  cancel: null,
  use: null,
  end: null,
});
