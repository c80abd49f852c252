import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import {
  canSeal,
  FRAME,
  frameNonce,
  HELLO,
  KEY_BYTES,
  NONCE_BYTES,
  purpose,
  readEnvelope,
  TAG_BYTES,
  WELCOME,
  writeFrame,
  writeGreeting,
} from "../../shared/sealed/envelope";

const ALGORITHM = "aes-256-ccm";

/** One key from the charge point's: HKDF-SHA256 (RFC 5869). */
function derive(key: Uint8Array, label: Parameters<typeof purpose>[0], cpId: string, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync("sha256", key, salt, purpose(label, cpId), KEY_BYTES));
}

/** The MQTT password that a charger with this key (64 hex digits) comes with: derived, so that the key itself never crosses the line. */
export function mqttPassword(key: string, cpId: string): string {
  return derive(Buffer.from(key, "hex"), "mqtt", cpId, Buffer.alloc(0)).toString("hex");
}

interface Keys {
  up: Buffer;
  down: Buffer;
}

/** The hub's side of one connection's sealed frames (shared/sealed/README.md). Nothing of it outlives the connection. */
export class Seal {
  private readonly key: Buffer;
  private hello: Buffer | null = null;
  private welcome: Buffer | null = null;
  private keys: Keys | null = null;
  private sent = 0;
  private taken = -1;

  /** `key`: 64 hex digits. `nonce` is for tests: any other use must never give one twice. */
  constructor(
    key: string,
    private readonly cpId: string,
    private readonly nonce: Uint8Array = randomBytes(NONCE_BYTES),
  ) {
    this.key = Buffer.from(key, "hex");
  }

  /** Both sides have the keys. */
  get isOpen(): boolean {
    return this.keys !== null;
  }

  /** The answer to a charger's hello; null where it does not have the key, or comes with a second one. */
  greet(payload: Uint8Array): Uint8Array | null {
    const hello = readEnvelope(payload);
    if (hello?.kind !== HELLO) return null;
    // a charger that missed our PUBACK says it again: the same words get the same answer
    if (this.hello) return this.hello.equals(payload) ? this.welcome : null;
    const wanted = derive(this.key, "hello", this.cpId, hello.nonce).subarray(0, TAG_BYTES);
    if (!timingSafeEqual(wanted, hello.tag)) return null;
    const salt = Buffer.concat([hello.nonce, this.nonce]);
    const tag = derive(this.key, "welcome", this.cpId, salt).subarray(0, TAG_BYTES);
    this.keys = { up: derive(this.key, "up", this.cpId, salt), down: derive(this.key, "down", this.cpId, salt) };
    this.hello = Buffer.from(payload);
    this.welcome = Buffer.from(writeGreeting(WELCOME, this.nonce, tag));
    return this.welcome;
  }

  /**
   * The text of a charger's frame; null for one that was changed, cut, sealed with other keys, or is not newer than the last. A counter may skip: a frame that
   * is too long for its receiver is lost, and OCPP asks again.
   */
  open(payload: Uint8Array): string | null {
    const frame = readEnvelope(payload);
    if (!this.keys || frame?.kind !== FRAME || frame.counter <= this.taken) return null;
    const sealed = Buffer.from(frame.sealed);
    const end = sealed.length - TAG_BYTES;
    const decipher = createDecipheriv(ALGORITHM, this.keys.up, frameNonce(frame.counter), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(end));
    try {
      const text = decipher.update(sealed.subarray(0, end));
      decipher.final();
      this.taken = frame.counter;
      return text.toString("utf8");
    } catch {
      return null;
    }
  }

  /** Seals a text for the charger; null before the keys are there, and for a text that is too long. */
  seal(text: string): Uint8Array | null {
    const bytes = Buffer.from(text, "utf8");
    if (!this.keys || !canSeal(this.sent, bytes.length)) return null;
    const cipher = createCipheriv(ALGORITHM, this.keys.down, frameNonce(this.sent), { authTagLength: TAG_BYTES });
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
    const payload = writeFrame(this.sent, sealed);
    this.sent += 1;
    return payload;
  }
}
