import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString, dateTime, statusResponse } from "./types";

/** Security whitepaper, SignedUpdateFirmware. */
export const signedUpdateFirmware = {
  request: z.strictObject({
    retries: z.int().min(0).optional(),
    retryInterval: z.int().min(0).optional(),
    requestId: z.int(),
    firmware: z.strictObject({
      location: ciString(512),
      retrieveDateTime: dateTime,
      installDateTime: dateTime.optional(),
      signingCertificate: ciString(5500),
      signature: ciString(800),
    }),
  }),
  response: statusResponse(["Accepted", "Rejected", "AcceptedCanceled", "InvalidCertificate", "RevokedCertificate"]),
} satisfies CallSchema;
