import { lazyTexts } from "../lazy-texts";
import type { adminEn } from "./admin-en";

export const adminTexts = lazyTexts<typeof adminEn>({
  en: async () => (await import("./admin-en")).adminEn,
  de: async () => (await import("./admin-de")).adminDe,
});
export type AdminT = ReturnType<typeof adminTexts.t>;
