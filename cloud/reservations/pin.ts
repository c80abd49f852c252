import { createHmac } from "node:crypto";

/** Digits of a PIN. Five wrong ones are too many (shared/booking), and a photograph of the pass does not tell it: the tag is keyed. */
const PIN_DIGITS = 6;

/**
 * The PIN of a reservation: the same for each repetition of the call that makes it, whose first answer may have been lost on the way. It follows from the site's secret,
 * which tells no more than it did: with it the tag of any PIN is found by trying.
 */
export function pinOf(pinSecret: string, booking: string): string {
  const digest = createHmac("sha256", Buffer.from(pinSecret, "base64url")).update(`pin of ${booking}`).digest();
  return String(digest.readUIntBE(0, 6) % 10 ** PIN_DIGITS).padStart(PIN_DIGITS, "0");
}

/** What a pass says of its PIN (shared/sync.ts, `pinSecret`). */
export function pinTagOf(pinSecret: string, booking: string, pin: string): string {
  return createHmac("sha256", Buffer.from(pinSecret, "base64url")).update(`${booking}:${pin}`).digest("base64url");
}
