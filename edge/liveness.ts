import type { HubEvent } from "../shared/events";
import type { Clock } from "./clock";
import type { Peers } from "./peers";
import type { Log } from "./log";
import { dueClosings } from "./ocpp/due-closings";
import type { Peer } from "./peer";
import { closeCodes } from "./peer";
import type { HubStore } from "./state/domain";

/** Seconds without a frame (contract: alive and offline). */
const OFFLINE_AFTER = 60;
const CLOSE_AFTER = 135;
/** A charger that talks without having booted is asked to, once, after so many seconds. */
const ASK_FOR_BOOT_AFTER = 15;
const TICK_MS = 1000;
const CLOSINGS_EVERY = 10;

interface LivenessDeps {
  store: HubStore;
  peers: Pick<Peers, "all" | "call">;
  clock: Clock;
  log: Log;
}

/**
 * Who is alive. Silence is counted in ticks of one second, not by the clock of the day: one that jumps (a Pi without battery gets its
 * time from the net) must not make a whole site look dead. It also ends sessions whose charger has forgotten them.
 */
export class Liveness {
  private readonly deps: LivenessDeps;
  /** Seconds since the last frame of each charge point, whatever the connection. */
  private readonly silence = new Map<string, number>();
  private readonly asked = new Set<string>();
  private ticks = 0;
  private cancel: (() => void) | null = null;

  constructor(deps: LivenessDeps) {
    this.deps = deps;
  }

  /** After a start of the hub everybody is offline until the first frame; where the disk is full, as soon as that can be written. */
  async start(): Promise<void> {
    for (const cpId of Object.keys(this.deps.store.state.chargePoints)) this.silence.set(cpId, OFFLINE_AFTER);
    await this.commit((cpIds) => cpIds).catch((error: unknown) => {
      this.deps.log.error({ err: error }, "could not write who is alive");
    });
    this.schedule();
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  /** A frame has come. */
  frame({ cpId, link }: Peer): void {
    this.silence.set(cpId, 0);
    if (this.deps.store.state.chargePoints[cpId]?.online !== false) return;
    const event: HubEvent = { type: "chargePoint.online", data: { cpId, transport: link.transport } };
    this.guard(
      this.deps.store.commit((state) => ({
        reply: null,
        events: state.chargePoints[cpId]?.online === false ? [event] : [],
      })),
    );
  }

  /** One second has passed. */
  tick(): void {
    this.ticks += 1;
    for (const [cpId, seconds] of this.silence) this.silence.set(cpId, seconds + 1);
    for (const peer of this.deps.peers.all()) this.look(peer);
    this.guard(this.commit((cpIds) => cpIds.filter((cpId) => (this.silence.get(cpId) ?? 0) >= OFFLINE_AFTER)));
    if (this.ticks % CLOSINGS_EVERY === 0) this.guard(this.endForgotten());
  }

  private look(peer: Peer): void {
    peer.silentSeconds += 1;
    if (peer.silentSeconds >= CLOSE_AFTER) peer.close(closeCodes.policy, "silent for too long");
    if (peer.spoken && !peer.booted) peer.unbootedSeconds += 1;
    if (peer.unbootedSeconds !== ASK_FOR_BOOT_AFTER || this.asked.has(peer.cpId)) return;
    this.asked.add(peer.cpId);
    const payload = { requestedMessage: "BootNotification" } as const;
    this.deps.peers.call(peer.cpId, "TriggerMessage", payload, { background: true, timeoutMs: 10_000 }).catch(() => {
      this.deps.log.debug({ cpId: peer.cpId }, "a charger does not boot when asked");
    });
  }

  /** Shows those of the online charge points as offline that `pick` picks. */
  private async commit(pick: (online: string[]) => string[]): Promise<void> {
    const online = () =>
      Object.values(this.deps.store.state.chargePoints).flatMap((each) =>
        each.online ? [each.registration.cpId] : [],
      );
    if (pick(online()).length === 0) return;
    await this.deps.store.commit(() => ({
      reply: null,
      events: pick(online()).map((cpId) => ({ type: "chargePoint.offline", data: { cpId } })),
    }));
  }

  private async endForgotten(): Promise<void> {
    const { store, clock, log } = this.deps;
    if (dueClosings(store.state, clock.now()).length === 0) return;
    const ended = await store.commit((state) => {
      const events = dueClosings(state, clock.now());
      return { reply: events, events };
    });
    for (const { data } of ended) log.warn({ data }, "ended a session that its charger has forgotten");
  }

  /** A disk that refuses ends the process elsewhere; here it only must not go unhandled. */
  private guard(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.deps.log.error({ err: error }, "could not write who is alive"));
  }

  private schedule(): void {
    this.cancel = this.deps.clock.after(TICK_MS, () => {
      this.tick();
      this.schedule();
    });
  }
}
