import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Chance } from "./chance";
import type { Network } from "./network";

/** What goes wrong, one thing after the other and some at once. Each deed ends with everything as it should be. */
export class Trouble {
  readonly done = new Map<string, number>();
  private readonly under: Promise<void>[] = [];
  private failure: unknown;

  constructor(
    private readonly network: Network,
    private readonly chance: Chance,
    private readonly over: () => boolean,
  ) {}

  /** Makes trouble until it is over, and waits until all of it is mended. */
  async run(): Promise<void> {
    while (!this.over()) {
      await pause(this.chance.between(1, 7) * 1000);
      const [name, deed] = this.chance.of(Object.entries(this.deeds));
      if (this.over()) break;
      this.under.push(this.note(name, deed));
    }
    await Promise.all(this.under);
    if (this.failure !== undefined) throw this.failure;
  }

  /** What could not be mended is told at the end, when everything else is at rest. */
  private async note(name: string, deed: () => Promise<boolean>): Promise<void> {
    try {
      if (await deed()) this.done.set(name, (this.done.get(name) ?? 0) + 1);
    } catch (error) {
      this.failure ??= error;
    }
  }

  private readonly deeds: Record<string, () => Promise<boolean>> = {
    "cloud killed": async () => {
      const { clouds } = this.network;
      if (clouds.filter(({ running }) => running).length < 2) return false;
      const cloud = this.chance.of(mortal(clouds).filter(({ running }) => running));
      await this.network.killCloud(cloud);
      await this.wait(1, 8);
      await this.network.restart(cloud);
      return true;
    },
    "hub killed": async () => {
      const site = this.chance.of(mortal(this.network.sites));
      if (!site.running) return false;
      await site.killHub();
      await this.wait(1, 10);
      await site.startHub();
      return true;
    },
    "line cut": async () => {
      const { line } = this.chance.of(this.network.sites);
      line.cut();
      await this.wait(3, 40);
      line.mend();
      return true;
    },
    "site's network cut": async () => {
      const { lan } = this.chance.of(this.network.sites);
      lan.cut();
      await this.wait(1, 15);
      lan.mend();
      return true;
    },
    "charger reset": async () => {
      const { fleet } = this.chance.of(this.network.sites);
      if (!fleet.running) return false;
      await fleet.press(this.chance.of(fleet.chargers).cpId, "reset").catch(() => {});
      return true;
    },
    "charger's cable cut": async () => {
      const { fleet } = this.chance.of(this.network.sites);
      const { cpId } = this.chance.of(fleet.chargers);
      await this.cable(fleet, cpId, true);
      await this.wait(2, 20);
      await this.cable(fleet, cpId, false);
      return true;
    },
    "chargers' power cut": async () => {
      const { fleet } = this.chance.of(mortal(this.network.sites));
      if (!fleet.running) return false;
      await fleet.kill();
      await this.wait(1, 5);
      await fleet.start();
      return true;
    },
    "database connections broken": async () => {
      const client = new pg.Client({ connectionString: this.network.cluster.url });
      await client.connect();
      await client.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and random() < 0.3",
      );
      await client.end();
      return true;
    },
  };

  private async cable(fleet: Network["sites"][number]["fleet"], cpId: string, cut: boolean): Promise<void> {
    if (fleet.running) await fleet.press(cpId, "network", { cut }).catch(() => {});
  }

  private wait(least: number, most: number): Promise<void> {
    return pause((this.over() ? 0.5 : this.chance.between(least, most)) * 1000);
  }
}

/** Where there are more than two, the first is never killed: it is the one whose memory is watched over the whole time. */
function mortal<T>(all: readonly T[]): readonly T[] {
  return all.length > 2 ? all.slice(1) : all;
}
