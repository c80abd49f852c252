import { expect, it } from "vitest";
import { ManualClock } from "../testing/manual-clock";
import { memoryStore } from "../testing/memory-store";
import { registered } from "../testing/registration";
import { createMetrics } from "./metrics";
import { idOf, online, started } from "./testing/events";

const link = { paired: true, ackedSeq: 3, headSeq: 10, feedOpen: false } as never;

const refused = { plain: 2, unopened: 5 };

it("tells what there is and counts what happens", async () => {
  const clock = new ManualClock();
  const store = Object.assign(
    memoryStore(() => clock.now()),
    { full: false },
  );
  const metrics = createMetrics({ store, link: () => link, sealedRefused: () => refused, ofProcess: true });
  const events = [registered("CP1"), registered("CP2"), online("CP1"), started(idOf(1))];
  await store.commit(() => ({ reply: null, events }));
  const text = await metrics.text();
  for (const line of [
    "hitchpost_charge_points 2",
    "hitchpost_charge_points_online 1",
    "hitchpost_sessions_running 1",
    "hitchpost_load_problems 0",
    "hitchpost_cloud_paired 1",
    "hitchpost_cloud_feed_open 0",
    "hitchpost_cloud_lag_events 7",
    'hitchpost_events_total{type="chargePoint.registered"} 2',
    'hitchpost_sealed_refused_total{reason="plain"} 2',
    'hitchpost_sealed_refused_total{reason="unopened"} 5',
    "hitchpost_disk_full 0",
  ]) {
    expect(text.split("\n")).toContain(line);
  }
  expect(text).toContain("process_cpu_seconds_total");
  const problem = { cpId: "CP1", connectorId: 1, problem: "no_effect" as const, limitA: 10, measuredA: 16 };
  await store.commit(() => ({ reply: null, events: [{ type: "load.problem", data: problem }] }));
  expect(await metrics.text()).toContain("hitchpost_load_problems 1\n");
});

it("makes no series of words that a client made up", async () => {
  const clock = new ManualClock();
  const metrics = createMetrics({
    store: Object.assign(
      memoryStore(() => clock.now()),
      { full: true },
    ),
    link: () => link,
    sealedRefused: () => refused,
    ofProcess: false,
  });
  const context = { req: { method: "BREW" }, res: { status: 405 } } as never;
  await metrics.middleware(context, async () => {});
  expect(await metrics.text()).toContain('hitchpost_http_requests_total{method="other",status="405"} 1');
});
