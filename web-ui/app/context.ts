import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Api } from "./api";
import type { User } from "./types";
import type { Words } from "./words";

/** What every page works with. */
export interface App {
  words: Words;
  api: Api;
  now: () => number;
  user: User | null;
  setUser: (user: User | null) => void;
  setLang: (lang: string) => void;
}

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  return useContext(AppContext) as App;
}
