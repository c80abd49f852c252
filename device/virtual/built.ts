import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The files that scripts/lib/build-device.mjs makes. */
export interface Built {
  bytecode: string;
  /** The program of the real board. */
  board: string;
  vm: string;
}

/** Where a program's functions must end (check 1051 of the firmware's verify.c), and where in its header it says how they lie. */
export const CODE_LIMIT = 65535;
const CODE_SECTION = 40;

/** Where the functions of a program end, in bytes from its beginning; texts come behind them. */
export function codeEnd(bytecode: Buffer): number {
  return bytecode.readUInt32LE(CODE_SECTION) + bytecode.readUInt32LE(CODE_SECTION + 4);
}

/** Finds dist/device from the source tree, from a bundle in dist/, or from the working directory. */
export function findBuilt(): Built {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const candidates = [path.join(here, "device"), path.join(here, "../../dist/device"), path.resolve("dist/device")];
  for (const folder of candidates) {
    const built = {
      bytecode: path.join(folder, "charger.devs"),
      board: path.join(folder, "charger-board.devs"),
      vm: path.join(folder, "vm.cjs"),
    };
    if (Object.values(built).every((file) => fs.existsSync(file))) return built;
  }
  throw new Error("The charger's program is not built: run `npm run build` first.");
}
