import { z } from "zod";
import { connectorIdSchema, cpIdSchema, idTagSchema, instantSchema, timeZoneSchema, wattHoursSchema } from "./schema";
import { heardTariffSchema, meteringSchema } from "./tariff/schema";

/** Parts that events have in common. */

export const text = (max: number) => z.string().max(max);
export const sessionFlagSchema = z.enum(["incomplete", "suspicious_meter", "clock", "corrected"]);
export const moneySchema = z.object({ amount: z.number().int(), currency: z.string().length(3) });

/** A charge point as its owner registered it. `connectors` is null until the charger has shown how many it has. */
export const registrationSchema = z.object({
  cpId: cpIdSchema,
  name: text(60).nullable(),
  connectors: z.number().int().min(1).max(64).nullable(),
  tariffId: text(36).nullable(),
  securityProfile: z.number().int().min(0).max(3),
  plainFrames: z.boolean(),
  maxCurrentA: z.number().int().min(6).max(1000).nullable(),
  vendor: text(60).nullable(),
  model: text(60).nullable(),
  serialNumber: text(60).nullable(),
});
export type Registration = z.infer<typeof registrationSchema>;

const sampledValueSchema = z.object({
  /** Signed readings run to some thousand characters. */
  value: text(10_000),
  context: text(40).optional(),
  format: text(20).optional(),
  measurand: text(60).optional(),
  phase: text(10).optional(),
  location: text(20).optional(),
  unit: text(20).optional(),
});

/** One reading of a meter: the hub's instant, the charger's own text for it, and every value to the letter. */
export const meterSampleSchema = z.object({
  at: instantSchema,
  chargerTime: text(60).nullable(),
  values: z.array(sampledValueSchema),
});

export const connector = { cpId: cpIdSchema, connectorId: connectorIdSchema };

/** A session that runs, as far as it is known: what a listener that came later needs to follow it to its end. */
export const runningSessionSchema = z.object({
  ...connector,
  id: z.uuid(),
  transactionId: z.number().int().nullable(),
  idTag: idTagSchema,
  requestId: text(64).nullable(),
  startedAt: instantSchema,
  meterStart: wattHoursSchema,
  energyWh: wattHoursSchema,
  powerW: z.number().int().nullable(),
  lastReadingAt: instantSchema,
  tariff: heardTariffSchema,
  timeZone: timeZoneSchema,
  metering: meteringSchema,
  cost: moneySchema,
  flags: z.array(sessionFlagSchema),
});
