import { createHash } from "node:crypto";

/** Letters and digits that people do not confuse when they read them out: no I, L, O, U, 0, 1. 30 of them: 9 give 44 bits. */
const ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789";
const LENGTH = 9;
export const CODE_MINUTES = 15;

/** A new one-time code such as `7KQ-MZD-3WB`. Bytes that would make some letters likelier are thrown away. */
export function makePairingCode(randomBytes: (length: number) => Uint8Array): string {
  const usable = 256 - (256 % ALPHABET.length);
  let text = "";
  while (text.length < LENGTH) {
    for (const byte of randomBytes(16)) {
      if (byte < usable && text.length < LENGTH) text += ALPHABET[byte % ALPHABET.length];
    }
  }
  return `${text.slice(0, 3)}-${text.slice(3, 6)}-${text.slice(6)}`;
}

/** What is kept of a code: its hash, whatever case, spaces or dashes it was typed with. 44 bits for 15 minutes need no salt. */
export function hashPairingCode(code: string): string {
  return createHash("sha256")
    .update(`hitchpost pairing ${code.toUpperCase().replace(/[^A-Z0-9]/g, "")}`)
    .digest("hex");
}
