import { createRoute, z } from "@hono/zod-openapi";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { csv } from "../http/csv";
import { notFound } from "../http/errors";
import { pageAnswer, pageQuery } from "../http/page";
import { createRouter, failures, json } from "../http/router";
import { siteParam } from "../sites/routes";
import { filterSchema, listSessions } from "./list";
import type { OwnerSession } from "./view";
import { detailSchema, driverOf, partsOf, sessionSchema, sessionView } from "./view";

const list = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/sessions",
  tags: ["sessions"],
  summary: "Sessions of a site, newest first, running ones included",
  request: { params: siteParam, query: pageQuery.extend(filterSchema.shape) },
  responses: {
    200: pageAnswer("sessions", sessionSchema),
    ...failures,
  },
});
const table = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/sessions.csv",
  tags: ["sessions"],
  summary: "The same sessions as a table, the newest 50,000",
  request: { params: siteParam, query: filterSchema },
  responses: { 200: { description: "RFC 4180, UTF-8.", content: { "text/csv": { schema: z.string() } } }, ...failures },
});
const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/sessions/{sessionId}",
  tags: ["sessions"],
  summary: "One session with its charging periods and meter samples",
  request: { params: siteParam.extend({ sessionId: z.uuid() }) },
  responses: { 200: json("The session.", detailSchema), ...failures },
});

const MAX_ROWS = 50_000;
const headings = [
  "id",
  "cpId",
  "connectorId",
  "idTag",
  "driver",
  "startedAt",
  "endedAt",
  "meterStart",
  "meterStop",
  "energyWh",
  "amount",
  "currency",
  "receiptNumber",
  "reason",
  "flags",
];

/** Sessions as the hub's events made them. */
export function sessionRoutes({ db }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { siteId } = c.req.valid("param");
      const query = c.req.valid("query");
      await requireSite(db, c.get("user").id, siteId, "look");
      return c.json(await listSessions(db, siteId, query, query), 200);
    })
    .openapi(table, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const { sessions } = await listSessions(db, siteId, c.req.valid("query"), { limit: MAX_ROWS });
      c.header("Content-Disposition", 'attachment; filename="sessions.csv"');
      return c.body(csv(headings, sessions.map(cellsOf)), 200, {
        "Content-Type": "text/csv; charset=utf-8",
      });
    })
    .openapi(read, async (c) => {
      const { siteId, sessionId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      const row = await db
        .selectFrom("sessions as s")
        .leftJoin("session_drivers as d", (join) =>
          join.onRef("d.site_id", "=", "s.site_id").onRef("d.session_id", "=", "s.id"),
        )
        .leftJoin("auth.user as u", "u.id", "d.user_id")
        .select(["s.session", "s.priced_amount", "d.user_id", "u.name"])
        .where("s.site_id", "=", siteId)
        .where("s.id", "=", sessionId)
        .executeTakeFirst();
      if (!row) throw notFound("session");
      const view = sessionView({ session: row.session, pricedAmount: row.priced_amount }, driverOf(row));
      return c.json({ ...view, ...(await partsOf(db, siteId, row)) }, 200);
    });
}

function cellsOf(session: OwnerSession) {
  const { id, cpId, connectorId, idTag, driver, startedAt, endedAt, meterStart, meterStop, energyWh } = session;
  const { cost, receiptNumber, reason, flags } = session;
  const used = [startedAt, endedAt, meterStart, meterStop, energyWh, cost.amount, cost.currency];
  return [id, cpId, connectorId, idTag, driver?.name ?? null, ...used, receiptNumber, reason, flags.join(" ")];
}
