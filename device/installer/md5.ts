import { hex } from "./bytes";

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32));
const BLOCK = 64;

/**
 * MD5 (RFC 1321) of bytes, 32 hex digits: the sum by which a chip's boot loader tells what its flash holds. Web Crypto has none. It finds damage, and
 * proves nothing of who wrote the bytes.
 */
export function md5(data: Uint8Array): string {
  const padded = new Uint8Array(Math.ceil((data.length + 9) / BLOCK) * BLOCK);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, (data.length * 8) >>> 0, true);
  view.setUint32(padded.length - 4, Math.floor(data.length / 2 ** 29), true);
  const sum = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let at = 0; at < padded.length; at += BLOCK) mix(sum, view, at);
  const out = new DataView(new ArrayBuffer(16));
  sum.forEach((word, i) => out.setUint32(4 * i, word, true));
  return hex(new Uint8Array(out.buffer));
}

/** The function and the word of a block that a step takes, by its round. */
const ROUNDS: ((x: number, y: number, z: number, step: number) => [mixed: number, word: number])[] = [
  (x, y, z, i) => [(x & y) | (~x & z), i],
  (x, y, z, i) => [(x & z) | (y & ~z), 5 * i + 1],
  (x, y, z, i) => [x ^ y ^ z, 3 * i + 5],
  (x, y, z, i) => [y ^ (x | ~z), 7 * i],
];

function mix(sum: Uint32Array, block: DataView, at: number): void {
  let [a = 0, b = 0, c = 0, d = 0] = sum;
  for (let i = 0; i < 64; i++) {
    const round = i >> 4;
    const [mixed, word] = ROUNDS[round]!(b, c, d, i);
    const turned = (a + mixed + SINES[i]! + block.getUint32(at + 4 * (word % 16), true)) | 0;
    const shift = SHIFTS[4 * round + (i % 4)]!;
    [a, d, c, b] = [d, c, b, (b + ((turned << shift) | (turned >>> (32 - shift)))) | 0];
  }
  [a, b, c, d].forEach((word, i) => (sum[i] = sum[i]! + word));
}
