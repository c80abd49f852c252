import { AppError } from "../shared/error";
import { PIN_SECRET_FILE } from "./booking/pass";
import { backup } from "./store/backup";
import { restore } from "./store/restore";
import { AUTHORITY_FILE } from "./tls/authority";
import { SERVER_FILE } from "./tls/server-certificate";

/** What the hub's program is asked to do besides running: `hub backup FILE`, `hub restore FILE`. */
interface FileCommand {
  name: "backup" | "restore";
  file: string;
}

/** What lies in the data folder beside the store and belongs to the hub: its keys, what its cloud told it, its admin token. */
const OWN_FILES = ["hub-key.json", "hub-key-next.json", "cloud.json", "admin-token", AUTHORITY_FILE, SERVER_FILE];

/** The command of these arguments; null: run the hub. Throws AppError `bad_argument` with how it is used. */
export function readCommand(args: string[]): FileCommand | null {
  if (args.length === 0) return null;
  const [name, file] = args;
  if ((name !== "backup" && name !== "restore") || !file || args.length > 2) {
    const message = `The hub does not understand "${args.join(" ")}". Use: npm run hub, npm run hub -- backup FILE, npm run hub -- restore FILE. Settings are variables.`;
    throw new AppError("bad_argument", message);
  }
  return { name, file };
}

/**
 * Does it, and gives a sentence that says what was done. A back-up may be made while the hub runs; it holds keys and the admin token, so its
 * file is its owner's alone. A restore needs an empty data folder. Throws AppError as `backup` and `restore` do.
 */
export async function runCommand({ name, file }: FileCommand, data: string, now: () => number): Promise<string> {
  if (name === "backup") {
    const { seq, bytes } = await backup({ folder: data, file, now, also: [...OWN_FILES, PIN_SECRET_FILE] });
    return `Saved everything up to event ${seq} in ${file} (${bytes} bytes). It holds the hub's keys and its certificate authority: keep it as safe as the hub. Not in it: firmware files and what chargers have uploaded (the folder "files"), and settings that are environment variables.`;
  }
  const { at, files } = await restore({ file, folder: data, now });
  return `Restored ${files} files from the back-up of ${at} into ${data}. Start the hub: it tells its cloud that it was restored.`;
}
