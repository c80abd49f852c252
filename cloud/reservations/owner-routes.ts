import { createRoute, z } from "@hono/zod-openapi";
import { instantOfSlot, slotOf } from "../../shared/booking";
import { bookingSettingsSchema } from "../../shared/booking-settings";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { requireSite } from "../accounts/access";
import type { Db } from "../db/database";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import { appendFeed } from "../hubs/append-feed";
import { requireFreeBlock } from "../sites/charge-points";
import { lockSite } from "../sites/queries";
import { siteParam } from "../sites/routes";
import { lockBook } from "./book";
import { tellBookable } from "./bookable";
import { rangeText, spansOf } from "./ranges";
import { counts, currentOf, reservationColumns, reservationView } from "./read";
import { requireShown } from "./preview-read";
import {
  blockEnd,
  blockSpanOf,
  blockTimesShape,
  rescheduleSchema,
  reservationSchema,
  shownQuery,
  spanOf,
  timesShape,
} from "./schemas";
import { settingsOf } from "./settings";
import { mayHaveComeFree } from "./waiting/job";

/** An owner blocks at most so many stretches at a time. */
const MAX_BLOCKS = 200;
/** The list reaches back a week where nothing else is asked. */
const WEEK_SLOTS = 7 * 96;
const FORTNIGHT_SLOTS = 14 * 96;

const settingsBody = bookingSettingsSchema.extend({}).openapi("BookingSettings");
const blockSchema = z
  .object({
    blockId: z.uuid(),
    seat: z.string().nullable().openapi({ description: "null: all of them" }),
    start: instantSchema,
    end: instantSchema.nullable().openapi({ description: "null: until it is taken away" }),
    reschedule: z.boolean().openapi({ description: "Who has booked in it is offered something else." }),
  })
  .openapi("Block");
const newBlockSchema = z.strictObject({
  seat: z.string().max(64).nullable(),
  ...blockTimesShape,
  reschedule: rescheduleSchema,
});

const list = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/reservations",
  tags: ["reservations"],
  summary: "The site's reservations by start, walk-ins included; a week back and two ahead where nothing is asked",
  request: { params: siteParam, query: z.object(timesShape).partial() },
  responses: { 200: json("Reservations.", z.object({ reservations: z.array(reservationSchema) })), ...failures },
});
const readSettings = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/booking-settings",
  tags: ["reservations"],
  summary: "The owner's rules for reservations",
  request: { params: siteParam },
  responses: { 200: json("The rules.", settingsBody), ...failures },
});
const putSettings = createRoute({
  method: "put",
  path: "/v1/sites/{siteId}/booking-settings",
  tags: ["reservations"],
  summary: "Sets the rules; what was sold before keeps its own, and the hub hears of them through the feed",
  request: { params: siteParam, query: shownQuery, body: body(settingsBody) },
  responses: { 200: json("The rules.", settingsBody), ...failures },
});
const listBlocks = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/blocks",
  tags: ["reservations"],
  summary: "Stretches that the cloud does not sell, those to come",
  request: { params: siteParam },
  responses: { 200: json("Blocks.", z.object({ blocks: z.array(blockSchema) })), ...failures },
});
const addBlock = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/blocks",
  tags: ["reservations"],
  summary:
    "Keeps a stretch from being sold, and walk-ins from the connector; what is sold already stays. Without an end it retires the connector",
  description: "Refused with 409 `bookings_affected` where it meets bookings and their preview was not shown.",
  request: { params: siteParam, query: shownQuery, body: body(newBlockSchema) },
  responses: {
    201: json("The block.", blockSchema),
    ...failures,
  },
});
const removeBlock = createRoute({
  method: "delete",
  path: "/v1/sites/{siteId}/blocks/{blockId}",
  tags: ["reservations"],
  summary: "Lets a stretch be sold again; 409 `wrong_state` for a block of a retired charge point",
  request: { params: siteParam.extend({ blockId: z.uuid() }) },
  responses: { 204: { description: "It is gone." }, ...failures },
});

