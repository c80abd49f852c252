/** Between OCPP-J text and the bytes of an MQTT payload. Each session opens a new one, since keys are per connection. */
export interface FrameCodec {
  /** May frames pass? */
  isOpen: boolean;
  seal(text: string): Buffer;
  /** The text; "" where the payload does not open; undefined where it was for the codec itself. */
  open(payload: Buffer): string | undefined;
}

/** OCPP-J as it is. */
export class PlainCodec implements FrameCodec {
  isOpen = true;

  seal(text: string): Buffer {
    return Buffer.from(text);
  }

  open(payload: Buffer): string | undefined {
    return payload.toString();
  }
}
