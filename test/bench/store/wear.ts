import { randomBytes } from "node:crypto";
import { createIds } from "../../../edge/ids";
import { hubDomain } from "../../../edge/state/domain";
import { openStore } from "../../../edge/store/store";
import type { HubEvent } from "../../../shared/events";
import { figure } from "../harness";
import type { Figure } from "../harness";
import { ended, metered, registered, started } from "../hub/backlog";
import { counting } from "./counting";

const CHARGERS = 4;
const SAMPLE_S = 30;
const DAY_S = 86_400;
/** Sessions of two hours, one after the other. */
const SAMPLES = 240;
/** What a file system writes at least. */
const PAGE = 4096;

/**
 * What a day of four chargers that are never idle writes: journal, snapshots and archives of the hub's real store, a reading each 30 s and each
 * synced by itself, since chargers do not speak at the same moment. `bytes` is what the hub hands over, `pages` the 4 KiB pages that
 * touches; what a card makes of these is its own affair.
 */
export async function wearOfADay(bench: string, folder: string): Promise<Figure[]> {
  let now = Date.parse("2026-11-21T00:00:00Z");
  let bytes = 0;
  let pages = 0;
  let syncs = 0;
  const files = counting({
    write: ({ position, length }) => {
      bytes += length;
      pages += Math.floor((position + length - 1) / PAGE) - Math.floor(position / PAGE) + 1;
    },
    sync: () => (syncs += 1),
  });
  const newId = createIds(() => now, randomBytes);
  const store = await openStore({
    folder,
    domain: hubDomain,
    now: () => now,
    newId,
    files,
    // The reserve is written once in the life of a card.
    reserveBytes: 0,
    onFatal: (error) => {
      throw error;
    },
  });
  const commit = (events: HubEvent[]) => store.commit(() => ({ reply: null, events }));
  const cpIds = Array.from({ length: CHARGERS }, (_, index) => `CP${index + 1}`);
  await commit(cpIds.map((cpId) => registered(cpId)));
  const running = new Map<string, { id: string; meterStart: number }>();
  let sessions = 0;
  for (let second = 0; second < DAY_S; second += SAMPLE_S) {
    for (const [index, cpId] of cpIds.entries()) {
      now += (SAMPLE_S * 1000) / CHARGERS;
      const at = new Date(now).toISOString();
      const registerWh = second * 2;
      const known = running.get(cpId);
      if (known && (second / SAMPLE_S + index) % SAMPLES !== 0) {
        await commit([metered(cpId, known.id, at, registerWh)]);
        continue;
      }
      if (known) await commit([ended(cpId, known, at, registerWh)]);
      const session = { id: newId(), meterStart: registerWh };
      running.set(cpId, session);
      sessions += 1;
      await commit([started(cpId, session, at, sessions)]);
    }
  }
  await store.close();
  return [
    figure(bench, "day_bytes_mb", bytes / 1e6, "MB/day"),
    figure(bench, "day_pages_mb", (pages * PAGE) / 1e6, "MB/day"),
    figure(bench, "day_syncs", syncs, "syncs/day"),
    figure(bench, "day_sessions", sessions, "sessions/day"),
  ];
}
