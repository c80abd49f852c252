/** One change of the flash: undefined removes the key. */
export interface Write {
  key: string;
  value: string | undefined;
}

/** Attempts after which the flash counts as full, or worn out. */
const ATTEMPTS = 3;

/**
 * What is still to be written to flash, in order, the newest of a key only: it takes the newer one's place, so that nothing is in flash before what was
 * asked for earlier. A write leaves the list when it was read back.
 */
export class WriteList {
  private writes: Write[] = [];
  private refusals = 0;

  /** The flash does not take what it is given. */
  failed(): boolean {
    return this.refusals >= ATTEMPTS;
  }

  empty(): boolean {
    return this.writes.length === 0;
  }

  add(key: string, value: string | undefined): void {
    this.writes = this.writes.filter((w) => w.key !== key);
    this.writes.push({ key, value });
  }

  /** What can be done before its turn because it makes room: a place of the queue is given up, which no other write relies on. */
  relief(): Write | undefined {
    return this.writes.find((w) => w.value === undefined && w.key.slice(0, 1) === "q");
  }

  /** The write to do now: the oldest, but where the flash is full first what makes room. */
  next(): Write | undefined {
    const relief = this.failed() ? this.relief() : undefined;
    return relief === undefined ? this.writes[0] : relief;
  }

  /** It was written and this was read back; false where that is something else. */
  checked(write: Write, found: string | undefined): boolean {
    if (found !== write.value) {
      this.refusals++;
      return false;
    }
    this.writes = this.writes.filter((w) => w !== write);
    // what was never there is easily removed: only a value that is there shows that the flash takes something
    if (write.value !== undefined || this.writes.length === 0) this.refusals = 0;
    return true;
  }
}
