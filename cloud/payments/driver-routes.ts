import { createRoute, z } from "@hono/zod-openapi";
import { currencySchema } from "../../shared/schema";
import { methods } from "../billing/charge-types";
import { billParam } from "../billing/driver-routes";
import { billOf } from "../billing/queries";
import { billSchema, keyHeader } from "../billing/schemas";
import type { Deps } from "../deps";
import { newestFirst, pageAnswer, pageOf, pageQuery } from "../http/page";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { collect } from "./collect";
import { payFromWallet } from "./from-wallet";
import { profileOf, setMethod } from "./profile";
import { emptyWallet } from "./refund-card";
import { TRIES, paymentSchema, viewOf } from "./schemas";

const profileSchema = z
  .object({
    method: z.enum(methods),
    card: z.string().nullable().openapi({ description: "The saved card that is used, `visa 4242`." }),
    takesCards: z.boolean(),
  })
  .openapi("PaymentMethod");
const read = createRoute({
  method: "get",
  path: "/v1/me/payment-method",
  tags: ["payments"],
  summary: "How the signed-in driver pays",
  responses: { 200: json("`on_account` where nothing was chosen.", profileSchema), ...failures },
});
const change = createRoute({
  method: "put",
  path: "/v1/me/payment-method",
  tags: ["payments"],
  summary:
    "Sets how the driver pays, for sessions and reservations from now on; `paymentMethodId` is the saved card that is used",
  request: {
    body: body(z.strictObject({ method: z.enum(methods), paymentMethodId: z.string().min(1).max(100).optional() })),
  },
  responses: { 200: json("As it is now.", profileSchema), ...failures },
});
const empty = createRoute({
  method: "post",
  path: "/v1/me/wallet/refunds",
  tags: ["payments"],
  summary:
    "Sends what is in the wallet back to the cards it came from, and has the rest paid out by hand; the same Idempotency-Key sends it once",
  request: { headers: keyHeader, body: body(z.strictObject({ currency: currencySchema })) },
  responses: {
    201: json("What is sent; none where the wallet is empty.", z.object({ payments: z.array(paymentSchema) })),
    ...failures,
  },
});
const pay = createRoute({
  method: "post",
  path: "/v1/me/bills/{chargeId}/pay",
  tags: ["payments"],
  summary:
    "Pays what is owed for a bill, from the wallet as far as it goes or by the saved card; of what is paid, a repeat pays nothing",
  request: { params: billParam, body: body(z.strictObject({ from: z.enum(["wallet", "card"]) })) },
  responses: { 200: json("The bill as it is now.", billSchema), ...failures },
});
const list = createRoute({
  method: "get",
  path: "/v1/me/payments",
  tags: ["payments"],
  summary: "The driver's payments, newest first",
  request: { query: pageQuery },
  responses: {
    200: pageAnswer("payments", paymentSchema),
    ...failures,
  },
});

/** How drivers pay. */
export function driverPaymentRoutes(deps: Deps) {
  const { db, payments, now } = deps;
  const view = async (userId: string) => {
    const profile = await profileOf(db, userId);
    const { method = "on_account" as const, card = null } = profile ?? {};
    return { method, card, takesCards: payments.cards };
  };

  return createRouter()
    .openapi(read, async (c) => c.json(await view(c.get("user").id), 200))
    .openapi(change, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `payments:${userId}`, TRIES, now());
      await setMethod(deps, userId, c.req.valid("json"));
      return c.json(await view(userId), 200);
    })
    .openapi(empty, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `payments:${userId}`, TRIES, now());
      const key = c.req.valid("header")["idempotency-key"];
      const refunds = await emptyWallet(deps, userId, c.req.valid("json").currency, key);
      return c.json({ payments: refunds.map(viewOf) }, 201);
    })
    .openapi(pay, async (c) => {
      const userId = c.get("user").id;
      const { chargeId } = c.req.valid("param");
      await countHit(db, `payments:${userId}`, TRIES, now());
      await billOf(db, { userId }, chargeId);
      if (c.req.valid("json").from === "wallet") await payFromWallet(deps, userId, chargeId);
      else await collect(deps, chargeId, true);
      return c.json(await billOf(db, { userId }, chargeId), 200);
    })
    .openapi(list, async (c) => {
      const paging = c.req.valid("query");
      const rows = await db
        .selectFrom("payments")
        .selectAll()
        .where("user_id", "=", c.get("user").id)
        .$call(newestFirst("created_at", "id", paging))
        .execute();
      const { page, nextCursor } = pageOf(rows, paging, (row) => [row.created_at, row.id]);
      return c.json({ payments: page.map(viewOf), nextCursor }, 200);
    });
}
