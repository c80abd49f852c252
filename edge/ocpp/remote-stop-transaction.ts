import { z } from "zod";
import type { CallSchema } from "./types";
import { statusResponse } from "./types";

/** OCPP 1.6 section 5.12. */
export const remoteStopTransaction = {
  request: z.strictObject({ transactionId: z.int() }),
  response: statusResponse(["Accepted", "Rejected"]),
} satisfies CallSchema;
