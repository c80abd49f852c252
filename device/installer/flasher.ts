import { md5 } from "@noble/hashes/legacy.js";
import { ESPLoader, Transport } from "esptool-js/bundle.js";
import { AppError } from "../../shared/error";
import { binaryString, bytesOf, hex } from "./bytes";
import type { SerialPortLike } from "./serial-port";

/** The boot loader's own speed. Not raised: that would close the port, and some adapters reset the chip at it. */
const BAUD = 115200;
const RESET_MS = 100;
const ATTEMPTS = 2;

/** What is written, and where. */
interface FlashPart {
  name: string;
  address: number;
  data: Uint8Array;
}

/** Chunks from the port; what comes after a time-out is kept for the next read, where esptool's own loop would lose it. */
function patientReads(transport: Transport): (timeout: number) => AsyncGenerator<Uint8Array> {
  let source: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let pending: ReturnType<ReadableStreamDefaultReader<Uint8Array>["read"]> | undefined;
  return async function* readLoop(timeout) {
    const reader = transport["reader"] as ReadableStreamDefaultReader<Uint8Array> | undefined;
    if (!reader) return;
    if (reader !== source) pending = undefined;
    source = reader;
    pending ??= reader.read();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeout);
    });
    const result = await Promise.race([pending, late]);
    clearTimeout(timer);
    if (!result) return;
    pending = undefined;
    if (!result.done) yield result.value;
  };
}

/** esptool's transport, without its messages on the console. */
class Line extends Transport {
  constructor(port: SerialPortLike) {
    super(port as ConstructorParameters<typeof Transport>[0]);
    Object.assign(this, { readLoop: patientReads(this) });
  }

  override trace(): void {}
}

/**
 * Writes the parts into the flash of a chip (by esptool-js, Espressif's own loader) and checks each by its MD5 sum in the chip, then starts it.
 * Throws AppError `no_chip` or `wrong_chip`, or `flash_failed`; what the port itself throws, such as `port_busy`, goes through.
 */
export async function flash<P extends FlashPart>(
  port: SerialPortLike,
  chip: string,
  parts: P[],
  progress: (part: P, percent: number) => void,
): Promise<void> {
  const line = new Line(port);
  const quiet = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };
  const loader = new ESPLoader({ transport: line, baudrate: BAUD, romBaudrate: BAUD, terminal: quiet });
  try {
    await connect(loader);
    if (loader.chip.CHIP_NAME !== chip) {
      const found = loader.chip.CHIP_NAME;
      throw new AppError("wrong_chip", `This is an ${found}, and the firmware is for an ${chip}.`, {
        details: { found, chip },
      });
    }
    await write(loader, parts, progress);
    // RTS holds the chip in reset; released with DTR off it starts from its flash
    await line.setRTS(true);
    await new Promise((resolve) => setTimeout(resolve, RESET_MS));
    await line.setRTS(false);
  } finally {
    await line.disconnect().catch(() => undefined);
  }
}

async function connect(loader: ESPLoader): Promise<void> {
  try {
    await loader.connect("default_reset", ATTEMPTS);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      "no_chip",
      "No ESP32 answers in its boot loader. Hold BOOT, press and release RESET, release BOOT, and try again.",
      { cause: error },
    );
  }
  if (!loader.chip) throw new AppError("wrong_chip", "This chip is not known to esptool-js.");
}

async function write<P extends FlashPart>(
  loader: ESPLoader,
  parts: P[],
  progress: (part: P, percent: number) => void,
): Promise<void> {
  try {
    await loader.chip.postConnect?.(loader);
    await loader.runStub();
    await loader.writeFlash({
      fileArray: parts.map(({ address, data }) => ({ address, data: binaryString(data) })),
      flashSize: "keep",
      flashMode: "keep",
      flashFreq: "keep",
      eraseAll: false,
      compress: true,
      reportProgress: (index, written, total) => {
        const part = parts[index];
        if (part) progress(part, Math.floor((written * 100) / total));
      },
      calculateMD5Hash: (data) => hex(md5(bytesOf(data))),
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError("flash_failed", `Writing the flash failed: ${why}`, { cause: error });
  }
}
