import { z } from "zod";
import type { CallSchema } from "./types";
import { statusResponse } from "./types";

/** OCPP 1.6 section 5.5. */
export const clearCache = {
  request: z.strictObject({}),
  response: statusResponse(["Accepted", "Rejected"]),
} satisfies CallSchema;
