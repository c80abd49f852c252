import { z } from "@hono/zod-openapi";
import { meterSampleSchema } from "../../shared/events";
import { instantSchema } from "../../shared/schema";
import { chargingPeriodSchema, periodsOf, tariffSchema } from "../../shared/tariff";
import type { Db } from "../db/database";
import { ownerFlags } from "../hubs/fold";
import { agreementSchema } from "../tariffs/agreement-schema";
import type { SessionState } from "../hubs/fold";

const money = z.object({ amount: z.number().int(), currency: z.string() });

const common = {
  id: z.uuid(),
  cpId: z.string(),
  connectorId: z.number().int(),
  transactionId: z.number().int().nullable(),
  idTag: z.string(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  meterStart: z.number().int(),
  meterStop: z.number().int().nullable(),
  energyWh: z.number().int(),
  powerW: z.number().int().nullable(),
  lastReadingAt: instantSchema,
  timeZone: z.string(),
  tariff: tariffSchema,
  cost: money.openapi({ description: "As the hub has billed it, VAT included." }),
  reason: z.string().nullable(),
  receiptNumber: z.string().nullable(),
};
export const sessionSchema = z
  .object({
    ...common,
    cloudCost: money
      .nullable()
      .openapi({ description: "What the cloud comes to from the same periods; null while running." }),
    flags: z.array(z.enum(["incomplete", "suspicious_meter", "clock", "corrected", "price_mismatch"])),
    driver: z.object({ userId: z.string(), name: z.string() }).nullable().openapi({
      description: "Known by a reservation, a remote start or a card; null: a guest, or an owner's own card.",
    }),
  })
  .openapi("Session");
const samples = z.array(
  meterSampleSchema.extend({ registerWh: z.number().int().nullable(), powerW: z.number().int().nullable() }),
);
export const detailSchema = sessionSchema
  .extend({ periods: z.array(chargingPeriodSchema), samples })
  .openapi("SessionDetail");
export const ownSessionSchema = z
  .object({
    ...common,
    siteId: z.uuid(),
    siteName: z.string(),
    via: z.enum(["reservation", "command", "idTag"]).openapi({ description: "How it is known to be yours." }),
    agreements: z
      .array(agreementSchema)
      .openapi({ description: "What the bill takes off the cost; included energy as far as its month still has any." }),
  })
  .openapi("OwnSession");
export const ownDetailSchema = ownSessionSchema
  .extend({ periods: z.array(chargingPeriodSchema), samples })
  .openapi("OwnSessionDetail");

export type OwnerSession = z.infer<typeof sessionSchema>;

/** The driver of a session, from a join that may have found nobody. */
export function driverOf({ user_id: userId, name }: { user_id: string | null; name: string | null }) {
  return userId === null || name === null ? null : { userId, name };
}

/** At most this many readings are given with a session: a week at one each 30 s is 20,160. */
const MAX_READINGS = 25_000;

interface MeteredData {
  registerWh: number | null;
  powerW: number | null;
  samples: z.infer<typeof meterSampleSchema>[];
}

/** What owner and driver both see. */
export function commonView({ session }: Pick<SessionState, "session">) {
  return {
    id: session.id,
    cpId: session.cpId,
    connectorId: session.connectorId,
    transactionId: session.transactionId,
    idTag: session.idTag,
    startedAt: session.startedAt,
    endedAt: session.endedAt,
    meterStart: session.meterStart,
    meterStop: session.meterStop,
    energyWh: session.energyWh,
    powerW: session.powerW,
    lastReadingAt: session.lastReadingAt,
    timeZone: session.timeZone,
    tariff: session.tariff,
    cost: session.cost,
    reason: session.reason,
    receiptNumber: session.receiptNumber,
  };
}

/** A session as its site's owner sees it. */
export function sessionView(state: SessionState, driver: OwnerSession["driver"]): OwnerSession {
  const { session, pricedAmount } = state;
  return {
    ...commonView(state),
    cloudCost: pricedAmount === null ? null : { amount: pricedAmount, currency: session.tariff.currency },
    flags: ownerFlags(state),
    driver,
  };
}

/** A session's charging periods and meter samples. */
export async function partsOf(db: Db, siteId: string, { session }: Pick<SessionState, "session">) {
  const readings = await db
    .selectFrom("events")
    .select("data")
    .where("site_id", "=", siteId)
    .where("session_id", "=", session.id)
    .where("type", "=", "session.metered")
    .orderBy("at")
    .orderBy("id")
    .limit(MAX_READINGS)
    .execute();
  return {
    periods: session.periods ?? periodsOf(session.metering),
    samples: readings.flatMap(({ data }) => {
      const { registerWh, powerW, samples: values } = data as unknown as MeteredData;
      return values.map((sample) => ({ ...sample, registerWh, powerW }));
    }),
  };
}
