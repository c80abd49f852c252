import type { Transaction } from "kysely";
import { sql } from "kysely";
import { windowOf } from "../../shared/booking";
import type { StreamEvent } from "../../shared/events";
import { normaliseIdTag } from "../../shared/ocpp";
import type { Database } from "../db/schema";
import { agreementsAt } from "../memberships/agreements";
import { keepIncluded } from "../memberships/included";
import type { SessionDriverTable } from "./tables";

type Of<T extends StreamEvent["type"]> = Extract<StreamEvent, { type: T }>["data"];

/** A session and how its driver may be known. */
interface Driver {
  userId: string;
  via: SessionDriverTable["via"];
  booking: string | null;
  /** When the terms were agreed, epoch ms. */
  agreedAt: number;
}

/**
 * Writes down whose sessions began in a batch of a hub's events, in the transaction that moves its cursor, after sessions and bookings were folded: by the
 * reservation that the hub says has begun, else by the remote start that was asked for, else by the card. With it what that driver had agreed.
 */
export async function linkDrivers(
  trx: Transaction<Database>,
  siteId: string,
  events: readonly StreamEvent[],
): Promise<void> {
  const starters = await startersOf(trx, siteId, events);
  /** The session begun last at each connector, as far as the batch tells. */
  const begun = new Map<string, { id: string; startedAt: string }>();
  for (const { type, data } of events) {
    if (type === "session.started") {
      begun.set(`${data.cpId}/${data.connectorId}`, data);
      const driver = starters.get(data.id);
      if (driver) await keep(trx, siteId, data, driver);
    }
    if (type === "booking.started") {
      const sold = await bookingOf(trx, siteId, data);
      if (!sold) continue;
      const session = begun.get(sold.connector) ?? (await latestAt(trx, siteId, sold.connector));
      // One from before the booking's window is not its.
      if (session && Date.parse(session.startedAt) >= sold.opens) await keep(trx, siteId, session, sold);
    }
  }
}

async function keep(
  trx: Transaction<Database>,
  siteId: string,
  session: { id: string; startedAt: string },
  { userId, via, booking, agreedAt }: Driver,
): Promise<void> {
  // It may have been billed to nobody, or to somebody else; a bill that is just being made is waited for.
  await trx
    .updateTable("session_bills")
    .set((eb) => ({ revision: eb("revision", "+", 1) }))
    .where("site_id", "=", siteId)
    .where("session_id", "=", session.id)
    .execute();
  // What a bill to somebody else has used of his month is his again.
  await keepIncluded(trx, { siteId, sessionId: session.id, startedAt: session.startedAt }, { lines: [] });
  const agreements = await agreementsAt(trx, { siteId, userId, sessionId: session.id, booking }, agreedAt);
  const row = { user_id: userId, via, booking, agreements: JSON.stringify(agreements) };
  await trx
    .insertInto("session_drivers")
    .values({ site_id: siteId, session_id: session.id, started_at: session.startedAt, ...row })
    .onConflict((conflict) => conflict.columns(["site_id", "session_id"]).doUpdateSet(row))
    .execute();
}

/** Who asked for starts by these requests. */
function commandsOf(trx: Transaction<Database>, siteId: string, requests: string[]) {
  return trx
    .selectFrom("commands")
    .select(["id", "driver_id"])
    .where("site_id", "=", siteId)
    .where(sql<boolean>`id::text = any(${requests})`)
    .where("driver_id", "is not", null)
    .execute();
}

/** By session: who asked for the start, or whose card it was at that time. */
async function startersOf(
  trx: Transaction<Database>,
  siteId: string,
  events: readonly StreamEvent[],
): Promise<Map<string, Driver>> {
  const drivers = new Map<string, Driver>();
  const started = events.flatMap(({ type, data }) =>
    type === "session.started" && data.authorization === "Accepted" ? [data] : [],
  );
  if (started.length === 0) return drivers;
  const requests = started.flatMap(({ requestId }) => requestId ?? []);
  const commands = requests.length === 0 ? [] : await commandsOf(trx, siteId, requests);
  const idTags = started.map(({ idTag }) => normaliseIdTag(idTag));
  const tags = await trx
    .selectFrom("id_tags")
    .select(["id_tag", "user_id"])
    .where("site_id", "=", siteId)
    .where(sql<boolean>`id_tag = any(${idTags})`)
    .where("status", "=", "approved")
    .execute();
  const past = await trx
    .selectFrom("past_id_tags")
    .selectAll()
    .where("site_id", "=", siteId)
    .where(sql<boolean>`id_tag = any(${idTags})`)
    .execute();
  for (const { id, requestId, idTag, startedAt } of started) {
    const command = commands.find((each) => each.id === requestId)?.driver_id;
    const card = normaliseIdTag(idTag);
    const at = new Date(startedAt);
    const holder =
      past.find((each) => each.id_tag === card && each.approved_at <= at && at < each.ended_at) ??
      tags.find((each) => each.id_tag === card);
    const tag = holder?.user_id;
    const agreed = { booking: null, agreedAt: Date.parse(startedAt) };
    if (command) drivers.set(id, { userId: command, via: "command", ...agreed });
    else if (tag) drivers.set(id, { userId: tag, via: "idTag", ...agreed });
  }
  return drivers;
}

/** The booking's driver, what he agreed when he booked it first, where it is used, and when (epoch ms) it could be begun. None: sold at the hub to somebody who is not known here. */
async function bookingOf(
  trx: Transaction<Database>,
  siteId: string,
  { booking, version }: Of<"booking.started">,
): Promise<(Driver & { connector: string; opens: number }) | undefined> {
  const rows = await trx
    .selectFrom("reservations")
    .select(["version", "user_id", "sale", "created_at"])
    .where("site_id", "=", siteId)
    .where("booking", "=", booking)
    .where("version", ">", 0)
    .orderBy("version")
    .execute();
  const userId = rows.find((row) => row.user_id !== null)?.user_id;
  const sale = rows.find((row) => row.version === version)?.sale;
  if (!rows[0] || !userId || !sale?.use) return undefined;
  const { connector } = sale.use;
  const { opens } = windowOf(sale);
  return { userId, via: "reservation", booking, agreedAt: rows[0].created_at.getTime(), connector, opens };
}

async function latestAt(trx: Transaction<Database>, siteId: string, connector: string) {
  const slash = connector.lastIndexOf("/");
  const row = await trx
    .selectFrom("sessions")
    .select(["id", "started_at"])
    .where("site_id", "=", siteId)
    .where("cp_id", "=", connector.slice(0, slash))
    .where("connector_id", "=", Number(connector.slice(slash + 1)))
    .orderBy("started_at", "desc")
    .orderBy("id", "desc")
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, startedAt: row.started_at.toISOString() };
}
