import type { HubEvent } from "../../shared/events";
import type { StartFailure } from "../../shared/hub-page";
import { AppError } from "../../shared/error";
import type { Clock } from "../clock";
import type { Gateway } from "../gateway";
import type { Log } from "../log";
import type { CallRequest } from "../ocpp/calls";
import type { StartOrder } from "./decide";
import { decideStart, overdueReason, startDeadline, startTimes } from "./decide";
import { startProfile } from "./profile";
import { mintIdTag, requestIdOf, secretHash } from "./secret";
import type { HubState, StartRequest } from "../state/state";
import type { HubStore } from "../state/domain";
import type { Decision } from "../store/types";

interface StarterOptions {
  /** Load management tells every charger its limit (HUB_SITE_LIMIT_A), so a start brings none along. */
  isLimited?: boolean;
  store: HubStore;
  gateway: Gateway;
  clock: Clock;
  log: Log;
  /** Random bytes. */
  random: (bytes: number) => Uint8Array;
}

/** What the charger said to a start: from `accepted` on the driver plugs in or the car is checked. */
export type StartOutcome = "accepted" | StartFailure;

/** Starts charging at a connector: a request in the journal, the charger's answer, and the plug, each with its patience. Nothing is billed before the transaction. */
export class Starter {
  private readonly options: StarterOptions;
  private readonly timers = new Map<string, () => void>();
  /** Charge points that cannot read their meter on request. */
  private readonly withoutReading = new Set<string>();
  /** Charge points that take no charging profile with a start. */
  private readonly withoutProfile = new Set<string>();

  constructor(options: StarterOptions) {
    this.options = options;
  }

  /**
   * A start by whoever keeps `secret`, who has been let in by the site's policy. Resolves once the request is on disk; the charger's word comes
   * later, as an event. The same secret again is the same start. `standby`: see StartOrder. Rejects as `decideStart` throws.
   */
  async startBySecret(
    at: { cpId: string; connectorId: number },
    secret: string,
    standby = false,
  ): Promise<{ requestId: string }> {
    const order = { ...this.orderBySecret(at, secret), standby };
    await this.begin(order, []);
    return { requestId: order.requestId };
  }

  /** The order that a secret is at a connector, with an id tag of its own. */
  orderBySecret({ cpId, connectorId }: { cpId: string; connectorId: number }, secret: string): StartOrder {
    return {
      requestId: requestIdOf(secret, cpId, connectorId),
      cpId,
      connectorId,
      idTag: mintIdTag(this.options.random),
      secretHash: secretHash(secret),
    };
  }

  /**
   * A start by an order of the owner, together with `also` in one commit. `outcome` is the charger's answer; null where this order was known
   * before. Rejects as `decideStart` throws, then nothing was committed.
   */
  async begin(order: StartOrder, also: HubEvent[]): Promise<{ outcome: Promise<StartOutcome> | null }> {
    const { outcome } = await this.decide((state) => {
      const { reply: decided, events } = decideStart(state, order, this.options.clock.now());
      return { reply: { order: decided.isNew ? order : null }, events: [...events, ...also] };
    });
    return { outcome };
  }

  /** Commits a decision, and carries out the order that it gives, if any, once it is on disk. */
  async decide<R extends { order: StartOrder | null }>(
    decide: (state: Readonly<HubState>) => Decision<R, HubEvent>,
  ): Promise<{ reply: R; outcome: Promise<StartOutcome> | null }> {
    const reply = await this.options.store.commit(decide);
    const { order } = reply;
    if (!order) return { reply, outcome: null };
    const outcome = this.drive(order);
    // Nobody need be waiting for it; whoever is gets the same rejection.
    outcome.catch((error: unknown) => {
      this.options.log.error({ err: error, cpId: order.cpId }, "a start could not be followed");
    });
    return { reply, outcome };
  }

  /** After a restart: requests that were pending go on with the time that they have left. */
  resume(): void {
    for (const request of Object.values(this.options.store.state.startRequests)) {
      if (!request.failed) this.watch(request.requestId);
    }
  }

  /** Forgets all timers; pending requests stay in the journal. */
  close(): void {
    for (const cancel of this.timers.values()) cancel();
    this.timers.clear();
  }

