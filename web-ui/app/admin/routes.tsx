import type { VNode } from "preact";
import type { Lang } from "../../common/translate";
import { driverTexts } from "../driver/words";
import { lazyRoutes } from "../lazy-routes";
import { adminTexts } from "./words";

/** The admins' pages come with their texts, and those of the drivers that they share. */
export function adminRoutes(lang: Lang): VNode[] {
  return lazyRoutes({ "/admin/:part?/:id?": () => import("./index") }, () =>
    Promise.all([adminTexts.load(lang), driverTexts.load(lang)]),
  );
}
