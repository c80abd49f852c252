import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString, dateTime } from "./types";

/** Security whitepaper, GetLog. */
export const getLog = {
  request: z.strictObject({
    logType: z.enum(["DiagnosticsLog", "SecurityLog"]),
    requestId: z.int(),
    retries: z.int().min(0).optional(),
    retryInterval: z.int().min(0).optional(),
    log: z.strictObject({
      remoteLocation: ciString(512),
      oldestTimestamp: dateTime.optional(),
      latestTimestamp: dateTime.optional(),
    }),
  }),
  response: z.looseObject({
    status: z.enum(["Accepted", "Rejected", "AcceptedCanceled"]),
    filename: z.string().nullish(),
  }),
} satisfies CallSchema;
