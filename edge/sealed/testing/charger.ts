import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/** A charger's side of shared/sealed/README.md, written from that text alone: it shares no code with the hub's. */
export class SealedCharger {
  private sent = 0;
  private readonly key: Buffer;
  private salt = Buffer.alloc(0);

  constructor(
    key: string,
    private readonly cpId: string,
    private readonly nonce: Buffer = randomBytes(16),
  ) {
    this.key = Buffer.from(key, "hex");
  }

  private derive(label: string, salt: Buffer): Buffer {
    return Buffer.from(hkdfSync("sha256", this.key, salt, `hitchpost/1 ${label} ${this.cpId}`, 32));
  }

  hello(): Buffer {
    return Buffer.concat([Buffer.from([1, 1]), this.nonce, this.derive("hello", this.nonce).subarray(0, 16)]);
  }

  /** Takes the hub's welcome; false where it is none. */
  welcomed(payload: Buffer): boolean {
    this.salt = Buffer.concat([this.nonce, payload.subarray(2, 18)]);
    const tag = this.derive("welcome", this.salt).subarray(0, 16);
    return payload.length === 34 && payload[0] === 2 && payload[1] === 1 && payload.subarray(18).equals(tag);
  }

  /** A frame; its counter goes up by itself unless one is given. */
  seal(text: string, counter = this.sent++): Buffer {
    const nonce = Buffer.alloc(13);
    nonce.writeUInt32BE(counter, 9);
    const cipher = createCipheriv("aes-256-ccm", this.derive("up", this.salt), nonce, { authTagLength: 16 });
    const head = Buffer.from([3, 0, 0, 0, 0]);
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([head, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  }

  /** The text of the hub's frame; throws where it does not open. */
  open(payload: Buffer): string {
    const nonce = Buffer.alloc(13);
    payload.copy(nonce, 9, 1, 5);
    const decipher = createDecipheriv("aes-256-ccm", this.derive("down", this.salt), nonce, { authTagLength: 16 });
    decipher.setAuthTag(payload.subarray(-16));
    const text = decipher.update(payload.subarray(5, -16)).toString("utf8");
    decipher.final();
    return text;
  }
}
