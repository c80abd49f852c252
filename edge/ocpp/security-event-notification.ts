import { z } from "zod";
import type { Handled } from "./route";
import { route } from "./route";
import { looseText, looseTime } from "./types";

const request = z.object({ type: looseText, timestamp: looseTime, techInfo: looseText.nullish() });

/** Security whitepaper, SecurityEventNotification (use case A04): kept, and read by `GET /api/charge-points/{cpId}/security-events`. */
export const securityEventNotification = route({
  request,
  response: z.object({}),
  handle: ({ type, timestamp, techInfo }, { cpId }): Handled<Record<string, never>> => {
    const data = {
      cpId,
      source: "chargePoint" as const,
      type: type.slice(0, 50),
      techInfo: techInfo?.slice(0, 255) ?? null,
      chargerTime: timestamp ?? null,
    };
    return { reply: {}, events: [{ type: "chargePoint.securityEvent", data }] };
  },
});
