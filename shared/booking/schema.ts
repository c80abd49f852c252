import { z } from "zod";
import { currencySchema, instantSchema } from "../schema";
import { heardTariffSchema } from "../tariff/schema";
import type { CloudBookingEvent, HubBookingEvent } from "./events";
import type { PassClaims } from "./pass";
import { FOREVER } from "./slots";
import type { Sale } from "./types";

/** The border of the protocol: what may come over a stream, in a pass, or out of a database. Nothing inside validates again. */

const idSchema = z.string().min(1).max(64);
const slotSchema = z.number().int().min(0).max(FOREVER);
const versionSchema = z.number().int().min(1).max(10_000);
const epochSchema = z.number().int().min(1);
const amountSchema = z.number().int().min(-1_000_000_000).max(1_000_000_000);
const feeSchema = amountSchema.min(0);
const minutesSchema = z.number().int().min(0).max(10_080);
const sideSchema = z.enum(["hub", "cloud"]);

/** Cells of one seat, at least one. */
const spanSchema = z
  .object({ from: slotSchema, to: slotSchema })
  .refine(({ from, to }) => from < to, "a run of cells ends after it starts");

/** What a driver agreed to (OCPI 2.3.0 BookingTerms, and our amounts). */
export const termsSchema = z.object({
  early_start_time: minutesSchema,
  noshow_timeout: minutesSchema,
  late_stop_time: minutesSchema,
  cancel_until_minutes: minutesSchema,
  lateCancelFee: feeSchema,
  noShowFee: feeSchema,
  compensation: feeSchema,
});

const endSchema = z.object({
  status: z.enum(["FULFILLED", "NO_SHOW", "CANCELED"]),
  reason: z.enum(["FULL", "POWER_OUTAGE", "BROKEN_CHARGER", "BLOCKED", "UNKNOWN"]).nullable(),
  owed: amountSchema,
  keeps: spanSchema.nullable(),
});

const useSchema = z.object({
  connector: z.string().min(1).max(60),
  at: instantSchema,
  by: z.enum(["pass", "operator", "walkIn"]),
});

/** What was sold: the part of a sale that a pass carries too. */
const soldShape = {
  booking: idSchema,
  version: versionSchema,
  replaces: versionSchema.nullable(),
  hub: idSchema,
  epoch: epochSchema,
  seat: idSchema,
  class: z.string().min(1).max(60),
  from: slotSchema,
  to: slotSchema,
  price: z.object({ amount: feeSchema, currency: currencySchema }),
  terms: termsSchema,
  tariff: heardTariffSchema,
};
const forward = ({ from, to }: { from: number; to: number }) => from < to;

export const saleSchema: z.ZodType<Sale> = z
  .object({
    ...soldShape,
    seller: sideSchema,
    key: z.string().max(200).nullable(),
    stage: z.enum(["reserved", "admitted", "started", "ended"]),
    doubt: z.boolean(),
    cancel: z.object({ owed: amountSchema }).nullable(),
    use: useSchema.nullable(),
    end: endSchema.nullable(),
  })
  .refine(forward, "a booking ends after it starts");

/** Claims of a pass, after its signature was verified. */
export const passClaimsSchema: z.ZodType<PassClaims> = z
  .object({
    ...soldShape,
    issuer: sideSchema,
    holder: z
      .union([z.object({ key: z.string().min(1).max(200) }), z.object({ pinTag: z.string().min(1).max(200) })])
      .nullable(),
  })
  .refine(forward, "a booking ends after it starts");

const which = { booking: idSchema, version: versionSchema };
const cells = { seat: idSchema, spans: z.array(spanSchema).min(1).max(1000) };
const bySeat = z.record(idSchema, z.array(spanSchema));
const salesSchema = z.record(z.string(), saleSchema);
const sold = z.object({ sale: saleSchema });

type DataOf<Event extends { type: string; data: unknown }> = {
  [Type in Event["type"]]: z.ZodType<Extract<Event, { type: Type }>["data"]>;
};

/** Events of the hub, type -> data: lines for `eventData` of shared/events.ts. */
export const hubBookingData = {
  "seats.set": z.object({
    seats: z.record(idSchema, z.object({ class: z.string().min(1).max(60), walkIn: z.boolean() })),
  }),
  "booking.sold": sold,
  "booking.learned": sold,
  "booking.restated": sold,
  "booking.extended": z.object({ ...which, to: slotSchema }),
  "booking.admitted": useSchema.extend(which),
  "booking.started": z.object(which),
  "booking.startFailed": z.object(which),
  "booking.ended": z.object({ ...which, end: endSchema }),
  "booking.cancelRefused": z.object(which),
  "booking.cancelNoted": z.object({ ...which, owed: amountSchema }),
  "booking.pinFailed": z.object({ booking: idSchema }),
  "cells.granted": z.object({ ...cells, requestId: idSchema.nullable() }),
  "cells.received": z.object(cells),
  "cells.refused": z.object({ requestId: idSchema }),
  "hub.recovering": z.object({ recovery: idSchema }),
  "hub.recovered": z.object({ epoch: epochSchema, owned: bySeat, quarantine: bySeat, sales: salesSchema }),
  "book.settled": z.object({ before: slotSchema }),
} as const satisfies DataOf<HubBookingEvent>;

/** Messages of the cloud, type -> data. */
export const cloudBookingData = {
  "booking.sold": sold,
  "booking.cancelRequested": z.object({ ...which, owed: amountSchema }),
  "cells.granted": z.object(cells),
  "cells.requested": z
    .object({ requestId: idSchema, seat: idSchema, from: slotSchema, to: slotSchema })
    .refine(forward, "a run of cells ends after it starts"),
  "epoch.started": z.object({
    epoch: epochSchema,
    recovery: idSchema,
    owned: bySeat,
    sales: salesSchema,
    quarantineTo: slotSchema,
  }),
} as const satisfies DataOf<CloudBookingEvent>;
