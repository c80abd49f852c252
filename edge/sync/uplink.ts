import { z } from "zod";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { batchAnswerSchema, epochAnswerSchema, syncConflictSchema } from "../../shared/sync";
import { mustAskForEpoch, recoveryFor } from "../booking/recovery";
import type { Clock } from "../clock";
import { instant } from "../clock";
import { firstKept } from "../history";
import type { Log } from "../log";
import type { HubStore } from "../state/domain";
import { backoffMs } from "./backoff";
import type { Batch } from "./batch";
import { nextBatch } from "./batch";
import type { CloudClient } from "./client";
import { hubStateEvent } from "./hub-state";
import type { CloudAnswer } from "./request";
import { isCloned, levelOf, refusedBy } from "./request";
import { Sleeper } from "./sleeper";

interface UplinkOptions {
  store: HubStore;
  client: CloudClient;
  clock: Clock;
  log: Log;
  /** 0 to below 1, for the back-off. */
  random: () => number;
  /** A new UUIDv7 at each call. */
  newId: () => string;
  /** Everything up to here is in the cloud. */
  ackedSeq: number;
}

interface UplinkStatus {
  ackedSeq: number;
  lastContactAt: string | null;
  /** Why the last attempt failed; null: it did not. */
  lastError: string | null;
}

/** A conflict is answered at once, but not for ever: after so many in a row it counts as a failure. */
const CONFLICTS = 3;

/**
 * Brings the journal to the cloud, batch after batch, and waits for new events when there are none. The journal after `ackedSeq` is all that it
 * keeps: whatever is repeated changes nothing there.
 */
export class Uplink {
  private readonly options: UplinkOptions;
  private readonly sleeper: Sleeper;
  private readonly unsubscribe: () => void;
  private running: Promise<void> | null = null;
  private stopped = false;
  private ackedSeq: number;
  /** The feed's position as it is on disk: what is only in memory must not be acknowledged. */
  private feedAck: number;
  private sentFeedAck: number | null = null;
  private conflicts = 0;
  private pausing = false;
  private lastContactAt: string | null = null;
  private lastError: string | null = null;

  constructor(options: UplinkOptions) {
    this.options = options;
    this.ackedSeq = options.ackedSeq;
    this.feedAck = options.store.state.feedAck;
    this.sleeper = new Sleeper(options.clock);
    this.unsubscribe = options.store.subscribe((events) => {
      for (const event of events) if (event.type === "feed.applied") this.feedAck = event.data.position;
      if (!this.pausing) this.sleeper.wake();
    });
  }

  start(): void {
    this.running ??= this.run();
  }

  /** There is reason to try now. */
  kick(): void {
    this.sleeper.wake();
  }

  /** Ends after what is under way; close the client first to end that too. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.unsubscribe();
    this.sleeper.wake();
    await this.running;
  }

  status(): UplinkStatus {
    const { ackedSeq, lastContactAt, lastError } = this;
    return { ackedSeq, lastContactAt, lastError };
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      try {
        const hasMore = await this.step();
        failures = 0;
        if (!hasMore) await this.sleeper.sleep(null);
      } catch (error) {
        if (this.stopped) return;
        failures += 1;
        this.fail(error, failures);
        await this.pause(backoffMs(failures, this.options.random));
      }
    }
  }

  /** New events do not cut a pause short, or a cloud that is down would be asked again at each of them; a kick does. */
  private async pause(ms: number): Promise<void> {
    this.pausing = true;
    this.sleeper.forget();
    await this.sleeper.sleep(ms);
    this.pausing = false;
  }

  private fail(error: unknown, failures: number): void {
    this.lastError = error instanceof Error ? error.message : String(error);
    const why = isCloned(error)
      ? "A SECOND MACHINE SPEAKS AS THIS HUB: the cloud takes nothing from this one"
      : "events could not be brought to the cloud; trying again";
    this.options.log[levelOf(error, failures)]({ err: error, failures }, why);
  }

  /** One request. Gives whether there may be more to send. */
  private async step(): Promise<boolean> {
    const { store, client } = this.options;
    if (mustAskForEpoch(store.state)) await this.newEpoch();
    const { feedAck } = this;
    const batch = await this.read(feedAck);
    if (batch.count === 0 && feedAck === this.sentFeedAck) return false;
    const answer = await client.post("events", batch.json);
    this.lastContactAt = instant(this.options.clock.now());
    if (answer.status === 409) {
      await this.resolve(answer);
      return true;
    }
    const { ackedSeq } = this.understood(answer, batch);
    // The answer to an empty batch says nothing new; a fresh epoch's even says 0.
    if (batch.count > 0) {
      this.ackedSeq = ackedSeq;
      store.setAcked(ackedSeq);
    }
    this.sentFeedAck = feedAck;
    this.conflicts = 0;
    this.lastError = null;
    return batch.count > 0;
  }

