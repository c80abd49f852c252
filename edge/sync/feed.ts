import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import type { FeedMessage } from "../../shared/sync";
import { isBookMessage, receivedEvents, settingsEvents } from "../booking/receive";
import type { Log } from "../log";
import type { Starter, StartOutcome } from "../start/starter";
import type { Stopper } from "../start/stopper";
import type { HubStore } from "../state/domain";

interface FeedOptions {
  store: HubStore;
  starter: Starter;
  stopper: Stopper;
  log: Log;
  /** The time that hub and cloud agree on, epoch ms: a hub whose clock is off must not take a stale order for a fresh one. */
  now: () => number;
  /** A new UUIDv7 at each call. */
  newId: () => string;
}

/** A message that has come in one, or was put together. */
type WholeMessage = Exclude<FeedMessage, { type: "part" }>;

type Order = Extract<FeedMessage, { type: "command" }>["data"];
type Finished = Extract<HubEvent, { type: "command.finished" }>["data"];

/** Gives the cloud's messages their effect, each once: the effect and its position are one commit. */
export class Feed {
  private readonly options: FeedOptions;

  constructor(options: FeedOptions) {
    this.options = options;
  }

  /** Resolves when the message has taken effect; what a charger says to an order is not waited for. A position that is known is passed over. */
  async apply(position: number, message: WholeMessage): Promise<void> {
    if (position <= this.options.store.state.feedAck) return;
    const applied: HubEvent = { type: "feed.applied", data: { position } };
    if (isBookMessage(message)) {
      const { now, newId } = this.options;
      await this.options.store.commit((state) => {
        return { reply: undefined, events: [...receivedEvents(state, message, { now: now(), newId }), applied] };
      });
    } else if (message.type === "booking.set") {
      const now = this.options.now();
      await this.options.store.commit((state) => {
        return { reply: undefined, events: [...settingsEvents(state, message.data, now), applied] };
      });
    } else if (message.type !== "command") {
      await this.commit([message, applied]);
    } else if (Date.parse(message.data.expiresAt) <= this.options.now()) {
      await this.commit([finished(message.data, "expired", null), applied]);
    } else {
      await this.order(message.data, applied);
    }
  }

  private async order(order: Order, applied: HubEvent): Promise<void> {
    const { command, commandId } = order;
    if (command.name === "stopSession") {
      await this.commit([applied]);
      this.background(
        order,
        this.options.stopper.stop(command.sessionId).then(() => "accepted" as const),
      );
      return;
    }
    const { cpId, connectorId, idTag } = command;
    // No page has a secret to this session: its stop is the owner's, or the charger's.
    // Who is let in from afar agrees to leave with notice, where nobody can say for how long the place is free (Rule 4).
    const start = { requestId: commandId, cpId, connectorId, idTag, secretHash: "", standby: true };
    try {
      const { outcome } = await this.options.starter.begin(start, [applied]);
      if (outcome) this.background(order, outcome);
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      await this.commit([applied, finished(order, "rejected", error.message)]);
    }
  }

  private background(order: Order, outcome: Promise<StartOutcome>): void {
    outcome
      .then(
        (word) => this.commit([finished(order, ...verdicts(word))]),
        (error: unknown) => this.commit([finished(order, ...refusals(error))]),
      )
      .catch((error: unknown) => {
        this.options.log.error({ err: error, commandId: order.commandId }, "what became of an order could not be kept");
      });
  }

  private commit(events: HubEvent[]): Promise<void> {
    return this.options.store.commit(() => ({ reply: undefined, events }));
  }
}

function finished({ commandId }: Order, outcome: Finished["outcome"], detail: string | null): HubEvent {
  return { type: "command.finished", data: { commandId, outcome, detail } };
}

function verdicts(word: StartOutcome): [Finished["outcome"], string | null] {
  if (word === "accepted") return ["accepted", null];
  return word === "rejected" ? ["rejected", "The charger refused."] : ["failed", word];
}

function refusals(error: unknown): [Finished["outcome"], string | null] {
  const message = error instanceof Error ? error.message.slice(0, 500) : null;
  const isRefusal = error instanceof AppError && (error.code === "stop_rejected" || error.status === 404);
  return [isRefusal ? "rejected" : "failed", message];
}
