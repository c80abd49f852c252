import type { VNode } from "preact";
import { Route, lazy } from "preact-iso";

/** What of an address pages are given. */
interface PathParts {
  siteId: string;
  booking: string;
  sessionId: string;
  part?: string;
  id?: string;
}
type Page = () => Promise<{ default: (props: PathParts) => VNode }>;

/** Routes to pages that come when they are opened, each with the texts of its part of the app. */
export function lazyRoutes(pages: Record<string, Page>, loadTexts: () => Promise<unknown>): VNode[] {
  return Object.entries(pages).map(([path, load]) => {
    const component = lazy(async () => (await Promise.all([load(), loadTexts()]))[0]);
    return <Route key={path} path={path} component={component} />;
  });
}
