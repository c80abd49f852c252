import { createHash } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import type { Deps } from "../deps";
import { LocalLimit } from "../http/local-limit";
import { countHit } from "../http/rate-limit";
import { requireBookable } from "../sites/visit";
import { createGate } from "./gate";
import type { Wish } from "./offer";
import type { Reserved } from "./reserve";
import { confirm, reserve } from "./reserve";
import type { reserveSchema, wishSchema } from "./schemas";
import { spanOf } from "./schemas";

/** Changes of one driver. */
const CHANGES = { hits: 60, windowMs: 60_000 };
/** Tries of one driver to buy, at each process: a refusal at the gate is no change, and writes nothing. */
const TRIES = { hits: 120, windowMs: 60_000 };

interface Who {
  siteId: string;
  userId: string;
}

/** Where drivers buy: their limits, the keys of their calls, and the gate before the sale. */
export function createCounter(deps: Deps) {
  const { db, now, newId } = deps;
  const tries = new LocalLimit(TRIES);
  const gate = createGate(deps);

  /** Whatever a caller writes into its key, it meets no key of ours (`wait:`, `series:`) and begins no other. */
  const keyOf = (userId: string, key: string | undefined) =>
    `${userId}:${key === undefined ? newId() : createHash("sha256").update(key).digest("base64url")}`;

  /** Counts a change. Throws AppError `too_many_requests` (429). */
  const change = (userId: string) => countHit(db, `reservations:${userId}`, CHANGES, now());

  /** Buys what a driver asks for, when his turn has come. `given`: the key of the call. Throws as `createGate`, `requireBookable`, and `sell`. */
  async function buy<T>(
    { siteId, userId }: Who,
    given: string | undefined,
    { class: kind, type, ...times }: z.infer<typeof wishSchema>,
    sell: (who: Who & { key: string }, wish: Wish) => Promise<T>,
  ): Promise<T> {
    tries.count(userId, now());
    const wish = { class: kind, type, ...spanOf(times) };
    const key = keyOf(userId, given);
    return gate({ siteId, ...wish, key: given === undefined ? null : key }, async () => {
      await change(userId);
      await requireBookable(db, siteId, userId, times);
      return sell({ siteId, userId, key }, wish);
    });
  }

  /** Makes a reservation, of a hold or at once. */
  async function reserveOrConfirm(
    who: Who,
    given: string | undefined,
    request: z.infer<typeof reserveSchema>,
  ): Promise<Reserved> {
    const { pin, method } = request;
    if ("holdId" in request) {
      await change(who.userId);
      return confirm(deps, who, request.holdId, { pin, method });
    }
    const { class: kind, type, start, end } = request;
    const wish = { class: kind, type, start, end };
    return buy(who, given, wish, (buyer, cells) => reserve(deps, buyer, cells, { pin, method }));
  }

  return { keyOf, change, buy, reserveOrConfirm };
}
