import { z } from "zod";
import type { CallSchema } from "./types";
import { anyConnector, ciString, dateTime, statusResponse } from "./types";

/** OCPP 1.6 section 5.13. */
export const reserveNow = {
  request: z.strictObject({
    connectorId: anyConnector,
    expiryDate: dateTime,
    idTag: ciString(20),
    parentIdTag: ciString(20).optional(),
    reservationId: z.int(),
  }),
  response: statusResponse(["Accepted", "Faulted", "Occupied", "Rejected", "Unavailable"]),
} satisfies CallSchema;
