import { join } from "node:path";
import { openIfPresent, removeIfPresent } from "./files";
import type { Files } from "./files";

/** Says that a folder came from a back-up, until the hub has recovered. */
export const RESTORED = "restored.json";

/** When the folder was restored, ISO 8601 UTC; null: it was not, or the hub has recovered since. */
export async function restoredAt(files: Files, folder: string): Promise<string | null> {
  const file = await openIfPresent(files, join(folder, RESTORED));
  if (!file) return null;
  try {
    const text = (await file.read(0, await file.size())).toString("utf8");
    return String((JSON.parse(text) as { restoredAt?: unknown }).restoredAt);
  } finally {
    await file.close();
  }
}

/** The hub has recovered. Durable when it resolves. */
export async function forgetRestored(files: Files, folder: string): Promise<void> {
  await removeIfPresent(files, join(folder, RESTORED));
  await files.syncFolder(folder);
}
