import { z } from "zod";
import { route } from "./route";
import { looseText } from "./types";

/** OCPP 1.6 section 4.4: taken note of. */
export const diagnosticsStatusNotification = route({
  request: z.object({ status: looseText }),
  response: z.object({}),
  handle: () => ({ reply: {}, events: [] }),
});
