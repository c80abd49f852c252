import { AppError } from "../shared/error";
import { CallQueue } from "./call-queue";
import type { Clock } from "./clock";
import type { Form, Frame, MessageId } from "./frame";
import { encodeCall, encodeError, encodeResult, parseFrame } from "./frame";
import type { CallOptions } from "./gateway";
import type { Log } from "./log";
import type { Outcome } from "./ocpp/handle";
import type { FollowUp } from "./ocpp/route";
import { routeOf } from "./ocpp/routes";

/** One connection of a charge point, as its transport gives it. */
export interface Link {
  readonly transport: "mqtt" | "websocket";
  /** Where it comes from, for the log. */
  readonly address: string;
  /** EMQX's object form is spoken here too. */
  readonly objectForm: boolean;
  /** Never throws; what cannot be sent any more is lost with its connection, and what has to wait is not sent once `isLate`. */
  send(text: string, isLate?: () => boolean): void;
  /** `code` is a WebSocket close code. */
  close(code: number, why: string): void;
}

interface PeerDeps {
  cpId: string;
  link: Link;
  clock: Clock;
  log: Log;
  newId: () => string;
  handle(action: string, payload: unknown): Promise<Outcome>;
  followUp(each: FollowUp): void;
  /** Counts a message of so many characters; gives the milliseconds to wait before it is processed. */
  throttle(length: number): number;
}

type Call = Extract<Frame, { kind: "call" }> & { text: string };

/** A well-behaved charger waits for each answer; one that leaves so many open is cut off. */
const MAX_WAITING = 500;
const MAX_WAITING_LENGTH = 4_000_000;
/** What is no call cannot be made to wait: one that sends so far ahead of its limit is cut off too; ms. */
const MAX_AHEAD = 5000;
/** Answers that are remembered for repeats. */
const MAX_REMEMBERED = 16;
const LONGEST_REMEMBERED = 16_384;

/** WebSocket close codes (RFC 6455 section 7.4.1). */
export const closeCodes = { goingAway: 1001, policy: 1008, tooBig: 1009, tryLater: 1013 } as const;

/**
 * One per connection of a charge point, whatever its transport: reads frames, handles the charger's calls one at a time in their order,
 * answers after the commit, and keeps one call of ours under way. Every failure becomes the right CALLERROR.
 */
export class Peer {
  readonly cpId: string;
  readonly link: Link;
  /** Seconds since the last frame, counted by liveness.ts. */
  silentSeconds = 0;
  /** Whether it has sent a BootNotification over this connection. */
  booted = false;
  /** Seconds since it talks without having booted, counted by liveness.ts. */
  unbootedSeconds = 0;
  /** Whether anything but a BootNotification has come. */
  spoken = false;
  private readonly deps: PeerDeps;
  private readonly queue: CallQueue;
  private readonly waiting: Call[] = [];
  private waitingLength = 0;
  private readonly remembered = new Map<MessageId, { text: string; answer: string }>();
  private working: Promise<void> | null = null;
  private form: Form = "array";
  private complaints = 0;
  private closed = false;

  constructor(deps: PeerDeps) {
    this.deps = deps;
    this.cpId = deps.cpId;
    this.link = deps.link;
    this.queue = new CallQueue({
      clock: deps.clock,
      newId: deps.newId,
      send: (id, action, payload) =>
        this.link.send(encodeCall(this.form, id, action, payload), () => !this.queue.awaits(id)),
    });
  }

  /** A frame has come. */
  receive(text: string): void {
    // It was told to go, and is not answered any more.
    if (this.closed) return;
    const frame = parseFrame(text, { objectForm: this.link.objectForm });
    this.form = frame.form;
    if (frame.kind !== "call") this.count(text.length);
    if (this.closed) return;
    switch (frame.kind) {
      case "call":
        return this.enqueue({ ...frame, text });
      case "result":
        return this.answered(frame.id, this.queue.settle(frame.id, { ok: true, payload: frame.payload }));
      case "error": {
        const { code, description } = frame;
        return this.answered(frame.id, this.queue.settle(frame.id, { ok: false, code, description }));
      }
      case "malformed":
        this.complain({ messageId: frame.id, why: frame.description }, "a frame that cannot be understood");
        if (frame.answer) this.link.send(encodeError(frame.form, frame.id, frame.code, frame.description));
    }
  }

