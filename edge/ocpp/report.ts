import { z } from "zod";
import type { ReportSubject } from "../state/state";
import type { Context, Handled } from "./route";
import { route } from "./route";
import { looseText } from "./types";

const request = z.object({ status: looseText, requestId: z.int().nullish() });

/**
 * A notification of how an upload or an update goes on. Every change is kept, whatever the word; what a charger says again and again is
 * written once.
 */
export function reportOf(about: ReportSubject) {
  return route({
    request,
    response: z.object({}),
    handle: ({ status: told, requestId = null }, { cpId, state }: Context): Handled<Record<string, never>> => {
      const status = told.slice(0, 50);
      const known = state.chargePoints[cpId]?.reports?.[about];
      const isSame = known?.status === status && known.requestId === requestId;
      return {
        reply: {},
        events: isSame ? [] : [{ type: "chargePoint.reported", data: { cpId, about, status, requestId } }],
      };
    },
  });
}
