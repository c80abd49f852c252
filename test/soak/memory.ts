import { readFile } from "node:fs/promises";

/** Resident memory of one program over time, MB; a program that is killed begins anew. */
export class Memory {
  private readonly runs = new Map<string, { pid: number; samples: number[] }[]>();

  async sample(programs: readonly { name: string; pid: number }[]): Promise<void> {
    for (const { name, pid } of programs) {
      const mb = await residentMb(pid);
      if (mb === null) continue;
      const runs = this.runs.get(name) ?? [];
      this.runs.set(name, runs);
      const run = runs.find((each) => each.pid === pid);
      if (run) run.samples.push(mb);
      else runs.push({ pid, samples: [mb] });
    }
  }

  /** Of each program the run that lived longest: its largest in the second quarter of its life, and in the last. */
  summary(): { name: string; samples: number; earlyMb: number; lateMb: number }[] {
    return [...this.runs].map(([name, runs]) => {
      const { samples } = runs.toSorted((a, b) => b.samples.length - a.samples.length)[0]!;
      const quarter = Math.ceil(samples.length / 4);
      const early = samples.slice(quarter, 2 * quarter + 1);
      const late = samples.slice(-quarter);
      return {
        name,
        samples: samples.length,
        earlyMb: Math.max(...(early.length > 0 ? early : samples)),
        lateMb: Math.max(...late),
      };
    });
  }
}

/** Linux only; null elsewhere, and for a process that is gone. */
async function residentMb(pid: number): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const kb = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
  return kb === undefined ? null : Math.round(Number(kb) / 1024);
}
