import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString, statusResponse } from "./types";

/** OCPP 1.6 section 5.4. */
export const changeConfiguration = {
  request: z.strictObject({ key: ciString(50), value: z.string().max(500) }),
  response: statusResponse(["Accepted", "Rejected", "RebootRequired", "NotSupported"]),
} satisfies CallSchema;
