import { z } from "zod";
import type { CallSchema } from "./types";
import { anyConnector, chargingProfile, statusResponse } from "./types";

/** OCPP 1.6 section 5.16. */
export const setChargingProfile = {
  request: z.strictObject({ connectorId: anyConnector, csChargingProfiles: chargingProfile }),
  response: statusResponse(["Accepted", "Rejected", "NotSupported"]),
} satisfies CallSchema;
