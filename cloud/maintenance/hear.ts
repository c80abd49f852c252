import type { Transaction } from "kysely";
import type { StreamEvent } from "../../shared/events";
import type { Database } from "../db/schema";
import { notify, ownersOf } from "../notifications/notify";

/** What a charger has said of a connector, as far as faults go; `code` null: it works, or has gone. */
export interface Word {
  /** Of the event. */
  id: string;
  cpId: string;
  connectorId: number;
  code: string | null;
  vendorCode: string | null;
  info: string | null;
  at: string;
}

interface Open {
  faultId: string;
  code: string;
}

interface FaultChanges {
  opened: (Word & { code: string; closedAt: string | null })[];
  /** By fault: when it was over. */
  closed: Map<string, string>;
}

const key = ({ cpId, connectorId }: Pick<Word, "cpId" | "connectorId">) => `${cpId}/${connectorId}`;

/** What the words, in their order, make of the faults that are open (by `cpId/connectorId`). Pure. Another code is another fault; a fault has its event's id. */
export function faultChanges(open: ReadonlyMap<string, Open>, words: readonly Word[]): FaultChanges {
  const now = new Map(open);
  const changes: FaultChanges = { opened: [], closed: new Map() };
  for (const word of words) {
    const fault = now.get(key(word));
    if (fault?.code === word.code || (!fault && word.code === null)) continue;
    if (fault) {
      now.delete(key(word));
      const own = changes.opened.find(({ id }) => id === fault.faultId);
      if (own) own.closedAt = word.at;
      else changes.closed.set(fault.faultId, word.at);
    }
    if (word.code !== null) {
      now.set(key(word), { faultId: word.id, code: word.code });
      changes.opened.push({ ...word, code: word.code, closedAt: null });
    }
  }
  return changes;
}

/** The words about faults in a batch. `connectors` are those with an open fault: a charge point that goes takes its faults along. */
export function wordsOf(
  events: readonly StreamEvent[],
  connectors: readonly Pick<Word, "cpId" | "connectorId">[],
): Word[] {
  const nothing = { code: null, vendorCode: null, info: null };
  return events.flatMap((event): Word[] => {
    switch (event.type) {
      case "connector.status": {
        const { cpId, connectorId, status, errorCode, vendorErrorCode: vendorCode, info } = event.data;
        const code = status === "Faulted" ? clean(errorCode) : null;
        return [{ id: event.id, cpId, connectorId, code, vendorCode, info, at: event.at }];
      }
      case "chargePoint.removed":
        return connectors
          .filter(({ cpId }) => cpId === event.data.cpId)
          .map(({ cpId, connectorId }) => ({ cpId, connectorId, ...nothing, id: event.id, at: event.at }));
      case "hub.state": {
        const told = event.data.chargePoints.flatMap(({ cpId, statuses }) =>
          statuses.map(({ connectorId, status }) => ({ cpId, connectorId, isFaulted: status === "Faulted" })),
        );
        // A state says that there is a fault, not which: one that is open goes on.
        return connectors
          .filter((open) => !told.some((each) => each.isFaulted && key(each) === key(open)))
          .map(({ cpId, connectorId }) => ({ cpId, connectorId, ...nothing, id: event.id, at: event.at }));
      }
      default:
        return [];
    }
  });
}

/**
 * Opens and closes the faults that a batch tells of, in the transaction that moves the hub's cursor, and tells the owners of new ones. A fault that was over before it
 * was heard of, as after a day offline, is in the history and wakes nobody; the same one again within the hour does not ring twice.
 */
export async function hearFaults(
  trx: Transaction<Database>,
  siteId: string,
  events: readonly StreamEvent[],
  now: number,
): Promise<void> {
  if (!events.some(({ type }) => ["connector.status", "chargePoint.removed", "hub.state"].includes(type))) return;
  const rows = await trx
    .selectFrom("faults")
    .select(["fault_id", "cp_id", "connector_id", "error_code"])
    .where("site_id", "=", siteId)
    .where("closed_at", "is", null)
    .execute();
  const connectors = rows.map((row) => ({ cpId: row.cp_id, connectorId: row.connector_id }));
  const open = new Map(
    rows.map((row, index) => [key(connectors[index]!), { faultId: row.fault_id, code: row.error_code }]),
  );
  const { opened, closed } = faultChanges(open, wordsOf(events, connectors));
  for (const [faultId, at] of closed) {
    await trx
      .updateTable("faults")
      .set({ closed_at: new Date(at) })
      .where("site_id", "=", siteId)
      .where("fault_id", "=", faultId)
      .execute();
  }
  if (opened.length === 0) return;
  const site = await trx.selectFrom("sites").select("name").where("site_id", "=", siteId).executeTakeFirstOrThrow();
  const owners = await ownersOf(trx, siteId);
  for (const { id: faultId, cpId, connectorId, code, vendorCode, info, at, closedAt } of opened) {
    const where = { site_id: siteId, fault_id: faultId, cp_id: cpId, connector_id: connectorId };
    const what = {
      error_code: code,
      vendor_error_code: vendorCode && clean(vendorCode),
      info: info && clean(info),
    };
    const times = { opened_at: new Date(at), closed_at: closedAt === null ? null : new Date(closedAt) };
    await trx
      .insertInto("faults")
      .values({ ...where, ...what, ...times })
      .execute();
    const data = { siteId, siteName: site.name, cpId, connectorId, errorCode: code, at };
    for (const userId of closedAt === null ? owners : []) {
      await notify(trx, {
        userId,
        kind: "chargerFault",
        siteId,
        data,
        key: `${siteId} ${cpId}/${connectorId} ${data.errorCode} ${at.slice(0, 13)}`,
        now,
      });
    }
  }
}

/** A charger's text as PostgreSQL can hold it. */
function clean(text: string): string {
  return text.replaceAll("\0", "\uFFFD").replace(/\p{Surrogate}/gu, "\uFFFD");
}
