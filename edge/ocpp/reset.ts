import { z } from "zod";
import type { CallSchema } from "./types";
import { statusResponse } from "./types";

/** OCPP 1.6 section 5.14. */
export const reset = {
  request: z.strictObject({ type: z.enum(["Hard", "Soft"]) }),
  response: statusResponse(["Accepted", "Rejected"]),
} satisfies CallSchema;
