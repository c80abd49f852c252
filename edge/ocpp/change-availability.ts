import { z } from "zod";
import type { CallSchema } from "./types";
import { anyConnector, statusResponse } from "./types";

/** OCPP 1.6 section 5.3. */
export const changeAvailability = {
  request: z.strictObject({ connectorId: anyConnector, type: z.enum(["Inoperative", "Operative"]) }),
  response: statusResponse(["Accepted", "Rejected", "Scheduled"]),
} satisfies CallSchema;
