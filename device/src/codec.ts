/**
 * Between OCPP-J text and the bytes of an MQTT payload. Sealed frames take this one's place; each session opens a new one,
 * since keys are per connection.
 */
export interface FrameCodec {
  seal(text: string): Buffer;
  /** The text, or "" where the payload is not one of ours. */
  open(payload: Buffer): string;
}

/** OCPP-J as it is. */
export class PlainCodec implements FrameCodec {
  seal(text: string): Buffer {
    return Buffer.from(text);
  }

  open(payload: Buffer): string {
    return payload.toString();
  }
}
