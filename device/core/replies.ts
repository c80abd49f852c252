import type { Pieces } from "./answer";
import { ByteQueue } from "./byte-queue";

/** Bytes of replies that may wait to be sent, and how many of them only refusals may take. */
const ROOM = 2560;
const FOR_REFUSALS = 512;
/** Calls remembered so that a repeat is answered, not obeyed again, and the longest id and reply kept for that. */
const REMEMBERED = 8;
const MAX_ID = 36;
const MAX_REPLY = 110;
const SLOT = 2 + MAX_ID + MAX_REPLY;

/** A frame to send: the whole of it, or what stands before its pieces; after them comes a bracket. */
interface Reply {
  text: string;
  pieces: Pieces | undefined;
}

/** Answers to the central system's calls: those that wait to be sent, and the last few of those that were. */
export class Replies {
  private waiting = new ByteQueue(ROOM);
  /** One long answer, which is told after those that waited before it. */
  private long: Reply | undefined;
  private remembered = Buffer.alloc(REMEMBERED * SLOT);
  private next = 0;

  /** Is there no room for a further answer? A call is then not obeyed either. */
  full(): boolean {
    return this.waiting.room() < FOR_REFUSALS + MAX_REPLY;
  }

  /** Queues what tells a caller that it was not obeyed, also where there is no room for an answer; beyond some, callers hear nothing. */
  refuse(text: string): void {
    this.waiting.push(text);
  }

  /** The answer that begins so and goes on in pieces; false where another such waits. */
  answerIn(text: string, pieces: Pieces): boolean {
    if (this.long !== undefined) return false;
    this.long = { text, pieces };
    return true;
  }

  /** Queues the answer to the call with this id and remembers it; false where it is too long for the room that is left. */
  answer(id: string, text: string): boolean {
    if (text.length + 2 + FOR_REFUSALS > this.waiting.room() || !this.waiting.push(text)) return false;
    if (text.length <= MAX_REPLY) this.remember(id, text);
    return true;
  }

  /** The id is one that `decodeFrame` has let pass: ASCII, and not too long. */
  private remember(id: string, text: string): void {
    const bytes = Buffer.from(text);
    if (bytes.length > MAX_REPLY) return; // its slot has a neighbour
    const at = this.next * SLOT;
    this.remembered[at] = id.length;
    this.remembered[at + 1] = bytes.length;
    this.remembered.set(Buffer.from(id), at + 2);
    this.remembered.set(bytes, at + 2 + id.length);
    this.next = (this.next + 1) % REMEMBERED;
  }

  /** Answers a repeated call from memory; false where it is a new one. */
  repeat(id: string): boolean {
    for (let at = 0; at < this.remembered.length; at += SLOT) {
      const from = at + 2 + id.length;
      if (this.remembered[at] !== id.length || this.remembered.slice(at + 2, from).toString() !== id) continue;
      this.waiting.push(this.remembered.slice(from, from + (this.remembered[at + 1] as number)).toString());
      return true;
    }
    return false;
  }

  /** The next frame to send, or undefined. */
  take(): Reply | undefined {
    const text = this.waiting.shift();
    if (text !== undefined) return { text, pieces: undefined };
    const long = this.long;
    this.long = undefined;
    return long;
  }

  /** Does none wait? */
  empty(): boolean {
    return this.long === undefined && this.waiting.empty();
  }

  /** The line is down: who asked has given up. */
  clear(): void {
    this.waiting.clear();
    this.long = undefined;
  }
}
