import { z } from "zod";
import { route } from "./route";
import { looseText } from "./types";

/** OCPP 1.6 section 4.5: taken note of. */
export const firmwareStatusNotification = route({
  request: z.object({ status: looseText }),
  response: z.object({}),
  handle: () => ({ reply: {}, events: [] }),
});
