import type { Clock } from "../clock";
import { startEvents } from "../clock-doubt";
import type { Gateway } from "../gateway";
import type { Log } from "../log";
import type { HubArchiveStore } from "../history";
import type { Starter } from "../start/starter";
import { mintIdTag } from "../start/secret";
import type { Stopper } from "../start/stopper";
import { Bookings } from "./bookings";
import { Keeper } from "./keeper";
import { passKeys } from "./pass";
import { restoredEvents } from "./recovery";

interface ReservationOptions {
  store: HubArchiveStore;
  gateway: Gateway;
  starter: Starter;
  stopper: Stopper;
  clock: Clock;
  /** Rule 6: whether the hour can be relied on. */
  clockCredible: () => boolean;
  log: Log;
  /** Folder of the hub's keys. */
  folder: string;
  /** Whether load management tells the chargers their limits. */
  isLoadManaged: () => boolean;
  newId: () => string;
  /** A random positive int32 at each call. */
  randomId: () => number;
  random: (bytes: number) => Uint8Array;
}

/** Reservations at work. */
interface Reservations {
  bookings: Bookings;
  /** Resolves when what is under way is done. */
  stop(): Promise<void>;
}

/** Takes reservations up where the journal left them. A folder that was restored is RECOVERING from here on (Rule 10), on disk when this resolves. */
export async function startReservations(options: ReservationOptions): Promise<Reservations> {
  const { store, log, folder, newId, random, clockCredible } = options;
  if (store.report.restoredAt !== null) {
    await store.commit((state) => ({ reply: undefined, events: restoredEvents(state, newId) }));
    log.warn({ restoredAt: store.report.restoredAt }, "the hub was restored from a back-up");
    await store.confirmRestored();
  }
  const { lastAt } = store.report;
  if (lastAt !== null && clockCredible()) {
    await store.commit((state) => ({
      reply: undefined,
      events: startEvents(state, Date.parse(lastAt), options.clock.now()),
    }));
  }
  const keys = passKeys(folder);
  const bookings = new Bookings({ ...options, keys });
  const keeper = new Keeper({ ...options, mintIdTag: () => mintIdTag(random) });
  keeper.start();
  return { bookings, stop: () => keeper.stop() };
}
