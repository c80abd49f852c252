import { pino } from "pino";
import { v7 } from "uuid";
import { afterEach, beforeEach, expect } from "vitest";
import type { HubEvent } from "../../../shared/events";
import type { FeedMessage } from "../../../shared/sync";
import { eventually } from "../../../shared/testing/eventually";
import { temporaryFolder } from "../../../shared/testing/folder";
import { idOf, online, status } from "../../http/testing/events";
import { FakeGateway, memoryHubStore } from "../../http/testing/hub-app";
import type { HubArchiveStore } from "../../history";
import { Starter } from "../../start/starter";
import { Stopper } from "../../start/stopper";
import { MemoryDisk } from "../../store/testing/memory-disk";
import { ManualClock } from "../../testing/manual-clock";
import { registered } from "../../testing/registration";
import { CloudLink } from "../link";
import { code, FakeCloud } from "./fake-cloud";

/** A hub with one charger on a disk in memory, its link, and a cloud on loopback; anew for each test. */
export class LinkedHub {
  cloud = new FakeCloud();
  clock = new ManualClock();
  disk = new MemoryDisk();
  gateway = new FakeGateway();
  /** What it logged. */
  lines: Record<string, unknown>[] = [];
  folder!: string;
  store!: HubArchiveStore;
  link!: CloudLink;

  constructor() {
    beforeEach(() => this.set());
    afterEach(() => this.clear());
  }

  private async set(): Promise<void> {
    this.lines = [];
    this.cloud = new FakeCloud();
    await this.cloud.start();
    this.clock = new ManualClock();
    this.cloud.now = () => this.clock.now();
    this.disk = new MemoryDisk();
    this.folder = temporaryFolder();
    this.store = await memoryHubStore(this.clock, this.disk);
    this.gateway = new FakeGateway();
    await this.linkAnew();
    await this.commit(registered("CP1", { connectors: 1 }), online("CP1"), status("CP1", 1, "Available"));
  }

  private async clear(): Promise<void> {
    await this.link.end();
    await this.cloud.stop();
  }

  readonly commit = (...events: HubEvent[]) => this.store.commit(() => ({ reply: undefined, events }));
  readonly pair = () => this.link.pair({ cloudUrl: this.cloud.url, code });
  /** The types of the events that the cloud has. */
  readonly types = () => this.cloud.events.map(({ type }) => type);
  readonly inStep = () =>
    this.cloud.ackedSeq === this.store.head.seq && this.link.status().ackedSeq === this.store.head.seq;

  /** Waits where the hub pauses by its clock before it tries again. In small steps: an answer that is under way must not be given up meanwhile. */
  readonly untilPast = (look: () => unknown) =>
    eventually(async () => {
      await this.clock.advance(200);
      expect(look()).toBeTruthy();
    });

  /** A link over what store and folder hold, not started. */
  createLink(cloudUrl: string | null = null): CloudLink {
    const { store, gateway, clock, folder } = this;
    const log = pino({ level: "debug" }, { write: (line: string) => void this.lines.push(JSON.parse(line) as never) });
    const starter = new Starter({ store, gateway, clock, log, random: (bytes) => new Uint8Array(bytes) });
    const stopper = new Stopper({ store, gateway, clock, log });
    const name = { name: "hub", version: "1.2.3" };
    const rest = { random: () => 0.5, newId: () => v7(), folder, cloudUrl, ...name };
    return new CloudLink({ store, starter, stopper, clock, log, ...rest });
  }

  async linkAnew(cloudUrl: string | null = null): Promise<void> {
    this.link = this.createLink(cloudUrl);
    await this.link.start();
  }

  /** The hub's process ends and starts again from its disk. */
  async restart(how: "stop" | "kill", cloudUrl: string | null = null): Promise<void> {
    await this.link.end();
    if (how === "stop") await this.store.close();
    this.store = await memoryHubStore(this.clock, this.disk);
    await this.linkAnew(cloudUrl);
  }
}

/** Waits for what real sockets bring. */
export const until = (look: () => unknown) => eventually(() => expect(look()).toBeTruthy());

/** An owner's order, by default to stop the session of `idOf(1)`; `expiresAt` in ms. */
export function order(commandId: string, expiresAt: number, command?: object): FeedMessage {
  const stop = { name: "stopSession", sessionId: idOf(1) };
  const data = { commandId, expiresAt: new Date(expiresAt).toISOString(), command: command ?? stop };
  return { type: "command", data } as FeedMessage;
}
