import { z } from "zod";
import type { CallSchema } from "./types";
import { ciString, statusResponse } from "./types";

/** Security whitepaper, InstallCertificate. */
export const installCertificate = {
  request: z.strictObject({
    certificateType: z.enum(["CentralSystemRootCertificate", "ManufacturerRootCertificate"]),
    certificate: ciString(5500),
  }),
  response: statusResponse(["Accepted", "Failed", "Rejected"]),
} satisfies CallSchema;
