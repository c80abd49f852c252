import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import type { PairAnswer, PairRequest } from "../../shared/sync";
import { pairAnswerSchema } from "../../shared/sync";
import { pairingEvents } from "../booking/pairing";
import type { Clock } from "../clock";
import type { HubArchiveStore } from "../history";
import type { Log } from "../log";
import type { Starter } from "../start/starter";
import type { Stopper } from "../start/stopper";
import { confirmByCloud } from "../clock-doubt";
import { CloudClient, postUnsigned } from "./client";
import type { CloudIdentity, HubKey } from "./credentials";
import { ensureHubKey, loadCloudIdentity, loadHubKey, saveCloudIdentity } from "./credentials";
import { Downlink } from "./downlink";
import { Feed } from "./feed";
import { hubStateEvent } from "./hub-state";
import { settleKey } from "./key-rotation";
import { fetchPassSecrets } from "./pass-secrets";
import { refusedBy } from "./request";
import { Uplink } from "./uplink";

interface CloudLinkOptions {
  store: HubArchiveStore;
  starter: Starter;
  stopper: Stopper;
  clock: Clock;
  log: Log;
  random: () => number;
  /** A new UUIDv7 at each call. */
  newId: () => string;
  /** Folder of the hub's key and of what the cloud told at pairing. */
  folder: string;
  /** CLOUD_URL: where the cloud is, wherever the hub was paired; null: there. */
  cloudUrl: string | null;
  /** What this hub is called in the cloud. */
  name: string;
  version: string;
}

/** How the hub stands with the cloud, for its owner. */
export interface LinkStatus {
  paired: boolean;
  hubId: string | null;
  siteId: string | null;
  cloudUrl: string | null;
  epoch: number | null;
  /** Events that the cloud has, and that there are. */
  ackedSeq: number | null;
  headSeq: number;
  feedOpen: boolean;
  lastContactAt: string | null;
  lastError: string | null;
}

interface Running {
  client: CloudClient;
  uplink: Uplink;
  downlink: Downlink;
}

/** The hub's tie to its cloud: pairing, and the two streams. The hub works the same without. */
export class CloudLink {
  private readonly options: CloudLinkOptions;
  private running: Running | null = null;
  private isPairing = false;
  /** A change of the hub's key that is under way. */
  private settling: Promise<void> = Promise.resolve();
  private lastError: string | null = null;
  private readonly instance: string;

  constructor(options: CloudLinkOptions) {
    this.options = options;
    this.instance = options.newId();
  }

