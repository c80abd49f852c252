import { z } from "@hono/zod-openapi";
import type { SelectQueryBuilder } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { json } from "./router";

/** Lists that are read page by page, newest first: what is asked, found and answered. */

/** Pages by cursor. A larger limit is clamped. */
export const pageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((limit) => Math.min(limit, 1000))
    .openapi({ type: "integer", minimum: 1, maximum: 1000, default: 50 }),
  cursor: z.string().max(200).optional(),
});
export type Paging = z.infer<typeof pageQuery>;

/** A page in a route's description: `name` is what its list is called. */
export function pageAnswer<Name extends string, Item extends z.ZodType>(name: Name, item: Item) {
  const list = { [name]: z.array(item) } as Record<Name, z.ZodArray<Item>>;
  return json(
    "A page; `nextCursor` is null on the last one.",
    z.object({ ...list, nextCursor: z.string().nullable() }),
  );
}

/**
 * The part of a query (for its `$call`) that finds a page, and one entry more, which tells whether there is another. `at` and `id` are the columns, an instant and a unique one,
 * by which the list is in order.
 */
export function newestFirst(at: string, id: string, { limit, cursor }: Paging) {
  const before = cursor === undefined ? undefined : decodeCursor(cursor);
  return <DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>) =>
    (before ? query.where(sql<boolean>`(${sql.ref(at)}, ${sql.ref(id)}) < (${before.at}, ${before.id})`) : query)
      .orderBy(sql.ref(at), "desc")
      .orderBy(sql.ref(id), "desc")
      .limit(limit + 1);
}

/** The page of what such a query found, and where the next one begins; null: there is none. */
export function pageOf<Row>(rows: readonly Row[], { limit }: Paging, placeOf: (row: Row) => [at: Date, id: string]) {
  const page = rows.slice(0, limit);
  const last = rows.length > limit ? page.at(-1) : undefined;
  return { page, nextCursor: last ? encodeCursor(...placeOf(last)) : null };
}

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where a page ended: instant and id of its last entry, opaque to the client. */
export function encodeCursor(at: Date, id: string): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString("base64url");
}

/** Throws AppError `invalid_cursor` for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): { at: Date; id: string } {
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return { at: new Date(at), id };
  } catch (cause) {
    throw new AppError("invalid_cursor", "This cursor is not one that a page gave.", { status: 400, cause });
  }
}
