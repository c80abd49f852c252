import { readState } from "../../device/installer/state";
import type { State, StateKeeper } from "../../device/installer/state";
import type { Values } from "./fields";
import { emptyValues } from "./fields";

/** Of this tab alone, gone with it. */
export type TabStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** An installation that is under way, or whose label is still to be printed. */
export interface Kept {
  values: Values;
  state: State | null;
  label: { cpId: string; url: string } | null;
}

const KEY = "hub-installation";

/**
 * What a reload must not lose: the form, how far it came, and the charger's key. It stays in this tab's storage until the charger is done or the page is closed by its button, since a charger that was flashed
 * with a key that nobody knows any more would have to be flashed again (docs/adr/0016-installer-in-the-browser.md).
 */
export class Keep implements StateKeeper {
  constructor(private readonly storage: TabStorage) {}

  /** null: nothing was begun. */
  read(): Kept | null {
    const kept = parsed(this.storage.getItem(KEY)) as Partial<Record<keyof Kept, unknown>> | null;
    if (typeof kept !== "object" || kept === null) return null;
    const label = labelOf(kept.label);
    const values = valuesOf(kept.values);
    return values || label ? { values: values ?? emptyValues, state: readState(kept.state) ?? null, label } : null;
  }

  begin(values: Values): void {
    this.write({ values, state: null, label: null });
  }

  /** All is done but the label: nothing secret stays. */
  finish(label: { cpId: string; url: string }): void {
    this.write({ values: emptyValues, state: null, label });
  }

  forget(): void {
    this.storage.removeItem(KEY);
  }

  load(): State | undefined {
    return this.read()?.state ?? undefined;
  }

  save(state: State): void {
    const kept = this.read();
    if (kept) this.write({ ...kept, state });
  }

  remove(): void {
    const kept = this.read();
    if (kept) this.write({ ...kept, state: null });
  }

  private write(kept: Kept): void {
    this.storage.setItem(KEY, JSON.stringify(kept));
  }
}

function parsed(text: string | null): unknown {
  try {
    return text === null ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

function valuesOf(value: unknown): Values | null {
  if (typeof value !== "object" || value === null) return null;
  const given = value as Record<string, unknown>;
  const texts = Object.keys(emptyValues).map((key) => [key, given[key]]);
  return texts.every(([, text]) => typeof text === "string") ? (Object.fromEntries(texts) as Values) : null;
}

function labelOf(value: unknown): Kept["label"] {
  if (typeof value !== "object" || value === null) return null;
  const { cpId, url } = value as Record<string, unknown>;
  return typeof cpId === "string" && typeof url === "string" && /^https?:/.test(url) ? { cpId, url } : null;
}
