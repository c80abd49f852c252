import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString } from "./types";

/** DataTransfer from the hub to a charger (OCPP 1.6 section 4.3 the other way round). */
export const sendDataTransfer = {
  request: z.strictObject({ vendorId: ciString(255), messageId: ciString(50).optional(), data: z.string().optional() }),
  response: z.looseObject({
    status: z.enum(["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]),
    data: z.string().nullish(),
  }),
} satisfies CallSchema;
