import type { Link } from "./link";
import { anotherRound, linkAgain, newLink } from "./link";
import type { Outlet } from "./observe";
import type { LoadState } from "../state/state";
import { followed, newUnit } from "./unit";
import type { Unit } from "./unit";

/** All outlets and charge points that load management looks after, and what is under way with them. In memory only. */
export class Roster {
  units: Unit[] = [];
  readonly links = new Map<string, Link>();
  /** Charge points that have been called and not answered yet. */
  readonly busy = new Set<string>();

  /** undefined: it was removed meanwhile. */
  find(key: string): Unit | undefined {
    return this.units.find((each) => each.outlet.key === key);
  }

  unitOn(cpId: string, connectorId: number): Unit | undefined {
    return this.find(`${cpId}/${connectorId}`);
  }

  linkOf(cpId: string): Link {
    return this.links.get(cpId) ?? newLink;
  }

  change(key: string, changes: Partial<Unit>): void {
    this.units = this.units.map((unit) => (unit.outlet.key === key ? { ...unit, ...changes } : unit));
  }

  /** What was learnt of a charge point that was removed meanwhile is of no use. */
  setLink(cpId: string, link: Link): void {
    if (this.links.has(cpId)) this.links.set(cpId, link);
  }

  /** It booted or came back, and may have forgotten what it was told. */
  again(cpId: string, booted: boolean): void {
    this.setLink(cpId, linkAgain(this.linkOf(cpId), booted));
    for (const { outlet } of this.units) {
      if (outlet.cpId === cpId) this.change(outlet.key, { again: { stored: true, tx: true } });
    }
  }

  /** Brings everything in line with what the hub's state shows. */
  follow(all: Outlet[], load: LoadState | undefined, now: number): void {
    for (const { cpId, connected, connectors } of all) {
      if (connected && !this.linkOf(cpId).connected) this.again(cpId, false);
      this.links.set(cpId, { ...anotherRound(this.linkOf(cpId), connectors, now), connected });
    }
    const known = new Map(this.units.map((unit) => [unit.outlet.key, unit]));
    this.units = all.map((outlet) => {
      const unit = known.get(outlet.key) ?? newUnit(outlet, load, now);
      return followed(unit, outlet, this.linkOf(outlet.cpId).measures, now);
    });
    const present = new Set(all.map((outlet) => outlet.cpId));
    for (const cpId of this.links.keys()) if (!present.has(cpId)) this.links.delete(cpId);
  }
}
