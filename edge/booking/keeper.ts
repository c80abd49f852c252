import type { HubEvent } from "../../shared/events";
import type { Session } from "../../shared/session";
import type { Clock } from "../clock";
import type { Gateway } from "../gateway";
import type { Log } from "../log";
import type { Stopper } from "../start/stopper";
import type { HubStore } from "../state/domain";
import type { HubStored } from "../state/fold";
import type { HubState } from "../state/state";
import { bindingEvents } from "./binding";
import { seatEvents } from "./connectors";
import { abandonedEvents, extendEvents, lostEvents, overdueEvents, overdueSessions, settleEvents } from "./duties";
import { isBookEvent } from "./fold";
import { Projector } from "./projector";
import { hasSight } from "./receive";

interface KeeperOptions {
  store: HubStore;
  gateway: Gateway;
  stopper: Stopper;
  clock: Clock;
  /** Rule 6: whether the clock can be believed. Without, nothing ends or is kept because of the time. */
  clockCredible: () => boolean;
  /** Whether load management tells the chargers their limits. */
  isLoadManaged: () => boolean;
  log: Log;
  randomId: () => number;
  mintIdTag: () => string;
}

const TICK_MS = 5000;

const relevant = new Set<HubStored["type"]>([
  "booking.set",
  "chargePoint.registered",
  "chargePoint.removed",
  "chargePoint.online",
  "chargePoint.offline",
  "chargePoint.booted",
  "connector.status",
  "connector.reserved",
  "connector.released",
  "session.started",
  "session.ended",
  "start.failed",
]);

/**
 * Does what is due: seats follow the connectors, connectors are kept for drivers who may come, no-shows end, walk-ins claim more or have to leave. Looks every
 * few seconds and after what concerns it; a hub without reservations costs nothing.
 */
export class Keeper {
  private readonly options: KeeperOptions;
  private readonly projector: Projector;
  private readonly unsubscribe: () => void;
  /** Sessions that were told to stop for good. */
  private readonly told = new Map<string, { session: Session; limited: boolean }>();
  private cancelTick: (() => void) | null = null;
  private stopped = false;
  private round: Promise<void> | null = null;
  private again = false;
  /** Since when chargers have been in sight, epoch ms; null: none is. */
  private upSince: number | null = null;

  constructor(options: KeeperOptions) {
    this.options = options;
    const { gateway, clock, log } = options;
    this.projector = new Projector({ gateway, clock, log, changed: () => this.look() });
    this.unsubscribe = options.store.subscribe((events) => {
      this.projector.heard(events);
      if (events.some((event) => relevant.has(event.type) || isBookEvent(event))) this.look();
    });
  }

  start(): void {
    this.look();
    this.cancelTick = this.options.clock.after(TICK_MS, () => this.start());
  }

  /** Resolves when what is under way is done. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelTick?.();
    this.unsubscribe();
    await this.round;
  }

  /** One round at a time; several causes in one moment make one round. */
  private look(): void {
    if (this.stopped || !this.options.store.state.booking) return;
    this.again = true;
    this.round ??= this.rounds().finally(() => {
      this.round = null;
    });
  }

  private async rounds(): Promise<void> {
    while (this.again && !this.stopped) {
      this.again = false;
      try {
        await this.once();
      } catch (error) {
        this.options.log.error({ err: error }, "what is due for the reservations could not be done");
      }
    }
  }

  private async once(): Promise<void> {
    const { store, clock, clockCredible, randomId, mintIdTag } = this.options;
    const now = () => clock.now();
    this.upSince = hasSight(store.state) ? (this.upSince ?? now()) : null;
    await this.duty((state) => seatEvents(state, now()));
    await this.duty((state) => abandonedEvents(state, now()));
    await this.duty((state) => lostEvents(state, now()));
    if (clockCredible()) {
      await this.duty((state) => overdueEvents(state, now(), this.upSince));
      await this.duty((state) => extendEvents(state, now()));
      const isRefused = (key: string) => this.projector.isRefused(key);
      await this.duty((state) => bindingEvents(state, { now: now(), isRefused, randomId, mintIdTag }));
      await this.duty((state) => settleEvents(state, now()));
    }
    if (this.stopped) return;
    this.projector.sync(store.state);
    if (!clockCredible()) return;
    const over = overdueSessions(store.state, now()).map(({ session }) => session);
    for (const session of over) this.end(session);
    this.relent(new Set(over.map(({ id }) => id)));
  }

  /** Looks first, so that what is not due costs no write. */
  private async duty(eventsOf: (state: Readonly<HubState>) => HubEvent[]): Promise<void> {
    const { store } = this.options;
    if (this.stopped || eventsOf(store.state).length === 0) return;
    await store.commit((state) => ({ reply: undefined, events: eventsOf(state) }));
  }

  /**
   * Rule 9: no more current, while the transaction and its idle fee go on. Where load management has the charger's limits in hand, or the charger
   * does not take one, the session is stopped instead.
   */
  private end(session: Session): void {
    if (this.told.has(session.id)) return;
    this.told.set(session.id, { session, limited: false });
    const { log, isLoadManaged } = this.options;
    const { cpId, connectorId } = session;
    log.info({ cpId, connectorId, sessionId: session.id }, "the time of a session is over");
    const done = isLoadManaged()
      ? this.stopSession(session)
      : this.noCurrent(session).catch(() => this.stopSession(session));
    done.catch((error: unknown) => {
      this.told.delete(session.id);
      log.warn({ err: error, cpId, connectorId }, "a session whose time is over could not be ended yet");
    });
  }

  /** Who was told to go and may stay after all, since nobody waits any more, gets current again. */
  private relent(over: ReadonlySet<string>): void {
    for (const [id, { session, limited }] of this.told) {
      if (over.has(id)) continue;
      this.told.delete(id);
      if (limited && this.options.store.state.openSessions[id]) this.currentAgain(session);
    }
  }

  private currentAgain({ cpId, connectorId }: Session): void {
    const { gateway, log } = this.options;
    gateway.call(cpId, "ClearChargingProfile", { id: PROFILE + connectorId }).catch((error: unknown) => {
      log.warn({ err: error, cpId, connectorId }, "a session that may go on could not be given current again");
    });
  }

  private stopSession({ id }: Session): Promise<void> {
    return this.options.stopper.stop(id);
  }

  private async noCurrent(session: Session): Promise<void> {
    const { cpId, connectorId, transactionId } = session;
    const chargingSchedule = { chargingRateUnit: "A" as const, chargingSchedulePeriod: [{ startPeriod: 0, limit: 0 }] };
    const { status } = await this.options.gateway.call(cpId, "SetChargingProfile", {
      connectorId,
      csChargingProfiles: {
        chargingProfileId: PROFILE + connectorId,
        ...(transactionId === null ? {} : { transactionId }),
        stackLevel: 0,
        chargingProfilePurpose: "TxProfile",
        chargingProfileKind: "Relative",
        chargingSchedule,
      },
    });
    if (status !== "Accepted") throw new Error(`the charger said ${status}`);
    const told = this.told.get(session.id);
    if (told) told.limited = true;
    else this.currentAgain(session);
  }
}

/** Ids of load management's profiles are below. */
const PROFILE = 9000;
