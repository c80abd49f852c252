import { useMemo, useState } from "preact/hooks";
import type { Answer, Failure } from "../api";
import { useApp } from "../context";
import type { App } from "../context";
import type { Loaded } from "../parts/load";
import { useLoad } from "../parts/load";
import { asking } from "./api";
import type { Ask } from "./api";
import { ownerTexts } from "./words";
import type { OwnerT } from "./words";

/** What every page of an owner works with. */
export interface Owner extends App {
  o: OwnerT;
  ask: Ask;
}

export function useOwner(): Owner {
  const app = useApp();
  return useMemo(() => ({ ...app, o: ownerTexts.t(), ask: asking(app.api.call) }), [app]);
}

/** Loads by the owners' calls; see `useLoad`. */
export function useAsk<T>(key: string, load: (ask: Ask) => Promise<Answer<T>>): [Loaded<T>, again: () => void] {
  const { ask } = useOwner();
  return useLoad(key, () => load(ask));
}

/** One call at a time, with how it went: under way, refused, done. */
export interface Sending {
  state: "idle" | "busy" | "done";
  error: Failure | null;
  /** Sends where nothing is under way; `then` gets what came back. */
  send<T>(run: () => Promise<Answer<T>>, then?: (value: T) => void): Promise<void>;
}

export function useSending(): Sending {
  const [state, setState] = useState<Sending["state"]>("idle");
  const [error, setError] = useState<Failure | null>(null);
  return {
    state,
    error,
    async send(run, then) {
      if (state === "busy") return;
      setState("busy");
      const answer = await run();
      setState(answer.ok ? "done" : "idle");
      setError(answer.ok ? null : answer.error);
      if (answer.ok) then?.(answer.value);
    },
  };
}
