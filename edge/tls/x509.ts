import type { webcrypto as WebCrypto } from "node:crypto";
import { X509Certificate, createPrivateKey, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import { AppError } from "../../shared/error";

/** X.509 by @peculiar/x509: everything of the hub that makes or reads certificate structures is here. Texts are PEM. */

/** A certificate and the private key (PKCS #8) that belongs to it. */
export interface KeyAndCertificate {
  key: string;
  certificate: string;
}

/** What a charge point's certificate request says, its signature checked (RFC 2986). */
export interface CertificateRequest {
  commonName: string;
  organization: string | null;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: ArrayBuffer;
}

interface CertificateWish {
  commonName: string;
  organization: string | null;
  publicKey: ArrayBuffer;
  /** Epoch ms. */
  notBefore: number;
  notAfter: number;
  /** Host names and addresses of a server; none: the certificate is for a client. */
  names: string[];
}

/** TLS clients of every size know this curve; its certificates are small. */
const ecdsa = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const ORGANIZATION = "hitchpost";
const SHORTEST_RSA = 2048;

/**
 * A new root that may sign servers and clients, but no further authority. It holds from a fixed day on, since the hub may be made while its clock is not
 * set, and as long as UTCTime can say (RFC 5280 section 4.1.2.5). `id` makes its name its own.
 */
export async function makeRoot(id: string): Promise<KeyAndCertificate> {
  const x509 = await library();
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ O: [ORGANIZATION] }, { CN: [`hitchpost hub ${id}`] }],
    notBefore: new Date("2020-01-01T00:00:00Z"),
    notAfter: new Date("2049-12-31T23:59:59Z"),
    signingAlgorithm: ecdsa,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { key: await keyPem(keys.privateKey), certificate: `${certificate.toString("pem")}\n` };
}

/** A new key for a server, and its certificate by `root`. */
export async function makeServer(
  root: KeyAndCertificate,
  wish: Omit<CertificateWish, "publicKey">,
): Promise<KeyAndCertificate> {
  const keys = await webcrypto.subtle.generateKey(ecdsa, true, ["sign", "verify"]);
  const publicKey = await webcrypto.subtle.exportKey("spki", keys.publicKey);
  return { key: await keyPem(keys.privateKey), certificate: await sign(root, { ...wish, publicKey }) };
}

/** A certificate by `root`. */
export async function sign(root: KeyAndCertificate, wish: CertificateWish): Promise<string> {
  const x509 = await library();
  const { commonName, organization, publicKey, notBefore, notAfter, names } = wish;
  const key = createPrivateKey(root.key).export({ type: "pkcs8", format: "der" });
  const signingKey = await webcrypto.subtle.importKey("pkcs8", key, ecdsa, false, ["sign"]);
  const issuer = new x509.X509Certificate(root.certificate);
  const isServer = names.length > 0;
  const isRsa = new x509.PublicKey(publicKey).algorithm.name.startsWith("RSA");
  const { digitalSignature, keyEncipherment } = x509.KeyUsageFlags;
  const { serverAuth, clientAuth } = x509.ExtendedKeyUsage;
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name([...(organization === null ? [] : [{ O: [organization] }]), { CN: [commonName] }]),
    issuer: issuer.subjectName,
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    publicKey,
    signingKey,
    signingAlgorithm: ecdsa,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(isRsa ? digitalSignature | keyEncipherment : digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([isServer ? serverAuth : clientAuth]),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(isServer
        ? [
            new x509.SubjectAlternativeNameExtension(
              names.map((name) => ({ type: isIP(name) === 0 ? ("dns" as const) : ("ip" as const), value: name })),
            ),
          ]
        : []),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

/**
 * Reads a certificate request and checks that its sender has the key (RFC 2986 section 4.2). Throws AppError 400 `invalid_csr`: not PEM, a wrong signature, no
 * single common name, or a key that is too weak.
 */
export async function readRequest(pem: string): Promise<CertificateRequest> {
  const x509 = await library();
  try {
    const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([\s\S]+?)-----END/.exec(pem)?.[1];
    if (body === undefined) throw new Error("no PEM of a certificate request");
    const request = new x509.Pkcs10CertificateRequest(Buffer.from(body, "base64"));
    if (!(await request.verify())) throw new Error("its signature does not fit its key");
    const [commonName, ...more] = request.subjectName.getField("CN");
    if (!commonName || more.length > 0) throw new Error("its subject has no common name, or several");
    checkKey(request.publicKey.algorithm);
    const [organization] = request.subjectName.getField("O");
    const { rawData: publicKey } = request.publicKey;
    return { commonName: commonName.trim(), organization: organization?.slice(0, 64) || null, publicKey };
  } catch (error) {
    const why = error instanceof Error ? error.message : "unreadable";
    throw new AppError("invalid_csr", `The certificate request cannot be used: ${why}.`, { cause: error });
  }
}

function checkKey(algorithm: { name: string; namedCurve?: unknown; modulusLength?: unknown }): void {
  const { name, namedCurve, modulusLength } = algorithm;
  const curves = ["P-256", "P-384", "P-521"];
  if (name === "ECDSA" && curves.includes(String(namedCurve))) return;
  if (name.startsWith("RSA") && Number(modulusLength) >= SHORTEST_RSA) return;
  throw new Error(`its key must be ECDSA on ${curves.join(", ")}, or RSA of ${SHORTEST_RSA} bits or more`);
}

/** SHA-256 over a certificate, lower-case hex: what it is known by. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(":", "").toLowerCase();
}

/** Loaded only where something is signed: it would cost each start of the hub a second on a small machine, and 17 MB of memory. */
async function library(): Promise<typeof import("@peculiar/x509")> {
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

async function keyPem(key: WebCrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key));
  return createPrivateKey({ key: der, type: "pkcs8", format: "der" })
    .export({ type: "pkcs8", format: "pem" })
    .toString();
}
