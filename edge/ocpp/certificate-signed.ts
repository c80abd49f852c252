import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString, statusResponse } from "./types";

/** Security whitepaper, CertificateSigned. */
export const certificateSigned = {
  request: z.strictObject({ certificateChain: ciString(10_000) }),
  response: statusResponse(["Accepted", "Rejected"]),
} satisfies CallSchema;
