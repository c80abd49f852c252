import type { MySession, Start } from "./my-types";

/** A reading is expected about every half minute; one older than this is shown as old. */
const oldMs = 90_000;

/** Whether what is known of a running session is from a while ago. */
export function isOld(
  { endedAt, lastReadingAt }: Pick<MySession, "endedAt" | "lastReadingAt">,
  nowMs: number,
): boolean {
  return endedAt === null && nowMs - Date.parse(lastReadingAt) > oldMs;
}

/** Seconds that a session has taken so far, or in all. */
export function secondsOf({ startedAt, endedAt }: Pick<MySession, "startedAt" | "endedAt">, nowMs: number): number {
  const end = endedAt === null ? nowMs : Date.parse(endedAt);
  return Math.max(0, Math.round((end - Date.parse(startedAt)) / 1000));
}

/** How far a start from afar has come. */
export type StartStep = "idle" | "asked" | "plug" | "slow" | "refused" | "over" | "begun";

/** The step of a start that was asked for so long ago; null: it has been asked for, and there is no word of it yet. */
export function stepOf(start: Start | null, waitedMs: number): StartStep {
  if (start?.sessionId) return "begun";
  if (start?.outcome === "rejected" || start?.outcome === "failed") return "refused";
  if (start?.outcome === "expired" || waitedMs > giveUpMs) return "over";
  if (start?.outcome === "accepted") return "plug";
  return waitedMs > slowMs ? "slow" : "asked";
}
/** After this long without a word from the charger, people are told so. */
const slowMs = 30_000;
/** Nobody looks longer than this for a car to be plugged in. */
const giveUpMs = 180_000;
