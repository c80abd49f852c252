import type { Transaction } from "kysely";
import type { StreamEvent } from "../../shared/events";
import type { Database } from "../db/schema";
import { notify } from "./notify";

/** A start that a hub tells of later, as after an outage, is no news. */
const NEWS_MS = 3_600_000;

/** Tells drivers who are known that their charge began or ended, in the transaction that moves the hub's cursor, after it was found out whose it is. */
export async function tellDrivers(
  trx: Transaction<Database>,
  siteId: string,
  events: readonly StreamEvent[],
  now: number,
): Promise<void> {
  const news = events.filter(
    ({ type, at }) => type === "session.ended" || (type === "session.started" && Date.parse(at) > now - NEWS_MS),
  );
  const ids = news.flatMap(({ type, data }) =>
    type === "session.started" || type === "session.ended" ? [(data as { id: string }).id] : [],
  );
  if (ids.length === 0) return;
  const rows = await trx
    .selectFrom("session_drivers as d")
    .innerJoin("sites as s", "s.site_id", "d.site_id")
    .select(["d.session_id", "d.user_id", "s.name"])
    .where("d.site_id", "=", siteId)
    .where("d.session_id", "in", ids)
    .execute();
  for (const event of news) {
    if (event.type !== "session.started" && event.type !== "session.ended") continue;
    const driver = rows.find((row) => row.session_id === event.data.id);
    if (!driver) continue;
    // A session's id is what its hub says: with the site's it is nobody else's.
    const whom = { userId: driver.user_id, siteId, key: `${siteId} ${event.data.id}`, now };
    const about = { siteId, siteName: driver.name, sessionId: event.data.id };
    if (event.type === "session.started") {
      const { cpId, startedAt } = event.data;
      await notify(trx, { ...whom, kind: "chargingStarted", data: { ...about, cpId, startedAt } });
    } else {
      const { energyWh, cost } = event.data;
      const { amount, currency } = cost;
      await notify(trx, { ...whom, kind: "chargingFinished", data: { ...about, energyWh, amount, currency } });
    }
  }
}
