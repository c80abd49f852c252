import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where the stations of one city are: those of Shenzhen (ST-EVCDP, MIT) where the data lie beside the project, else as many made up. */

export interface Position {
  lat: number;
  lng: number;
}

const FILE = join(import.meta.dirname, "../../../../shared/data/shenzhen-stations.csv");
const STATIONS = 1700;

export function cityPositions(random: () => number): { positions: Position[]; real: boolean } {
  if (!existsSync(FILE)) return { positions: Array.from({ length: STATIONS }, () => madeUp(random)), real: false };
  const [, ...lines] = readFileSync(FILE, "utf8").trim().split("\n");
  const positions = lines.map((line) => {
    const [, lat, lng] = line.split(",").map(Number) as [number, number, number];
    return { lat, lng };
  });
  return { positions, real: true };
}

/** Denser towards the middle, as cities are. */
function madeUp(random: () => number): Position {
  const off = () => (random() + random() + random() - 1.5) / 3;
  return { lat: 22.6 + off() * 0.6, lng: 114.1 + off() * 1.4 };
}

/** A small generator of numbers in [0, 1): the same in every run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
