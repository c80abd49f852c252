import { z } from "zod";
import type { CallSchema } from "./types";
import { oneConnector, statusResponse } from "./types";

/** OCPP 1.6 section 5.18. */
export const unlockConnector = {
  request: z.strictObject({ connectorId: oneConnector }),
  response: statusResponse(["Unlocked", "UnlockFailed", "NotSupported"]),
} satisfies CallSchema;