  private async read(feedAck: number): Promise<Batch> {
    const { store, log } = this.options;
    const epoch = store.state.pairing?.epoch ?? 1;
    try {
      return await nextBatch(store, this.ackedSeq, { epoch, feedAck });
    } catch (error) {
      const first = firstKept(error);
      if (first === null) throw error;
      // Only a restored cloud asks for what it once had acknowledged: an epoch may start anywhere.
      log.error({ ackedSeq: this.ackedSeq, firstSeq: first }, "the cloud lacks events that this hub no longer has");
      await this.newEpoch();
      this.ackedSeq = first - 1;
      return nextBatch(store, this.ackedSeq, { epoch: store.state.pairing?.epoch ?? 1, feedAck });
    }
  }

  private understood(answer: CloudAnswer, batch: Batch): { ackedSeq: number } {
    if (answer.status !== 200) throw refusedBy(answer);
    const parsed = batchAnswerSchema.safeParse(answer.body);
    if (!parsed.success || parsed.data.ackedSeq > this.options.store.head.seq) {
      throw new AppError("bad_answer", "The cloud's answer to a batch cannot be understood.", { status: 502 });
    }
    if (batch.count > 0 && parsed.data.ackedSeq <= this.ackedSeq) {
      throw new AppError("bad_answer", "The cloud took a batch and kept nothing of it.", { status: 502 });
    }
    return parsed.data;
  }

  private async resolve(answer: CloudAnswer): Promise<void> {
    const parsed = syncConflictSchema.safeParse(answer.body);
    if (!parsed.success) throw refusedBy(answer);
    const { code, details } = parsed.data.error;
    this.conflicts += 1;
    this.options.log.warn({ code, details, ackedSeq: this.ackedSeq }, "the cloud and this hub disagree about the past");
    if (this.conflicts > CONFLICTS) {
      this.conflicts = 0;
      throw refusedBy(answer);
    }
    const expected = details.expectedSeq - 1;
    if (code === "gap" && expected >= 0 && expected <= this.options.store.head.seq) this.ackedSeq = expected;
    else await this.newEpoch();
  }

  /**
   * From now on this journal counts. What the cloud had not acknowledged is sent again; what it knows already it recognises by id. A hub with
   * seats is RECOVERING before it asks (booking, Rule 10), since it may have sold and admitted what it does not know of any more.
   */
  private async newEpoch(): Promise<void> {
    const { store, log, newId } = this.options;
    let recovery = await store.commit((state) => recoveryFor(state, newId, false));
    let answer = await this.askForEpoch(recovery);
    if (answer === "recovery_needed") {
      recovery = await store.commit((state) => recoveryFor(state, newId, true));
      answer = await this.askForEpoch(recovery);
    }
    if (answer === "recovery_needed") {
      throw new AppError("bad_answer", "The cloud asks for a recovery that it was told of.", { status: 502 });
    }
    const { epoch } = answer;
    await store.commit((state) => {
      const events: HubEvent[] = [{ type: "hub.epochStarted", data: { epoch } }, hubStateEvent(state)];
      return { reply: undefined, events };
    });
    log.warn({ epoch, recovery }, "a new epoch has begun");
  }

  /** An epoch for a recovery. One that answers another's, or an old, question has begun nothing: then it is asked once more, knowing the cloud's epoch. */
  private async askForEpoch(
    recovery: string | null,
    after = this.options.store.state.pairing?.epoch ?? 1,
    again = true,
  ): Promise<{ epoch: number } | "recovery_needed"> {
    const request = recovery === null ? {} : { recovery, after };
    const answer = await this.options.client.post("epochs", JSON.stringify(request));
    if (answer.status === 409 && neededSchema.safeParse(answer.body).success) return "recovery_needed";
    const parsed = epochAnswerSchema.safeParse(answer.body);
    if (answer.status !== 201 || !parsed.success) throw refusedBy(answer);
    const { epoch, recovery: begun } = parsed.data;
    const isOthers = begun !== undefined && begun !== recovery;
    return recovery !== null && isOthers && again ? this.askForEpoch(recovery, epoch, false) : { epoch };
  }
}

const neededSchema = z.object({ error: z.object({ code: z.literal("recovery_needed") }) });