  /** Takes up the streams where they were. A hub that was never paired has nothing to do. Never rejects: the hub serves without a cloud. */
  async start(): Promise<void> {
    const { store, folder, log } = this.options;
    if (!store.state.pairing) return store.setAcked(null);
    // From here on nothing is dropped that the cloud lacks, even if the streams cannot begin. What is kept of `ackedSeq` may be the cloud's before.
    const ackedSeq = Math.max(store.report.ackedSeq ?? 0, (store.state.pairing.since ?? 1) - 1);
    store.setAcked(ackedSeq);
    try {
      const [key, identity] = [await loadHubKey(folder), await loadCloudIdentity(folder)];
      if (!key || identity?.hubId !== store.state.pairing.hubId) {
        throw new AppError("key_missing", "The hub's key for the cloud is not in its data folder: pair it again.");
      }
      this.run(key, identity, ackedSeq);
    } catch (error) {
      this.lastError = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, "the hub cannot speak with its cloud");
    }
  }

  /**
   * Registers this hub with a cloud by its owner's one-time code; a hub that was paired before starts anew. Rejects with AppError
   * `no_cloud` 400, `cloud_url_conflict` 400, `pairing_refused` 400, `pairing_under_way` 409, `cloud_unreachable` 502, `cloud_refused` 502.
   */
  async pair(given: { cloudUrl?: string | undefined; code: string }): Promise<void> {
    const cloudUrl = this.addressFor(given.cloudUrl);
    if (this.isPairing) throw new AppError("pairing_under_way", "A pairing is under way.", { status: 409 });
    this.isPairing = true;
    try {
      // the cloud is told a key that stays: none is changed from here on until the pairing is over
      await this.settling;
      const key = await ensureHubKey(this.options.folder, this.options.clock.now());
      const answer = await this.register(cloudUrl, given.code, key);
      await this.end();
      await saveCloudIdentity(this.options.folder, answer);
      this.run(key, answer, await this.begin(cloudUrl, answer));
      this.options.log.info({ hubId: answer.hubId, cloudUrl }, "paired with the cloud");
    } finally {
      this.isPairing = false;
    }
  }

  status(): LinkStatus {
    const { store, cloudUrl } = this.options;
    const { pairing } = store.state;
    const up = this.running?.uplink.status();
    const down = this.running?.downlink.status();
    return {
      paired: pairing !== null,
      hubId: pairing?.hubId ?? null,
      siteId: pairing?.siteId ?? null,
      cloudUrl: pairing ? (cloudUrl ?? pairing.cloudUrl) : cloudUrl,
      epoch: pairing?.epoch ?? null,
      ackedSeq: up?.ackedSeq ?? null,
      headSeq: store.head.seq,
      feedOpen: down?.open ?? false,
      lastContactAt: up?.lastContactAt ?? null,
      lastError: up?.lastError ?? down?.lastError ?? this.lastError,
    };
  }

  /** Ends both streams; what is unsent waits in the journal. */
  async end(): Promise<void> {
    const { running } = this;
    this.running = null;
    if (!running) return;
    running.client.close();
    await Promise.all([running.uplink.stop(), running.downlink.stop()]);
  }

  private addressFor(given: string | undefined): string {
    const { cloudUrl } = this.options;
    const asked = given?.replace(/\/+$/, "");
    if (asked && cloudUrl && asked !== cloudUrl) {
      throw new AppError("cloud_url_conflict", `CLOUD_URL says ${cloudUrl}: pair there, or change the setting.`);
    }
    const address = asked ?? cloudUrl;
    if (!address) throw new AppError("no_cloud", "Give `cloudUrl`, or set CLOUD_URL.");
    return address;
  }

  private async register(cloudUrl: string, code: string, key: HubKey): Promise<PairAnswer> {
    const { name, version } = this.options;
    const request: PairRequest = { code, publicKey: key.publicKey, name, version };
    const answer = await postUnsigned(this.options.clock, `${cloudUrl}/v1/hubs/pair`, JSON.stringify(request));
    if (answer.status >= 400 && answer.status < 500) {
      throw new AppError("pairing_refused", refusedBy(answer).message, { status: 400 });
    }
    const parsed = pairAnswerSchema.safeParse(answer.body);
    if (answer.status !== 201 || !parsed.success) throw refusedBy(answer);
    return parsed.data;
  }

  /** One commit, so that no restart finds half a pairing. Gives the sequence number before it: what the cloud gets begins with it. */
  private async begin(cloudUrl: string, answer: PairAnswer): Promise<number> {
    const { store, clock, newId } = this.options;
    const { hubId, siteId, epoch, site, tariffs } = answer;
    const floor = await store.commit((state) => {
      const events: HubEvent[] = [
        { type: "hub.paired", data: { hubId, siteId, cloudUrl, epoch } },
        hubStateEvent(state),
        { type: "site.set", data: site },
        ...tariffs.map((tariff): HubEvent => ({ type: "tariff.set", data: tariff })),
        ...pairingEvents(state, answer, { now: clock.now(), newId }),
      ];
      return { reply: store.head.seq, events };
    });
    store.setAcked(floor);
    return floor;
  }

  private run(key: HubKey, { hubId, audience }: CloudIdentity, ackedSeq: number): void {
    const { store, starter, stopper, clock, log, random, newId, cloudUrl, folder, version } = this.options;
    const baseUrl = cloudUrl ?? store.state.pairing?.cloudUrl;
    if (!baseUrl) throw new AppError("no_cloud", "The cloud's address is not known: set CLOUD_URL.");
    const { instance } = this;
    const onTime = (cloudMs: number) => confirmByCloud({ store, clock, log }, cloudMs);
    const client = new CloudClient({
      baseUrl,
      hubId,
      audience,
      privateKey: key.privateKey,
      instance,
      version,
      clock,
      log,
      onTime,
    });
    const feed = new Feed({ store, starter, stopper, log, now: () => client.now(), newId });
    const uplink = new Uplink({ store, client, clock, log, random, newId, ackedSeq });
    const passSecrets = async () => {
      if (!this.isPairing) await (this.settling = settleKey(client, folder, log));
      return fetchPassSecrets(client, folder);
    };
    const onOpen = () => uplink.kick();
    const downlink = new Downlink({ store, client, feed, clock, log, random, passSecrets, onOpen });
    this.lastError = null;
    this.running = { client, uplink, downlink };
    uplink.start();
    downlink.start();
  }
}
