import { AppError } from "../../shared/error";
import type { Clock } from "../clock";
import type { Gateway } from "../gateway";
import type { Log } from "../log";
import type { HubStored } from "../state/fold";
import type { HubState } from "../state/state";
import type { Binding } from "./state";
import { bookingOf, connectorKey, connectorOf } from "./state";

interface ProjectorOptions {
  gateway: Pick<Gateway, "call" | "isConnected">;
  clock: Clock;
  log: Log;
  /** A charger has answered: it may be time for another round. */
  changed: () => void;
}

/** A charger that could not keep a connector is asked again after this; ms. */
const AGAIN_MS = 60_000;

/** What a charger was told about a connector. `kept`: it agreed; `unable`: it does not know reservations, until it boots again; `failed`: not now. */
interface Told {
  reservationId: number;
  answer: "asking" | "kept" | "unable" | "failed" | "refused";
  retryAt: number;
}

/**
 * Keeps the chargers' own reservations in step with the hub's bindings: ReserveNow and CancelReservation (OCPP 1.6 sections 5.13 and 5.2) as a last-minute
 * projection. The hub refuses other tags whether or not a charger can do this. In memory only: after a start everything is told again, which changes
 * nothing in a charger, since it knows the reservation by its id.
 */
export class Projector {
  private readonly options: ProjectorOptions;
  private readonly told = new Map<string, Told>();
  /** By connector: a reservation that its charger still has to forget. */
  private readonly toCancel = new Map<string, number>();

  constructor(options: ProjectorOptions) {
    this.options = options;
  }

  /** Whether the charger says that it cannot keep this connector now: occupied, faulted, out of service. */
  isRefused(key: string): boolean {
    const told = this.told.get(key);
    return told?.answer === "refused" && this.options.clock.now() < told.retryAt;
  }

  /** What the chargers did by themselves: one that booted may have forgotten, and a transaction uses its reservation up. */
  heard(events: readonly HubStored[]): void {
    for (const event of events) {
      if (event.type === "chargePoint.booted") this.forget(event.data.cpId);
      if (event.type !== "session.started" || event.data.reservationId === null) continue;
      const key = connectorKey(event.data);
      if (this.told.get(key)?.reservationId === event.data.reservationId) this.told.delete(key);
    }
  }

  /** Tells what has changed. */
  sync(state: Readonly<HubState>): void {
    const { bindings } = bookingOf(state);
    for (const [key, { reservationId, answer }] of this.told) {
      if (bindings[key]?.reservationId === reservationId) continue;
      this.told.delete(key);
      if (answer === "kept" || answer === "asking") this.toCancel.set(key, reservationId);
    }
    for (const [key, reservationId] of this.toCancel) void this.cancel(key, reservationId);
    for (const [key, binding] of Object.entries(bindings)) {
      if (this.isDue(key, binding)) void this.reserve(key, binding);
    }
  }

  private isDue(key: string, { reservationId }: Binding): boolean {
    if (!this.options.gateway.isConnected(connectorOf(key).cpId)) return false;
    const told = this.told.get(key);
    if (told?.reservationId !== reservationId) return true;
    return (told.answer === "failed" || told.answer === "refused") && this.options.clock.now() >= told.retryAt;
  }

  private async reserve(key: string, { reservationId, idTag, until }: Binding): Promise<void> {
    const { gateway, clock, log, changed } = this.options;
    const { cpId, connectorId } = connectorOf(key);
    const told: Told = { reservationId, answer: "asking", retryAt: 0 };
    this.told.set(key, told);
    try {
      const payload = { connectorId, expiryDate: until, idTag, reservationId };
      const { status } = await gateway.call(cpId, "ReserveNow", payload);
      log.info({ cpId, connectorId, status }, "reservation told to the charger");
      told.answer = status === "Accepted" ? "kept" : status === "Rejected" ? "unable" : "refused";
    } catch (error) {
      // NotImplemented and the like: the hub alone keeps the connector then.
      told.answer = error instanceof AppError && error.code === "call_error" ? "unable" : "failed";
      log.info({ cpId, connectorId, err: error }, "the charger was not told of a reservation");
    }
    told.retryAt = clock.now() + AGAIN_MS;
    changed();
  }

  private async cancel(key: string, reservationId: number): Promise<void> {
    const { gateway, log } = this.options;
    const { cpId } = connectorOf(key);
    if (!gateway.isConnected(cpId)) return;
    this.toCancel.delete(key);
    try {
      const { status } = await gateway.call(cpId, "CancelReservation", { reservationId });
      log.info({ cpId, reservationId, status }, "reservation taken from the charger");
    } catch (error) {
      // It expires at the charger by itself.
      log.info({ cpId, reservationId, err: error }, "a charger did not say that it let go of a reservation");
    }
  }

  private forget(cpId: string): void {
    for (const key of this.told.keys()) if (connectorOf(key).cpId === cpId) this.told.delete(key);
  }
}
