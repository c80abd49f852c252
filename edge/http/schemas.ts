import { z } from "@hono/zod-openapi";
import { connectorStatuses } from "../../shared/ocpp";
import { eventData, registrationSchema } from "../../shared/events";
import { cpIdSchema, currencySchema, idTagSchema, instantSchema } from "../../shared/schema";
import { chargingPeriodSchema, tariffSchema } from "../../shared/tariff";

/** Shapes of the API that several routes share; requests are checked by them, answers described. */

const errorSchema = z
  .object({
    error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
  })
  .openapi("Error");

export const cpIdParam = z.object({ cpId: cpIdSchema });

/** Page sizes: 1 to 1000, larger ones are clamped. */
export const pageQuery = z.object({
  limit: z.coerce
    .number()
    .int()
    .min(1)
    .default(50)
    .transform((limit) => Math.min(limit, 1000))
    .openapi({ type: "integer", minimum: 1, maximum: 1000, default: 50 }),
  cursor: z.string().max(100).optional(),
});

export const moneySchema = z.object({
  amount: z.int().openapi({ description: "minor units, VAT included" }),
  currency: currencySchema,
});

export const chargePointSchema = registrationSchema
  .extend({
    online: z.boolean(),
    onlineChangedAt: instantSchema.nullable(),
    status: z.enum(connectorStatuses).nullable().openapi({ description: "of the whole charge point (connector 0)" }),
    hasPassword: z.boolean(),
    passwordChanging: z.boolean().openapi({ description: "it was told a new one and has not come with it yet" }),
    nextSecurityProfile: z.int().nullable().openapi({ description: "it was told to rise to this one and has not yet" }),
    hasKey: z.boolean().openapi({ description: "for sealed frames" }),
    boot: z
      .object({
        vendor: z.string(),
        model: z.string(),
        serialNumber: z.string().nullable(),
        firmwareVersion: z.string().nullable(),
        at: instantSchema,
        accepted: z.boolean(),
      })
      .nullable(),
    reports: z
      .partialRecord(
        eventData["chargePoint.reported"].shape.about,
        z.object({ status: z.string(), requestId: z.int().nullable(), at: instantSchema }),
      )
      .openapi({ description: "how its uploads and updates last went" }),
    localList: z
      .object({
        supported: z.boolean(),
        listVersion: z.int(),
        entries: z.int(),
        complete: z.boolean().openapi({ description: "all id tags found room" }),
        at: instantSchema,
      })
      .nullable()
      .openapi({ description: "its local authorisation list, as it was last brought in step" }),
    connectors: z.array(
      z.object({
        connectorId: z.int(),
        status: z.enum(connectorStatuses),
        errorCode: z.string(),
        info: z.string().nullable(),
        at: instantSchema,
      }),
    ),
    connectorCount: z.int().nullable().openapi({ description: "as registered" }),
  })
  .openapi("ChargePoint");

export const sessionSchema = z
  .object({
    id: z.uuid(),
    cpId: cpIdSchema,
    connectorId: z.int(),
    transactionId: z.int().nullable(),
    idTag: idTagSchema,
    requestId: z.string().nullable(),
    startedAt: instantSchema,
    endedAt: instantSchema.nullable(),
    meterStart: z.int().openapi({ description: "Wh" }),
    meterStop: z.int().nullable().openapi({ description: "Wh" }),
    energyWh: z.int(),
    powerW: z.int().nullable(),
    lastReadingAt: instantSchema,
    tariff: tariffSchema,
    timeZone: z.string(),
    periods: z.array(chargingPeriodSchema),
    cost: moneySchema,
    reason: z.string().nullable(),
    receiptNumber: z.string().nullable(),
    flags: z.array(z.string()),
  })
  .openapi("Session");

export const readingSchema = z.object({
  at: instantSchema,
  registerWh: z.int().nullable(),
  powerW: z.int().nullable(),
  samples: z.array(
    z.object({
      at: instantSchema,
      chargerTime: z.string().nullable(),
      values: z.array(z.record(z.string(), z.string())),
    }),
  ),
});

const json = <S extends z.ZodType>(schema: S) => ({ "application/json": { schema } });

/** An answer with a JSON body. */
export const answer = <S extends z.ZodType>(description: string, schema: S) => ({ description, content: json(schema) });

/** A JSON body that must be there. */
export const body = <S extends z.ZodType>(schema: S) => ({ required: true as const, content: json(schema) });

const meanings: Record<number, string> = {
  400: "The input is not as expected",
  401: "The admin token is missing or wrong",
  403: "Not allowed",
  404: "There is no such thing",
  409: "Not possible in the present state",
  429: "Too many attempts",
  502: "The other side answered with something that cannot be used",
  504: "The charger did not answer in time",
};

type Errors<Status extends number> = { [S in Status]: ReturnType<typeof answer<typeof errorSchema>> };

/** Error answers of a route, all of one shape. */
export function errors<const Status extends number>(...statuses: Status[]): Errors<Status> {
  const entries = statuses.map((status) => [status, answer(meanings[status] ?? "Error", errorSchema)]);
  return Object.fromEntries(entries) as Errors<Status>;
}

export const nothing = { description: "Done" };
export const adminSecurity: Record<string, string[]>[] = [{ adminToken: [] }];
