import { collectDefaultMetrics, Counter, Gauge, Registry } from "prom-client";
import type { MiddlewareHandler } from "hono";
import type { HubStore } from "../state/domain";
import type { SealedRefused } from "../mqtt";
import type { LinkStatus } from "../sync/link";
import type { HubEnv } from "./context";

export interface Metrics {
  contentType: string;
  text(): Promise<string>;
  /** Counts answered requests. */
  middleware: MiddlewareHandler<HubEnv>;
}

/** The hub's figures in Prometheus text: what is there is read when it is asked for, what happens is counted. */
export function createMetrics(sources: {
  store: HubStore & { readonly full: boolean };
  link: () => LinkStatus;
  sealedRefused: () => SealedRefused;
  /** The process's own figures too; they are measured all the time. */
  ofProcess: boolean;
}): Metrics {
  const { store, link } = sources;
  const registry = new Registry();
  if (sources.ofProcess) collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  const chargePoints = () => Object.values(store.state.chargePoints);
  gauge("hitchpost_charge_points", "Registered charge points", () => chargePoints().length);
  gauge("hitchpost_charge_points_online", "Charge points that are online", () => {
    return chargePoints().filter(({ online }) => online).length;
  });
  gauge("hitchpost_sessions_running", "Sessions that are running", () => Object.keys(store.state.openSessions).length);
  gauge("hitchpost_load_problems", "Connectors that do not keep to the current that they were given", () => {
    return Object.keys(store.state.load?.problems ?? {}).length;
  });
  gauge("hitchpost_journal_seq", "Sequence number of the newest event", () => store.head.seq);
  gauge("hitchpost_cloud_paired", "1 where the hub is paired with a cloud", () => Number(link().paired));
  gauge("hitchpost_cloud_feed_open", "1 while the cloud's feed is open", () => Number(link().feedOpen));
  gauge("hitchpost_cloud_lag_events", "Events that the cloud does not have yet", () => {
    const { ackedSeq, headSeq } = link();
    return ackedSeq === null ? 0 : headSeq - ackedSeq;
  });
  gauge("hitchpost_disk_full", "1 while the disk is full or nearly so: chargers are kept out", () =>
    Number(store.full),
  );
  registry.registerMetric(
    new Counter({
      name: "hitchpost_sealed_refused_total",
      help: "MQTT frames that were not let in: plain ones that should have been sealed, envelopes that could not be opened",
      labelNames: ["reason"] as const,
      registers: [],
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(sources.sealedRefused())) this.inc({ reason }, count);
      },
    }),
  );
  const requests = new Counter({
    name: "hitchpost_http_requests_total",
    help: "Answered HTTP requests",
    labelNames: ["method", "status"] as const,
    registers: [registry],
  });
  const events = new Counter({
    name: "hitchpost_events_total",
    help: "Events in the journal since the start, by type",
    labelNames: ["type"] as const,
    registers: [registry],
  });
  store.subscribe((batch) => {
    for (const { type } of batch) events.inc({ type });
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    middleware: async (c, next) => {
      await next();
      requests.inc({ method: knownMethod(c.req.method), status: String(c.res.status) });
    },
  };
}

/** A client may send any word as its method: those must not each become a series. */
function knownMethod(method: string): string {
  return ["GET", "HEAD", "POST", "PUT", "DELETE"].includes(method) ? method : "other";
}
