/** The heap of a VM's garbage collector, in bytes. */
export interface Heap {
  size: number;
  /** Free blocks; what is garbage but not yet collected counts as used. */
  free: number;
}

/** Block headers: tag in the upper 8 bits, size in words in the lower 24. */
const TAG_FREE = 1;
const END = 0x4f000001;
const SIZE_MASK = 0xffffff;
/** The heap is made as one chunk: two words, then its blocks. */
const LEAST = 32 * 1024;
const MOST = 128 * 1024;

/** Bytes of a chunk's blocks and of the free ones; undefined where the blocks do not lead exactly to its end. */
function walk(words: Uint32Array, start: number, end: number): Heap | undefined {
  let free = 0;
  for (let at = start; at < end;) {
    const header = words[at] ?? 0;
    const size = header & SIZE_MASK;
    if (size === 0) return undefined;
    if (header >>> 24 === TAG_FREE) free += size;
    at += size;
    if (at === end) return { size: (end - start) * 4, free: free * 4 };
  }
  return undefined;
}

/**
 * Looks into a VM's memory for the heap of its garbage collector. The VM does not export it: its one chunk is found by its
 * layout (no further chunk, an end with the final tag, and blocks that lead from the one to the other). Gives its place in
 * words, or undefined while the VM has no program.
 */
export function findHeap(memory: Uint8Array): number | undefined {
  const words = new Uint32Array(memory.buffer);
  for (let at = 0; at + 2 < words.length; at++) {
    const end = words[at + 1] ?? 0;
    if (words[at] !== 0 || end % 4 !== 0 || end <= at * 4 + LEAST || end > at * 4 + MOST) continue;
    if (words[end / 4] === END && walk(words, at + 2, end / 4)) return at;
  }
  return undefined;
}

/** The heap that begins at a place that `findHeap` gave; undefined where none is there any more. */
export function heapAt(memory: Uint8Array, place: number): Heap | undefined {
  const words = new Uint32Array(memory.buffer);
  const end = (words[place + 1] ?? 0) / 4;
  return words[end] === END ? walk(words, place + 2, end) : undefined;
}
