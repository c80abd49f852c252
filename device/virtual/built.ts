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
