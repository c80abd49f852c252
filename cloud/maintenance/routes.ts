import type { Selectable } from "kysely";
import { sql } from "kysely";
import { AppError } from "../../shared/error";
import { requireSite } from "../accounts/access";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { newestFirst, pageOf } from "../http/page";
import { createRouter } from "../http/router";
import { notify, ownersOf } from "../notifications/notify";
import { faults, fixing, noting, opening, tickets } from "./api";
import { downtimeSeconds } from "./downtime";
import type { FaultTable, TicketNoteTable } from "./tables";
import { ticketViews } from "./ticket-view";

type FaultRow = Selectable<FaultTable>;

function stretch({ opened_at, closed_at }: Pick<FaultRow, "opened_at" | "closed_at">) {
  return { from: opened_at.getTime(), to: closed_at?.getTime() ?? null };
}

/** Faults and tickets of a site. */
export function maintenanceRoutes({ db, now, newId }: Deps) {
  const faultView = (row: FaultRow) => ({
    faultId: row.fault_id,
    cpId: row.cp_id,
    connectorId: row.connector_id,
    errorCode: row.error_code,
    vendorErrorCode: row.vendor_error_code,
    info: row.info,
    openedAt: row.opened_at.toISOString(),
    closedAt: row.closed_at?.toISOString() ?? null,
    downtimeSeconds: downtimeSeconds([stretch(row)], stretch(row), now()),
  });

  const ticketOf = (siteId: string, ticketId: string) =>
    db.selectFrom("tickets").selectAll().where("site_id", "=", siteId).where("ticket_id", "=", ticketId);
  async function one(siteId: string, ticketId: string) {
    const row = await ticketOf(siteId, ticketId).executeTakeFirst();
    if (!row) throw notFound("ticket");
    return (await ticketViews(db, siteId, [row], now()))[0]!;
  }

  return createRouter()
    .openapi(faults, async (c) => {
      const { siteId } = c.req.valid("param");
      const { cpId, connectorId, open, ...paging } = c.req.valid("query");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await db
        .selectFrom("faults")
        .selectAll()
        .where("site_id", "=", siteId)
        .$if(cpId !== undefined, (query) => query.where("cp_id", "=", cpId as string))
        .$if(connectorId !== undefined, (query) => query.where("connector_id", "=", connectorId as number))
        .$if(open !== undefined, (query) => query.where("closed_at", open === "true" ? "is" : "is not", null))
        .$call(newestFirst("opened_at", "fault_id", paging))
        .execute();
      const { page, nextCursor } = pageOf(rows, paging, (row) => [row.opened_at, row.fault_id]);
      return c.json({ faults: page.map(faultView), nextCursor }, 200);
    })
    .openapi(tickets, async (c) => {
      const { siteId } = c.req.valid("param");
      const { cpId, connectorId, open, ...paging } = c.req.valid("query");
      await requireSite(db, c.get("user").id, siteId, "look");
      const rows = await db
        .selectFrom("tickets")
        .selectAll()
        .where("site_id", "=", siteId)
        .$if(cpId !== undefined, (query) => query.where("cp_id", "=", cpId as string))
        .$if(connectorId !== undefined, (query) => query.where("connector_id", "=", connectorId as number))
        .$if(open !== undefined, (query) => query.where("fixed_at", open === "true" ? "is" : "is not", null))
        .$call(newestFirst("opened_at", "ticket_id", paging))
        .execute();
      const { page, nextCursor } = pageOf(rows, paging, (row) => [row.opened_at, row.ticket_id]);
      return c.json({ tickets: await ticketViews(db, siteId, page, now()), nextCursor }, 200);
    })
    .openapi(opening, async (c) => {
      const { siteId } = c.req.valid("param");
      const userId = c.get("user").id;
      await requireSite(db, userId, siteId, "change");
      const { cpId, connectorId, title, faultId } = c.req.valid("json");
      const { rows } = await sql<{ known: boolean; fault: boolean }>`
        select exists (select from charge_points where site_id = ${siteId} and cp_id = ${cpId}) as known,
          exists (select from faults where site_id = ${siteId} and fault_id = ${faultId}::uuid and cp_id = ${cpId}) as fault`.execute(
        db,
      );
      if (!rows[0]?.known) throw notFound("charge point");
      if (faultId !== null && !rows[0].fault) throw notFound("fault of this charge point");
      const [ticketId, at] = [newId(), new Date(now())];
      await db.transaction().execute(async (trx) => {
        const ticket = {
          site_id: siteId,
          ticket_id: ticketId,
          cp_id: cpId,
          connector_id: connectorId,
          fault_id: faultId,
        };
        await trx
          .insertInto("tickets")
          .values({ ...ticket, title, opened_at: at, opened_by: userId })
          .execute();
        await trx
          .insertInto("ticket_notes")
          .values({
            site_id: siteId,
            ticket_id: ticketId,
            note_id: newId(),
            at,
            user_id: userId,
            kind: "opened",
            text: title,
          })
          .execute();
        const { name: siteName } = await trx
          .selectFrom("sites")
          .select("name")
          .where("site_id", "=", siteId)
          .executeTakeFirstOrThrow();
        const data = { siteId, siteName, text: `${cpId}/${connectorId}: ${title}` };
        const others = (await ownersOf(trx, siteId)).filter((each) => each !== userId);
        for (const other of others) {
          await notify(trx, { userId: other, kind: "maintenance", siteId, data, key: ticketId, now: now() });
        }
      });
      return c.json(await one(siteId, ticketId), 201);
    })
    .openapi(noting, async (c) => {
      const { siteId, ticketId } = c.req.valid("param");
      const { text: note, reopen } = c.req.valid("json");
      await change(siteId, ticketId, c.get("user").id, reopen ? "reopened" : "note", note, {
        needs: reopen ? "fixed" : "any",
      });
      return c.json(await one(siteId, ticketId), 200);
    })
    .openapi(fixing, async (c) => {
      const { siteId, ticketId } = c.req.valid("param");
      const { cause, fixedBy } = c.req.valid("json");
      await change(siteId, ticketId, c.get("user").id, "fixed", cause, { needs: "open", cause, fixedBy });
      return c.json(await one(siteId, ticketId), 200);
    });

  /** Adds a note, and with it opens or closes the ticket. Throws AppError `not_found`, or `wrong_state` (409) where it is not as that needs. */
  async function change(
    siteId: string,
    ticketId: string,
    userId: string,
    kind: TicketNoteTable["kind"],
    note: string,
    how: { needs: "any" | "open" | "fixed"; cause?: string; fixedBy?: string },
  ): Promise<void> {
    await requireSite(db, userId, siteId, "change");
    const at = new Date(now());
    await db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom("tickets")
        .select("fixed_at")
        .where("site_id", "=", siteId)
        .where("ticket_id", "=", ticketId)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw notFound("ticket");
      if (how.needs !== "any" && (row.fixed_at === null) !== (how.needs === "open")) {
        throw new AppError("wrong_state", `The ticket is ${row.fixed_at ? "fixed" : "open"}.`, { status: 409 });
      }
      const ids = { site_id: siteId, ticket_id: ticketId, note_id: newId() };
      await trx
        .insertInto("ticket_notes")
        .values({ ...ids, at, user_id: userId, kind, text: note })
        .execute();
      if (how.needs === "any") return;
      const { cause = null, fixedBy = null } = how;
      await trx
        .updateTable("tickets")
        .set(
          how.needs === "open"
            ? { fixed_at: at, fixed_by: fixedBy, cause }
            : { fixed_at: null, fixed_by: null, cause: null },
        )
        .where("site_id", "=", siteId)
        .where("ticket_id", "=", ticketId)
        .execute();
    });
  }
}
