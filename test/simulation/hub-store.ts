import { isDeepStrictEqual } from "node:util";
import { hubDomain } from "../../edge/state/domain";
import type { HubState as LiveState } from "../../edge/state/state";
import { openStore } from "../../edge/store/store";
import { MemoryDisk } from "../../edge/store/testing/memory-disk";
import type { OpenStore } from "../../edge/store/types";
import { hubBookingData } from "../../shared/booking/schema";
import type { HubEvent } from "../../shared/events";
import type { Tape } from "./tape";
import type { HubState } from "./world";

/**
 * The hubs of a run once more, on the hub's own event store: each commit goes through its border, fold, journal and snapshots; power cuts take what was not
 * synced, restores and clones are copies of the disk. After each start, the book, the place in the feed and the log up must be what the
 * simulation has. Decisions are functions of the book, so the run on the real store is the same run.
 */

const FOLDER = "/hub";

/** A disk at rest, and which events of its journal are the book's. */
interface Image {
  disk: MemoryDisk;
  places: readonly number[];
}

/** Says what differs; nothing: the real stores have done the same. */
export async function replay({ steps }: Tape): Promise<string[]> {
  const copied = new Set(steps.flatMap((step) => ("disk" in step ? [step.disk] : [])));
  const images = new Map<HubState, Image>();
  const hubs = new Map<number, StoredHub>();
  const wrong: string[] = [];
  for (const step of steps) {
    const hub = hubs.get(step.machine);
    if (step.kind === "starts" || step.kind === "replaced") {
      hub?.cutPower();
      const image = images.get(step.disk) ?? (await paired(step.disk));
      images.set(step.disk, image);
      hubs.set(step.machine, await StoredHub.start(image, step.disk, wrong));
    } else if (!hub) {
      throw new Error(`Machine ${step.machine} has not started.`);
    } else if (step.kind === "commits") {
      hub.waiting.push(step.state);
    } else if (step.kind === "written") {
      const states = hub.waiting.splice(0, step.count);
      while (states.length > 0) {
        // What another computer starts from is copied when it is on the disk and nothing after it is.
        const end = states.findIndex((state) => copied.has(state));
        await hub.write(states.splice(0, end < 0 ? states.length : end + 1));
        if (end >= 0) images.set(hub.state, hub.image());
      }
    } else {
      hubs.set(step.machine, await hub.restart());
    }
  }
  for (const hub of hubs.values()) await hub.close();
  return wrong;
}

/** The disk of a hub that was just paired, and has said what its book is. */
async function paired(state: HubState): Promise<Image> {
  const disk = new MemoryDisk();
  const store = await open(disk);
  const { hub, epoch } = state.book;
  const pairing = { hubId: hub, siteId: hub, cloudUrl: "https://cloud.example", epoch };
  const events: HubEvent[] = [{ type: "hub.paired", data: pairing }, ...state.wrote];
  await store.commit(() => ({ reply: undefined, events }));
  await store.close();
  return { disk, places: state.wrote.map((_, index) => index + 2) };
}

/** One computer, and what its disk should hold. */
class StoredHub {
  /** Commits of the simulation that are not on its disk yet. */
  readonly waiting: HubState[] = [];

  private constructor(
    private readonly store: OpenStore<LiveState, HubEvent>,
    private readonly disk: MemoryDisk,
    private readonly places: number[],
    /** What is on its disk. */
    public state: HubState,
    private readonly wrong: string[],
  ) {}

  static async start({ disk, places }: Image, state: HubState, wrong: string[]): Promise<StoredHub> {
    const own = atRest(disk);
    const hub = new StoredHub(await open(own), own, [...places], state, wrong);
    hub.acknowledge();
    await hub.compare();
    return hub;
  }

  /** Commits in one batch, and waits for the disk. */
  async write(states: readonly HubState[]): Promise<void> {
    await Promise.all(this.commit(states));
    this.state = states.at(-1) ?? this.state;
    this.acknowledge();
  }

  /** The power fails while the rest is under way, and comes back. */
  async restart(): Promise<StoredHub> {
    const image = this.image();
    for (const settled of this.commit(this.waiting)) settled.catch(() => undefined);
    this.cutPower();
    return StoredHub.start({ ...image, disk: atRest(this.disk) }, this.state, this.wrong);
  }

  image(): Image {
    return { disk: atRest(this.disk), places: [...this.places] };
  }

  cutPower(): void {
    this.disk.cutAt(this.disk.callCount);
  }

  async close(): Promise<void> {
    await this.write(this.waiting);
    await this.store.close();
    await StoredHub.start(this.image(), this.state, this.wrong).then((hub) => hub.store.close());
  }

  private commit(states: readonly HubState[]): Promise<unknown>[] {
    let before = this.state;
    return states.map((state) => {
      const from = feedPosition(before);
      before = state;
      const position = feedPosition(state);
      const events: HubEvent[] = [...state.wrote];
      for (const { type, data } of state.wrote) {
        if (!isDeepStrictEqual(hubBookingData[type].safeParse(data).data, data)) this.differs(`${type} at the border`);
      }
      if (position !== from) events.push({ type: "feed.applied", data: { position } });
      const first = this.store.head.seq + 1;
      const settled = this.store.commit(() => ({ reply: undefined, events }));
      this.places.push(...state.wrote.map((_, index) => first + index));
      if (this.store.head.seq !== first + events.length - 1) this.differs("the number of events");
      return settled;
    });
  }

  private acknowledge(): void {
    const { unacked } = this.state.link;
    const acked = this.places[this.places.length - unacked.length - 1];
    this.store.setAcked(acked ?? 0);
  }

  private async compare(): Promise<void> {
    const { book, link } = this.state;
    const live = this.store.state;
    if (!isDeepStrictEqual(live.booking?.book, book)) this.differs("the book");
    if (live.feedAck !== feedPosition(this.state)) this.differs("the place in the feed");
    const first = this.places[this.places.length - link.unacked.length];
    if (first === undefined) return;
    const { events } = await this.store.read(first - 1, this.store.head.seq);
    const log = events.flatMap(({ type, data }) => (Object.hasOwn(hubBookingData, type) ? [{ type, data }] : []));
    const messages = link.unacked.map(({ message }) => message);
    if (!isDeepStrictEqual(log, messages)) this.differs("the log to the cloud");
  }

  private differs(what: string): void {
    this.wrong.push(`${this.state.book.hub}, after ${this.places.length} events: ${what} is not the simulation's`);
  }
}

/** A hub's feed has one count; the links of the simulation have one an epoch. */
function feedPosition({ link }: HubState): number {
  return (link.epoch - 1) * 100_000 + link.applied;
}

/** The disk as a power cut leaves it: without anything that was not synced. */
function atRest(disk: MemoryDisk): MemoryDisk {
  return disk.powerCut(() => 0);
}

/** Small, so that journal files rotate and snapshots are made all the time. */
function open(disk: MemoryDisk): Promise<OpenStore<LiveState, HubEvent>> {
  let ids = 0;
  return openStore<LiveState, HubEvent>({
    folder: FOLDER,
    domain: hubDomain,
    files: disk,
    lock: () => Promise.resolve(() => Promise.resolve()),
    now: () => 0,
    newId: () => `event ${++ids}`,
    // Only a power cut makes it fail here, and its disk is gone then.
    onFatal: () => undefined,
    segmentBytes: 6_000,
    snapshotEveryEvents: 25,
    reserveBytes: 0,
  });
}
