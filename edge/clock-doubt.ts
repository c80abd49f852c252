import type { HubEvent } from "../shared/events";
import type { Clock } from "./clock";
import type { Log } from "./log";
import type { HubStore } from "./state/domain";
import type { HubState } from "./state/state";

/**
 * A machine's clock that is suddenly ahead may be right (it slept) or wrong (somebody mistyped the year). What ends for good because its time is over
 * (bookings that nobody came for) waits, until the cloud's clock or the operator confirms the new time, or the clock is set back.
 */

/** A clock that runs right is never corrected by so much at once; ms. */
const LEAP_MS = 5 * 60_000;

/** A hub with a cloud that was off for so long asks it for the time first; ms. */
const AWAY_MS = 86_400_000;

/** Two clocks that differ by less tell the same time, for what is decided by quarters of an hour; ms. */
const AGREE_MS = 2 * 60_000;

export function isDoubted({ clockAheadMs = 0 }: Readonly<HubState>): boolean {
  return clockAheadMs > 0;
}

/** What a step of a clock that was certain makes. */
export function leapEvents({ clockAheadMs = 0 }: Readonly<HubState>, byMs: number): HubEvent[] {
  const ahead = clockAheadMs + byMs;
  return doubtEvents(clockAheadMs, ahead < LEAP_MS ? 0 : ahead);
}

/** What a start finds: `lastAt` is the journal's last instant, epoch ms. Only a hub that has somebody to ask doubts a clock because it was off. */
export function startEvents(
  { clockAheadMs = 0, pairing }: Readonly<HubState>,
  lastAt: number,
  now: number,
): HubEvent[] {
  return pairing !== null && now - lastAt > AWAY_MS ? doubtEvents(clockAheadMs, clockAheadMs + now - lastAt) : [];
}

/** Somebody who knows says that the time is right. */
export function confirmEvents({ clockAheadMs = 0 }: Readonly<HubState>): HubEvent[] {
  return doubtEvents(clockAheadMs, 0);
}

/** The cloud has told its time, epoch ms: where it is the hub's too, that is confirmed. */
export function confirmByCloud(
  { store, clock, log }: { store: HubStore; clock: Clock; log: Log },
  cloudMs: number,
): void {
  if (!isDoubted(store.state) || Math.abs(cloudMs - clock.now()) > AGREE_MS) return;
  store
    .commit((state) => ({ reply: undefined, events: confirmEvents(state) }))
    .then(
      () => log.info("the cloud confirms the time to which the clock was set"),
      (error: unknown) => log.error({ err: error }, "that the clock is right could not be kept"),
    );
}

function doubtEvents(before: number, aheadMs: number): HubEvent[] {
  return before === aheadMs ? [] : [{ type: "clock.doubted", data: { aheadMs } }];
}
