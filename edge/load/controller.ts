import type { HubEvent } from "../../shared/events";
import { loadSettingsSchema } from "../../shared/load";
import type { LoadSettings, LoadView, PerPhase, PhaseCurrents } from "../../shared/load";
import type { Clock } from "../clock";
import type { Gateway } from "../gateway";
import type { HubStored } from "../state/fold";
import type { HubState } from "../state/state";
import type { Store } from "../store/types";
import { divide } from "./division";
import { confirmedA, isEmpty, txGivenUp, worstA } from "./grip";
import { withoutEffect } from "./link";
import { readingOf } from "./measure";
import { outlets } from "./observe";
import { perPhase, sum } from "./phases";
import { Roster } from "./roster";
import type { LimitInput } from "./site-limit";
import { guaranteedLimit, limitAt } from "./site-limit";
import { leftBy, noMeter, reported } from "./site-meter";
import { Teller } from "./teller";
import type { Unit } from "./unit";
import { problemOf, viewOf } from "./view";
import { SETTLE_MS, sureOf, watched } from "./watch";

export interface LoadManagementOptions {
  store: Pick<Store<HubState, HubEvent>, "state" | "commit" | "subscribe">;
  gateway: Pick<Gateway, "call" | "isConnected">;
  clock: Clock;
  /** HUB_SITE_LIMIT_A, amperes per phase; null: only what the owner sets counts. */
  siteLimitA: PerPhase | null;
  log: LoadLog;
}

/** The part of the hub's log that is used. */
interface LoadLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
}

export interface LoadManagement {
  /** The live state for the admin API. */
  view(): LoadView;
  /** The owner's settings; resolves when they are on disk. They never lift HUB_SITE_LIMIT_A. */
  set(settings: LoadSettings): Promise<void>;
  /** What the site's meter shows now, amperes per phase. Kept in memory only. */
  meter(amps: PhaseCurrents): void;
  stop(): void;
}

const TICK_MS = 1_000;
/** A reading is asked for again after this. */
const ASK_EVERY_MS = 10_000;
/** Limits that have not moved for so long show in every meter. */
const STEADY_MS = 45_000;

/**
 * Shares the site's current among the chargers, and keeps it so: on each event, answer and second it works out who should have how much and
 * tells what may be told now. See docs/adr/0006-load-management.md for why the chargers together cannot exceed the limit.
 */
export function startLoadManagement(options: LoadManagementOptions): LoadManagement {
  const controller = new Controller(options);
  controller.start();
  return controller;
}

class Controller implements LoadManagement {
  private readonly roster = new Roster();
  private readonly teller: Teller;
  /** Facts that are on their way to the disk, by connector. */
  private readonly writing = new Set<string>();
  private siteMeter = noMeter;
  private safeA = 0;
  private due = false;
  private stopped = false;
  private cancelTick = () => {};
  private unsubscribe = () => {};

  constructor(private readonly options: LoadManagementOptions) {
    const { gateway, clock, log } = options;
    this.teller = new Teller({
      roster: this.roster,
      gateway,
      now: () => clock.now(),
      commit: (events) => this.commit(events),
      log,
      changed: () => this.soon(),
    });
  }

  start(): void {
    this.unsubscribe = this.options.store.subscribe((events) => this.heard(events));
    this.tick();
  }

  stop(): void {
    this.stopped = true;
    this.cancelTick();
    this.unsubscribe();
  }

  view(): LoadView {
    const now = this.options.clock.now();
    const { units, links } = this.roster;
    const limit = limitAt(this.limitInput(now), now);
    return viewOf({ units, links, settings: this.settings, limit, safeA: this.safeA }, now);
  }

  async set(settings: LoadSettings): Promise<void> {
    await this.commit([{ type: "load.set", data: settings }]);
    this.soon();
  }

  meter(amps: PhaseCurrents): void {
    const { limit } = this.settings;
    if (limit?.kind !== "meter") return;
    const at = this.options.clock.now();
    const { units } = this.roster;
    const chargersA = limit.includesChargers ? sum(units.map((unit) => sureOf(unit.outlet, unit.watch, at))) : null;
    const steady = units.every(({ watch }) => at >= Math.max(watch.raisedAt, watch.loweredAt) + STEADY_MS);
    this.siteMeter = reported(this.siteMeter, { at, amps, fuseA: perPhase(limit.fuseA), chargersA, steady });
    this.soon();
  }

  private get settings(): LoadSettings {
    return this.options.store.state.load?.settings ?? usualSettings;
  }

  /** Whether there is anything to do: a limit, or one that was and that chargers still hold. */
  private get wanted(): boolean {
    const { load } = this.options.store.state;
    return this.options.siteLimitA !== null || (load?.settings?.limit ?? null) !== null || hasAny(load?.held);
  }

  private limitInput(now: number): LimitInput {
    const { store, siteLimitA } = this.options;
    const { limit } = this.settings;
    return { capA: siteLimitA, limit, leftA: leftBy(this.siteMeter, now), timeZone: store.state.site.timeZone };
  }

  private tick(): void {
    this.evaluate();
    this.cancelTick = this.options.clock.after(TICK_MS, () => this.tick());
  }

