import { expect, it } from "vitest";
import { temporaryFolder } from "../../shared/testing/folder";
import { randomBytes } from "node:crypto";
import { pino } from "pino";
import { v7 } from "uuid";
import { online, site, status } from "../http/testing/events";
import { FakeGateway, memoryHubStore } from "../http/testing/hub-app";
import { Starter } from "../start/starter";
import { Stopper } from "../start/stopper";
import { MemoryDisk } from "../store/testing/memory-disk";
import { ManualClock } from "../testing/manual-clock";
import { registered } from "../testing/registration";
import { startReservations } from "./start";
import { bookingOf } from "./state";

const place = { cpId: "CP1", connectorId: 1 };

/** A hub's process on a disk that outlives it. */
async function boot(disk: MemoryDisk, clock: ManualClock, folder: string) {
  const store = await memoryHubStore(clock, disk);
  const gateway = new FakeGateway();
  const log = pino({ level: "silent" });
  const starter = new Starter({ store, gateway, clock, log, random: randomBytes });
  const reservations = await startReservations({
    store,
    gateway,
    starter,
    stopper: new Stopper({ store, gateway, clock, log }),
    clock,
    clockCredible: () => true,
    log,
    folder,
    isLoadManaged: () => false,
    newId: () => v7(),
    randomId: () => 7,
    random: randomBytes,
  });
  const end = async () => {
    starter.close();
    await reservations.stop();
  };
  return { store, bookings: reservations.bookings, end };
}

/** What `restore` leaves behind. */
async function markRestored(disk: MemoryDisk): Promise<void> {
  const file = await disk.open("/data/hub/restored.json", "create");
  await file.write(Buffer.from('{"restoredAt":"2026-11-21T12:00:00.000Z"}'), 0);
  await file.sync();
  await file.close();
  await disk.syncFolder("/data/hub");
}

it("a pass that was used is used after a power cut, and a hub from a back-up of before admits nobody by itself", async () => {
  const clock = new ManualClock();
  const disk = new MemoryDisk();
  const folder = temporaryFolder();
  let hub = await boot(disk, clock, folder);
  const events = [site(), registered("CP1"), online("CP1"), status("CP1", 1, "Available")];
  await hub.store.commit(() => ({ reply: null, events }));
  const from = clock.now();
  const wish = { key: "the only call", from, to: from + 3_600_000, at: null, class: null, idTag: null };
  const booking = await hub.bookings.reserve(wish);
  const shown = { pass: booking.pass, pin: booking.pin ?? undefined };
  const backup = disk.powerCut(() => 0);
  await hub.bookings.admitDriver(place, shown, "m".repeat(40));
  await hub.end();

  hub = await boot(
    disk.powerCut(() => 0),
    clock,
    folder,
  );
  expect(bookingOf(hub.store.state).book.sales[`${booking.sale.booking}/1`]).toMatchObject({
    stage: "admitted",
    use: { connector: "CP1/1", by: "pass" },
  });
  await expect(hub.bookings.admitDriver(place, shown, "o".repeat(40))).rejects.toMatchObject({ code: "pass_used" });
  await hub.end();

  await markRestored(backup);
  const restored = await boot(backup, clock, folder);
  expect(bookingOf(restored.store.state).book).toMatchObject({ recovery: expect.any(String) as string });
  expect(restored.store.report.restoredAt).toBeNull();
  await expect(restored.bookings.admitDriver(place, shown, "o".repeat(40))).rejects.toMatchObject({
    code: "operator_needed",
  });
  await expect(restored.bookings.reserve({ ...wish, key: "another call" })).rejects.toMatchObject({
    code: "recovering",
  });
  await restored.end();
  hub = await boot(
    backup.powerCut(() => 0),
    clock,
    folder,
  );
  expect(bookingOf(hub.store.state).book.recovery).not.toBeNull();
  await hub.end();
});
