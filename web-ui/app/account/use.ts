import { useMemo } from "preact/hooks";
import { useApp } from "../context";
import type { App } from "../context";
import { accountApi } from "./api";
import type { AccountApi } from "./api";
export { useDoing } from "../parts/doing";
export type { Doing } from "../parts/doing";
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
