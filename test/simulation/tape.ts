import type { Recorder } from "./machine";
import type { HubState } from "./world";

/** What the hubs of a run did to their disks, in order: so that real stores can do the same (`hub-store.ts`). */

/** `machine` counts the computers of all sites. A state is the same object wherever it is named. */
export type Step =
  | { kind: "starts"; machine: number; site: string; disk: HubState }
  | { kind: "commits"; machine: number; state: HubState }
  /** So many of the commits that are under way are on the disk now. */
  | { kind: "written"; machine: number; count: number }
  /** The power failed: the other commits that were under way never were. */
  | { kind: "lost"; machine: number }
  | { kind: "replaced"; machine: number; disk: HubState };

export class Tape {
  readonly steps: Step[] = [];
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
}
