import { z } from "@hono/zod-openapi";
import { instantSchema } from "../../shared/schema";
import { chargeKinds, methods } from "./charge-types";
import { languages } from "./invoice-text";

/** What the routes of billing take and give. Amounts are integer minor units. */

const minor = z.number().int();
const vatRate = z.number().int().nullable().openapi({ description: "1/100 percent; null: no VAT applies." });

export const billSchema = z
  .object({
    chargeId: z.uuid(),
    number: z.string(),
    type: z.enum(["invoice", "creditNote"]),
    kind: z.enum(chargeKinds),
    at: instantSchema,
    organizationId: z.string(),
    siteId: z.uuid().nullable(),
    siteName: z.string().nullable(),
    timeZone: z.string(),
    currency: z.string(),
    method: z.enum(methods),
    seller: z.object({ name: z.string(), address: z.string(), vatNumber: z.string() }),
    buyer: z.object({ name: z.string(), email: z.string() }).nullable(),
    subject: z
      .discriminatedUnion("type", [
        z.object({
          type: z.literal("session"),
          sessionId: z.uuid(),
          cpId: z.string(),
          connectorId: z.number().int(),
          startedAt: instantSchema,
          endedAt: instantSchema,
          meterStart: z.number().int(),
          meterStop: z.number().int(),
          energyWh: z.number().int(),
          hubReceipt: z.string().nullable(),
        }),
        z.object({ type: z.literal("reservation"), booking: z.string(), from: instantSchema, to: instantSchema }),
      ])
      .nullable(),
    corrects: z.string().nullable(),
    lines: z.array(
      z.object({
        text: z.string(),
        net: minor,
        vat: minor,
        vatRate,
        quantity: z.number().int().optional(),
        unitPrice: z.number().int().optional(),
      }),
    ),
    vatTable: z.array(z.object({ vatRate, net: minor, vat: minor })),
    net: minor,
    vat: minor,
    gross: minor,
    outstanding: minor.openapi({ description: "What is still owed for it." }),
  })
  .openapi("Bill");

export const languageQuery = z.object({ language: z.enum(languages).default("en") });

export const monthSchema = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, "a month such as 2026-10 is expected");

export const summaryRowSchema = z
  .object({
    month: z.string(),
    siteId: z.uuid().nullable(),
    siteName: z.string().nullable(),
    currency: z.string(),
    bills: z.number().int(),
    gross: minor,
    tax: minor,
    net: minor,
    fees: minor,
    earned: minor,
  })
  .openapi("FinanceRow");

export const settlementSchema = z
  .object({ currency: z.string(), earned: minor, onSite: minor, outstanding: minor, due: minor })
  .openapi("Settlement");

/** A header that makes a repeated call do nothing. */
export const keyHeader = z.object({ "idempotency-key": z.string().min(1).max(100) });
