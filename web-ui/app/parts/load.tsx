import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Answer, Failure } from "../api";
import { useApp } from "../context";
import { errorText } from "../errors";
import type { Words } from "../words";

/** What was asked for: on its way, there, or why not. */
export type Loaded<T> = { state: "loading" } | { state: "there"; value: T } | { state: "failed"; error: Failure };

/** Loads once for each `key`, and again by `again`. A signed-out user is sent to sign in by the shell. */
export function useLoad<T>(key: string, load: () => Promise<Answer<T>>): [Loaded<T>, again: () => void] {
  const { setUser } = useApp();
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let current = true;
    setLoaded({ state: "loading" });
    void load().then((answer) => {
      if (!current) return;
      if (!answer.ok && answer.error.code === "unauthorized") setUser(null);
      setLoaded(answer.ok ? { state: "there", value: answer.value } : { state: "failed", error: answer.error });
    });
    return () => {
      current = false;
    };
  }, [key, round]);
  return [loaded, useCallback(() => setRound((count) => count + 1), [])];
}

/** Shows what was loaded, a skeleton in its place, or what went wrong with a way on. */
export function Show<T>(props: {
  loaded: Loaded<T>;
  words: Words;
  again: () => void;
  height: "row" | "grid" | "form";
  explain?: Explain;
  children: (value: T) => ComponentChildren;
}) {
  const { loaded, words, again, height, explain, children } = props;
  if (loaded.state === "there") return <>{children(loaded.value)}</>;
  if (loaded.state === "failed") {
    return (
      <div class="stack">
        <ErrorBox error={loaded.error} words={words} {...(explain ? { explain } : {})} />
        <button class="button quiet fit" type="button" onClick={again}>
          {words.t("retry")}
        </button>
      </div>
    );
  }
  return (
    <div class={`bones bones-${height}`} aria-busy="true">
      <span class="sr">{words.t("loading")}</span>
      {[0, 1, 2].map((bone) => (
        <div class="skeleton card" key={bone} />
      ))}
    </div>
  );
}

/** Puts a failure into words. */
export type Explain = (failure: Failure) => string;

/** An error as a box: plain words and the code. `explain` knows what is only one part's business. */
export function ErrorBox(props: { error: Failure | null; words: Words; explain?: Explain }) {
  const { error, words, explain = errorText } = props;
  if (!error) return null;
  return (
    <div class="notice notice-bad" role="alert">
      <p>{explain(error)}</p>
      <p class="code">{words.t("errorCode", { code: error.code })}</p>
    </div>
  );
}
