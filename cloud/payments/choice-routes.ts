import { createRoute, z } from "@hono/zod-openapi";
import { AppError } from "../../shared/error";
import { requireSite } from "../accounts/access";
import { methods } from "../billing/charge-types";
import type { Deps } from "../deps";
import { countHit } from "../http/rate-limit";
import { body, createRouter, failures, json } from "../http/router";
import { send } from "../jobs/send";
import { readOwn } from "../sessions/me";
import { siteParam } from "../sites/routes";
import { letGo } from "./booking-hold";
import { keepChoice, requireMethod, rulesOf } from "../billing/choices";
import { holdJob } from "./jobs";
import { rulesSchema } from "../billing/methods";
import { holdKeysOf } from "../billing/wallet-hold";

const CHOICES = { hits: 60, windowMs: 10 * 60_000 };
const tags = ["payments"];
const methodSchema = z.enum(methods);

const read = createRoute({
  method: "get",
  path: "/v1/sites/{siteId}/payment-rules",
  tags,
  summary: "How a site may be paid",
  request: { params: siteParam },
  responses: { 200: json("As the owner has said, or as it is everywhere.", rulesSchema), ...failures },
});
const change = createRoute({
  method: "put",
  path: "/v1/sites/{siteId}/payment-rules",
  tags,
  summary: "Sets how a site may be paid, for bookings and starts from now on",
  request: { params: siteParam, body: body(rulesSchema) },
  responses: { 200: json("As they are now.", rulesSchema), ...failures },
});
const choose = createRoute({
  method: "put",
  path: "/v1/me/sessions/{siteId}/{sessionId}/payment-method",
  tags,
  summary: "Sets how the driver's running session is paid",
  request: {
    params: siteParam.extend({ sessionId: z.uuid() }),
    body: body(z.strictObject({ method: methodSchema })),
  },
  responses: { 200: json("As it is now.", z.object({ method: methodSchema })), ...failures },
});

/** What owners accept, and what drivers choose for one session. */
export function choiceRoutes(deps: Deps) {
  const { db, payments, now } = deps;
  return createRouter()
    .openapi(read, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "look");
      return c.json(await rulesOf(db, siteId), 200);
    })
    .openapi(change, async (c) => {
      const { siteId } = c.req.valid("param");
      await requireSite(db, c.get("user").id, siteId, "change");
      const rules = c.req.valid("json");
      const row = { rules: JSON.stringify(rules), updated_at: new Date(now()) };
      await db
        .insertInto("payment_rules")
        .values({ site_id: siteId, ...row })
        .onConflict((conflict) => conflict.column("site_id").doUpdateSet(row))
        .execute();
      return c.json(rules, 200);
    })
    .openapi(choose, async (c) => {
      const { siteId, sessionId } = c.req.valid("param");
      const userId = c.get("user").id;
      await countHit(db, `payments:${userId}`, CHOICES, now());
      const { session } = await readOwn(db, userId, siteId, sessionId);
      if (session.endedAt) throw new AppError("session_ended", "This session is over.", { status: 409 });
      const who = { siteId, userId, takesCards: payments.cards, now: now() };
      const { method } = await requireMethod(db, who, c.req.valid("json").method);
      await db.transaction().execute(async (tx) => {
        await keepChoice(tx, { siteId, about: "session", subject: sessionId }, { method, now: now() });
        await send(tx, holdJob, { siteId, sessionId });
      });
      if (method !== "card") {
        const held = await db
          .selectFrom("payments")
          .selectAll()
          .where("key", "in", await holdKeysOf(db, siteId, sessionId))
          .where("status", "=", "held")
          .execute();
        const inWallet = held.reduce((sum, { reference, amount }) => sum + (reference === null ? amount : 0), 0);
        for (const payment of held) {
          // What the wallet does not cover stays on the card, which pays the rest of the bill.
          const isNeeded = method === "wallet" && inWallet < payment.amount;
          if (payment.reference !== null && !isNeeded) await letGo(deps, payment);
        }
      }
      return c.json({ method }, 200);
    });
}
