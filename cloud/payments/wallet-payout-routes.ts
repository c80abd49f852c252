import { createRoute, z } from "@hono/zod-openapi";
import { instantSchema } from "../../shared/schema";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { body, createRouter, failures, json } from "../http/router";
import type { Ending } from "./wallet-payouts";
import { endWalletPayout, openWalletPayouts } from "./wallet-payouts";

const tags = ["payments"];
const param = z.object({ paymentId: z.uuid() });
const text = z.string().trim().min(1).max(100);

const list = createRoute({
  method: "get",
  path: "/v1/admin/wallet-payouts",
  tags,
  summary: "What drivers have asked to be paid out of their wallets and no card takes back, the oldest first",
  responses: {
    200: json(
      "At most 1,000; ask the driver where to.",
      z.object({
        payouts: z.array(
          z
            .object({
              paymentId: z.uuid(),
              userId: z.string(),
              name: z.string(),
              email: z.string(),
              currency: z.string(),
              amount: z.number().int(),
              createdAt: instantSchema,
            })
            .openapi("WalletPayout"),
        ),
      }),
    ),
    ...failures,
  },
});
const paid = createRoute({
  method: "post",
  path: "/v1/admin/wallet-payouts/{paymentId}/paid",
  tags,
  summary: "Notes that it was paid by hand; `reference` is the bank's",
  request: { params: param, body: body(z.strictObject({ reference: text })) },
  responses: { 204: { description: "It is noted, now or before." }, ...failures },
});
const refuse = createRoute({
  method: "post",
  path: "/v1/admin/wallet-payouts/{paymentId}/refuse",
  tags,
  summary: "Puts it into the wallet again, as where the driver does not say where to pay it; the driver hears why",
  request: { params: param, body: body(z.strictObject({ reason: text })) },
  responses: { 204: { description: "It is in the wallet again." }, ...failures },
});

/** Payouts of drivers' wallets by hand. */
export function walletPayoutRoutes({ db, now }: Deps) {
  const end = async (actorId: string, paymentId: string, action: string, ending: Ending) => {
    await db.transaction().execute(async (tx) => {
      await endWalletPayout(tx, paymentId, ending, now());
      await audit(tx, { now: now(), actorId, action, subject: `payment:${paymentId}`, data: { ...ending } });
    });
  };

  return createRouter()
    .openapi(list, async (c) => {
      const rows = await openWalletPayouts(db);
      return c.json({ payouts: rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() })) }, 200);
    })
    .openapi(paid, async (c) => {
      const { paymentId } = c.req.valid("param");
      await end(c.get("user").id, paymentId, "wallet.paid", c.req.valid("json"));
      return c.body(null, 204);
    })
    .openapi(refuse, async (c) => {
      const { paymentId } = c.req.valid("param");
      await end(c.get("user").id, paymentId, "wallet.refused", c.req.valid("json"));
      return c.body(null, 204);
    });
}
