import { isFirmware } from "../../shared/board-firmware";
import { AppError } from "../../shared/error";
import { hex } from "./bytes";

/** A firmware whose form was checked. */
export interface Firmware {
  data: Uint8Array;
  /** 64 hex digits. */
  sha256: string;
  /** Was it compared with a checksum that somebody gave? */
  verified: boolean;
}

/** Checks a firmware before it is flashed, and against a checksum where one was given. Throws AppError `bad_firmware` or `bad_checksum`. */
export async function checkFirmware(data: Uint8Array, wanted: string | undefined): Promise<Firmware> {
  if (!isFirmware(data)) throw new AppError("bad_firmware", "What was given is not a firmware for this chip.");
  const sha256 = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(data))));
  if (wanted !== undefined && wanted.toLowerCase() !== sha256) {
    throw new AppError("bad_checksum", `The firmware's SHA-256 is ${sha256}, and should be ${wanted.toLowerCase()}.`);
  }
  return { data, sha256, verified: wanted !== undefined };
}
