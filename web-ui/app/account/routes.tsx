import type { VNode } from "preact";
import type { Lang } from "../../common/translate";
import { lazyRoutes } from "../lazy-routes";
import { accountTexts } from "./words";

/** The pages of one's account, and those to which mails lead whoever cannot sign in. */
export function accountRoutes(lang: Lang): VNode[] {
  return lazyRoutes(
    {
      "/account": () => import("./pages/profile"),
      "/account/security": () => import("./pages/security"),
      "/account/notifications": () => import("./pages/notifications"),
      "/account/family": () => import("./pages/family"),
      "/forgot-password": () => import("./pages/forgot"),
      "/reset-password": () => import("./pages/reset"),
      "/verified": () => import("./pages/verified"),
    },
    () => accountTexts.load(lang),
  );
}
