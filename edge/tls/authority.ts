import { X509Certificate, createPrivateKey, randomBytes } from "node:crypto";
import { join } from "node:path";
import { AppError } from "../../shared/error";
import { readPrivate, writePrivate } from "../identity";
import type { CertificateRequest, KeyAndCertificate } from "./x509";
import { fingerprintOf, makeRoot, sign } from "./x509";

/** File of the data folder with key and certificate of the hub's own authority. */
export const AUTHORITY_FILE = "tls-ca.pem";

const DAY_MS = 86_400_000;
/** A charger's certificate holds so long; the hub asks for a new one in good time (see security/renewal.ts). */
const CLIENT_MS = 730 * DAY_MS;
/** A charger's clock may be behind the hub's. */
export const BACKDATED_MS = DAY_MS;
/** A hub whose clock says less has not been told the time yet: what it signed now would have run out before it is used. */
export const CREDIBLE_MS = Date.parse("2025-01-01T00:00:00Z");

/** A certificate that the authority has signed for a charge point. */
interface ClientCertificate {
  /** PEM. */
  certificate: string;
  serialNumber: string;
  /** SHA-256, hex. */
  fingerprint: string;
  notAfter: string;
}

/** The hub's own small certificate authority: what the site's chargers trust, and what says which chargers are its own. */
export class Authority {
  readonly root: KeyAndCertificate;

  constructor(root: KeyAndCertificate) {
    this.root = root;
  }

  /** A client certificate. Throws AppError 503 `clock_not_set` before the hub knows the time. */
  async signClient(request: CertificateRequest, now: number): Promise<ClientCertificate> {
    if (now < CREDIBLE_MS) {
      throw new AppError("clock_not_set", "The hub does not know the time yet: set its clock first.", { status: 503 });
    }
    const lifetime = { notBefore: now - BACKDATED_MS, notAfter: now + CLIENT_MS };
    const certificate = await sign(this.root, { ...request, ...lifetime, names: [] });
    const read = new X509Certificate(certificate);
    return {
      certificate,
      serialNumber: read.serialNumber.toLowerCase(),
      fingerprint: fingerprintOf(read),
      notAfter: new Date(read.validTo).toISOString(),
    };
  }
}

/**
 * The authority of this data folder, made at the first start. Throws AppError `authority_damaged` where its file cannot be read: a new one in its
 * place would be a stranger to every charger.
 */
export async function openAuthority(folder: string): Promise<Authority> {
  const file = join(folder, AUTHORITY_FILE);
  const kept = await readPrivate(file);
  if (kept !== null) {
    const root = readPair(kept);
    if (root) return new Authority(root);
    const message = `${file} is damaged. It is what the site's chargers trust: put it back from a back-up. Without one, remove it, and install the new /api/ca.pem in each charger.`;
    throw new AppError("authority_damaged", message, { status: 500 });
  }
  const root = await makeRoot(randomBytes(4).toString("hex"));
  await writePrivate(file, root.key + root.certificate);
  return new Authority(root);
}

/** Key and certificate out of one text; null where they cannot be read or do not belong together. */
export function readPair(text: string): KeyAndCertificate | null {
  const key = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----\n?/.exec(text)?.[0];
  const certificate = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----\n?/.exec(text)?.[0];
  if (key === undefined || certificate === undefined) return null;
  try {
    return new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key)) ? { key, certificate } : null;
  } catch {
    return null;
  }
}
