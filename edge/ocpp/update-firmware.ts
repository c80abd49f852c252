import { z } from "zod";
import type { CallSchema } from "./types";
import { dateTime, emptyResponse } from "./types";

/** OCPP 1.6 section 5.19. */
export const updateFirmware = {
  request: z.strictObject({
    location: z.url(),
    retries: z.int().min(0).optional(),
    retrieveDate: dateTime,
    retryInterval: z.int().min(0).optional(),
  }),
  response: emptyResponse,
} satisfies CallSchema;
