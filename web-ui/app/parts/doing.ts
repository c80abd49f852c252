import { useState } from "preact/hooks";
import type { Answer, Failure } from "../api";
import { useApp } from "../context";

/** One change at a time: whether it is under way, what went wrong, and what was done last. */
export interface Doing {
  busy: string | null;
  done: string | null;
  error: Failure | null;
  /** Runs a change under a name, unless another is under way; true where it was done. */
  run: (name: string, change: () => Promise<Answer<unknown>>) => Promise<boolean>;
}

export function useDoing(): Doing {
  const { setUser } = useApp();
  const [state, setState] = useState<Omit<Doing, "run">>({ busy: null, done: null, error: null });
  const run = async (name: string, change: () => Promise<Answer<unknown>>): Promise<boolean> => {
    if (state.busy !== null) return false;
    setState({ busy: name, done: null, error: null });
    const answer = await change();
    if (!answer.ok && answer.error.code === "unauthorized") setUser(null);
    setState({ busy: null, done: answer.ok ? name : null, error: answer.ok ? null : answer.error });
    return answer.ok;
  };
  return { ...state, run };
}
