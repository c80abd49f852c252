import type { VNode } from "preact";
import { Route } from "preact-iso";
import type { Lang } from "../../common/translate";
import { lazyPage } from "../lazy-routes";
import { messageTexts } from "../messages/words";
import { ownerTexts } from "./words";

type Page = () => Promise<{ default: (props: { siteId: string; organizationId: string }) => VNode }>;

/** Owners' pages come with their texts, which drivers do without. */
export function ownerRoutes(lang: Lang): VNode[] {
  const pages: [path: string, load: Page][] = [
    ["/sites/new", () => import("../pages/new-site")],
    ["/sites/:siteId/pair", () => import("../pages/pair")],
    ["/sites/:siteId/tariffs", () => import("../pages/tariffs")],
    ["/sites/:siteId/tariffs/:tariffId", () => import("../pages/tariffs")],
    ["/sites/:siteId/payment-rules", () => import("./pages/payment-rules")],
    ["/sites/:siteId/listing", () => import("./pages/listing")],
    ["/sites/:siteId/connectors", () => import("./pages/connectors")],
    ["/sites/:siteId/labels", () => import("./pages/labels")],
    ["/sites/:siteId/calendar", () => import("./pages/calendar")],
    ["/sites/:siteId/booking", () => import("./pages/booking-settings")],
    ["/sites/:siteId/faults", () => import("./pages/faults")],
    ["/sites/:siteId/reviews", () => import("./pages/reviews")],
    ["/sites/:siteId/messages", () => import("./pages/messages")],
    ["/sites/:siteId/figures", () => import("./pages/figures")],
    ["/business/:organizationId", () => import("./pages/money")],
    ["/business/:organizationId/invoices", () => import("./pages/invoices")],
    ["/business/:organizationId/payouts", () => import("./pages/payouts")],
    ["/business/:organizationId/offers", () => import("./pages/offers")],
    ["/business/:organizationId/team", () => import("./pages/team")],
    ["/payouts", () => import("./pages/my-payouts")],
  ];
  return pages.map(([path, load]) => {
    const component = lazyPage(load, () => Promise.all([ownerTexts.load(lang), messageTexts.load(lang)]));
    return <Route key={path} path={path} component={component} />;
  });
}
