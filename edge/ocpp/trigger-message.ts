import { z } from "zod";
import type { CallSchema } from "./types";
import { oneConnector, statusResponse } from "./types";

/** OCPP 1.6 section 5.17. Optional in the standard: NotImplemented or silence must block nothing. */
export const triggerMessage = {
  request: z.strictObject({
    requestedMessage: z.enum([
      "BootNotification",
      "DiagnosticsStatusNotification",
      "FirmwareStatusNotification",
      "Heartbeat",
      "MeterValues",
      "StatusNotification",
    ]),
    connectorId: oneConnector.optional(),
  }),
  response: statusResponse(["Accepted", "Rejected", "NotImplemented"]),
} satisfies CallSchema;
