import { createRoute, z } from "@hono/zod-openapi";
import { instantSchema } from "../../shared/schema";
import { localTime } from "../../shared/tariff/local-time";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { createRouter, failures, json } from "../http/router";
import { siteParam } from "../sites/routes";
import { calendarOf, dateAfter, daysFrom } from "./calendar";
import { connectorsDuring, entriesDuring, inOrder } from "./calendar-read";
import { reservationSchema } from "./schemas";

const MAX_DAYS = 7;
const MAX_CONNECTORS = 50;

const driverSchema = z.object({ userId: z.string(), name: z.string() }).nullable();
const times = { start: instantSchema, end: instantSchema.nullable().openapi({ description: "null: it goes on" }) };
const moneySchema = reservationSchema.shape.price;
const reservedShape = {
  ...times,
  booking: z.string(),
  version: z.number().int(),
  status: reservationSchema.shape.status,
  pending: z.boolean().openapi({ description: "A cancellation that the site has yet to confirm." }),
  class: z.string(),
  usedConnector: z.string().nullable().openapi({ description: "Where the car stood; its session is there." }),
  price: moneySchema,
  owed: moneySchema,
  driver: driverSchema,
};
const entrySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("reservation"), ...reservedShape }),
  z.object({ kind: z.literal("walkIn"), ...reservedShape }),
  z.object({
    kind: z.literal("session"),
    ...times,
    id: z.uuid(),
    energyWh: z.number().int(),
    cost: moneySchema,
    driver: driverSchema,
  }),
  z.object({ kind: z.literal("block"), ...times, blockId: z.uuid(), allConnectors: z.boolean() }),
]);
const calendarSchema = z
  .object({
    timeZone: z.string(),
    days: z.array(
      z.object({
        date: z.string(),
        start: instantSchema,
        end: instantSchema,
        hours: z.number().openapi({ description: "24; 23 or 25 where the clock is changed." }),
        connectors: z.array(z.object({ connector: z.string(), entries: z.array(entrySchema) })),
      }),
    ),
    previousDate: z.string(),
    nextDate: z.string(),
    nextCursor: z.string().nullable().openapi({ description: "For the site's further connectors on the same days." }),
    truncated: z
      .boolean()
      .openapi({ description: "There is more than one answer holds: ask for fewer days or connectors." }),
  })
  .openapi("Calendar");

const calendar = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/calendar",
  tags: ["reservations"],
  summary: "Reservations, walk-ins, sessions and blocks by day and connector, in the site's zone",
  description: "What touches several days is in each of them, with its own times.",
  request: {
    params: siteParam,
    query: z.object({
      date: z.iso
        .date()
        .refine((date) => date >= "2000" && date < "2100", "a day of this century is expected")
        .optional()
        .openapi({ description: "First day; today at the site where nothing is asked." }),
      days: z.coerce.number().int().min(1).max(MAX_DAYS).default(1),
      connectors: z.coerce.number().int().min(1).max(MAX_CONNECTORS).default(MAX_CONNECTORS),
      cursor: z.string().max(200).optional(),
    }),
  },
  responses: { 200: json("The days.", calendarSchema), ...failures },
});

/** What an owner sees of the days at a site. */
export function calendarRoutes({ db, now }: Deps) {
  return createRouter().openapi(calendar, async (c) => {
    const { siteId } = c.req.valid("param");
    await requireSite(db, c.get("user").id, siteId, "look");
    const { days: count, connectors: limit, cursor, ...query } = c.req.valid("query");
    const { time_zone: timeZone } = await db
      .selectFrom("sites")
      .select("time_zone")
      .where("site_id", "=", siteId)
      .executeTakeFirstOrThrow();
    const date = query.date ?? localTime(timeZone, now()).date;
    const days = daysFrom(timeZone, date, count);
    const during = { startMs: days[0]!.startMs, endMs: days.at(-1)!.endMs };
    const all = await connectorsDuring(db, siteId, during);
    // The cursor is the last connector seen, and what comes next does not depend on whether that is still there.
    const rest = cursor === undefined ? all : all.filter((each) => inOrder(each, cursor) > 0);
    const page = rest.slice(0, limit);
    const { entries, truncated } = await entriesDuring(db, siteId, during, page);
    return c.json(
      {
        timeZone,
        days: calendarOf(days, page, entries),
        previousDate: dateAfter(date, -count),
        nextDate: dateAfter(date, count),
        nextCursor: rest.length > limit ? (page.at(-1) ?? null) : null,
        truncated,
      },
      200,
    );
  });
}
