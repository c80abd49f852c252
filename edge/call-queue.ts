import { AppError } from "../shared/error";
import type { Clock } from "./clock";
import type { MessageId } from "./frame";
import type { CallOptions } from "./gateway";

const TIMEOUT_MS = 30_000;
const MAX_WAITING = 50;

type Answer = { ok: true; payload: unknown } | { ok: false; code: string; description: string };

interface Pending {
  id: string;
  action: string;
  payload: unknown;
  background: boolean;
  resolve(payload: unknown): void;
  reject(error: AppError): void;
  cancelTimeout(): void;
}

interface QueueDeps {
  clock: Clock;
  newId: () => string;
  send(id: string, action: string, payload: unknown): void;
}

/** Calls to one charger over one connection: one is under way at a time (OCPP-J 1.6 section 4.1.1), the others wait. */
export class CallQueue {
  private readonly deps: QueueDeps;
  private readonly waiting: Pending[] = [];
  private current: Pending | null = null;
  private closed: AppError | null = null;

  constructor(deps: QueueDeps) {
    this.deps = deps;
  }

  /** Resolves with the payload of the answer. Rejects as `Gateway` says. */
  push(action: string, payload: unknown, options: CallOptions = {}): Promise<unknown> {
    const { timeoutMs = TIMEOUT_MS, background = false } = options;
    return new Promise((resolve, reject) => {
      if (this.closed) return reject(this.closed);
      if (this.waiting.length >= MAX_WAITING) return reject(tooMany());
      const id = this.deps.newId();
      const cancelTimeout = this.deps.clock.after(timeoutMs, () => this.timeOut(pending, timeoutMs));
      const pending: Pending = { id, action, payload, background, resolve, reject, cancelTimeout };
      const firstBackground = this.waiting.findIndex((each) => each.background);
      const place = background || firstBackground < 0 ? this.waiting.length : firstBackground;
      this.waiting.splice(place, 0, pending);
      this.next();
    });
  }

  /** The answer to this call would still be heard. */
  awaits(id: MessageId): boolean {
    return this.current?.id === id;
  }

  /** An answer has come. False: nobody waits for it (any more). */
  settle(id: MessageId, answer: Answer): boolean {
    const pending = this.current;
    if (pending?.id !== id) return false;
    this.current = null;
    pending.cancelTimeout();
    if (answer.ok) pending.resolve(answer.payload);
    else pending.reject(callError(pending.action, answer.code, answer.description));
    this.next();
    return true;
  }

  /** The connection is gone, and with it everything that waits. */
  close(): void {
    if (this.closed) return;
    this.closed = offline();
    for (const pending of [...(this.current ? [this.current] : []), ...this.waiting.splice(0)]) {
      pending.cancelTimeout();
      pending.reject(this.closed);
    }
    this.current = null;
  }

  private next(): void {
    if (this.current) return;
    const pending = this.waiting.shift();
    if (!pending) return;
    this.current = pending;
    this.deps.send(pending.id, pending.action, pending.payload);
  }

  private timeOut(pending: Pending, timeoutMs: number): void {
    if (this.current === pending) this.current = null;
    else this.waiting.splice(this.waiting.indexOf(pending), 1);
    pending.reject(
      new AppError("call_timeout", `The charger did not answer ${pending.action} within ${timeoutMs / 1000} s.`, {
        status: 504,
      }),
    );
    this.next();
  }
}

export function offline(): AppError {
  return new AppError("charge_point_offline", "The charger is not connected.", { status: 409 });
}

function callError(action: string, code: string, description: string): AppError {
  const message = `The charger answered ${action} with ${code}${description === "" ? "." : `: ${description}`}`;
  return new AppError("call_error", message, { status: 502, details: { code, description } });
}

function tooMany(): AppError {
  return new AppError("too_many_calls", "Too many calls wait for this charger already.", { status: 429 });
}
