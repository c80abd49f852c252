/** Texts that wait in order, in one buffer that is made at the start: as strings they would leave the VM's heap in small pieces. */
export class ByteQueue {
  private bytes: Buffer;
  private head = 0;
  private used = 0;

  constructor(private size: number) {
    this.bytes = Buffer.alloc(size);
  }

  /** Bytes that are free; a text takes two more than it has bytes. */
  room(): number {
    return this.size - this.used;
  }

  empty(): boolean {
    return this.used === 0;
  }

  clear(): void {
    this.used = 0;
  }

  /** Queues a text where there is room for it; false where there is not. */
  push(text: string): boolean {
    const bytes = Buffer.from(text);
    const { length } = bytes;
    if (length + 2 > this.room()) return false;
    this.put(Buffer.from([length >> 8, length & 255]));
    this.put(bytes);
    return true;
  }

  private put(bytes: Buffer): void {
    const at = (this.head + this.used) % this.size;
    const here = Math.min(bytes.length, this.size - at);
    this.bytes.set(bytes.slice(0, here), at);
    if (here < bytes.length) this.bytes.set(bytes.slice(here), 0);
    this.used += bytes.length;
  }

  /** The oldest text, which leaves the queue; undefined where there is none. */
  shift(): string | undefined {
    if (this.used === 0) return undefined;
    const length = this.get(2);
    return this.get(((length[0] as number) << 8) | (length[1] as number)).toString();
  }

  private get(count: number): Buffer {
    const bytes = Buffer.alloc(count);
    const here = Math.min(count, this.size - this.head);
    bytes.set(this.bytes.slice(this.head, this.head + here));
    if (here < count) bytes.set(this.bytes.slice(0, count - here), here);
    this.head = (this.head + count) % this.size;
    this.used -= count;
    return bytes;
  }
}
