import { useMemo } from "preact/hooks";
import { useApp } from "../context";
import type { App } from "../context";
import { messageApi } from "./api";
import type { MessageApi } from "./api";
import { messageTexts } from "./words";
import type { MessageT } from "./words";

/** What pages of messages work with. */
export interface Messages extends App {
  t: MessageT;
  messages: MessageApi;
}

/** Needs `messageTexts` loaded, as the routes here do: another part's page that shows threads loads them beside its own texts. */
export function useMessages(): Messages {
  const app = useApp();
  return useMemo(() => ({ ...app, t: messageTexts.t(), messages: messageApi(app.api.call) }), [app]);
}
