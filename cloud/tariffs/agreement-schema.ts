import { z } from "@hono/zod-openapi";

/** What lowers a bill, as routes take and give it (shared/tariff/discounts.ts). */

export const MAX_WH = 100_000_000;
export const named = { id: z.string().max(64), text: z.string().max(100) };
export const percent = z.int().min(0).max(10_000);
export const agreementSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ ...named, kind: z.literal("includedEnergy"), includedWh: z.int().min(0).max(MAX_WH) }),
    z.strictObject({ ...named, kind: z.enum(["membership", "promotion", "premium", "coupon"]), percent }),
    z.strictObject({ ...named, kind: z.literal("voucher"), amount: z.int().min(0).max(1_000_000_000) }),
  ])
  .openapi("Agreement");
