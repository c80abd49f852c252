import { z } from "zod";
import type { CallSchema } from "./types";
import { anyConnector } from "./types";

/** OCPP 1.6 section 5.7. */
export const getCompositeSchedule = {
  request: z.strictObject({
    connectorId: anyConnector,
    duration: z.int().min(0),
    chargingRateUnit: z.enum(["A", "W"]).optional(),
  }),
  response: z.looseObject({
    status: z.enum(["Accepted", "Rejected"]),
    connectorId: z.int().optional(),
    scheduleStart: z.string().optional(),
    chargingSchedule: z.looseObject({}).optional(),
  }),
} satisfies CallSchema;
