import { z } from "zod";
import type { CallSchema } from "./types";
import { certificateHashData, statusResponse } from "./types";

/** Security whitepaper, DeleteCertificate. */
export const deleteCertificate = {
  request: z.strictObject({ certificateHashData }),
  response: statusResponse(["Accepted", "Failed", "NotFound"]),
} satisfies CallSchema;
