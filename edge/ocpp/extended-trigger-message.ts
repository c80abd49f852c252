import { z } from "zod";
import type { CallSchema } from "./types";
import { oneConnector, statusResponse } from "./types";

/** Security whitepaper, ExtendedTriggerMessage. */
export const extendedTriggerMessage = {
  request: z.strictObject({
    requestedMessage: z.enum([
      "BootNotification",
      "LogStatusNotification",
      "FirmwareStatusNotification",
      "Heartbeat",
      "MeterValues",
      "SignChargePointCertificate",
      "StatusNotification",
    ]),
    connectorId: oneConnector.optional(),
  }),
  response: statusResponse(["Accepted", "Rejected", "NotImplemented"]),
} satisfies CallSchema;
