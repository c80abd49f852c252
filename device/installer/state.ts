/** How far an installation has come. */
export interface State {
  cpId: string;
  /** 64 hex digits; made once, so that charger and hub agree whatever was interrupted. */
  key: string;
  /** Names of the steps that are done. */
  done: string[];
}

/** Where the state of an installation is kept until it is done. */
export interface StateKeeper {
  /** The state of an installation that was interrupted, undefined where there is none. May throw AppError `bad_state`. */
  load(): State | undefined;
  save(state: State): void;
  remove(): void;
}

/** Reads what was kept as JSON; undefined where it is no state. */
export function readState(value: unknown): State | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { cpId, key, done } = value as Record<string, unknown>;
  if (typeof cpId !== "string" || typeof key !== "string" || !/^[0-9a-f]{64}$/.test(key)) return undefined;
  if (!Array.isArray(done) || !done.every((each) => typeof each === "string")) return undefined;
  return { cpId, key, done };
}
