import { createRoute, z } from "@hono/zod-openapi";
import { sql } from "kysely";
import { instantSchema } from "../../shared/schema";
import { requireOrganization } from "../accounts/access";
import { organizationParam } from "../accounts/organization";
import { audit } from "../admin/audit";
import { settlementsOf } from "../billing/finance";
import { languageQuery, settlementSchema, summaryRowSchema } from "../billing/schemas";
import type { Deps } from "../deps";
import { notFound } from "../http/errors";
import { body, createRouter, failures, json } from "../http/router";
import type { Payout } from "./payouts";
import { finishPayout } from "./payouts";
import { statementPdf } from "./statement-pdf";

const payoutParam = organizationParam.extend({ payoutId: z.uuid() });
const payoutSchema = z
  .object({
    payoutId: z.uuid(),
    organizationId: z.string(),
    currency: z.string(),
    period: z.string(),
    amount: z.number().int(),
    status: z.enum(["due", "paid", "failed"]),
    reference: z.string().nullable(),
    failure: z.string().nullable(),
    createdAt: instantSchema,
    statement: z.object({
      organization: z.string(),
      currency: z.string(),
      period: z.string(),
      at: instantSchema,
      rows: z.array(summaryRowSchema),
      settlement: settlementSchema.omit({ currency: true }),
    }),
  })
  .openapi("Payout");
const accountSchema = z
  .object({ connected: z.boolean(), ready: z.boolean(), takesCards: z.boolean() })
  .openapi("PayoutAccount");

const list = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/payouts",
  tags: ["payments"],
  summary: "What an owner was paid, newest first, and what is due now",
  request: { params: organizationParam },
  responses: {
    200: json(
      "Statements are in them.",
      z.object({ payouts: z.array(payoutSchema), due: z.array(settlementSchema), account: accountSchema }),
    ),
    ...failures,
  },
});
const pdf = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/payouts/{payoutId}/pdf",
  tags: ["payments"],
  summary: "A payout's statement as PDF",
  request: { params: payoutParam, query: languageQuery },
  responses: {
    200: { description: "A4.", content: { "application/pdf": { schema: z.string().openapi({ format: "binary" }) } } },
    ...failures,
  },
});
const connect = createRoute({
  method: "post",
  path: "/v1/organizations/{organizationId}/payout-account",
  tags: ["payments"],
  summary: "Begins or goes on with the owner's account for payouts at the payment service",
  request: { params: organizationParam },
  responses: { 201: json("Where the owner says who he is.", z.object({ url: z.url() })), ...failures },
});
const open = createRoute({
  method: "get",
  path: "/v1/admin/payouts",
  tags: ["payments"],
  summary: "Payouts that have not left yet, the oldest first",
  responses: { 200: json("At most 1,000.", z.object({ payouts: z.array(payoutSchema) })), ...failures },
});
const paid = createRoute({
  method: "post",
  path: "/v1/admin/payouts/{payoutId}/paid",
  tags: ["payments"],
  summary: "Notes that a payout was paid by hand; `reference` is the bank's",
  request: {
    params: z.object({ payoutId: z.uuid() }),
    body: body(z.strictObject({ reference: z.string().trim().min(1).max(100) })),
  },
  responses: { 200: json("The payout.", payoutSchema), ...failures },
});

/** How owners are paid. */
export function payoutRoutes(deps: Deps) {
  const { db, payments, now, publicUrl } = deps;
  const accountOf = (organizationId: string) =>
    db.selectFrom("payout_accounts").selectAll().where("organization_id", "=", organizationId).executeTakeFirst();

  return createRouter()
    .openapi(list, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const rows = await db
        .selectFrom("payouts")
        .selectAll()
        .where("organization_id", "=", organizationId)
        .orderBy("created_at", "desc")
        .orderBy("id")
        .limit(1000)
        .execute();
      const known = await accountOf(organizationId);
      const account = { connected: known !== undefined, ready: known?.ready === true, takesCards: payments.cards };
      return c.json({ payouts: rows.map(viewOf), due: await settlementsOf(db, organizationId), account }, 200);
    })
    .openapi(pdf, async (c) => {
      const { organizationId, payoutId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const row = await db
        .selectFrom("payouts")
        .selectAll()
        .where("id", "=", payoutId)
        .where("organization_id", "=", organizationId)
        .executeTakeFirst();
      if (!row) throw notFound("payout");
      const bytes = await statementPdf(row.statement, c.req.valid("query").language);
      return c.body(bytes.slice().buffer, 200, {
        "Content-Type": "application/pdf",
        "Content-Disposition": `attachment; filename="payout-${row.period}-${row.currency}.pdf"`,
        "Cache-Control": "private, no-store",
      });
    })
    .openapi(connect, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { rows } = await sql<{ name: string }>`
        select name from auth.organization where id = ${organizationId}`.execute(db);
      const known = await accountOf(organizationId);
      const accountId =
        known?.account_id ?? (await payments.createAccount({ organizationId, name: rows[0]?.name ?? "" }));
      await db
        .insertInto("payout_accounts")
        .values({ organization_id: organizationId, account_id: accountId, ready: false, updated_at: new Date(now()) })
        .onConflict((conflict) => conflict.column("organization_id").doNothing())
        .execute();
      // Of two members who ask at once, both go on with the one that is kept.
      const kept = (await accountOf(organizationId))?.account_id ?? accountId;
      return c.json({ url: await payments.onboard(kept, `${publicUrl}/business/${organizationId}/payouts`) }, 201);
    })
    .openapi(open, async (c) => {
      const rows = await db
        .selectFrom("payouts")
        .selectAll()
        .where("status", "<>", "paid")
        .orderBy("created_at")
        .limit(1000)
        .execute();
      return c.json({ payouts: rows.map(viewOf) }, 200);
    })
    .openapi(paid, async (c) => {
      const userId = c.get("user").id;
      const { payoutId } = c.req.valid("param");
      const { reference } = c.req.valid("json");
      const payout = await db.transaction().execute(async (tx) => {
        const entry = { now: now(), actorId: userId, action: "payout.paid", subject: `payout:${payoutId}` };
        const row = await finishPayout(tx, payoutId, { reference, from: "bank", now: now() });
        await audit(tx, { ...entry, data: { reference } });
        return row;
      });
      return c.json(viewOf(payout), 200);
    });
}

function viewOf(row: Payout): z.infer<typeof payoutSchema> {
  const { id: payoutId, organization_id: organizationId, currency, period, amount, reference, failure } = row;
  const status = row.status === "sending" ? ("due" as const) : row.status;
  const head = { payoutId, organizationId, currency, period, amount, status, reference, failure };
  return { ...head, createdAt: row.created_at.toISOString(), statement: row.statement };
}
