import { z } from "zod";
import { connectorTypes } from "./connector-types";
import { instantSchema } from "./schema";

/**
 * What the owner says of a site's connectors that bears on its bookings, as its hub hears it, whole, each time that it changes: so the hub keeps to it also while it is cut off. Connectors
 * are named as seats are, `CP1/1`.
 */
export const bookableSchema = z.object({
  /** Stretches in which nobody is to charge who has not booked already: slots `[from, to)`; `seat` null: of all connectors. `madeAt`: when the owner said so. */
  blocks: z
    .array(
      z.object({
        seat: z.string().max(64).nullable(),
        from: z.number().int().min(0),
        to: z.number().int().min(0),
        madeAt: instantSchema,
      }),
    )
    .max(1000),
  /** Plugs, as far as he has said: classes are of power alone, and who has booked one plug is not sent to another. */
  plugs: z.record(z.string().max(64), z.enum(connectorTypes)),
});
export type Bookable = z.infer<typeof bookableSchema>;
