import fs from "node:fs";
import path from "node:path";
import { AppError } from "../../shared/error";
import { readState } from "./state";
import type { State, StateKeeper } from "./state";

/** The state of an installation on disk; it holds the charger's key, so nobody else may read it, and it goes when all is done. */
export class StateFile implements StateKeeper {
  constructor(private readonly file: string) {}

  /** The state of an installation that was interrupted, undefined where there is none. Throws AppError `bad_state`. */
  load(): State | undefined {
    if (!fs.existsSync(this.file)) return undefined;
    const state = readState(this.parse());
    if (!state) throw new AppError("bad_state", `${this.file} cannot be read. Delete it to begin anew.`);
    return state;
  }

  private parse(): unknown {
    try {
      return JSON.parse(fs.readFileSync(this.file, "utf8"));
    } catch {
      return undefined;
    }
  }

  save(state: State): void {
    fs.mkdirSync(path.dirname(this.file), { recursive: true });
    fs.writeFileSync(`${this.file}.part`, JSON.stringify(state), { mode: 0o600 });
    fs.renameSync(`${this.file}.part`, this.file);
  }

  remove(): void {
    fs.rmSync(this.file, { force: true });
  }
}
