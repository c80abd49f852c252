import type { MiddlewareHandler } from "hono";
import { AppError } from "../../shared/error";
import { originsOf } from "../accounts/auth";

const safe = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Refuses a change that another site's page makes with our cookie (CSRF): browsers send Origin with every such request. Programs with a bearer token
 * send no cookie and need no Origin.
 */
export function originCheck(publicUrl: string): MiddlewareHandler {
  const trusted = new Set(originsOf(publicUrl));
  return async (c, next) => {
    const origin = c.req.header("origin");
    const foreign = origin === undefined ? c.req.header("cookie") !== undefined : !trusted.has(origin);
    if (foreign && !safe.has(c.req.method)) {
      throw new AppError("foreign_origin", "This change was not asked for by a page of ours.", { status: 403 });
    }
    await next();
  };
}
