import { createRoute, z } from "@hono/zod-openapi";
import type { Deps } from "../deps";
import { createRouter, failures } from "../http/router";
import { send } from "../jobs/send";
import { hearJob } from "./jobs";
import type { PaymentEvent } from "./service";

const hear = createRoute({
  method: "post",
  path: "/v1/payments/stripe/events",
  tags: ["payments"],
  summary: "Where Stripe says what happened; signed by Stripe (`Stripe-Signature`)",
  request: { body: { content: { "application/json": { schema: z.unknown() } } } },
  responses: { 204: { description: "It was heard, now or before." }, ...failures },
});

/** The events of the payment service: each is noted once, and looked into by a job of the same transaction. */
export function webhookRoutes({ db, payments, now }: Deps) {
  const router = createRouter();
  // The signature is over the bytes as they came, so nothing may parse them before.
  router.openAPIRegistry.registerPath(hear);
  return router.post(hear.path, async (c) => {
    const event = payments.readEvent(await c.req.text(), c.req.header("stripe-signature"), now());
    const work = workOf(event);
    await db.transaction().execute(async (tx) => {
      const isNew = await tx
        .insertInto("payment_events")
        .values({ id: event.id, type: event.type, at: new Date(now()) })
        .onConflict((conflict) => conflict.doNothing())
        .returning("id")
        .executeTakeFirst();
      if (isNew && work) await send(tx, hearJob, work);
    });
    return c.body(null, 204);
  });
}

function workOf(event: PaymentEvent): z.infer<typeof hearJob.data> | undefined {
  switch (event.about) {
    case "payment":
      return { paymentId: uuidOrNull(event.paymentId), reference: event.reference };
    case "card":
      return { checkoutId: event.checkoutId };
    case "dispute":
      return { disputeId: event.disputeId };
    case "account":
      return { accountId: event.accountId };
    case "refund":
      return ["failed", "canceled"].includes(event.status) ? { failedRefund: event.reference } : undefined;
    case "nothing":
      return undefined;
  }
}

/** Who else writes `payment` into the metadata of an intent is not ours. */
function uuidOrNull(text: string | null): string | null {
  return z.uuid().safeParse(text).data ?? null;
}
