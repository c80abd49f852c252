import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString } from "./types";

/** OCPP 1.6 section 5.8. */
export const getConfiguration = {
  request: z.strictObject({ key: z.array(ciString(50)).optional() }),
  response: z.looseObject({
    configurationKey: z
      .array(z.looseObject({ key: z.string(), readonly: z.boolean().optional(), value: z.coerce.string().nullish() }))
      .nullish(),
    unknownKey: z.array(z.string()).nullish(),
  }),
} satisfies CallSchema;
