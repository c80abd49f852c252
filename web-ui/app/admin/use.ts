import { useMemo, useState } from "preact/hooks";
import type { Answer, Failure } from "../api";
import { useApp } from "../context";
import type { App } from "../context";
import type { Format } from "../../common/format";
import { adminApi } from "./api";
import type { AdminApi } from "./api";
import type { AdminT } from "./words";
import { adminTexts } from "./words";

/** What every page of an admin works with. */
export interface Admin extends App {
  t: AdminT;
  admin: AdminApi;
  /** In the admin's own zone: what is judged lies in many. */
  format: Format;
}

export function useAdmin(): Admin {
  const app = useApp();
  return useMemo(() => {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return { ...app, t: adminTexts.t(), admin: adminApi(app.api.call), format: app.words.formatIn(timeZone) };
  }, [app]);
}

/** A list that grows by pages: what has come beside the first one, and how to ask for more. `C` names the next page; null: there is none. */
export function useMore<T, C>(
  load: (cursor: C) => Promise<Answer<{ items: T[]; next: C | null }>>,
  first: { items: T[]; next: C | null },
): { items: T[]; more: (() => void) | null; error: Failure | null } {
  const [rest, setRest] = useState<T[]>([]);
  const [next, setNext] = useState(first.next);
  const [error, setError] = useState<Failure | null>(null);
  const more = async (cursor: C) => {
    const answer = await load(cursor);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok) return;
    setRest((before) => [...before, ...answer.value.items]);
    setNext(() => answer.value.next);
  };
  return { items: [...first.items, ...rest], more: next === null ? null : () => void more(next), error };
}