  /** Several causes in one moment make one round. */
  private soon(): void {
    if (this.due || this.stopped || !this.wanted) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      if (!this.stopped) this.evaluate();
    });
  }

  private heard(events: HubStored[]): void {
    for (const event of events) {
      if (event.type === "chargePoint.booted") this.roster.again(event.data.cpId, true);
      if (event.type === "session.metered") this.metered(event);
    }
    this.soon();
  }

  private metered(event: Extract<HubStored, { type: "session.metered" }>): void {
    const { cpId, connectorId, id } = event.data;
    const { roster } = this;
    const unit = roster.unitOn(cpId, connectorId);
    if (!unit || id === null || id !== unit.sessionId) return;
    const reading = readingOf(event.data, unit.outlet.phases, Date.parse(event.at));
    if (!reading) return;
    roster.setLink(cpId, { ...roster.linkOf(cpId), measures: true });
    const next = { ...unit, ...watched(unit.watch, unit.grip, reading, unit.knownSince) };
    roster.change(unit.outlet.key, next);
    if (next.watch.beyond !== unit.watch.beyond && next.watch.beyond) this.tryAnotherWay(next);
  }

  /** It was told and draws more all the same: told in another way it may obey. */
  private tryAnotherWay({ outlet, grip }: Unit): void {
    const { roster, options } = this;
    const link = roster.linkOf(outlet.cpId);
    const next = withoutEffect(link, outlet.connectors, options.clock.now());
    if (next === link) return;
    roster.setLink(outlet.cpId, next);
    roster.change(outlet.key, { grip: txGivenUp(grip), again: { stored: true, tx: true } });
  }

  private evaluate(): void {
    if (!this.wanted) return;
    const { roster, teller, settings, options } = this;
    const { store, gateway, clock } = options;
    const now = clock.now();
    const all = outlets(store.state, settings, (cpId) => gateway.isConnected(cpId));
    roster.follow(all, store.state.load, now);
    const input = this.limitInput(now);
    const limit = limitAt(input, now);
    const guaranteed = guaranteedLimit(input);
    if (!limit || !guaranteed) return this.releaseAll(now);

    const { units, links, busy } = roster;
    const divided = divide({ units, links, settings, limit, guaranteed, busy }, now);
    roster.units = divided.units;
    this.safeA = divided.safeA;
    for (const order of divided.orders) void teller.carryOut(order);
    for (const [cpId, { connected, asked }] of links) {
      if (connected && !asked && !busy.has(cpId)) void teller.ask(cpId);
    }
    for (const unit of roster.units) {
      if (this.wantsReading(unit, now)) void teller.askReading(unit.outlet);
      this.report(unit);
      this.lowerHeld(unit);
    }
  }

  /** A lowering waits to be seen: the sooner a reading comes, the sooner others may have what it frees. So does what a hub that has just started only remembers. */
  private wantsReading({ outlet, grip, watch, askedAt }: Unit, now: number): boolean {
    const { cpId, connected, session } = outlet;
    const lowered = grip.settling !== null && now >= watch.loweredAt + SETTLE_MS;
    const unheard = !grip.told && grip.storedA !== null && watch.reading === null;
    const waiting = session !== null && (lowered || unheard);
    const free = connected && this.roster.linkOf(cpId).triggers && !this.roster.busy.has(cpId);
    return waiting && free && now >= askedAt + ASK_EVERY_MS;
  }

  private lowerHeld({ outlet: { key, cpId, ratedA }, grip, written }: Unit): void {
    if (!written || this.roster.busy.has(cpId) || worstA(grip, ratedA) >= written.ceilingA) return;
    this.onlyOnce(key, () => this.teller.writeHeld(key));
  }

  /** Tells the owner when a charger does not obey, and when it does again. */
  private report(unit: Unit): void {
    const { outlet, grip, watch } = unit;
    const { key, cpId, connectorId, connected } = outlet;
    const { store, log } = this.options;
    const problem = problemOf(unit, this.roster.linkOf(cpId));
    const told = store.state.load?.problems[key]?.problem ?? null;
    if (problem === told || (problem === null && !connected)) return;
    const { limitA, measuredA } = watch.beyond ?? { limitA: confirmedA(grip), measuredA: null };
    const data = { cpId, connectorId, problem, limitA, measuredA };
    this.onlyOnce(key, () => {
      if (problem) log.warn(data, "a charger does not keep to its limit");
      return this.commit([{ type: "load.problem", data }]);
    });
  }

  /** Nobody wants limits any more. */
  private releaseAll(now: number): void {
    const { units, busy } = this.roster;
    for (const { outlet, grip } of units) {
      const { cpId, connected } = outlet;
      if (isEmpty(grip) || !connected || busy.has(cpId) || now < this.roster.linkOf(cpId).retryAt) continue;
      void this.teller.release(outlet);
    }
  }

  /** One write at a time about one connector; what fails is tried again in the next round. */
  private onlyOnce(key: string, write: () => Promise<unknown>): void {
    if (this.writing.has(key)) return;
    this.writing.add(key);
    const done = () => {
      this.writing.delete(key);
    };
    void write().then(done, done);
  }

  private commit(events: HubEvent[]): Promise<void> {
    return this.options.store.commit(() => ({ reply: undefined, events }));
  }
}

const usualSettings: LoadSettings = loadSettingsSchema.parse({});

function hasAny(record: Record<string, unknown> | undefined): boolean {
  return record !== undefined && Object.keys(record).length > 0;
}
