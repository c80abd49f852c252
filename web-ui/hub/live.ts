import type { LiveMessage } from "../../shared/hub-page";

/** What is needed of an EventSource. */
export interface Source {
  addEventListener(type: "open" | "error" | "message", listener: (event: { data?: unknown }) => void): void;
  readonly readyState: number;
  close(): void;
}

interface LiveOptions {
  open: () => Source;
  /** Whether the hub answers: asked when the stream is silent, since a lost Wi-Fi closes nothing for minutes. */
  alive: () => Promise<boolean>;
  onMessage: (message: LiveMessage) => void;
  /** Whether the hub is within reach; told on each change. */
  onReach: (reached: boolean) => void;
  after: (run: () => void, ms: number) => () => void;
}

const CLOSED = 2;
const silenceMs = 20_000;
/** A stream that breaks and is back within this time is not worth a word. */
const graceMs = 3000;

/**
 * Follows the hub's live messages and connects again when the stream breaks: at once by the browser itself, and by us with growing pauses
 * where the browser gives up (an HTTP error). Gives back a function that ends it.
 */
export function followLive({ open, alive, onMessage, onReach, after }: LiveOptions): () => void {
  let source: Source;
  let ended = false;
  let reached = true;
  let attempts = 0;
  let cancelSilence: (() => void) | null = null;
  let cancelRetry: (() => void) | null = null;
  let cancelGrace: (() => void) | null = null;

  function setReached(next: boolean): void {
    cancelGrace?.();
    cancelGrace = null;
    if (next === reached || ended) return;
    reached = next;
    onReach(next);
  }
  function listenForSilence(): void {
    cancelSilence?.();
    cancelSilence = after(async () => {
      const isAlive = await alive();
      if (ended) return;
      if (isAlive && !reached) connect();
      setReached(isAlive);
      listenForSilence();
    }, silenceMs);
  }
  function connect(): void {
    cancelRetry?.();
    source?.close();
    const opened = (source = open());
    opened.addEventListener("open", () => {
      attempts = 0;
      setReached(true);
    });
    opened.addEventListener("message", ({ data }) => {
      setReached(true);
      listenForSilence();
      onMessage(JSON.parse(String(data)) as LiveMessage);
    });
    opened.addEventListener("error", () => {
      if (ended) return;
      cancelGrace ??= after(() => setReached(false), graceMs);
      if (opened.readyState !== CLOSED) return;
      cancelRetry?.();
      cancelRetry = after(connect, Math.min(15_000, 1000 * 2 ** attempts++));
    });
  }
  connect();
  listenForSilence();
  return () => {
    ended = true;
    cancelSilence?.();
    cancelRetry?.();
    cancelGrace?.();
    source.close();
  };
}
