import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString, idTagInfo, statusResponse } from "./types";

/** OCPP 1.6 section 5.15. */
export const sendLocalList = {
  request: z.strictObject({
    listVersion: z.int().min(0),
    localAuthorizationList: z
      .array(z.strictObject({ idTag: ciString(20), idTagInfo: idTagInfo.optional() }))
      .optional(),
    updateType: z.enum(["Differential", "Full"]),
  }),
  response: statusResponse(["Accepted", "Failed", "NotSupported", "VersionMismatch"]),
} satisfies CallSchema;
