import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";

/** What makes this hub this hub, in files of its data folder that only its user may read. */

/** The bearer token of the admin API and where it is kept. `isNew`: made just now, to be shown once. */
interface AdminToken {
  token: string;
  isNew: boolean;
  file: string;
}

/** The admin token: the one that was given, else that of the first start, else a new one. */
export async function adminTokenOf(
  folder: string,
  given: string | null,
  random: (bytes: number) => Buffer = randomBytes,
): Promise<AdminToken> {
  const file = join(folder, "admin-token");
  if (given !== null) return { token: given, isNew: false, file };
  const kept = (await readPrivate(file))?.trim();
  if (kept) return { token: kept, isNew: false, file };
  const token = random(24).toString("base64url");
  await writePrivate(file, `${token}\n`);
  return { token, isNew: true, file };
}

/** A private file's text; null where it does not exist. */
export async function readPrivate(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

const beingMade = new Map<string, Promise<string>>();

/** The text of a private file; made and on disk where there was none. Two who ask at once get the same. */
export function ensurePrivate(file: string, make: () => string | Promise<string>): Promise<string> {
  const already = beingMade.get(file);
  if (already) return already;
  const work = async () => {
    const kept = await readPrivate(file);
    if (kept?.trim()) return kept;
    const made = await make();
    await writePrivate(file, made);
    return made;
  };
  const made = work().finally(() => beingMade.delete(file));
  beingMade.set(file, made);
  return made;
}

/** Writes a file that only this user may read (mode 0600), whole or not at all, and on disk when it resolves. */
export async function writePrivate(file: string, text: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true });
  const temporary = `${file}.new`;
  const handle = await open(temporary, "w", 0o600);
  try {
    // An older file of that name keeps its mode when it is opened.
    await handle.chmod(0o600);
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
  const directory = await open(folder, "r");
  await directory.sync().finally(() => directory.close());
}
