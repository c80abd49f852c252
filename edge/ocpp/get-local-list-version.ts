import { z } from "zod";
import type { CallSchema } from "./types";

/** OCPP 1.6 section 5.10. */
export const getLocalListVersion = {
  request: z.strictObject({}),
  response: z.looseObject({ listVersion: z.int() }),
} satisfies CallSchema;
