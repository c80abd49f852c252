import { z } from "@hono/zod-openapi";
import { FOREVER, SLOT_MS, instantOfSlot } from "../../shared/booking";
import { termsSchema } from "../../shared/booking/schema";
import { connectorTypes } from "../../shared/connector-types";
import { AppError } from "../../shared/error";
import { instantSchema } from "../../shared/schema";
import { tariffSchema } from "../../shared/tariff";
import { methods } from "../billing/charge-types";

/** Shapes of the reservations' API. Times are instants on the quarter hour. */

const quarterSchema = instantSchema
  .refine((text) => Date.parse(text) % SLOT_MS === 0, "a quarter hour is expected, such as 2026-03-01T12:15:00Z")
  .openapi({ example: "2026-03-01T12:15:00Z" });

const classSchema = z.string().min(1).max(60);
export const timesShape = { start: quarterSchema, end: quarterSchema };

/** Slots of a start and an end. Throws AppError `invalid` where the end is not after the start. */
export function spanOf({ start, end }: { start: string; end: string }): { from: number; to: number } {
  const [from, to] = [Date.parse(start) / SLOT_MS, Date.parse(end) / SLOT_MS];
  if (from < to) return { from, to };
  throw new AppError("invalid", "end: must be after start", { status: 400 });
}

/** Of a block: without an end it holds until it is taken away, as for a connector that is retired. */
export const blockTimesShape = { start: quarterSchema, end: quarterSchema.nullable() };

export const rescheduleSchema = z.boolean().default(false).openapi({
  description: "Who has booked in it is offered something else, and gets a full refund where he does not take it.",
});

/** Throws AppError `invalid` as `spanOf`. */
export function blockSpanOf({ start, end }: { start: string; end: string | null }): { from: number; to: number } {
  return end === null ? { from: Date.parse(start) / SLOT_MS, to: FOREVER } : spanOf({ start, end });
}

/** The end of a block as people see it; null: it has none. */
export function blockEnd(to: number): string | null {
  return to === FOREVER ? null : instantOfSlot(to);
}

/** Names what a preview showed. */
export const shownSchema = z.string().min(1).max(64);
export const shownQuery = z.object({
  shown: shownSchema
    .optional()
    .openapi({ description: "What the preview of this change gave; needed where it meets bookings." }),
});

const moneySchema = z.object({ amount: z.number().int(), currency: z.string() });

export const reservationSchema = z
  .object({
    siteId: z.uuid(),
    booking: z.string(),
    version: z.number().int(),
    status: z
      .enum(["reserved", "charging", "fulfilled", "noShow", "cancelled", "compensated"])
      .openapi({ description: "A cancellation stands once it is not pending any more." }),
    pending: z.boolean().openapi({ description: "A cancellation that the site has yet to confirm." }),
    reason: z.string().nullable(),
    class: z.string(),
    seat: z.string(),
    start: instantSchema,
    end: instantSchema,
    price: moneySchema.openapi({ description: "Of the reservation; energy is priced by the tariff. Never changes." }),
    owed: moneySchema,
    terms: termsSchema,
    tariff: tariffSchema,
    soldBy: z.enum(["hub", "cloud"]),
    doubtful: z.boolean().openapi({ description: "The site lost its memory meanwhile: an operator decides there." }),
    createdAt: instantSchema,
  })
  .openapi("Reservation");

export const holdSchema = z
  .object({
    holdId: z.uuid(),
    class: z.string(),
    seat: z.string(),
    start: instantSchema,
    end: instantSchema,
    expiresAt: instantSchema,
    secondsLeft: z.number().int(),
    price: moneySchema,
    terms: termsSchema,
    tariff: tariffSchema,
  })
  .openapi("Hold");

export const wishSchema = z.strictObject({
  class: classSchema,
  type: z.enum(connectorTypes).optional().openapi({
    description: "Only connectors with this plug. A class is of equal power, and may have several plugs.",
  }),
  ...timesShape,
});
const extras = {
  pin: z.boolean().default(false),
  method: z.enum(methods).optional().openapi({
    description: "How it is paid, price and session; without it as usual. By card or wallet, money is set aside first.",
  }),
};
/** Of a hold, or at once. */
export const reserveSchema = z.union([
  z.strictObject({ holdId: z.uuid(), ...extras }),
  z.strictObject({ ...wishSchema.shape, ...extras }),
]);

export const availabilitySchema = z
  .object({
    timeZone: z.string(),
    currency: z.string(),
    slotMinutes: z.literal(15),
    pricePerHour: z.number().int(),
    maxMinutes: z.number().int(),
    terms: termsSchema,
    tariff: tariffSchema,
    open: z.boolean(),
    connected: z.boolean().openapi({ description: "The site can be asked for what it sells itself." }),
    classes: z.array(
      z.object({
        class: z.string(),
        seats: z.number().int(),
        types: z.array(z.enum(connectorTypes)).openapi({ description: "Its plugs, as far as the owner has said." }),
        slots: z.array(z.object({ start: instantSchema, free: z.number().int(), onRequest: z.number().int() })),
      }),
    ),
  })
  .openapi("Availability");

export const keyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(/^[\x21-\x7e]{1,100}$/, "1 to 100 visible ASCII characters")
    .optional()
    .openapi({ description: "A repeated call with the same key changes nothing and gets the same answer." }),
});
