import { createRoute, z } from "@hono/zod-openapi";
import { requireOrganization } from "../accounts/access";
import { organizationParam } from "../accounts/organization";
import type { Deps } from "../deps";
import { csv } from "../http/csv";
import { pageAnswer, pageQuery } from "../http/page";
import { body, createRouter, failures, json } from "../http/router";
import { billParam, openQuery, pdfAnswer, pdfOf } from "./driver-routes";
import { settlementsOf, summaryCells, summaryNames, summaryOf, totalOf } from "./finance";
import { termsOf } from "./jobs";
import { billOf, billsOf } from "./queries";
import { notePaid, refundBill } from "./refund";
import { billSchema, keyHeader, languageQuery, monthSchema, settlementSchema, summaryRowSchema } from "./schemas";

const invoiceParam = organizationParam.extend(billParam.shape);
const spanQuery = z
  .object({ from: monthSchema, to: monthSchema, siteId: z.uuid().optional() })
  .refine(({ from, to }) => from <= to, { message: "must not be before from", path: ["to"] });
const amount = z.int().min(1).max(1_000_000_000);

const list = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/invoices",
  tags: ["billing"],
  summary: "An organisation's invoices and credit notes, newest first; `open=true`: for which something is owed",
  request: {
    params: organizationParam,
    query: pageQuery.extend({ ...openQuery.shape, siteId: z.uuid().optional() }),
  },
  responses: { 200: pageAnswer("bills", billSchema), ...failures },
});
const read = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/invoices/{chargeId}",
  tags: ["billing"],
  summary: "One invoice or credit note as data",
  request: { params: invoiceParam },
  responses: { 200: json("The bill.", billSchema), ...failures },
});
const pdf = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/invoices/{chargeId}/pdf",
  tags: ["billing"],
  summary: "One invoice or credit note as PDF",
  request: { params: invoiceParam, query: languageQuery },
  responses: { 200: pdfAnswer, ...failures },
});
const refund = createRoute({
  method: "post",
  path: "/v1/organizations/{organizationId}/invoices/{chargeId}/refunds",
  tags: ["billing"],
  summary: "Gives an invoice or a part of it back, by a credit note; the same Idempotency-Key gives back once",
  request: {
    params: invoiceParam,
    headers: keyHeader,
    body: body(z.strictObject({ amount, reason: z.string().trim().min(1).max(200) })),
  },
  responses: { 201: json("The credit note.", billSchema), ...failures },
});
const paid = createRoute({
  method: "post",
  path: "/v1/organizations/{organizationId}/invoices/{chargeId}/payments",
  tags: ["billing"],
  summary: "Notes that the driver has paid the owner directly; the same Idempotency-Key is noted once",
  request: { params: invoiceParam, headers: keyHeader, body: body(z.strictObject({ amount })) },
  responses: { 201: json("The bill as it is now.", billSchema), ...failures },
});
const finance = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/finance",
  tags: ["billing"],
  summary: "Turnover, tax, fees and earnings by month and site, and what is due to the owner",
  request: { params: organizationParam, query: spanQuery },
  responses: {
    200: json(
      "Rows by month of the site's zone; `settlements` are as of now.",
      z.object({
        rows: z.array(summaryRowSchema),
        totals: z.array(summaryRowSchema.omit({ month: true, siteId: true, siteName: true })),
        settlements: z.array(settlementSchema),
      }),
    ),
    ...failures,
  },
});
const financeCsv = createRoute({
  method: "get",
  path: "/v1/organizations/{organizationId}/finance.csv",
  tags: ["billing"],
  summary: "The rows of the financial summary as CSV",
  request: { params: organizationParam, query: spanQuery },
  responses: { 200: { description: "RFC 4180.", content: { "text/csv": { schema: z.string() } } }, ...failures },
});

/** What owners see of their money. */
export function ownerBillRoutes(deps: Deps) {
  const { db, now } = deps;
  return createRouter()
    .openapi(list, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { open, siteId, ...paging } = c.req.valid("query");
      return c.json(await billsOf(db, { organizationId }, { open, siteId }, paging), 200);
    })
    .openapi(read, async (c) => {
      const { organizationId, chargeId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      return c.json(await billOf(db, { organizationId }, chargeId), 200);
    })
    .openapi(pdf, async (c) => {
      const { organizationId, chargeId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { body: bytes, headers } = await pdfOf(
        await billOf(db, { organizationId }, chargeId),
        c.req.valid("query").language,
      );
      return c.body(bytes, 200, headers);
    })
    .openapi(refund, async (c) => {
      const { organizationId, chargeId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { "idempotency-key": key } = c.req.valid("header");
      const wish = { organizationId, chargeId, key, ...c.req.valid("json") };
      const note = await db.transaction().execute((tx) => refundBill(tx, wish, termsOf(deps)));
      return c.json(await billOf(db, { organizationId }, note.chargeId), 201);
    })
    .openapi(paid, async (c) => {
      const { organizationId, chargeId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const { "idempotency-key": key } = c.req.valid("header");
      const payment = { organizationId, chargeId, key, now: now(), ...c.req.valid("json") };
      await db.transaction().execute((tx) => notePaid(tx, payment));
      return c.json(await billOf(db, { organizationId }, chargeId), 201);
    })
    .openapi(finance, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const rows = await summaryOf(db, organizationId, c.req.valid("query"));
      const currencies = [...new Set(rows.map(({ currency }) => currency))].toSorted();
      const totals = currencies.map((currency) => totalOf(rows, currency));
      return c.json({ rows, totals, settlements: await settlementsOf(db, organizationId) }, 200);
    })
    .openapi(financeCsv, async (c) => {
      const { organizationId } = c.req.valid("param");
      await requireOrganization(db, c.get("user").id, organizationId, "change");
      const rows = await summaryOf(db, organizationId, c.req.valid("query"));
      return c.body(csv(summaryNames, rows.map(summaryCells)), 200, {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": 'attachment; filename="finance.csv"',
        "Cache-Control": "private, no-store",
      });
    });
}
