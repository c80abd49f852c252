import type { Inputs, Outputs } from "../core/board";

/** A board: read it, tell it. Both are called ten times a second and must not wait for long. */
export interface Hardware {
  start(): Promise<void>;
  read(): Promise<Inputs>;
  write(out: Outputs): Promise<void>;
}
