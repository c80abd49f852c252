import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";
import type pg from "pg";

export interface Metrics {
  registry: Registry;
  requests: MiddlewareHandler;
  eventsIngested: Counter;
}

/** Numbers for Prometheus. Routes are labelled by their pattern, never by an address with ids. `now` in ms. */
export function createMetrics(now: () => number, pool?: pg.Pool): Metrics {
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
  if (pool) {
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
    registry.registerMetric(connections);
  }
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
