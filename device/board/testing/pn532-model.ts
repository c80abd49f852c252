import { pn532Frame } from "../pn532";
import type { Chip } from "./model-bus";

const ACK = [0x00, 0x00, 0xff, 0x00, 0xff, 0x00];

/** PN532 by its user manual: ACK, then the answer, each behind a status byte; a search waits until a tag comes. */
export class Pn532Model implements Chip {
  /** UID of the tag in the field. */
  tag: number[] | undefined;
  /** Takes commands, and never answers one. */
  hung = false;
  searches = 0;
  aborts = 0;
  private queue: number[][] = [];
  private searching = false;
  private configured = false;

  reset(): void {
    this.queue = [];
    this.searching = false;
    this.configured = false;
  }

  write(bytes: number[]): boolean {
    if (bytes.join() === ACK.join()) {
      this.aborts++;
      this.queue = [];
      this.searching = false;
      return true;
    }
    const [, , , length = 0, check = 0, direction, command] = bytes;
    const sum = bytes.slice(5, 6 + length).reduce((total, b) => total + b, 0);
    if (direction !== 0xd4 || ((length + check) & 255) !== 0 || (sum & 255) !== 0) return true; // not a frame
    if (this.hung) return true;
    this.queue = [ACK];
    this.searching = command === 0x4a && this.configured;
    if (this.searching) this.searches++;
    if (command === 0x14) {
      this.configured = true;
      this.queue.push(pn532Frame(0xd5, [0x15]));
    }
    return true;
  }

  private find(): void {
    if (!this.searching || this.queue.length > 0 || !this.tag) return;
    this.searching = false;
    this.queue.push(pn532Frame(0xd5, [0x4b, 1, 1, 0x00, 0x04, 0x08, this.tag.length, ...this.tag]));
  }

  read(count: number): number[] {
    this.find();
    const frame = this.queue[0];
    if (!frame) return Array.from({ length: count }, () => 0);
    if (count > 1) this.queue.shift();
    return Array.from({ length: count }, (_, i) => (i === 0 ? 1 : (frame[i - 1] ?? 0)));
  }
}
