import type { VNode } from "preact";
import type { Lang } from "../../common/translate";
import { lazyRoutes } from "../lazy-routes";
import { messageTexts } from "./words";

/** A driver's threads, and the pages of one thread, which are the same for its driver, owners and admins. */
export function messageRoutes(lang: Lang): VNode[] {
  return lazyRoutes(
    {
      "/messages": () => import("./pages/threads"),
      "/messages/:siteId": () => import("./pages/write"),
      "/messages/:siteId/:id": () => import("./pages/thread"),
    },
    () => messageTexts.load(lang),
  );
}
