import { z } from "@hono/zod-openapi";
import { instantSchema } from "../../shared/schema";
import type { Payment } from "./payments";

/** What one driver may ask of the payment service in ten minutes. */
export const TRIES = { hits: 30, windowMs: 600_000 };
/** And look at what it has. */
export const LOOKS = { hits: 200, windowMs: 600_000 };

export const paymentSchema = z
  .object({
    paymentId: z.uuid(),
    purpose: z.enum(["hold", "charge", "top_up", "refund", "payout"]),
    chargeId: z.uuid().nullable(),
    currency: z.string(),
    amount: z.number().int(),
    captured: z.number().int(),
    status: z.enum(["pending", "held", "succeeded", "released", "failed"]),
    failure: z.string().nullable(),
    createdAt: instantSchema,
  })
  .openapi("Payment");

export const pagedPaymentSchema = paymentSchema
  .extend({
    url: z
      .url()
      .nullable()
      .openapi({ description: "Where the driver's browser goes on; null: nothing is left to do." }),
  })
  .openapi("PaymentOnPage");

export function viewOf(row: Payment): z.infer<typeof paymentSchema> {
  const { id: paymentId, purpose, charge_id: chargeId, currency, amount, captured, status, failure } = row;
  const about = { paymentId, purpose, chargeId, currency, amount, captured, status, failure };
  return { ...about, createdAt: row.created_at.toISOString() };
}
