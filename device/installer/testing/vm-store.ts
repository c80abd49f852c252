import fs from "node:fs";
import { AppError } from "../../../shared/error";
import type { Built } from "../../virtual/built";
import { scaledClock } from "../../virtual/clock";
import { FLASH_SIZE, Vm } from "../../virtual/vm";

const PATIENCE_MS = 20_000;
const LOOK_MS = 20;

/** The flash area with the board's program and these settings, made by the firmware's own code: the VM writes it as it would on the chip. */
export async function vmStore(built: Built, settings: Record<string, string>): Promise<Uint8Array> {
  let image = Buffer.alloc(0);
  const vm = await Vm.create(built.vm, "0000000000000001", scaledClock(1), image, {
    log: () => undefined,
    panic: () => undefined,
    ended: () => undefined,
    packet: () => undefined,
    save: (saved) => {
      image = Buffer.from(saved);
    },
    open: () => undefined,
    write: () => undefined,
    close: () => undefined,
  });
  try {
    vm.start();
    await vm.provision(settings);
    for (let waited = 0; !holds(image, settings); waited += LOOK_MS) {
      if (waited > PATIENCE_MS) throw new AppError("no_image", "The charger's flash image could not be made.");
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    vm.deploy(fs.readFileSync(built.board));
  } finally {
    vm.stop();
  }
  return Buffer.concat([image, Buffer.alloc(FLASH_SIZE - image.length, 0xff)]);
}

/** Settings are stored as they are, their keys behind a colon. */
function holds(image: Buffer, settings: Record<string, string>): boolean {
  return Object.entries(settings).every(([key, value]) => image.includes(`:${key}`) && image.includes(value));
}
