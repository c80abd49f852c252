import { z } from "zod";
import type { CallSchema } from "./types";
import { dateTime } from "./types";

/** OCPP 1.6 section 5.9. */
export const getDiagnostics = {
  request: z.strictObject({
    location: z.url(),
    retries: z.int().min(0).optional(),
    retryInterval: z.int().min(0).optional(),
    startTime: dateTime.optional(),
    stopTime: dateTime.optional(),
  }),
  response: z.looseObject({ fileName: z.string().nullish() }),
} satisfies CallSchema;
