import type { TlsOptions } from "node:tls";
import type { KeyAndCertificate } from "./x509";

/**
 * Suites of TLS 1.3 and 1.2 with forward secrecy, those that embedded clients know first among them (Security whitepaper, section 2.3, for an ECDSA certificate).
 */
const ciphers = [
  "TLS_AES_128_GCM_SHA256",
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "ECDHE-ECDSA-AES128-GCM-SHA256",
  "ECDHE-ECDSA-AES256-GCM-SHA384",
  "ECDHE-ECDSA-CHACHA20-POLY1305",
].join(":");

/**
 * How the hub's TLS ports speak. A client certificate is asked for and never needed here: who needs one, and which one opens, is decided at the door
 * (admission.ts) by the list of those that the hub has issued, which a wrong clock and a foreign authority cannot change.
 */
export function tlsOptions({ key, certificate }: KeyAndCertificate, authority: string): TlsOptions {
  return {
    key,
    cert: certificate + authority,
    ca: authority,
    minVersion: "TLSv1.2",
    ciphers,
    requestCert: true,
    rejectUnauthorized: false,
    handshakeTimeout: 30_000,
  };
}
