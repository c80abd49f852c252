import { appendFileSync } from "node:fs";
import type { MiddlewareHandler } from "hono";
import { matchedRoutes } from "hono/route";

/**
 * Which routes have answered a test with success, so that one whose effect nobody can have looked at is found when all tests have run (one-postgres.ts). A call is no proof by
 * itself: that its effect is asserted is for whoever writes the test.
 */

/** Where the test files of one run note it. */
export const CALLS_FILE = "HITCHPOST_TEST_CALLS";

/** Of this process; each route is noted once. */
const noted = new Set<string>();

/** Notes each request that is answered with success, unless its cloud is one at whose doors is only knocked. */
export function notingCalls(requests: MiddlewareHandler, isNoted: () => boolean): MiddlewareHandler {
  return (c, next) =>
    requests(c, async () => {
      await next();
      const file = process.env[CALLS_FILE];
      if (!file || !isNoted() || c.res.status >= 400) return;
      const pattern = matchedRoutes(c).findLast(({ path }) => path !== "/*")?.path ?? "";
      // better-auth's routes are one to the router.
      const route = `${c.req.method} ${pattern.endsWith("/*") ? c.req.path : openApiPath(pattern)}`;
      if (noted.has(route)) return;
      noted.add(route);
      appendFileSync(file, `${route}\n`);
    });
}

/** A path of the router as OpenAPI writes it: `/v1/sites/:siteId` is `/v1/sites/{siteId}`. */
export function openApiPath(pattern: string): string {
  return pattern.replace(/:(\w+)(\{[^}]*\})?/g, "{$1}");
}

/** Routes that nobody has called with success. `notes`: what the run has noted, a route a line. */
export function uncalled(routes: readonly string[], notes: string): string[] {
  const called = new Set(notes.split("\n"));
  return routes.filter((route) => !called.has(route));
}
