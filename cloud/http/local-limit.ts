import { AppError } from "../../shared/error";
import type { Limit } from "./rate-limit";

/**
 * Counts uses of a key in a fixed window, in this process alone: for routes that only read, where a write for each request would cost more than the request. With N
 * processes a client has up to N times as much. What is kept is forgotten with its window.
 */
export class LocalLimit {
  private hits = new Map<string, number>();
  private window = 0;

  constructor(private readonly limit: Limit) {}

  /** Throws AppError `too_many_requests` (429) with the seconds to wait. `now` is epoch ms. */
  count(key: string, now: number): void {
    const { hits: most, windowMs } = this.limit;
    const window = Math.floor(now / windowMs);
    if (window !== this.window) this.hits = new Map();
    this.window = window;
    const hits = (this.hits.get(key) ?? 0) + 1;
    this.hits.set(key, hits);
    if (hits <= most) return;
    const retryAfter = Math.max(1, Math.ceil(((window + 1) * windowMs - now) / 1000));
    throw new AppError("too_many_requests", `Too many tries. Try again in ${retryAfter} seconds.`, {
      status: 429,
      details: { retryAfter },
    });
  }
}
