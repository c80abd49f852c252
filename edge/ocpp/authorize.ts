import { z } from "zod";
import { authorise } from "./authorise";
import { route } from "./route";
import { idTagInfo, looseText } from "./types";

/** OCPP 1.6 section 4.1. An idTag of more than 20 characters is answered `Invalid`, not with an error that a charger may retry for ever. */
export const authorize = route({
  request: z.object({ idTag: looseText }),
  response: z.object({ idTagInfo }),
  handle: ({ idTag }, context) => ({ reply: { idTagInfo: authorise(context, idTag).info }, events: [] }),
});
