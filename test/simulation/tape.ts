import type { CloudBookingEvent, HubBookingEvent, Offer, SaleAnswer } from "../../shared/booking";
import type { Recorder } from "./machine";
import type { CloudState, HubState } from "./world";

/** What the programs of a run did to their disks, in order: so that real stores can do the same (`hub-store.ts`, `cloud-sql.ts`). */

/** What a transaction of the cloud was for. */
export type Did =
  | { kind: "sells"; offer: Offer; answer: SaleAnswer }
  | { kind: "writes"; events: readonly CloudBookingEvent[] }
  | { kind: "hears"; event: HubBookingEvent }
  | { kind: "begins"; recovery: string; after: number };

/** `machine` counts the computers of all sites. A state is the same object wherever it is named. */
type Step =
  | { kind: "starts"; machine: number; site: string; disk: HubState }
  | { kind: "commits"; machine: number; state: HubState }
  /** So many of the commits that are under way are on the disk now. */
  | { kind: "written"; machine: number; count: number }
  /** The power failed: the other commits that were under way never were. */
  | { kind: "lost"; machine: number }
  | { kind: "replaced"; machine: number; disk: HubState };

export class Tape {
  readonly steps: Step[] = [];
  /** The transactions of the cloud that were committed, by site. */
  readonly transactions = new Map<string, CloudState[]>();
  private machines = 0;

  /** Records a computer that starts with a disk of its own, or with a copy of another's. */
  recorder(site: string, disk: HubState): Recorder<HubState> {
    const machine = this.machines++;
    const { steps } = this;
    steps.push({ kind: "starts", machine, site, disk });
    return {
      committed: (state) => void steps.push({ kind: "commits", machine, state }),
      written: (count) => void (count > 0 && steps.push({ kind: "written", machine, count })),
      lost: () => void steps.push({ kind: "lost", machine }),
      replaced: (state) => void steps.push({ kind: "replaced", machine, disk: state }),
    };
  }

  /** Records what the cloud commits for a site. What a crash took was never there. */
  cloudRecorder(site: string): Recorder<CloudState> {
    const committed: CloudState[] = [];
    let underWay: CloudState[] = [];
    this.transactions.set(site, committed);
    return {
      committed: (state) => void underWay.push(state),
      written: (count) => void committed.push(...underWay.splice(0, count)),
      lost: () => void (underWay = []),
      replaced: () => undefined,
    };
  }
}
