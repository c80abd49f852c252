import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Answer, Failure } from "../api";
import { useApp } from "../context";
import { ErrorBox } from "./load";

interface PagesProps<P, T> {
  /** Asks for the first page, or for the one at a cursor. */
  load: (cursor: string | null) => Promise<Answer<P>>;
  itemsOf: (page: P) => T[];
  keyOf: (item: T) => string;
  /** What is said where there is nothing. */
  empty: string;
  children: (item: T, index: number) => ComponentChildren;
}

/** A list that comes in pages, more of it on demand. */
export function Pages<P extends { nextCursor: string | null }, T>(props: PagesProps<P, T>) {
  const { load, itemsOf, keyOf, empty, children } = props;
  const { words, setUser } = useApp();
  const [items, setItems] = useState<T[] | null>(null);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  async function more(from: string | null): Promise<void> {
    setBusy(true);
    const answer = await load(from);
    setBusy(false);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok && answer.error.code === "unauthorized") setUser(null);
    if (!answer.ok) return;
    setItems((known) => [...((from === null ? null : known) ?? []), ...itemsOf(answer.value)]);
    setCursor(answer.value.nextCursor);
  }
  useEffect(() => void more(null), []);
  return (
    <div class="stack">
      <ErrorBox error={error} words={words} />
      {items === null && !error ? (
        <div class="bones bones-row" aria-busy="true">
          <span class="sr">{words.t("loading")}</span>
          <div class="skeleton card" />
          <div class="skeleton card" />
        </div>
      ) : null}
      {items?.length === 0 ? <p class="lead">{empty}</p> : null}
      {items && items.length > 0 ? (
        <ul class="list">
          {items.map((item, index) => (
            <li key={keyOf(item)}>{children(item, index)}</li>
          ))}
        </ul>
      ) : null}
      {cursor !== null || error ? (
        <button
          class="button quiet fit"
          type="button"
          aria-busy={busy}
          aria-disabled={busy}
          onClick={() => (busy ? undefined : void more(items === null ? null : cursor))}
        >
          {error ? words.t("retry") : words.t("more")}
        </button>
      ) : null}
    </div>
  );
}
