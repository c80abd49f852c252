/** Replies that may wait to be sent, and their characters together: two long ones, since the VM moves nothing together and a third would find no room in one piece. */
const MAX_REPLIES = 40;
const MAX_LENGTH = 4608;
/** Calls remembered so that a repeat is answered, not obeyed again, and the longest reply kept for that. */
const REMEMBERED = 8;
const REMEMBERED_LENGTH = 200;

interface Remembered {
  id: string;
  reply: string;
}

/** Answers to the central system's calls: those that wait to be sent, and the last few of those that were. */
export class Replies {
  private waiting: string[] = [];
  private length = 0;
  private remembered: Remembered[] = [];

  /** Is there no room for a further answer? A call is then not obeyed either: its caller hears nothing and calls again. */
  full(): boolean {
    return this.waiting.length >= MAX_REPLIES || this.length >= MAX_LENGTH;
  }

  /** Queues a frame, not remembered. */
  send(text: string): void {
    if (this.full()) return;
    this.waiting.push(text);
    this.length += text.length;
  }

  /** Queues the answer to the call with this id and remembers it. */
  answer(id: string, text: string): void {
    this.send(text);
    if (text.length > REMEMBERED_LENGTH) return;
    this.remembered.push({ id, reply: text });
    if (this.remembered.length > REMEMBERED) this.remembered.shift();
  }

  /** Answers a repeated call from memory; false where it is a new one. */
  repeat(id: string): boolean {
    const before = this.remembered.find((r) => r.id === id);
    if (before === undefined) return false;
    this.send(before.reply);
    return true;
  }

  /** The next frame to send, or undefined. */
  take(): string | undefined {
    const text = this.waiting.shift();
    if (text !== undefined) this.length -= text.length;
    return text;
  }

  /** Does none wait? */
  empty(): boolean {
    return this.waiting.length === 0;
  }

  /** The line is down: who asked has given up. */
  clear(): void {
    this.waiting = [];
    this.length = 0;
  }
}
