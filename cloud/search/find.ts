import { z } from "zod";
import { AppError } from "../../shared/error";
import type { Money } from "../../shared/session";
import type { Db } from "../db/database";
import { findCandidates } from "./candidates";
import type { Prices } from "./prices";
import type { Candidate, Search } from "./query";

/** One place of a page, with what it was sorted by. */
export interface Found extends Candidate {
  price: Money;
}

interface Page {
  found: Found[];
  total: number;
  /** More places fit than were looked at: the nearest were. */
  capped: boolean;
  nextCursor: string | null;
}

const cursorSchema = z.tuple([z.number(), z.number(), z.uuid()]);
type Rank = z.infer<typeof cursorSchema>;

/**
 * A page of the places that fit. Sorted by what was asked for, then by distance, then by id, so that the order is total and a cursor, which is the rank of the last
 * entry seen, goes on behind it whatever has changed meanwhile. Throws AppError `invalid_cursor` (400).
 */
export async function findPlaces(
  db: Db,
  prices: Prices,
  search: Search,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  now: number,
): Promise<Page> {
  const after = cursor === undefined ? undefined : readCursor(cursor);
  const { candidates, capped } = await findCandidates(db, search, now);
  const byPrice = search.sort === "price" ? await prices.of(candidates, search.stay) : undefined;
  const ranked = candidates
    .map((candidate) => ({ candidate, rank: rankOf(search, candidate, byPrice?.get(candidate.siteId)) }))
    .toSorted((a, b) => compare(a.rank, b.rank));
  const rest = after === undefined ? ranked : ranked.filter(({ rank }) => compare(rank, after) > 0);
  const page = rest.slice(0, limit);
  const amounts =
    byPrice ??
    (await prices.of(
      page.map(({ candidate }) => candidate),
      search.stay,
    ));
  const last = rest.length > limit ? page.at(-1) : undefined;
  return {
    found: page.map(({ candidate }) => ({ ...candidate, price: amounts.get(candidate.siteId) as Money })),
    total: candidates.length,
    capped,
    nextCursor: last ? Buffer.from(JSON.stringify(last.rank)).toString("base64url") : null,
  };
}

function rankOf({ sort }: Search, candidate: Candidate, price: Money | undefined): Rank {
  const { distanceM, siteId, powerW, rating } = candidate;
  switch (sort) {
    case "distance":
      return [distanceM, 0, siteId];
    case "price":
      return [price?.amount ?? 0, distanceM, siteId];
    case "power":
      return [-powerW, distanceM, siteId];
    case "rating":
      return [rating.count === 0 ? 0 : -rating.sum / rating.count, distanceM, siteId];
  }
}

function compare(a: Rank, b: Rank): number {
  return a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : Number(a[2] > b[2]));
}

function readCursor(cursor: string): Rank {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
  } catch (cause) {
    throw new AppError("invalid_cursor", "This cursor is not one that a page gave.", { status: 400, cause });
  }
}
