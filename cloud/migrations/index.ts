import type { Migration } from "kysely";
import * as start from "./0001-start";

/** Every migration by name, in the order of names. Imported, not looked up in a folder: the program is one bundled file. */
export const migrations: Record<string, Migration> = { "0001-start": start };
