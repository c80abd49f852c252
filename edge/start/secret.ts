import { createHash, timingSafeEqual } from "node:crypto";

/**
 * The page makes a secret at random for each start and keeps it. The hub keeps its hash alone: who shows the secret may stop the session and
 * see its receipt.
 */

/** What a page's secret looks like: 32 to 64 characters, so 190 bits and more. */
export const secretPattern = /^[A-Za-z0-9_-]{32,64}$/;

function sha256(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

/** The verifier that the hub stores, hex. */
export function secretHash(secret: string): string {
  return sha256(secret).toString("hex");
}

/** Whether a secret is the one of a stored hash, in constant time. No hash fits no secret. */
export function isSecretOf(hash: string | null, secret: string): boolean {
  if (hash === null || !/^[0-9a-f]{64}$/.test(hash)) return false;
  return timingSafeEqual(Buffer.from(hash, "hex"), sha256(secret));
}

/**
 * Names the start that a secret asks for at a connector. The same secret there gives the same start, so two taps are one. It tells nothing of the
 * secret, and everyone may know it.
 */
export function requestIdOf(secret: string, cpId: string, connectorId: number): string {
  return sha256(`start ${cpId}/${connectorId} ${secret}`).toString("hex");
}

/** Whether a secret made the session of a request, in constant time; for sessions that are in the archives only. */
export function madeRequest(
  { requestId, cpId, connectorId }: { requestId: string | null; cpId: string; connectorId: number },
  secret: string,
): boolean {
  if (requestId === null || requestId.length !== 64) return false;
  return timingSafeEqual(sha256(requestId), sha256(requestIdOf(secret, cpId, connectorId)));
}

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A one-time idTag of 18 characters out of 16 random bytes: 80 bits, upper case since OCPP ignores case (OCPP 1.6 section 4.8, CiString20). */
export function mintIdTag(random: (bytes: number) => Uint8Array): string {
  return `HP${Array.from(random(16), (byte) => alphabet[byte & 31]).join("")}`;
}
