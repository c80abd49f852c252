import "reflect-metadata";
import { webcrypto } from "node:crypto";
import { Pkcs10CertificateRequestGenerator } from "@peculiar/x509";

const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

/** What a charger makes of its own: a key (PKCS #8, PEM) that stays with it, and the request for a certificate. `name` as in `CN=CP1`. */
export async function clientKey(name: string): Promise<{ key: string; csr: string }> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const csr = await Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: ecdsa });
  const body = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey)).toString("base64");
  return { key: `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`, csr: `${csr.toString("pem")}\n` };
}
