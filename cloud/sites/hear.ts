import type { Transaction } from "kysely";
import { sql } from "kysely";
import type { Registration, StreamEvent } from "../../shared/events";
import type { Database } from "../db/schema";
import { tellBookable } from "../reservations/bookable";
import { blockRetired } from "./charge-points";

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

/** Whether a batch may bring connectors that were not known: then it is heard under the lock of the site's book, since a retired charge point's are not to be booked. */
export function mayBringConnectors(events: readonly StreamEvent[]): boolean {
  return events.some(({ type }) => bringing.has(type));
}
const bringing = new Set<StreamEvent["type"]>(["hub.state", "chargePoint.registered", "connector.status"]);

/**
 * What drivers see of a site's connectors, brought in line with what its hub has just told: in the transaction that moves the hub's cursor, after the fold has been
 * written. A hub's whole state also takes away what it does not name. Gives the hub to wake where the owner's blocks have changed by it.
 */
export async function hearPlaces(
  trx: Transaction<Database>,
  siteId: string,
  events: readonly StreamEvent[],
  now: number,
): Promise<string | undefined> {
  const cpIds = touched(events);
  const whole = events.some(({ type }) => type === "hub.state");
  if (cpIds.length === 0 && !whole) return undefined;
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
  if (cpIds.length === 0 || !mayBringConnectors(events)) return undefined;
  return (await blockRetired(trx, siteId, cpIds, now)) ? tellBookable(trx, siteId, now) : undefined;
}
