import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/**
 * The client's address: that of its connection or, behind a proxy that is trusted, the last entry of X-Forwarded-For, which that proxy wrote itself (the
 * ones before it are the client's own claim).
 */
export function clientAddress(c: Context, trustProxy: boolean): string {
  const forwarded = trustProxy ? c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return forwarded || connectionAddress(c) || "unknown";
}

function connectionAddress(c: Context): string | undefined {
  try {
    return getConnInfo(c).remote.address;
  } catch {
    // Called without a socket, as app.request() does.
    return undefined;
  }
}
