import { lazyTexts } from "../lazy-texts";
import type { driverEn } from "./driver-en";

export const driverTexts = lazyTexts<typeof driverEn>({
  en: async () => (await import("./driver-en")).driverEn,
  de: async () => (await import("./driver-de")).driverDe,
});
export type DriverT = ReturnType<typeof driverTexts.t>;
