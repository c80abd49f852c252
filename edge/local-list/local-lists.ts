import type { HubEvent } from "../../shared/events";
import { AppError } from "../../shared/error";
import type { Clock } from "../clock";
import type { Gateway } from "../gateway";
import type { Log } from "../log";
import type { HubStore } from "../state/domain";
import type { HubState } from "../state/state";
import type { Plan, Room } from "./plan";
import { changedSince, newestChange, wholeList } from "./plan";

interface LocalListsDeps {
  store: HubStore;
  gateway: Gateway;
  clock: Clock;
  log: Log;
}

/** After a boot or a reconnect a charger has its own things to tell first; an owner changes several tags in a row. */
const DELAY_MS = 5000;
const PATIENCE_MS = 15_000;
/** What failed is tried again, less and less often. */
const AGAIN_MS = 60_000;
const LONGEST_AGAIN_MS = 60 * 60_000;
/** Where a charger does not say how much it takes (OCPP 1.6 section 9.2 makes both keys mandatory, but chargers forget). */
const DEFAULT_ROOM: Room = { entries: 1000, perMessage: 20 };

type Told = Extract<HubEvent, { type: "localList.told" }>["data"];

/** A charger that keeps no list, which is remembered until its firmware changes. */
class NotSupported extends Error {}

/**
 * Keeps the local authorisation list of each charger in step with the owner's id tags, so that they are good while the hub is away. A charger is
 * looked at after its boot, when it comes back, when tags have changed, and again a while after it did not answer; until the first tag is set, nobody's list is touched.
 * What it holds is noted after its answer: a crash in between shows as another version, and the whole list is sent again.
 */
export class LocalLists {
  private readonly deps: LocalListsDeps;
  /** By charge point: its version is to be asked for, though nothing has changed here. */
  private readonly due = new Map<string, { ask: boolean }>();
  private readonly running = new Set<string>();
  /** Where it did not work: how often in a row, and the end of the wait for the next time; by charge point. */
  private readonly failed = new Map<string, { times: number; cancel: () => void }>();
  private readonly unsubscribe: () => void;

  constructor(deps: LocalListsDeps) {
    this.deps = deps;
    this.unsubscribe = deps.store.subscribe((events) => {
      for (const event of events) this.heard(event);
    });
  }

  stop(): void {
    this.unsubscribe();
    for (const { cancel } of this.failed.values()) cancel();
  }

  private heard({ type, data }: HubEvent): void {
    if (type === "chargePoint.booted" && data.accepted) this.soon(data.cpId, true);
    if (type === "chargePoint.online") this.soon(data.cpId, false);
    if (type !== "idTag.set" && type !== "idTag.removed") return;
    for (const cpId of Object.keys(this.deps.store.state.chargePoints)) this.soon(cpId, false);
  }

  private soon(cpId: string, ask: boolean): void {
    const due = this.due.get(cpId);
    if (due) {
      due.ask ||= ask;
      return;
    }
    this.due.set(cpId, { ask });
    this.deps.clock.after(DELAY_MS, () => void this.begin(cpId));
  }

  private async begin(cpId: string): Promise<void> {
    const ask = this.due.get(cpId)?.ask === true;
    this.due.delete(cpId);
    if (this.running.has(cpId)) return this.soon(cpId, ask);
    this.running.add(cpId);
    this.failed.get(cpId)?.cancel();
    try {
      await this.bring(cpId, ask);
      this.failed.delete(cpId);
    } catch (error) {
      const { clock, log } = this.deps;
      const times = (this.failed.get(cpId)?.times ?? 0) + 1;
      log.info({ err: error, cpId, times }, "a charger's local list is not in step yet");
      const wait = Math.min(LONGEST_AGAIN_MS, AGAIN_MS * 2 ** (times - 1));
      this.failed.set(cpId, { times, cancel: clock.after(wait, () => this.soon(cpId, ask)) });
    } finally {
      this.running.delete(cpId);
    }
  }

