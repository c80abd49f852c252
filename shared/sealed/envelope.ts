/**
 * The sealed envelope of our ESP32 chargers: OCPP-J over MQTT, encrypted and authenticated, since the chip's TLS cannot check a site's own certificate
 * authority. README.md beside this tells the protocol, vectors.json gives examples that hub and charger are both tested with. Here is its layout only.
 */

/** First bytes of a payload; JSON begins with neither. */
export const HELLO = 1;
export const WELCOME = 2;
export const FRAME = 3;

const VERSION = 1;
export const NONCE_BYTES = 16;
export const TAG_BYTES = 16;
export const KEY_BYTES = 32;
/** What CCM takes with a nonce of 13 bytes. */
const MAX_TEXT_BYTES = 65_535;
/** Counters are int32, since the charger's numbers are. */
const MAX_COUNTER = 0x7fffffff;

const GREETING_BYTES = 2 + NONCE_BYTES + TAG_BYTES;
const HEAD_BYTES = 5;

/** What a payload is by its layout; whether it is true, only the keys tell. */
type Envelope =
  | { kind: typeof HELLO | typeof WELCOME; nonce: Uint8Array; tag: Uint8Array }
  | { kind: typeof FRAME; counter: number; sealed: Uint8Array };

/** A charge point's key as people write it: 64 hex digits. */
export const KEY_PATTERN = /^[0-9a-fA-F]{64}$/;

/** The `info` of HKDF: what a derived key is for, and whose it is. */
export function purpose(label: "mqtt" | "hello" | "welcome" | "up" | "down", cpId: string): string {
  return `hitchpost/1 ${label} ${cpId}`;
}

/** Reads an envelope; undefined where it is none. */
export function readEnvelope(payload: Uint8Array): Envelope | undefined {
  const kind = payload[0];
  if (kind === HELLO || kind === WELCOME) {
    if (payload.length !== GREETING_BYTES || payload[1] !== VERSION) return undefined;
    return { kind, nonce: payload.slice(2, 2 + NONCE_BYTES), tag: payload.slice(2 + NONCE_BYTES) };
  }
  const isLongEnough = payload.length >= HEAD_BYTES + TAG_BYTES;
  if (kind !== FRAME || !isLongEnough || payload.length > HEAD_BYTES + MAX_TEXT_BYTES + TAG_BYTES) return undefined;
  const counter = new DataView(payload.buffer, payload.byteOffset).getUint32(1);
  return counter > MAX_COUNTER ? undefined : { kind, counter, sealed: payload.slice(HEAD_BYTES) };
}

/** A hello or a welcome. */
export function writeGreeting(kind: typeof HELLO | typeof WELCOME, nonce: Uint8Array, tag: Uint8Array): Uint8Array {
  const payload = new Uint8Array(GREETING_BYTES);
  payload.set([kind, VERSION]);
  payload.set(nonce, 2);
  payload.set(tag, 2 + NONCE_BYTES);
  return payload;
}

/** A frame around what is encrypted. */
export function writeFrame(counter: number, sealed: Uint8Array): Uint8Array {
  const payload = new Uint8Array(HEAD_BYTES + sealed.length);
  payload[0] = FRAME;
  new DataView(payload.buffer).setUint32(1, counter);
  payload.set(sealed, HEAD_BYTES);
  return payload;
}

/** The 13 bytes of CCM's nonce: zeros, then the counter. Keys are of one connection and one direction, so it never comes twice. */
export function frameNonce(counter: number): Uint8Array {
  const nonce = new Uint8Array(13);
  new DataView(nonce.buffer).setUint32(9, counter);
  return nonce;
}

/** May a text of this many bytes be sealed under this counter? */
export function canSeal(counter: number, bytes: number): boolean {
  return counter <= MAX_COUNTER && bytes <= MAX_TEXT_BYTES;
}
