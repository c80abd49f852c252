import type { HubEvent } from "../../shared/events";
import type { Gateway } from "../gateway";
import { accepted, noGrip, refused, sending, txGivenUp } from "./grip";
import { heldAfter, writtenNow } from "./held";
import type { Written } from "./held";
import { failed, refusedWay, wayOf } from "./link";
import type { Order } from "./plan";
import type { Roster } from "./roster";
import { askConfiguration, askReading, release, tell } from "./sender";
import type { Outcome } from "./sender";
import type { Unit } from "./unit";

interface TellerOptions {
  roster: Roster;
  gateway: Pick<Gateway, "call">;
  /** Epoch ms. */
  now: () => number;
  /** Resolves when the events are on disk. */
  commit: (events: HubEvent[]) => Promise<void>;
  log: { info(details: object, message: string): void };
  /** Something is known now that was not before. */
  changed: () => void;
}

/** Tells chargers their limits, one call a charge point at a time, and keeps what is known of them true at every moment. No method rejects. */
export class Teller {
  constructor(private readonly options: TellerOptions) {}

  /** Tells one limit: it counts before it is sent, and is on disk before that. */
  async carryOut(order: Order): Promise<void> {
    const { roster, gateway, changed } = this.options;
    const { key, register, limitA, raises } = order;
    const before = roster.find(key);
    if (!before) return;
    const { outlet, grip, again } = before;
    const { cpId, connectorId, phases, session } = outlet;
    const link = roster.linkOf(cpId);
    const way = wayOf(link, outlet.connectors);
    if (!way) return;
    roster.busy.add(cpId);
    roster.change(key, { grip: sending(grip, register, limitA), again: { ...again, [register]: false } });
    const written = await this.writeHeld(key);
    const transactionId = session?.transactionId ?? null;
    const { stackLevel } = link;
    const profile = { connectorId, register, limitA, way, phases, stackLevel, transactionId };
    const told = written ? await tell(gateway, cpId, profile, raises) : "unwritten";
    const first = told === "accepted" && register === "stored" && grip.storedA === null;
    const outcome = first && !(await this.writeFirst(before, limitA)) ? "unwritten" : told;
    roster.busy.delete(cpId);
    this.learn(order, before, outcome);
    await this.writeHeld(key);
    changed();
  }

  /** Asks in which form it takes limits. */
  async ask(cpId: string): Promise<void> {
    const { roster, gateway, changed } = this.options;
    roster.busy.add(cpId);
    const link = await askConfiguration(gateway, cpId, () => roster.linkOf(cpId));
    roster.busy.delete(cpId);
    roster.setLink(cpId, link);
    changed();
  }

  /** Asks for a reading, which comes as an event like any other. An answer that is lost on the way says nothing of what the charger can. */
  async askReading({ key, cpId, connectorId }: Unit["outlet"]): Promise<void> {
    const { roster, gateway, now } = this.options;
    roster.change(key, { askedAt: now() });
    const outcome = await askReading(gateway, cpId, connectorId);
    if (outcome === "refused") roster.setLink(cpId, { ...roster.linkOf(cpId), triggers: false });
  }

  /** Takes everything of ours back. */
  async release({ key, cpId, connectorId }: Unit["outlet"]): Promise<void> {
    const { roster, gateway, now, commit, log, changed } = this.options;
    roster.busy.add(cpId);
    const outcome = await release(gateway, cpId, connectorId);
    if (outcome === "refused") log.info({ cpId, connectorId }, "the charger keeps its charging profiles");
    if (outcome === "unknown") roster.setLink(cpId, failed(roster.linkOf(cpId), now()));
    else {
      // Where the disk refuses, a hub that starts again takes it back once more.
      const held = { cpId, connectorId, storedA: null, ceilingA: 0 };
      await commit([{ type: "load.held", data: held }]).catch(() => {});
      roster.change(key, { grip: noGrip, written: null, targetA: null, again: { stored: true, tx: true } });
    }
    roster.busy.delete(cpId);
    changed();
  }

  /** Writes what a charger may hold, before it may hold more and some time after it holds less. False: the disk refuses. */
  async writeHeld(key: string): Promise<boolean> {
    const { roster, now } = this.options;
    const unit = roster.find(key);
    if (!unit) return false;
    const { outlet, grip, written } = unit;
    const { cpId, ratedA } = outlet;
    const idle = outlet.session === null && !outlet.inUse;
    const rewritten = wayOf(roster.linkOf(cpId), outlet.connectors)?.via !== "tx";
    const held = heldAfter(written, grip, { ratedA, idle, rewritten }, now());
    return held === null || this.write(unit, writtenNow(written, held, now()));
  }

  /**
   * The first limit that it confirmed is on disk before anyone reckons with it: a hub that starts again would take it for one without a limit. Its ceiling is
   * all that the charger can, so it does not count as a write: it is lowered as soon as less is known, also while a car charges.
   */
  private writeFirst(unit: Unit, storedA: number): Promise<boolean> {
    const held = { storedA, ceilingA: unit.outlet.ratedA };
    return this.write(unit, { ...held, times: [] });
  }

  private async write({ outlet: { key, cpId, connectorId }, written }: Unit, next: Written): Promise<boolean> {
    const { roster, commit } = this.options;
    const { storedA, ceilingA } = next;
    roster.change(key, { written: next });
    try {
      await commit([{ type: "load.held", data: { cpId, connectorId, storedA, ceilingA } }]);
      return true;
    } catch {
      roster.change(key, { written });
      return false;
    }
  }

  private learn({ key, register, limitA, raises }: Order, before: Unit, outcome: Outcome | "unwritten"): void {
    const { roster, now, log } = this.options;
    const { cpId, connectors, session } = before.outlet;
    const unit = roster.find(key);
    if (!unit) return;
    const link = roster.linkOf(cpId);
    const priorDoubtA = register === "tx" ? before.grip.txDoubtA : before.grip.storedDoubtA;
    // Its transaction ended meanwhile, and that transaction's limit with it.
    const over = register === "tx" && unit.sessionId !== session?.id;
    const again = { ...unit.again, [register]: true };
    switch (outcome) {
      case "accepted": {
        roster.setLink(cpId, { ...link, failures: 0, txRefusals: register === "tx" ? 0 : link.txRefusals });
        if (over) return;
        const drawing = unit.outlet.session !== null || unit.outlet.inUse;
        const grip = accepted(unit.grip, register, limitA, priorDoubtA, drawing, now());
        const lowered = grip.settling?.since === now() || unit.watch.beyond;
        const loweredAt = lowered ? now() : unit.watch.loweredAt;
        const raisedAt = raises ? now() : unit.watch.raisedAt;
        return roster.change(key, { grip, watch: { ...unit.watch, loweredAt, raisedAt } });
      }
      case "refused": {
        const next = over ? link : refusedWay(link, register, connectors, now());
        roster.setLink(cpId, next);
        const kept = over ? unit.grip : refused(unit.grip, register, priorDoubtA);
        const changedWay = next.way !== link.way;
        if (changedWay) log.info({ cpId, register, way: wayOf(link, connectors) }, "a charging profile was refused");
        return roster.change(key, { grip: changedWay ? txGivenUp(kept) : kept, again });
      }
      case "unknown":
        roster.setLink(cpId, failed(link, now()));
        return roster.change(key, { again });
      case "unwritten":
        roster.setLink(cpId, failed(link, now()));
        return roster.change(key, { grip: over ? unit.grip : refused(unit.grip, register, priorDoubtA), again });
    }
  }
}
