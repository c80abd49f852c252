import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type pg from "pg";
import { HUB_OFFLINE_MS } from "../sites/board";

export interface Metrics {
  registry: Registry;
  requests: MiddlewareHandler;
  eventsIngested: Counter;
}

/** Numbers for Prometheus. Routes are labelled by their pattern, never by an address with ids. `now` in ms. */
export function createMetrics(now: () => number, pool: pg.Pool): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: "hitchpost_http_request_seconds",
    help: "Time to the first byte of an answer, by route and status",
    labelNames: ["method", "route", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  const eventsIngested = new Counter({
    name: "hitchpost_events_ingested_total",
    help: "Events of hubs that were new",
    registers: [registry],
  });
  const connections = new Gauge({
    name: "hitchpost_database_connections",
    help: "Connections of this process to PostgreSQL, by state",
    labelNames: ["state"],
    registers: [],
    collect() {
      this.set({ state: "idle" }, pool.idleCount);
      this.set({ state: "busy" }, pool.totalCount - pool.idleCount);
      this.set({ state: "awaited" }, pool.waitingCount);
    },
  });
  for (const gauge of [connections, ...sharedGauges(now, pool)]) registry.registerMetric(gauge);
  const requests: MiddlewareHandler = async (c, next) => {
    const from = now();
    await next();
    // Middleware for everything matches too; what is left last is the route itself.
    const route = matchedRoutes(c).findLast(({ path }) => path !== "/*")?.path ?? "other";
    const labels = { method: c.req.method, route, status: String(c.res.status) };
    seconds.observe(labels, (now() - from) / 1000);
  };
  return { registry, requests, eventsIngested };
}

/** A hub that was heard of within this time and is silent now is worth a look; one that was silent before is somebody's spare. */
const LATELY_MS = 7 * 24 * 60 * 60_000;

/** What each process says alike, since it is of the database. Left out while that cannot be asked. */
function sharedGauges(now: () => number, pool: pg.Pool): Gauge[] {
  const count = async (gauge: Gauge, sql: string, values: unknown[]) => {
    const { rows } = await pool
      .query<{ state: string; count: number }>(sql, values)
      .catch(() => ({ rows: [] as { state: string; count: number }[] }));
    gauge.reset();
    for (const row of rows) gauge.set({ state: row.state }, row.count);
  };
  const hubs: Gauge = new Gauge({
    name: "hitchpost_hubs",
    help: "Hubs of sites: connected; silent, though heard of within a week; gone for longer",
    labelNames: ["state"],
    registers: [],
    collect: () =>
      count(
        hubs,
        `select s.state, count(h.hub_id)::int as count from (values ('connected'), ('silent'), ('gone')) s(state)
          left join hubs h on h.replaced_at is null
            and s.state = case when h.last_seen_at > $1 then 'connected' when h.last_seen_at > $2 then 'silent' else 'gone' end
          group by s.state`,
        [new Date(now() - HUB_OFFLINE_MS), new Date(now() - LATELY_MS)],
      ),
  });
  const jobs: Gauge = new Gauge({
    name: "hitchpost_jobs",
    help: "Jobs that are due and wait, and jobs that failed for good within the last two weeks",
    labelNames: ["state"],
    registers: [],
    collect: () =>
      count(
        jobs,
        `select s.state, count(j.id)::int as count from (values ('waiting'), ('failed')) s(state)
          left join pgboss.job j on case s.state when 'failed' then j.state = 'failed'
            else j.state in ('created', 'retry') and j.start_after <= $1 end
          group by s.state`,
        [new Date(now())],
      ),
  });
  return [hubs, jobs];
}
