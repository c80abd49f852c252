import type { Outgoing } from "../core/answer";

/** Between OCPP-J text and the bytes of an MQTT payload. Each session opens a new one, since keys are per connection. */
export interface FrameCodec {
  /** May frames pass? */
  isOpen: boolean;
  /** The payload in two parts, the first a short one, so that nobody has to put a long one together. */
  seal(frame: Outgoing): Buffer[];
  /** The text that lies in a buffer; "" where the payload does not open; undefined where it was for the codec itself. */
  open(buffer: Buffer, from: number, to: number): string | undefined;
  /** The first characters of a payload that is too long, "" where they cannot be read. */
  beginning(buffer: Buffer, from: number): string;
}

const HEAD = 64;
const BRACKET = 93;

/** A frame's bytes: its pieces are written where they belong one after the other. */
export function bytesOf(frame: Outgoing): Buffer {
  const { text, pieces } = frame;
  if (pieces === undefined) return Buffer.from(text);
  const count = pieces.count();
  let length = text.length + 1;
  for (let i = 0; i < count; i++) length += pieces.piece(i).length;
  const bytes = Buffer.alloc(length);
  bytes.set(Buffer.from(text));
  let at = text.length;
  for (let i = 0; i < count; i++) {
    const piece = Buffer.from(pieces.piece(i));
    bytes.set(piece, at);
    at += piece.length;
  }
  bytes[at] = BRACKET;
  return bytes;
}

/** OCPP-J as it is. */
export class PlainCodec implements FrameCodec {
  isOpen = true;

  seal(frame: Outgoing): Buffer[] {
    return [Buffer.alloc(0), bytesOf(frame)];
  }

  open(buffer: Buffer, from: number, to: number): string | undefined {
    return buffer.slice(from, to).toString();
  }

  beginning(buffer: Buffer, from: number): string {
    return buffer.slice(from, from + HEAD).toString();
  }
}
