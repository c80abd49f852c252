import { lazyTexts } from "../lazy-texts";
import type { messagesEn } from "./messages-en";

export const messageTexts = lazyTexts<typeof messagesEn>({
  en: async () => (await import("./messages-en")).messagesEn,
  de: async () => (await import("./messages-de")).messagesDe,
});
export type MessageT = ReturnType<typeof messageTexts.t>;
