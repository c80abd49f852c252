/** The boards that there is a DeviceScript firmware for; the charger's program uses the same pins on all of them. */
export const BOARDS = {
  esp32s3_bare: { chip: "ESP32-S3", file: "devicescript-esp32s3-esp32s3_bare-0x0.bin", address: 0 },
  esp32c3_bare: { chip: "ESP32-C3", file: "devicescript-esp32c3-esp32c3_bare-0x0.bin", address: 0 },
} as const;
export type Board = keyof typeof BOARDS;
export const boardNames = Object.keys(BOARDS) as [Board, ...Board[]];

const RELEASES = "https://github.com/microsoft/devicescript-esp32/releases/latest/download";
/** An image begins with this byte (ESP-IDF, "App image format"); a page that says "not found" does not. */
const IMAGE_MAGIC = 0xe9;

/** The flash area of program and settings begins here (`fstorOffset` of the boards of devicescript-esp32), and no firmware reaches into it. */
export const STORE_ADDRESS = 0x1c0000;

/** Whether a name is that of a board. */
export function isBoard(name: string): name is Board {
  return Object.hasOwn(BOARDS, name);
}

/** Where its makers publish a board's firmware. */
export function firmwareUrl(board: Board): string {
  return `${RELEASES}/${BOARDS[board].file}`;
}

/** Whether bytes can be a firmware: by their first byte and their length. */
export function isFirmware(data: Uint8Array): boolean {
  return data[0] === IMAGE_MAGIC && data.length <= STORE_ADDRESS;
}
