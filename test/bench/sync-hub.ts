import { join } from "node:path";
import { asAdmin, launchHub } from "../support/hub";
import { request, stopEverything, temporaryFolder } from "../support/programs";
import { figure, progress, report } from "./harness";
import type { BenchOptions } from "./harness";
import { addBacklog } from "./hub/backlog";
import { backlogCloud, memoryOf } from "./hub/processes";

/**
 * A hub that spent a week without its cloud, 32 chargers busy all the time (a reading each 30 s: about 650,000 events), comes back: dist/hub.js
 * sends everything to an HTTP endpoint in a process of its own that checks each batch as the cloud does. Its memory is looked at all the
 * while: the growth is from when a tenth has gone to the highest after that, so it tells whether memory follows the backlog. `rss_start_mb` is from
 * when it serves, before anything has gone.
 */

const BENCH = "sync-hub";
const CHARGERS = 32;
/** The part that goes first: until then a program that has just started is compiled and gets its working room. */
const WARM_UP = 0.1;
const LOOK_MS = 250;

/** Runs the benchmark; `large` takes twice the chargers. */
export async function run(options: BenchOptions): Promise<void> {
  const { path: folder, remove } = temporaryFolder();
  const data = join(folder, "hub");
  const cloud = await backlogCloud();
  try {
    const paired = await launchHub(data, { CLOUD_URL: cloud.url });
    const pairing = `http://127.0.0.1:${paired.ready["http"]}/api/pairing`;
    const { headSeq } = await request<{ headSeq: number }>("POST", pairing, {
      headers: asAdmin,
      body: { code: "ABCD-EFGH" },
    });
    await cloud.has(headSeq);
    await paired.stop();

    const chargers = options.large ? 2 * CHARGERS : CHARGERS;
    progress(`writing a week of ${chargers} busy chargers ...`);
    const last = await addBacklog(data, chargers, headSeq);
    progress(`sending ${last.toLocaleString("en")} events ...`);
    const begun = cloud.has(Math.ceil(last * WARM_UP));
    const hub = await launchHub(data, { CLOUD_URL: cloud.url });
    const start = memoryOf(hub.pid);
    await begun;
    const base = memoryOf(hub.pid);
    let peak = base;
    const looking = setInterval(() => (peak = Math.max(peak, memoryOf(hub.pid))), LOOK_MS);
    const { events, ms, bytes } = await cloud.has(last).finally(() => clearInterval(looking));
    await hub.stop();
    report(
      [
        figure(BENCH, "rss_growth_mb", peak - base, "MB", "<= 50"),
        figure(BENCH, "rss_start_mb", start, "MB"),
        figure(BENCH, "rss_peak_mb", peak, "MB"),
        figure(BENCH, "events", last, "events"),
        figure(BENCH, "events_per_s", (events / ms) * 1000, "events/s"),
        figure(BENCH, "bytes_per_event", bytes / events, "bytes"),
      ],
      options,
    );
  } finally {
    cloud.stop();
    await stopEverything();
    await remove();
  }
}
