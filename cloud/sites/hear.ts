import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Registration, StreamEvent } from "../../shared/events";
import type { Database } from "../db/schema";

/** Power of three phases at one ampere. */
const WATTS_PER_AMPERE = 690;

/** Charge points whose connectors look different to drivers after these events. */
function touched(events: readonly StreamEvent[]): string[] {
  const ids = events.flatMap((event): string[] => {
    switch (event.type) {
      case "hub.state":
        return event.data.chargePoints.map(({ cpId }) => cpId);
      case "chargePoint.registered":
      case "chargePoint.removed":
      case "chargePoint.online":
      case "chargePoint.offline":
      case "connector.status":
        return [event.data.cpId];
      default:
        return [];
    }
  });
  return [...new Set(ids)];
}

function registrations(events: readonly StreamEvent[]): Registration[] {
  return events.flatMap((event): Registration[] => {
    if (event.type === "hub.state") return event.data.chargePoints;
    return event.type === "chargePoint.registered" ? [event.data] : [];
  });
}

/**
 * What drivers see of a site's connectors, brought in line with what its hub has just told: in the transaction that moves the hub's cursor, after the fold has been
 * written. A hub's whole state also takes away what it does not name.
 */
export async function hearPlaces(
  trx: Transaction<Database>,
  siteId: string,
  events: readonly StreamEvent[],
  now: number,
): Promise<void> {
  const cpIds = touched(events);
  const whole = events.some(({ type }) => type === "hub.state");
  if (cpIds.length === 0 && !whole) return;
  await sql`
    select place_refresh(${siteId},
      ${cpIds}::text[] || array(select distinct cp_id from place_connectors where site_id = ${siteId} and ${whole}), ${new Date(now)})`.execute(
    trx,
  );
  for (const { cpId, maxCurrentA } of registrations(events)) {
    await trx
      .updateTable("place_connectors")
      .set({ told_power_w: maxCurrentA === null ? null : maxCurrentA * WATTS_PER_AMPERE })
      .where("site_id", "=", siteId)
      .where("cp_id", "=", cpId)
      .execute();
  }
}
