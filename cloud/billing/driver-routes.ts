import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps";
import { pageAnswer, pageQuery } from "../http/page";
import { createRouter, failures, json } from "../http/router";
import type { Invoice } from "./invoice";
import { invoicePdf } from "./invoice-pdf";
import type { Language } from "./invoice-text";
import { balancesOf, billOf, billsOf } from "./queries";
import { billSchema, languageQuery } from "./schemas";

export const billParam = z.object({ chargeId: z.uuid() });
export const openQuery = z.object({ open: z.stringbool().optional() });

export const pdfAnswer = {
  description: "The invoice or credit note, A4.",
  content: { "application/pdf": { schema: z.string().openapi({ format: "binary" }) } },
};

const list = createRoute({
  method: "get",
  path: "/v1/me/bills",
  tags: ["billing"],
  summary: "The signed-in driver's invoices and credit notes, newest first; `open=true`: for which something is owed",
  request: { query: pageQuery.extend(openQuery.shape) },
  responses: { 200: pageAnswer("bills", billSchema), ...failures },
});
const read = createRoute({
  method: "get",
  path: "/v1/me/bills/{chargeId}",
  tags: ["billing"],
  summary: "One invoice or credit note as data",
  request: { params: billParam },
  responses: { 200: json("The bill.", billSchema), ...failures },
});
const pdf = createRoute({
  method: "get",
  path: "/v1/me/bills/{chargeId}/pdf",
  tags: ["billing"],
  summary: "One invoice or credit note as PDF",
  request: { params: billParam, query: languageQuery },
  responses: { 200: pdfAnswer, ...failures },
});
const balance = createRoute({
  method: "get",
  path: "/v1/me/balance",
  tags: ["billing"],
  summary: "What the signed-in driver owes, and has in the wallet",
  responses: {
    200: json(
      "By currency, minor units.",
      z.object({
        balances: z.array(
          z
            .object({
              currency: z.string(),
              outstanding: z.number().int(),
              wallet: z.number().int(),
              held: z.number().int(),
            })
            .openapi("Balance"),
        ),
      }),
    ),
    ...failures,
  },
});

/** Headers and body of a PDF that nobody but its reader keeps. */
export async function pdfOf(
  invoice: Invoice,
  language: Language,
): Promise<{ body: ArrayBuffer; headers: Record<string, string> }> {
  const bytes = await invoicePdf(invoice, language);
  const headers = {
    "Content-Type": "application/pdf",
    "Content-Disposition": `attachment; filename="${invoice.type}-${invoice.number}.pdf"`,
    "Cache-Control": "private, no-store",
  };
  return { body: bytes.slice().buffer, headers };
}

/** What drivers see of their bills. */
export function driverBillRoutes({ db }: Deps) {
  return createRouter()
    .openapi(list, async (c) => {
      const { open, ...paging } = c.req.valid("query");
      return c.json(await billsOf(db, { userId: c.get("user").id }, { open }, paging), 200);
    })
    .openapi(read, async (c) =>
      c.json(await billOf(db, { userId: c.get("user").id }, c.req.valid("param").chargeId), 200),
    )
    .openapi(pdf, async (c) => {
      const bill = await billOf(db, { userId: c.get("user").id }, c.req.valid("param").chargeId);
      const { body, headers } = await pdfOf(bill, c.req.valid("query").language);
      return c.body(body, 200, headers);
    })
    .openapi(balance, async (c) => c.json({ balances: await balancesOf(db, c.get("user").id) }, 200));
}
