import { z } from "zod";
import type { CallSchema } from "./types";
import { chargingProfile, ciString, oneConnector, statusResponse } from "./types";

/** OCPP 1.6 section 5.11. The idTag is minted by the hub for this start alone. */
export const remoteStartTransaction = {
  request: z.strictObject({
    connectorId: oneConnector.optional(),
    idTag: ciString(20),
    chargingProfile: chargingProfile.optional(),
  }),
  response: statusResponse(["Accepted", "Rejected"]),
} satisfies CallSchema;
