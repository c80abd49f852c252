import type { VNode } from "preact";
import { Route, lazy } from "preact-iso";
import { now } from "../common/clock";
import { errorTexts } from "./error-texts";
import { StalePage, renew } from "./parts/stale";

/** What of an address pages are given. */
interface PathParts {
  siteId: string;
  organizationId: string;
  booking: string;
  sessionId: string;
  part?: string;
  id?: string;
}
type Page = () => Promise<{ default: (props: PathParts) => VNode }>;

/**
 * A page that comes when it is opened, with the texts of its part of the app. One that does not come, as after a deployment that has taken its file away, lets the
 * app load anew, once; then that is said.
 */
export function lazyPage(load: Page, loadTexts?: () => Promise<unknown>): (props: PathParts) => VNode {
  return lazy(async () => {
    try {
      const [page] = await Promise.all([load(), loadTexts?.(), errorTexts.there()]);
      return page;
    } catch {
      const workers = globalThis.navigator?.serviceWorker;
      await renew({ workers, store: sessionStorage, now: now(), reload: () => location.reload() });
      return { default: StalePage };
    }
  });
}

/** Routes to such pages. */
export function lazyRoutes(pages: Record<string, Page>, loadTexts?: () => Promise<unknown>): VNode[] {
  return Object.entries(pages).map(([path, load]) => (
    <Route key={path} path={path} component={lazyPage(load, loadTexts)} />
  ));
}
