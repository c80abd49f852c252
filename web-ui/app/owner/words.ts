import { lazyTexts } from "../lazy-texts";
import type { ownerEn } from "./owner-en";

export const ownerTexts = lazyTexts<typeof ownerEn>({
  en: async () => (await import("./owner-en")).ownerEn,
  de: async () => (await import("./owner-de")).ownerDe,
});
export type OwnerT = ReturnType<typeof ownerTexts.t>;
