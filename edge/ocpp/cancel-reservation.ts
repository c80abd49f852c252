import { z } from "zod";
import type { CallSchema } from "./types";
import { statusResponse } from "./types";

/** OCPP 1.6 section 5.2. */
export const cancelReservation = {
  request: z.strictObject({ reservationId: z.int() }),
  response: statusResponse(["Accepted", "Rejected"]),
} satisfies CallSchema;
