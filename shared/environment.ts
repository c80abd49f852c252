import { z } from "zod";

/** Values of environment variables, which are texts, as hub and cloud read them. */

/** A TCP port, 0 to 65535; 0 picks a free one. */
export const portVariable = z
  .string()
  .regex(/^\d{1,5}$/, "a port number is expected")
  .transform(Number)
  .refine((value) => value <= 65_535, "a port number is at most 65535");
