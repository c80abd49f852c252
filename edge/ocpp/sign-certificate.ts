import { z } from "zod";
import { mayRequest } from "../security/issued";
import type { Handled } from "./route";
import { route } from "./route";

/** Longer than the whitepaper's 5500: chargers put their maker's chain in. */
const request = z.object({ csr: z.string().max(10_000) });
const response = z.object({ status: z.enum(["Accepted", "Rejected"]) });

/**
 * Security whitepaper, SignCertificate (use cases A02, A03): accepted where the charge point has proven who it is; the certificate follows by
 * CertificateSigned.
 */
export const signCertificate = route({
  request,
  response,
  handle: ({ csr }, { cpId, state, now }): Handled<z.output<typeof response>> => {
    const accepted = mayRequest(state.chargePoints[cpId], now) && csr.includes("-----BEGIN ");
    if (!accepted) return { reply: { status: "Rejected" }, events: [] };
    return { reply: { status: "Accepted" }, events: [], after: [{ do: "certify", csr }] };
  },
});
