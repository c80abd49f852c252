import { z } from "zod";
import type { CallSchema } from "./types";
import { anyConnector, statusResponse } from "./types";

/** OCPP 1.6 section 5.6. */
export const clearChargingProfile = {
  request: z.strictObject({
    id: z.int().optional(),
    connectorId: anyConnector.optional(),
    chargingProfilePurpose: z.enum(["ChargePointMaxProfile", "TxDefaultProfile", "TxProfile"]).optional(),
    stackLevel: z.int().min(0).optional(),
  }),
  response: statusResponse(["Accepted", "Unknown"]),
} satisfies CallSchema;
