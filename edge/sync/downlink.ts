import { z } from "zod";
import { AppError } from "../../shared/error";
import type { FeedMessage } from "../../shared/sync";
import { feedMessageSchema } from "../../shared/sync";
import type { Clock } from "../clock";
import type { Log } from "../log";
import type { HubStore } from "../state/domain";
import { Assembly } from "./assembly";
import { backoffMs } from "./backoff";
import type { CloudClient } from "./client";
import type { Feed } from "./feed";
import { isCloned, levelOf } from "./request";
import { Sleeper } from "./sleeper";
import type { ServerSentEvent } from "./sse";
import { readEvents } from "./sse";

interface DownlinkOptions {
  store: HubStore;
  client: CloudClient;
  feed: Feed;
  clock: Clock;
  log: Log;
  random: () => number;
  /** Fetches what passes are checked with, and names it; null: this cloud gives none. */
  passSecrets: () => Promise<string | null>;
  /** The feed is open: the cloud is there. */
  onOpen: () => void;
}

interface DownlinkStatus {
  open: boolean;
  lastError: string | null;
}

/** The cloud says something every 15 s; three times that in silence is a dead line. */
const SILENCE_MS = 45_000;

/** The timer's start, and the comment that every feed begins with. */
const GREETING = 2;

/** Listens to the cloud's feed from the last position that took effect, and opens it again when it breaks. */
export class Downlink {
  private readonly options: DownlinkOptions;
  private readonly sleeper: Sleeper;
  private running: Promise<void> | null = null;
  private stopped = false;
  private isOpen = false;
  private lastError: string | null = null;

  constructor(options: DownlinkOptions) {
    this.options = options;
    this.sleeper = new Sleeper(options.clock);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Ends after what is under way; close the client first to end that too. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.sleeper.wake();
    await this.running;
  }

  status(): DownlinkStatus {
    return { open: this.isOpen, lastError: this.lastError };
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      try {
        await this.listen(() => {
          failures = 0;
        });
        // The cloud closed it in good order, as before its restart.
        failures += 1;
      } catch (error) {
        if (this.stopped) return;
        failures += 1;
        this.lastError = error instanceof AppError ? error.message : `The cloud's feed broke off (${String(error)}).`;
        const why = isCloned(error)
          ? "A SECOND MACHINE SPEAKS AS THIS HUB: the cloud tells this one nothing"
          : "the cloud's feed broke off";
        this.options.log[levelOf(error, failures)]({ err: error, failures }, why);
      }
      if (!this.stopped) await this.sleeper.sleep(backoffMs(failures, this.options.random));
    }
  }

  /** `lasts` is called once the feed has proved to be more than a greeting. */
  private async listen(lasts: () => void): Promise<void> {
    const { store, client, clock, passSecrets, onOpen } = this.options;
    const known = await passSecrets();
    const path = known === null ? "feed" : `feed?passSecrets=${encodeURIComponent(known)}`;
    const broken = new AbortController();
    const timer: { cancel?: () => void } = {};
    let pieces = 0;
    const alive = () => {
      pieces += 1;
      if (pieces > GREETING) lasts();
      timer.cancel?.();
      timer.cancel = clock.after(SILENCE_MS, () => broken.abort(new Error("The cloud's feed fell silent.")));
    };
    alive();
    try {
      const headers = { "last-event-id": String(store.state.feedAck) };
      const assembly = new Assembly();
      await client.stream(path, headers, broken, async (body) => {
        this.isOpen = true;
        this.lastError = null;
        onOpen();
        for await (const event of readEvents(body, alive)) await this.receive(event, assembly);
      });
    } finally {
      timer.cancel?.();
      this.isOpen = false;
    }
  }

  /** A message that cannot be understood holds up what follows it: skipping it quietly would let hub and cloud drift apart. */
  private async receive({ id, data }: ServerSentEvent, assembly: Assembly): Promise<void> {
    const position = Number(id);
    if (!Number.isSafeInteger(position) || position < 1) throw notUnderstood(`"${id.slice(0, 40)}" is no position`);
    const message = messageIn(data);
    if (message.type !== "part") return this.options.feed.apply(position, message);
    const whole = assembly.add(message.data);
    if (whole === null) return;
    const assembled = messageIn(whole);
    if (assembled.type === "part") throw notUnderstood("a part of a part");
    await this.options.feed.apply(position, assembled);
  }
}

function messageIn(json: string): FeedMessage {
  const parsed = feedMessageSchema.safeParse(parse(json));
  if (!parsed.success) throw notUnderstood(z.prettifyError(parsed.error));
  return parsed.data;
}

function notUnderstood(why: string): AppError {
  return new AppError("bad_feed_message", `The cloud sent something this version does not understand: ${why}`, {
    status: 502,
  });
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
