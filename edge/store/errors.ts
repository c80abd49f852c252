import { AppError } from "../../shared/error";

/** Every way in which the store refuses, so that the wording is in one place. */

const RESTORE = "Copy the folder, then restore a back-up (npm run hub -- restore FILE).";

/** What is acknowledged is damaged: nobody but a person may decide to go on without it. */
export function damagedError(file: string, offset: number, seq: number): AppError {
  return new AppError(
    "store_damaged",
    `The journal is damaged in the middle: ${file}, byte ${offset}, event ${seq}. Events after it were acknowledged, so nothing was ` +
      `cut off and nothing was changed. ${RESTORE}`,
    { status: 500, details: { file, offset, seq } },
  );
}

/** Acknowledged events are on no file. */
export function missingError(seq: number, found: string): AppError {
  return new AppError(
    "store_damaged",
    `The journal lacks events from ${seq} on: ${found}. Nothing was changed. ${RESTORE}`,
    {
      status: 500,
      details: { seq },
    },
  );
}

/** Snapshot and journal are whole, but of two different hubs or back-ups. */
export function foreignError(seq: number): AppError {
  return new AppError(
    "store_damaged",
    `Snapshot and journal do not have the same past at event ${seq}: files of two data folders were mixed. Nothing was changed. ${RESTORE}`,
    { status: 500, details: { seq } },
  );
}

/** Asked for events that the cloud has acknowledged and that are removed. */
export function goneError(seq: number, firstSeq: number): AppError {
  return new AppError("journal_gone", `Events after ${seq} are no longer kept; the first one is ${firstSeq}.`, {
    status: 410,
    details: { firstSeq },
  });
}

export function aheadError(seq: number, lastSeq: number): AppError {
  return new AppError("seq_ahead", `There is no event ${seq} on this hub; the last one is ${lastSeq}.`, {
    status: 409,
    details: { lastSeq },
  });
}

/** The disk refused, or the store is closed: nothing is promised from here on. */
export function unavailableError(message: string, cause?: unknown): AppError {
  return new AppError("store_unavailable", message, { status: 503, cause });
}

/** No room, and no reserve: the same may work later, so nothing was decided. */
export function fullError(): AppError {
  return new AppError("store_full", "The disk is full: nothing can be recorded until there is room again.", {
    status: 507,
  });
}