  private async drive(order: StartOrder): Promise<StartOutcome> {
    const { cpId } = order;
    await this.readMeter(order);
    const outcome = await this.ask(order);
    this.options.log.info({ cpId, connectorId: order.connectorId, outcome }, "start answered");
    if (outcome !== "accepted") {
      await this.settle(order.requestId, (request) => failed(request, outcome));
      return outcome;
    }
    await this.settle(order.requestId, accepted);
    this.watch(order.requestId);
    return outcome;
  }

  /** A register before the start is good to have (OCPP 1.6 section 5.17), but the start never depends on it. */
  private async readMeter({ cpId, connectorId }: StartOrder): Promise<void> {
    if (this.withoutReading.has(cpId)) return;
    const payload = { requestedMessage: "MeterValues" as const, connectorId };
    try {
      const options = { timeoutMs: startTimes.meterReading };
      const { status } = await this.options.gateway.call(cpId, "TriggerMessage", payload, options);
      if (status === "NotImplemented") this.withoutReading.add(cpId);
    } catch (error) {
      this.options.log.info({ cpId, reason: codeOf(error) }, "no meter reading before the start");
    }
  }

  /** With the charging profile where one is set; a charger that does not take it there is asked without, from then on at once. */
  private async ask(order: StartOrder): Promise<StartOutcome> {
    const { cpId } = order;
    const profile =
      this.options.isLimited || this.withoutProfile.has(cpId) ? null : startProfile(this.options.store.state, order);
    if (profile) {
      const outcome = await this.askWith(order, { chargingProfile: profile });
      if (outcome !== "rejected" && outcome !== "error") return outcome;
    }
    const outcome = await this.askWith(order, {});
    // Only then was it the profile that it minded.
    if (profile && outcome === "accepted") this.withoutProfile.add(cpId);
    return outcome;
  }

  private async askWith(
    { cpId, connectorId, idTag }: StartOrder,
    more: Pick<CallRequest<"RemoteStartTransaction">, "chargingProfile">,
  ): Promise<StartOutcome> {
    const options = { timeoutMs: startTimes.answer };
    try {
      const payload = { connectorId, idTag, ...more };
      const { status } = await this.options.gateway.call(cpId, "RemoteStartTransaction", payload, options);
      return status === "Accepted" ? "accepted" : "rejected";
    } catch (error) {
      const reasons: Record<string, StartFailure> = { charge_point_offline: "offline", call_timeout: "no_answer" };
      this.options.log.warn({ cpId, err: error }, "the start was not answered");
      return reasons[codeOf(error)] ?? "error";
    }
  }

  private watch(requestId: string): void {
    const { store, clock } = this.options;
    const request = pending(store.state, requestId);
    this.timers.delete(requestId);
    if (!request) return;
    const left = startDeadline(store.state, request) - clock.now();
    this.timers.set(
      requestId,
      clock.after(Math.max(0, left), () => {
        this.expire(requestId).catch((error: unknown) => {
          this.options.log.error({ err: error, cpId: request.cpId }, "a start that is overdue could not be given up");
        });
      }),
    );
  }

  private async expire(requestId: string): Promise<void> {
    const { store, clock } = this.options;
    await this.settle(requestId, (request, state) =>
      clock.now() < startDeadline(state, request) ? [] : failed(request, overdueReason(state, request)),
    );
    if (pending(store.state, requestId)) this.watch(requestId);
    else this.timers.delete(requestId);
  }

  /** Events about a request, unless it has failed or become a session meanwhile. */
  private settle(
    requestId: string,
    events: (request: StartRequest, state: Readonly<HubState>) => HubEvent[],
  ): Promise<void> {
    return this.options.store.commit((state): Decision<void, HubEvent> => {
      const request = pending(state, requestId);
      return { reply: undefined, events: request ? events(request, state) : [] };
    });
  }
}

function pending(state: Readonly<HubState>, requestId: string): StartRequest | null {
  const request = state.startRequests[requestId];
  return request && !request.failed ? request : null;
}

function accepted({ requestId, cpId, connectorId }: StartRequest): HubEvent[] {
  return [{ type: "start.accepted", data: { requestId, cpId, connectorId } }];
}

function failed({ requestId, cpId, connectorId }: StartRequest, reason: StartFailure): HubEvent[] {
  return [{ type: "start.failed", data: { requestId, cpId, connectorId, reason } }];
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : "error";
}
