import { useMemo, useState } from "preact/hooks";
import type { Answer, Failure } from "../api";
import { useApp } from "../context";
import type { App } from "../context";
import { accountApi } from "./api";
import type { AccountApi } from "./api";
import { accountTexts } from "./words";
import type { AccountT } from "./words";

/** What every page of an account works with. */
export interface Account extends App {
  t: AccountT;
  account: AccountApi;
}

export function useAccount(): Account {
  const app = useApp();
  return useMemo(() => ({ ...app, t: accountTexts.t(), account: accountApi(app.api.call) }), [app]);
}

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
