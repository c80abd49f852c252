/** The heap of a VM's garbage collector, in bytes. */
export interface Heap {
  size: number;
  /** Free blocks; what is garbage but not yet collected counts as used. */
  free: number;
  /** The largest of them: the VM moves nothing together, so nothing longer can be allocated without a collection. */
  largest: number;
}

/** Block headers: tag in the upper 8 bits, size in words in the lower 24. */
const TAG_FREE = 1;
/** Bytes that the collector neither frees nor looks into. */
const TAG_PINNED_BYTES = 0x42;
const END = 0x4f000001;
const SIZE_MASK = 0xffffff;
/** The heap is made as one chunk: two words, then its blocks. */
const LEAST = 32 * 1024;
const MOST = 128 * 1024;

/** Bytes of a chunk's blocks, of the free ones, and of the largest of these; undefined where the blocks do not lead exactly to its end. */
function walk(words: Uint32Array, start: number, end: number): Heap | undefined {
  let free = 0;
  let largest = 0;
  for (let at = start; at < end;) {
    const header = words[at] ?? 0;
    const size = header & SIZE_MASK;
    if (size === 0) return undefined;
    if (header >>> 24 === TAG_FREE) {
      free += size;
      largest = Math.max(largest, size);
    }
    at += size;
    if (at === end) return { size: (end - start) * 4, free: free * 4, largest: largest * 4 };
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

/**
 * Takes the end of the largest free block away for good, as if the chip had that much less memory: a program that bears it has that much to spare at its worst
 * moment, also between two looks at its heap. False where no free block is so large, or it is less than a block.
 */
export function loadHeap(memory: Uint8Array, place: number, bytes: number): boolean {
  const words = new Uint32Array(memory.buffer);
  const end = (words[place + 1] ?? 0) / 4;
  const load = Math.ceil(bytes / 4);
  let best = 0;
  let most = 0;
  for (let at = place + 2; at < end;) {
    const header = words[at] ?? 0;
    const size = header & SIZE_MASK;
    if (header >>> 24 === TAG_FREE && size > most) {
      best = at;
      most = size;
    }
    at += size;
  }
  if (load < 2 || most < load + 2) return false;
  words[best] = TAG_FREE * 2 ** 24 + most - load;
  words[best + most - load] = TAG_PINNED_BYTES * 2 ** 24 + load;
  return true;
}
