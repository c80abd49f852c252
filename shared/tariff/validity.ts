import type { Tariff } from "./schema";

/** Whether a session that starts at an instant (ISO 8601 UTC) may have this tariff: from start_date_time on, before end_date_time. */
export function isOffered(tariff: Tariff, startedAt: string): boolean {
  const at = Date.parse(startedAt);
  const from = tariff.start_date_time === undefined ? -Infinity : Date.parse(tariff.start_date_time);
  const until = tariff.end_date_time === undefined ? Infinity : Date.parse(tariff.end_date_time);
  return at >= from && at < until;
}
