import { z } from "zod";
import type { CallSchema } from "./types";

/** Security whitepaper, GetInstalledCertificateIds. */
export const getInstalledCertificateIds = {
  request: z.strictObject({ certificateType: z.enum(["CentralSystemRootCertificate", "ManufacturerRootCertificate"]) }),
  response: z.looseObject({
    status: z.enum(["Accepted", "NotFound"]),
    certificateHashData: z.array(z.looseObject({})).nullish(),
  }),
} satisfies CallSchema;
