import { createContext } from "preact";
import { useCallback, useContext, useEffect, useState } from "preact/hooks";
import type { Answer, Failure, HubApi } from "./api";
import type { Words } from "./words";

/** What every part of the page works with. */
interface HubAdmin {
  words: Words;
  api: HubApi;
  now: () => number;
  /** Forgets the token, here and in this tab's storage. */
  signOut: () => void;
}

export const HubAdminContext = createContext<HubAdmin | null>(null);

export function useHub(): HubAdmin {
  return useContext(HubAdminContext) as HubAdmin;
}

export interface Polled<T> {
  /** The last answer; it stays while newer ones fail. */
  value: T | null;
  error: Failure | null;
  /** When `value` came, epoch ms. */
  at: number;
  again: () => void;
}

/** Asks again and again, `everyMs` after each answer, as long as somebody looks. Whose token is refused is signed out. */
export function usePoll<T>(load: () => Promise<Answer<T>>, everyMs: number): Polled<T> {
  const { signOut, now } = useHub();
  const [state, setState] = useState<Omit<Polled<T>, "again">>({ value: null, error: null, at: 0 });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isHere = true;
    const ask = async () => {
      const answer = document.hidden ? null : await load();
      if (!isHere) return;
      if (answer && !answer.ok && answer.error.code === "unauthorized") return signOut();
      if (answer?.ok) setState({ value: answer.value, error: null, at: now() });
      else if (answer) setState((before) => ({ ...before, error: answer.error }));
      timer = setTimeout(() => void ask(), everyMs);
    };
    void ask();
    return () => {
      isHere = false;
      clearTimeout(timer);
    };
  }, [round]);
  return { ...state, again: useCallback(() => setRound((count) => count + 1), []) };
}

/** Something that a person asks for: one at a time, with what went wrong. Gives whether it was done. */
export function useWork(): {
  busy: boolean;
  error: Failure | null;
  run: <T>(work: Promise<Answer<T>>) => Promise<T | null>;
} {
  const { signOut } = useHub();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Failure | null>(null);
  const run = async <T>(work: Promise<Answer<T>>): Promise<T | null> => {
    setBusy(true);
    const answer = await work;
    setBusy(false);
    setError(answer.ok ? null : answer.error);
    if (!answer.ok && answer.error.code === "unauthorized") signOut();
    return answer.ok ? (answer.value ?? ({} as T)) : null;
  };
  return { busy, error, run };
}
