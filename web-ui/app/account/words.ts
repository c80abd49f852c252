import { lazyTexts } from "../lazy-texts";
import type { accountEn } from "./account-en";

export const accountTexts = lazyTexts<typeof accountEn>({
  en: async () => (await import("./account-en")).accountEn,
  de: async () => (await import("./account-de")).accountDe,
});
export type AccountT = ReturnType<typeof accountTexts.t>;
