import { z } from "zod";
import { AppError } from "../../shared/error";

const cursorSchema = z.tuple([z.iso.datetime(), z.uuid()]);

/** Where a page ended: instant and id of its last entry, opaque to the client. */
export function encodeCursor(at: Date, id: string): string {
  return Buffer.from(JSON.stringify([at.toISOString(), id])).toString("base64url");
}

/** Throws AppError `invalid_cursor` for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): { at: Date; id: string } {
  try {
    const [at, id] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")));
    return { at: new Date(at), id };
  } catch (cause) {
    throw new AppError("invalid_cursor", "This cursor is not one that a page gave.", { status: 400, cause });
  }
}
