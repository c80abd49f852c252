import { createRoute, z } from "@hono/zod-openapi";
import { meterSampleSchema } from "../../shared/events";
import { instantSchema } from "../../shared/schema";
import { chargingPeriodSchema, periodsOf, tariffSchema } from "../../shared/tariff";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { decodeCursor, encodeCursor } from "../http/cursor";
import { notFound } from "../http/errors";
import { createRouter, failures, json, pageQuery } from "../http/router";
import { ownerFlags } from "../hubs/fold";
import type { SessionState } from "../hubs/fold";
import { siteParam } from "../sites/routes";

const money = z.object({ amount: z.number().int(), currency: z.string() });

const sessionSchema = z
  .object({
    id: z.uuid(),
    cpId: z.string(),
    connectorId: z.number().int(),
    transactionId: z.number().int().nullable(),
    idTag: z.string(),
    startedAt: instantSchema,
    endedAt: instantSchema.nullable(),
    meterStart: z.number().int(),
    meterStop: z.number().int().nullable(),
    energyWh: z.number().int(),
    powerW: z.number().int().nullable(),
    lastReadingAt: instantSchema,
    timeZone: z.string(),
    tariff: tariffSchema,
    cost: money.openapi({ description: "As the hub has billed it, VAT included." }),
    cloudCost: money
      .nullable()
      .openapi({ description: "What the cloud comes to from the same periods; null while running." }),
    reason: z.string().nullable(),
    receiptNumber: z.string().nullable(),
    flags: z.array(z.enum(["incomplete", "suspicious_meter", "clock", "corrected", "price_mismatch"])),
  })
  .openapi("Session");
const detailSchema = sessionSchema
  .extend({
    periods: z.array(chargingPeriodSchema),
    samples: z.array(
      meterSampleSchema.extend({ registerWh: z.number().int().nullable(), powerW: z.number().int().nullable() }),
    ),
  })
  .openapi("SessionDetail");

const list = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/sessions",
  tags: ["sessions"],
  summary: "Sessions of a site, newest first, running ones included",
  request: { params: siteParam, query: pageQuery },
  responses: {
    200: json(
      "A page; `nextCursor` is null on the last one.",
      z.object({ sessions: z.array(sessionSchema), nextCursor: z.string().nullable() }),
    ),
    ...failures,
  },
});
const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/sessions/{sessionId}",
  tags: ["sessions"],
  summary: "One session with its charging periods and meter samples",
  request: { params: siteParam.extend({ sessionId: z.uuid() }) },
  responses: { 200: json("The session.", detailSchema), ...failures },
});

/** At most this many readings are given with a session: a week at one each 30 s is 20,160. */
const MAX_READINGS = 25_000;

interface MeteredData {
  registerWh: number | null;
  powerW: number | null;
  samples: z.infer<typeof meterSampleSchema>[];
}

/** Sessions as the hub's events made them. Sign-in is checked by the site's routes. */
export function sessionRoutes({ db }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      const { limit, cursor } = c.req.valid("query");
      await requireSite(db, c.get("user").id, siteId, "look");
      const before = cursor === undefined ? undefined : decodeCursor(cursor);
      const rows = await db
        .selectFrom("sessions")
        .select(["id", "started_at", "session", "priced_amount"])
        .where("site_id", "=", siteId)
        .$if(before !== undefined, (query) =>
          query.where(({ eb, refTuple, tuple }) =>
            eb(refTuple("started_at", "id"), "<", tuple(before!.at, before!.id)),
          ),
        )
        .orderBy("started_at", "desc")
        .orderBy("id", "desc")
        .limit(limit + 1)
        .execute();
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      const sessions = page.map((row) => sessionView({ session: row.session, pricedAmount: row.priced_amount }));
      return c.json({ sessions, nextCursor: last ? encodeCursor(last.started_at, last.id) : null }, 200);
    })
    .openapi(read, async (c) => {
      const { siteId, sessionId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const row = await db
        .selectFrom("sessions")
        .select(["session", "priced_amount"])
        .where("site_id", "=", siteId)
        .where("id", "=", sessionId)
        .executeTakeFirst();
      if (!row) throw notFound("session");
      const readings = await db
        .selectFrom("events")
        .select("data")
        .where("site_id", "=", siteId)
        .where("session_id", "=", sessionId)
        .where("type", "=", "session.metered")
        .orderBy("at")
        .orderBy("id")
        .limit(MAX_READINGS)
        .execute();
      const samples = readings.flatMap(({ data }) => {
        const { registerWh, powerW, samples } = data as unknown as MeteredData;
        return samples.map((sample) => ({ ...sample, registerWh, powerW }));
      });
      const view = sessionView({ session: row.session, pricedAmount: row.priced_amount });
      return c.json({ ...view, periods: row.session.periods ?? periodsOf(row.session.metering), samples }, 200);
    });
}

/** A session as its site's owner sees it. */
function sessionView(state: SessionState): z.infer<typeof sessionSchema> {
  const { session, pricedAmount } = state;
  return {
    id: session.id,
    cpId: session.cpId,
    connectorId: session.connectorId,
    transactionId: session.transactionId,
    idTag: session.idTag,
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    meterStart: session.meterStart,
    meterStop: session.meterStop,
    energyWh: session.energyWh,
    powerW: session.powerW,
    lastReadingAt: session.lastReadingAt,
    timeZone: session.timeZone,
    tariff: session.tariff,
    cost: session.cost,
    cloudCost: pricedAmount === null ? null : { amount: pricedAmount, currency: session.tariff.currency },
    reason: session.reason,
    receiptNumber: session.receiptNumber,
    flags: ownerFlags(state),
  };
}
