import { decrypt, encrypt, randomBuffer, sha256Hkdf } from "@devicescript/crypto";
import type { Outgoing } from "../core/answer";
import { bytesOf } from "./codec";
import type { FrameCodec } from "./codec";

const HELLO = 1;
const WELCOME = 2;
const FRAME = 3;
const VERSION = 1;
const NONCE = 16;
const TAG = 16;
export const KEY_BYTES = 32;
const GREETING = 2 + NONCE + TAG;
const HEAD = 5;
const ALGORITHM = "aes-256-ccm";

/** One key from the charger's, in shared/sealed/README.md's words. */
function derive(key: Buffer, label: string, cpId: string, salt: Buffer): Buffer {
  return sha256Hkdf(key, `hitchpost/1 ${label} ${cpId}`, salt);
}

/** The MQTT password that goes with a key: derived, so that the key itself never crosses the line. */
export function mqttPassword(key: Buffer, cpId: string): string {
  return derive(key, "mqtt", cpId, Buffer.alloc(0)).toString("hex");
}

function putCounter(b: Buffer, at: number, counter: number): void {
  b[at] = (counter >> 24) & 255;
  b[at + 1] = (counter >> 16) & 255;
  b[at + 2] = (counter >> 8) & 255;
  b[at + 3] = counter & 255;
}

function nonceOf(counter: number): Buffer {
  const nonce = Buffer.alloc(13);
  putCounter(nonce, 9, counter);
  return nonce;
}

/** Compares in a time that tells nothing of where they differ. */
function same(a: Buffer, b: Buffer): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length && i < b.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}

/** The charger's side of one connection's sealed frames (shared/sealed/README.md). */
export class SealedCodec implements FrameCodec {
  /** The hub has shown that it has our key. */
  isOpen = false;
  private nonce = randomBuffer(NONCE);
  private up: Buffer;
  private down: Buffer;
  private sent = 0;
  private taken = -1;

  constructor(
    private key: Buffer,
    private cpId: string,
  ) {}

  private greeting(kind: number, nonce: Buffer, tag: Buffer): Buffer {
    return Buffer.concat(Buffer.from([kind, VERSION]), nonce, tag.slice(0, TAG));
  }

  /** What the charger says first. */
  hello(): Buffer {
    return this.greeting(HELLO, this.nonce, derive(this.key, "hello", this.cpId, this.nonce));
  }

  private welcomed(payload: Buffer): void {
    if (this.isOpen || payload.length !== GREETING) return;
    const nonce = payload.slice(2, 2 + NONCE);
    const salt = this.nonce.concat(nonce);
    if (!same(payload, this.greeting(WELCOME, nonce, derive(this.key, "welcome", this.cpId, salt)))) return;
    this.up = derive(this.key, "up", this.cpId, salt);
    this.down = derive(this.key, "down", this.cpId, salt);
    this.isOpen = true;
  }

  seal(frame: Outgoing): Buffer[] {
    const counter = this.sent++;
    const head = Buffer.alloc(HEAD);
    head[0] = FRAME;
    putCounter(head, 1, counter);
    const iv = nonceOf(counter);
    return [head, encrypt({ data: bytesOf(frame), algo: ALGORITHM, key: this.up, iv, tagLength: TAG })];
  }

  open(buffer: Buffer, from: number, to: number): string | undefined {
    const length = to - from;
    if (length > 0 && buffer[from] === WELCOME) {
      this.welcomed(buffer.slice(from, to));
      return undefined;
    }
    if (!this.isOpen || length < HEAD + TAG || buffer[from] !== FRAME || buffer[from + 1] > 127) return "";
    const counter = (buffer[from + 1] << 24) | (buffer[from + 2] << 16) | (buffer[from + 3] << 8) | buffer[from + 4];
    if (counter <= this.taken) return ""; // said before
    try {
      const text = this.decrypted(buffer.slice(from + HEAD, to), counter);
      this.taken = counter;
      return text;
    } catch {
      return "";
    }
  }

  private decrypted(data: Buffer, counter: number): string {
    return decrypt({ data, algo: ALGORITHM, key: this.down, iv: nonceOf(counter), tagLength: TAG }).toString();
  }

  /** Nobody has vouched for what has not come whole. */
  beginning(): string {
    return "";
  }
}
