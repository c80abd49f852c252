import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { currencySchema } from "../../shared/schema";
import { billParam } from "../billing/driver-routes";
import { billOf } from "../billing/queries";
import { keyHeader } from "../billing/schemas";
import type { Deps } from "../deps";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { ask, giveUp, openBillPage, requireNotRefused } from "./pages";
import type { Payment } from "./payments";
import { notePayment, openPage } from "./payments";
import { customerOf } from "./profile";
import { LOOKS, TRIES, pagedPaymentSchema, paymentSchema, viewOf } from "./schemas";

const topUp = createRoute({
  method: "post",
  path: "/v1/me/wallet/top-ups",
  tags: ["payments"],
  summary: "Opens a page of the payment service to fill the wallet on; the same Idempotency-Key fills it once",
  request: {
    headers: keyHeader,
    body: body(z.strictObject({ amount: z.int().min(100).max(1_000_000), currency: currencySchema })),
  },
  responses: { 201: json("The payment, and its page.", pagedPaymentSchema), ...failures },
});
const payBill = createRoute({
  method: "post",
  path: "/v1/me/bills/{chargeId}/pages",
  tags: ["payments"],
  summary:
    "Opens a page of the payment service to pay what is owed for a bill, with any card; a repeat gives the page that is open",
  request: { params: billParam },
  responses: { 201: json("The payment, and its page.", pagedPaymentSchema), ...failures },
});
const param = z.object({ paymentId: z.uuid() });
const read = createRoute({
  method: "get",
  path: "/v1/me/payments/{paymentId}",
  tags: ["payments"],
  summary: "One of the driver's payments, as the payment service has it now",
  request: { params: param },
  responses: { 200: json("The payment.", pagedPaymentSchema), ...failures },
});
const stop = createRoute({
  method: "delete",
  path: "/v1/me/payments/{paymentId}",
  tags: ["payments"],
  summary: "Closes the page on which a payment could be made; what was paid there meanwhile stays paid",
  request: { params: param },
  responses: { 200: json("The payment as it is now.", paymentSchema), ...failures },
});

/** What a top-up is called on the payment service's page: the same for all, so that a repeat is the same order. */
const TOP_UP = "hitchpost";

/** What drivers pay themselves, on pages of the payment service. */
export function paymentPageRoutes(deps: Deps) {
  const { db, now } = deps;
  const own = async (userId: string, paymentId: string): Promise<Payment> => {
    const row = await db
      .selectFrom("payments")
      .selectAll()
      .where("id", "=", paymentId)
      .where("user_id", "=", userId)
      .executeTakeFirst();
    if (!row) throw new AppError("not_found", "There is no such payment of yours.", { status: 404 });
    return row;
  };

  return createRouter()
    .openapi(topUp, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `payments:${userId}`, TRIES, now());
      const { amount, currency } = c.req.valid("json");
      const customerId = await customerOf(deps, userId);
      const key = `top_up:${userId}:${c.req.valid("header")["idempotency-key"]}`;
      const wish = { key, purpose: "top_up" as const, userId, chargeId: null, currency, amount, paymentMethodId: null };
      const noted = await db.transaction().execute((tx) => notePayment(tx, wish, deps));
      if (noted.amount !== amount || noted.currency !== currency) {
        throw new AppError("key_reused", "This idempotency key was used for another sum.", { status: 409 });
      }
      const { payment, url } = await openPage(deps, noted, customerId, TOP_UP);
      requireNotRefused(payment);
      return c.json({ ...viewOf(payment), url }, 201);
    })
    .openapi(payBill, async (c) => {
      const userId = c.get("user").id;
      const { chargeId } = c.req.valid("param");
      await countHit(db, `payments:${userId}`, TRIES, now());
      const { payment, url } = await openBillPage(deps, userId, await billOf(db, { userId }, chargeId));
      return c.json({ ...viewOf(payment), url }, 201);
    })
    .openapi(read, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `looks:${userId}`, LOOKS, now());
      const { payment, url } = await ask(deps, await own(userId, c.req.valid("param").paymentId));
      return c.json({ ...viewOf(payment), url }, 200);
    })
    .openapi(stop, async (c) => {
      const userId = c.get("user").id;
      await countHit(db, `payments:${userId}`, TRIES, now());
      return c.json(viewOf(await giveUp(deps, await own(userId, c.req.valid("param").paymentId))), 200);
    });
}
