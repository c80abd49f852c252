import { z } from "zod";
import { route } from "./route";
import { isoTime } from "./times";
import { dateTime } from "./types";

/** OCPP 1.6 section 4.6. */
export const heartbeat = route({
  request: z.object({}),
  response: z.object({ currentTime: dateTime }),
  afresh: true,
  handle: (_request, { now }) => ({ reply: { currentTime: isoTime(now) }, events: [] }),
});
