import type { StoredFile } from "./state";

/** Uploads are kept so many deep, and so many bytes; older ones go. Firmware goes when its owner removes it. */
const MOST_UPLOADS = 50;
const MOST_BYTES = 200 * 1024 * 1024;

/** The files with one more; those that had to make room are left out. */
export function withFile(files: Record<string, StoredFile>, file: StoredFile): Record<string, StoredFile> {
  const all = [...Object.values(files), file];
  let count = 0;
  let bytes = 0;
  const kept = all.toReversed().filter((each) => {
    if (each.kind === "firmware") return true;
    count += 1;
    bytes += each.bytes;
    return count <= MOST_UPLOADS && bytes <= MOST_BYTES;
  });
  return Object.fromEntries(kept.toReversed().map((each) => [each.id, each]));
}
