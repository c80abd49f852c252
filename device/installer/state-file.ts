import fs from "node:fs";
import path from "node:path";
import { z } from "zod";
import { AppError } from "../../shared/error";

const stateSchema = z.object({
  cpId: z.string(),
  /** 64 hex digits; made once, so that charger and hub agree whatever was interrupted. */
  key: z.string().regex(/^[0-9a-f]{64}$/),
  done: z.array(z.string()),
});

/** How far an installation has come. */
export type State = z.infer<typeof stateSchema>;

/** The state of an installation on disk; it holds the charger's key, so nobody else may read it, and it goes when all is done. */
export class StateFile {
  constructor(private readonly file: string) {}

  /** The state of an installation that was interrupted, undefined where there is none. Throws AppError `bad_state`. */
  load(): State | undefined {
    if (!fs.existsSync(this.file)) return undefined;
    try {
      return stateSchema.parse(JSON.parse(fs.readFileSync(this.file, "utf8")));
    } catch (error) {
      throw new AppError("bad_state", `${this.file} cannot be read. Delete it to begin anew.`, { cause: error });
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
