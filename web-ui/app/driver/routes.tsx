import type { VNode } from "preact";
import type { Lang } from "../../common/translate";
import { lazyRoutes } from "../lazy-routes";
import { driverTexts } from "./words";

/** The map's two files are asked for beside the page that shows it, and not after it. What fails is asked for again by the page. */
function mapAhead(): void {
  if (!location.search.includes("view=map")) return;
  for (const part of [import("./parts/map"), import("virtual:map-shapes")]) part.catch(() => undefined);
}

/** Drivers' pages come with their texts, which owners do without. */
export function driverRoutes(lang: Lang): VNode[] {
  return lazyRoutes(
    {
      "/": () => {
        mapAhead();
        return import("./pages/find");
      },
      "/scan": () => import("./pages/scan"),
      "/places/:siteId": () => import("./pages/place"),
      "/places/:siteId/book": () => import("./pages/book"),
      "/places/:siteId/start": () => import("./pages/start"),
      "/sessions": () => import("./pages/sessions"),
      "/sessions/:siteId/:sessionId": () => import("./pages/session"),
      "/payments": () => import("./pages/payments"),
      "/inbox": () => import("./pages/inbox"),
      "/charging": () => import("./pages/charging"),
      "/charging/:siteId/:booking": () => import("./pages/booking"),
      "/places/:siteId/weekly": () => import("./pages/weekly"),
      "/weekly/:siteId/:id": () => import("./pages/series"),
      "/vehicles": () => import("./pages/vehicles"),
      "/bills": () => import("./pages/bills"),
    },
    () => driverTexts.load(lang),
  );
}