  private async bring(cpId: string, ask: boolean): Promise<void> {
    const { state } = this.deps.store;
    const chargePoint = state.chargePoints[cpId];
    const lists = state.localLists;
    if (!lists || !chargePoint?.boot?.accepted || !this.deps.gateway.isConnected(cpId)) return;
    const told = lists.chargers[cpId];
    const { firmwareVersion } = chargePoint.boot;
    if (told && !told.supported && told.firmwareVersion === firmwareVersion) return;
    const isCurrent = told?.supported === true && told.upTo >= newestChange(lists);
    if (isCurrent && !ask) return;
    try {
      const version = await this.version(cpId);
      if (isCurrent && version === told.listVersion) return;
      const room = await this.room(cpId);
      const known = told?.supported && told.complete && told.listVersion === version ? told.upTo : null;
      const plan = await this.send(cpId, version, room, known);
      const listVersion = plan.updates.at(-1)?.listVersion ?? 0;
      const { upTo, entries, complete } = plan;
      if (!complete) this.deps.log.warn({ cpId, room: room.entries }, "a charger has not room for all id tags");
      await this.note({ cpId, supported: true, listVersion, upTo, entries, complete, firmwareVersion });
    } catch (error) {
      if (!(error instanceof NotSupported)) throw error;
      const none = { listVersion: 0, upTo: 0, entries: 0, complete: false };
      await this.note({ cpId, supported: false, ...none, firmwareVersion });
    }
  }

  /** Sends what has changed, or all of it where that is not known or the charger does not take it. */
  private async send(cpId: string, version: number, room: Room, upTo: number | null): Promise<Plan> {
    const now = this.deps.clock.now();
    const changes =
      upTo === null ? null : await this.plan((state) => changedSince(state, now, version + 1, room, upTo));
    if (changes && (await this.updated(cpId, changes))) return changes;
    // Above what any piece of a refused update may have set.
    const next = version + 1 + (changes?.updates.length ?? 0);
    const whole = await this.plan((state) => wholeList(state, now, next, room));
    if (await this.updated(cpId, whole)) return whole;
    throw new Error("the charger does not take the list");
  }

  /** A look at the state, once all that it shows is on disk. */
  private plan<P>(look: (state: Readonly<HubState>) => P): Promise<P> {
    return this.deps.store.commit((state) => ({ reply: look(state), events: [] }));
  }

  /** False: the charger has not taken it (`Failed`, `VersionMismatch`). */
  private async updated(cpId: string, { updates }: Plan): Promise<boolean> {
    for (const update of updates) {
      const { status } = await this.call(() =>
        this.deps.gateway.call(cpId, "SendLocalList", update, { timeoutMs: PATIENCE_MS, background: true }),
      );
      if (status === "NotSupported") throw new NotSupported();
      if (status !== "Accepted") return false;
    }
    return true;
  }

  private async version(cpId: string): Promise<number> {
    const options = { timeoutMs: PATIENCE_MS, background: true };
    const { listVersion } = await this.call(() => this.deps.gateway.call(cpId, "GetLocalListVersion", {}, options));
    if (listVersion < 0) throw new NotSupported();
    return listVersion;
  }

  private async room(cpId: string): Promise<Room> {
    const keys = ["LocalAuthListMaxLength", "SendLocalListMaxLength"];
    try {
      const options = { timeoutMs: PATIENCE_MS, background: true };
      const answer = await this.deps.gateway.call(cpId, "GetConfiguration", { key: keys }, options);
      const told = keys.map((name) => Number(answer.configurationKey?.find(({ key }) => key === name)?.value));
      const [entries = 0, perMessage = 0] = told.map((value) => (Number.isInteger(value) && value > 0 ? value : 0));
      return { entries: entries || DEFAULT_ROOM.entries, perMessage: perMessage || DEFAULT_ROOM.perMessage };
    } catch (error) {
      if (error instanceof AppError && error.code === "call_error") return DEFAULT_ROOM;
      throw error;
    }
  }

  /** A charger that knows neither message says so by an error. */
  private async call<R>(ask: () => Promise<R>): Promise<R> {
    try {
      return await ask();
    } catch (error) {
      const code = error instanceof AppError && error.code === "call_error" ? error.details?.code : null;
      throw code === "NotSupported" || code === "NotImplemented" ? new NotSupported() : error;
    }
  }

  private note(data: Told): Promise<void> {
    return this.deps.store.commit(() => ({ reply: undefined, events: [{ type: "localList.told", data }] }));
  }
}
