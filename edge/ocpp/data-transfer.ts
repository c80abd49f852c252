import { z } from "zod";
import { route } from "./route";
import { looseText } from "./types";

/** OCPP 1.6 section 4.3: the hub speaks no vendor's dialect. */
export const dataTransfer = route({
  request: z.object({ vendorId: looseText }),
  response: z.object({ status: z.enum(["Accepted", "Rejected", "UnknownMessageId", "UnknownVendorId"]) }),
  handle: () => ({ reply: { status: "UnknownVendorId" as const }, events: [] }),
});