  /** Something came that is no call, of so many characters; too much of it ends the connection. */
  count(length: number): void {
    if (this.closed || this.deps.throttle(length) <= MAX_AHEAD) return;
    this.complain({}, "too much that is no call");
    this.close(closeCodes.policy, "too many messages at once");
  }

  /** A call to the charger. Rejects as `Gateway` says. */
  call(action: string, payload: unknown, options?: CallOptions): Promise<unknown> {
    return this.queue.push(action, payload, options);
  }

  /** The connection is gone. What it brought before is still handled. */
  gone(): void {
    this.closed = true;
    this.queue.close();
  }

  /** Ends the connection. `code` is a WebSocket close code. */
  close(code: number, why: string): void {
    this.gone();
    this.link.close(code, why);
  }

  /** Resolves when everything that has come is handled. */
  async idle(): Promise<void> {
    while (this.working) await this.working;
  }

  private enqueue(call: Call): void {
    this.waitingLength += call.text.length;
    if (this.waiting.length >= MAX_WAITING || this.waitingLength > MAX_WAITING_LENGTH) {
      if (!this.closed) this.complain({}, "too many messages without waiting for answers");
      return this.close(closeCodes.policy, "too many messages at once");
    }
    this.waiting.push(call);
    this.working ??= this.work();
  }

  private async work(): Promise<void> {
    for (let call = this.waiting.shift(); call; call = this.waiting.shift()) {
      this.waitingLength -= call.text.length;
      const ms = this.deps.throttle(call.text.length);
      if (ms > 0) await new Promise<void>((resume) => void this.deps.clock.after(ms, resume));
      try {
        await this.process(call);
      } catch (error) {
        // No answer is right when the disk refuses: without one the charger keeps the message, as when it is offline.
        const why = error instanceof AppError ? error.code : "error";
        this.deps.log.error({ err: error, cpId: this.cpId, messageId: call.id }, "closed the connection of a charger");
        this.waiting.length = 0;
        this.close(closeCodes.tryLater, why);
      }
    }
    this.working = null;
  }

  private async process(call: Call): Promise<void> {
    const { action, form, id } = call;
    if (action === "BootNotification") this.booted = true;
    else this.spoken = true;
    const afresh = routeOf(action)?.afresh === true;
    const known = afresh ? undefined : this.remembered.get(id);
    if (known && isRepeat(call, known.text)) return this.link.send(known.answer);
    const outcome = await this.deps.handle(action, call.payload);
    const answer = outcome.ok
      ? encodeResult(form, id, outcome.reply)
      : encodeError(form, id, outcome.code, outcome.description);
    if (!afresh && (outcome.ok || outcome.code !== "InternalError")) this.remember(id, call.text, answer);
    this.link.send(answer);
    if (outcome.ok) for (const each of outcome.after) this.deps.followUp(each);
    else this.complain({ messageId: id, action, code: outcome.code, why: outcome.description }, "refused a message");
  }

  private remember(id: MessageId, text: string, answer: string): void {
    if (text.length > LONGEST_REMEMBERED) return;
    this.remembered.delete(id);
    this.remembered.set(id, { text, answer });
    if (this.remembered.size > MAX_REMEMBERED) this.remembered.delete(this.remembered.keys().next().value as MessageId);
  }

  private answered(id: MessageId, awaited: boolean): void {
    if (!awaited) this.deps.log.debug({ cpId: this.cpId, messageId: id }, "an answer that nobody waits for");
  }

  /** Said aloud once a connection, so that a charger with a habit does not fill the log. */
  private complain(details: object, message: string): void {
    const level = this.complaints === 0 ? "warn" : "debug";
    this.complaints += 1;
    this.deps.log[level]({ ...details, cpId: this.cpId }, message);
  }
}

/** The same action with an equal payload; the id is the same already. */
function isRepeat(call: Call, before: string): boolean {
  if (call.text === before) return true;
  const old = parseFrame(before, { objectForm: true });
  return (
    old.kind === "call" && old.action === call.action && JSON.stringify(old.payload) === JSON.stringify(call.payload)
  );
}
