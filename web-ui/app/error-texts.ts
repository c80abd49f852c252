import type { errorEn } from "./errors-en";
import { lazyTexts } from "./lazy-texts";

/** What went wrong, in words: loaded as soon as the app begins, beside everything else; no page is shown before they are there. */
export const errorTexts = lazyTexts<typeof errorEn>({
  en: async () => (await import("./errors-en")).errorEn,
  de: async () => (await import("./errors-de")).errorDe,
});
