import { crc32 } from "node:zlib";

/**
 * Every file of the store is made of these lines: JSON objects whose first key is the CRC-32 of the rest, so that a line is
 * whole or known not to be, and any JSON tool can read it.
 */
export const LINE_START = '{"crc":"';
const CRC_END = '",';
const BODY_AT = LINE_START.length + 8 + CRC_END.length;

/** A line, line feed included, from the JSON text of an object that has at least one key. */
export function seal(object: string): string {
  return `${head(object)}${object.slice(1)}\n`;
}

function head(object: string): string {
  return LINE_START + crc32(object).toString(16).padStart(8, "0") + CRC_END;
}

/** The object of a line (without its line feed and without `crc`), or undefined where the line is damaged. */
export function unseal(line: string): unknown {
  const object = `{${line.slice(BODY_AT)}`;
  if (line.slice(0, BODY_AT) !== head(object)) return undefined;
  return JSON.parse(object) as unknown;
}