/** What owners see and decide. */
export function ownerRoutes({ db, wake, now, newId }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const {
        start = instantOfSlot(slotOf(now()) - WEEK_SLOTS),
        end = instantOfSlot(slotOf(now()) + FORTNIGHT_SLOTS),
      } = c.req.valid("query");
      return c.json({ reservations: await meeting(db, siteId, spanOf({ start, end })) }, 200);
    })
    .openapi(readSettings, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      return c.json(await settingsOf(db, siteId), 200);
    })
    .openapi(putSettings, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const data = c.req.valid("json");
      const { shown } = c.req.valid("query");
      const row = { settings: JSON.stringify(data), updated_at: new Date(now()) };
      const hubId = await db.transaction().execute(async (trx) => {
        await lockBook(trx, siteId);
        await requireShown(trx, siteId, { kind: "settings", settings: data }, shown, now());
        await lockSite(trx, siteId);
        await trx
          .insertInto("booking_settings")
          .values({ site_id: siteId, ...row })
          .onConflict((conflict) => conflict.column("site_id").doUpdateSet(row))
          .execute();
        return appendFeed(trx, siteId, [{ type: "booking.set", data }], now());
      });
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.json(data, 200);
    })
    .openapi(listBlocks, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      return c.json({ blocks: await blocksOf(db, siteId, now()) }, 200);
    })
    .openapi(addBlock, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const { seat, reschedule, ...times } = c.req.valid("json");
      const cells = blockSpanOf(times);
      const { shown } = c.req.valid("query");
      const known = await db
        .selectFrom("booking_seats")
        .select("seat")
        .where("site_id", "=", siteId)
        .where("gone", "=", false)
        .execute();
      if (seat !== null && !known.some((each) => each.seat === seat)) throw notFound("seat at this site");
      const blockId = newId();
      const hubId = await db.transaction().execute(async (trx) => {
        await lockBook(trx, siteId);
        await requireShown(trx, siteId, { kind: "block", seat, reschedule, ...cells }, shown, now());
        if ((await blocksOf(trx, siteId, now())).length >= MAX_BLOCKS) {
          throw new AppError("too_many_blocks", `At most ${MAX_BLOCKS} blocks at a time.`, { status: 409 });
        }
        const row = { site_id: siteId, block_id: blockId, seat, reschedule, cells: rangeText(cells) };
        await trx
          .insertInto("booking_blocks")
          .values({ ...row, created_at: new Date(now()) })
          .execute();
        return tellBookable(trx, siteId, now());
      });
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.json({ blockId, seat, reschedule, start: instantOfSlot(cells.from), end: blockEnd(cells.to) }, 201);
    })
    .openapi(removeBlock, async (c) => {
      const { siteId, blockId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const hubId = await db.transaction().execute(async (trx) => {
        await lockBook(trx, siteId);
        await requireFreeBlock(trx, siteId, blockId);
        const { numDeletedRows } = await trx
          .deleteFrom("booking_blocks")
          .where("site_id", "=", siteId)
          .where("block_id", "=", blockId)
          .executeTakeFirstOrThrow();
        if (numDeletedRows === 0n) throw notFound("block");
        await mayHaveComeFree(trx, siteId);
        return tellBookable(trx, siteId, now());
      });
      if (hubId) wake.tell(`feed:${hubId}`);
      return c.body(null, 204);
    });
}

/** Bookings that share a cell with a span, as they are now: not where one was before it was moved. */
async function meeting(db: Db, siteId: string, { from, to }: { from: number; to: number }) {
  const rows = await db
    .selectFrom("reservations as r")
    .select(reservationColumns)
    .where("site_id", "=", siteId)
    .where("version", ">", 0)
    .where("to_slot", ">", from)
    .where("from_slot", "<", to)
    .where(counts)
    .execute();
  return currentOf(rows).map(reservationView);
}

async function blocksOf(db: Pick<Db, "selectFrom">, siteId: string, now: number) {
  const rows = await db
    .selectFrom("booking_blocks")
    .select(["block_id", "seat", "cells", "reschedule"])
    .where("site_id", "=", siteId)
    .orderBy("cells")
    .execute();
  return rows.flatMap(({ block_id: blockId, seat, cells, reschedule }) =>
    spansOf(cells).flatMap(({ from, to }) =>
      to > slotOf(now) ? [{ blockId, seat, reschedule, start: instantOfSlot(from), end: blockEnd(to) }] : [],
    ),
  );
}
