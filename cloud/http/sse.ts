import type { Context } from "hono";
import type { SSEStreamingApi } from "hono/streaming";
import { streamSSE } from "hono/streaming";
import { AppError } from "../../shared/error";

/** One open event stream. */
export interface Stream {
  send(message: { id?: string; event?: string; data: string }): Promise<void>;
  comment(): Promise<void>;
  /** Aborted when the client has gone or the process stops. */
  signal: AbortSignal;
}

/**
 * Runs an event stream until its client goes, `run` returns or the process stops, and calls `leave` then. Proxies are asked not to hold its messages back.
 */
export function eventStream(
  c: Context,
  stopping: AbortSignal,
  run: (stream: Stream) => Promise<void>,
  leave: () => void = () => undefined,
): Response {
  c.header("X-Accel-Buffering", "no");
  return streamSSE(c, async (sse: SSEStreamingApi) => {
    const gone = new AbortController();
    sse.onAbort(() => gone.abort());
    const signal = AbortSignal.any([gone.signal, stopping]);
    try {
      if (signal.aborted) return;
      await run({
        signal,
        send: (message) => sse.writeSSE(message),
        comment: async () => void (await sse.write(":\n\n")),
      });
    } finally {
      leave();
    }
  });
}

/** Streams of one kind that this process may have open at a time; each costs memory, and looks at the tables now and then. */
const STREAMS_OF_PROCESS = 5000;

/** Counts the open streams of one kind in this process, by whose they are. */
export class OpenStreams {
  private readonly open = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly perKey: number,
    private readonly all = STREAMS_OF_PROCESS,
  ) {}

  /** Takes a place; gives the way to leave it. Throws AppError `too_many_requests` (429) where there is none left for this key, or for anybody. */
  enter(key: string): () => void {
    const mine = this.open.get(key) ?? 0;
    if (mine >= this.perKey || this.total >= this.all) {
      throw new AppError("too_many_requests", "Too many open streams.", { status: 429, details: { retryAfter: 15 } });
    }
    this.open.set(key, mine + 1);
    this.total += 1;
    return () => {
      const left = (this.open.get(key) ?? 1) - 1;
      if (left > 0) this.open.set(key, left);
      else this.open.delete(key);
      this.total -= 1;
    };
  }
}

/**
 * Waits for whatever comes first: a wake-up, the next heart-beat, or the end. A wake-up that comes while nobody waits is kept, so none is missed
 * between looking at the tables and sleeping.
 */
export class Sleeper {
  private awake = false;
  private resume: ((why: "wake") => void) | undefined;

  readonly wake = (): void => {
    this.awake = true;
    this.resume?.("wake");
  };

  /** Resolves with why: `wake`, `beat` after `beatMs`, or `end` when the signal is aborted. */
  async sleep(beatMs: number, signal: AbortSignal): Promise<"wake" | "beat" | "end"> {
    if (signal.aborted) return "end";
    if (!this.awake) {
      const why = await new Promise<"wake" | "beat" | "end">((resolve) => {
        const finish = (why: "wake" | "beat" | "end") => {
          clearTimeout(timer);
          signal.removeEventListener("abort", end);
          resolve(why);
        };
        const timer = setTimeout(finish, beatMs, "beat");
        const end = () => finish("end");
        signal.addEventListener("abort", end, { once: true });
        this.resume = finish;
      });
      this.resume = undefined;
      if (why !== "wake") return why;
    }
    this.awake = false;
    return "wake";
  }
}
