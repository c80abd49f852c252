import { createRoute, z } from "@hono/zod-openapi";
import { instantOfSlot } from "../../../shared/booking";
import { instantSchema } from "../../../shared/schema";
import { localTime, weekdays } from "../../../shared/tariff/local-time";
import type { Db } from "../../db/database";
import type { Deps } from "../../deps";
import { notFound } from "../../http/errors";
import { countHit } from "../../http/rate-limit";
import { body, createRouter, failures, json } from "../../http/router";
import { siteParam } from "../../sites/routes";
import { bookingsOf } from "../mine";
import { reservationSchema } from "../schemas";
import { LONGEST_DAYS, createSeries, endSeries, later } from "./series";

/** Changes of one driver: each may sell two weeks. */
const CHANGES = { hits: 10, windowMs: 60_000 };

const dateSchema = z.iso.date().openapi({ example: "2026-03-01" });
const quarterSchema = z
  .string()
  .regex(/^([01]\d|2[0-3]):(00|15|30|45)$/, "a quarter hour is expected, such as 18:15")
  .openapi({ example: "18:15" });
const patternShape = {
  class: z.string().min(1).max(60),
  days: z.array(z.enum(weekdays)).min(1).max(7),
  from: quarterSchema.openapi({ description: "On the wall of the site." }),
  to: quarterSchema.openapi({ description: "Not after `from`: on the next day." }),
  startsOn: dateSchema,
  until: dateSchema.nullable().openapi({ description: "Last date on which one begins; at most a year on." }),
  count: z.number().int().min(1).max(LONGEST_DAYS).nullable(),
};
const newSeriesSchema = z
  .strictObject({
    ...patternShape,
    until: patternShape.until.default(null),
    count: patternShape.count.default(null),
  })
  .refine(({ until, count }) => (until === null) !== (count === null), "either until or count is expected")
  .refine(
    ({ until, startsOn }) => until === null || until <= later(startsOn, LONGEST_DAYS),
    "until: at most a year on",
  );

const seriesSchema = z
  .object({
    siteId: z.uuid(),
    siteName: z.string(),
    seriesId: z.uuid(),
    ...patternShape,
    timeZone: z.string(),
    ended: z.boolean(),
    dates: z
      .array(
        z.object({
          date: dateSchema,
          start: instantSchema.nullable(),
          end: instantSchema.nullable(),
          refusal: z.string().nullable().openapi({ description: "Why it was not sold; null: it was." }),
          reservation: reservationSchema.nullable(),
        }),
      )
      .openapi({ description: "What was sold or refused so far; later dates follow as they come within 14 days." }),
  })
  .openapi("ReservationSeries");

const seriesParam = siteParam.extend({ seriesId: z.uuid() });
const create = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/reservation-series",
  tags: ["reservations"],
  summary: "Books a time each week, by the clock on the site's wall; the answer says what could be had and what not",
  description:
    "Each date is a reservation of its own, at the price and terms of the day on which it is sold: at once within 14 days, later dates as they come that near.",
  request: { params: siteParam, body: body(newSeriesSchema) },
  responses: { 201: json("The series.", seriesSchema), ...failures },
});
const list = createRoute({
  method: "get",
  path: "/v1/reservation-series",
  tags: ["reservations"],
  summary: "The signed-in driver's weekly bookings, the newest first",
  responses: { 200: json("Series.", z.object({ series: z.array(seriesSchema) })), ...failures },
});
const end = createRoute({
  method: "post",
  path: "/v1/sites/{siteId}/reservation-series/{seriesId}/cancel",
  tags: ["reservations"],
  summary:
    "Ends a series from a date on (today if none is said) and cancels what it has booked from then; one alone is cancelled as any reservation",
  request: { params: seriesParam, body: body(z.strictObject({ from: dateSchema.optional() })) },
  responses: { 200: json("The series as it is now.", seriesSchema), ...failures },
});

/** Bookings that come round each week. */
export function recurringRoutes(deps: Deps) {
  const { db, now } = deps;
  const change = (userId: string) => countHit(db, `series:${userId}`, CHANGES, now());

  return createRouter()
    .openapi(create, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await change(userId);
      const { class: kind, ...pattern } = c.req.valid("json");
      const seriesId = await createSeries(deps, { siteId, userId }, kind, pattern);
      return c.json(await viewOf(db, userId, seriesId), 201);
    })
    .openapi(list, async (c) => c.json({ series: await viewsOf(db, c.get("user").id) }, 200))
    .openapi(end, async (c) => {
      const { siteId, seriesId } = c.req.valid("param");
      const userId = c.get("user").id;
      await change(userId);
      const site = await db.selectFrom("sites").select("time_zone").where("site_id", "=", siteId).executeTakeFirst();
      const from = c.req.valid("json").from ?? localTime(site?.time_zone ?? "UTC", now()).date;
      await endSeries(deps, { siteId, userId }, seriesId, from);
      return c.json(await viewOf(db, userId, seriesId), 200);
    });
}

async function viewOf(db: Db, userId: string, seriesId: string) {
  const view = (await viewsOf(db, userId)).find((each) => each.seriesId === seriesId);
  if (!view) throw notFound("weekly booking");
  return view;
}

/** Series of a driver that are shown, at most; and so many dates of each, the last. */
const SHOWN = 50;
const DAYS_SHOWN = 60;

async function viewsOf(db: Db, userId: string): Promise<z.infer<typeof seriesSchema>[]> {
  const rows = await db
    .selectFrom("booking_series as r")
    .innerJoin("sites as s", "s.site_id", "r.site_id")
    .selectAll("r")
    .select("s.name")
    .where("r.user_id", "=", userId)
    .orderBy("r.created_at", "desc")
    .limit(SHOWN)
    .execute();
  return Promise.all(
    rows.map(async ({ site_id: siteId, series_id: seriesId, pattern, time_zone: timeZone, ended, ...row }) => {
      const dates = await db
        .selectFrom("booking_series_days")
        .select(["date", "from_slot", "to_slot", "booking", "refusal"])
        .where("site_id", "=", siteId)
        .where("series_id", "=", seriesId)
        .orderBy("date", "desc")
        .limit(DAYS_SHOWN)
        .execute();
      const known = dates.flatMap(({ booking }) => booking ?? []);
      const bookings = await bookingsOf(db, siteId, userId, known);
      const dateView = ({ date, from_slot, to_slot, booking, refusal }: (typeof dates)[number]) => ({
        date,
        start: from_slot === null ? null : instantOfSlot(from_slot),
        end: to_slot === null ? null : instantOfSlot(to_slot),
        refusal,
        reservation: bookings.find((each) => each.booking === booking) ?? null,
      });
      const what = { siteId, siteName: row.name, seriesId, class: row.class, timeZone, ended };
      return { ...what, ...pattern, dates: dates.map(dateView).toReversed() };
    }),
  );
}
