import { isIP } from "node:net";
import type { Context, MiddlewareHandler } from "hono";
import { AppError } from "../../shared/error";
import { bearerOf, tooMany } from "./auth";
import type { HubEnv, HubServices } from "./context";

/**
 * The doors against other web pages. A page elsewhere can make a browser on the site's network send requests here: with a foreign `Origin`, or,
 * by DNS rebinding, under a foreign `Host`. Neither can know the bearer token, so what carries it may pass.
 */

/**
 * Whether a `Host` may name this hub: addresses, localhost, names in `.local` (mDNS), and the host of the public URL. None of these can be
 * pointed here by somebody else's DNS.
 */
export function isOwnHost(host: string | undefined, publicUrl: string | null): boolean {
  const name = hostName(host);
  if (name === null) return false;
  if (isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0) return true;
  if (name === "localhost" || name.endsWith(".localhost") || name.endsWith(".local")) return true;
  return publicUrl !== null && name === new URL(publicUrl).hostname;
}

/** A `Host` header's name in lower case, without port; null where it is none. */
export function hostName(host: string | undefined): string | null {
  if (!host || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(host)) return null;
  return host
    .replace(/:\d{1,5}$/, "")
    .toLowerCase()
    .replace(/\.$/, "");
}

/** Whether an `Origin` is the very address that is asked, or the public URL. None at all comes from a program, not from a page. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined, publicUrl: string | null): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const { protocol, host: from } = new URL(origin);
  if (publicUrl !== null && new URL(publicUrl).origin === origin) return true;
  return (protocol === "http:" || protocol === "https:") && from === host?.toLowerCase();
}

/** Reading is possible for whom the hub's figures are meant, under any name. */
const open = new Set(["/healthz", "/metrics"]);

/** Refuses foreign hosts with 421, and foreign origins on what changes something with 403. A wrong token is a guess here too, since the right one opens. */
export function guard({ publicUrl, limits }: Pick<HubServices, "publicUrl" | "limits">): MiddlewareHandler<HubEnv> {
  return async (c, next) => {
    const refusal = refusalOf(c, publicUrl);
    if (!refusal) return next();
    if (bearerOf(c) !== null) {
      if (limits.guess.blocked(c.get("address"))) throw tooMany();
      if (c.get("isAdmin")) return next();
      limits.guess.failed(c.get("address"));
    }
    throw refusal;
  };
}

/** Why a request without the token is not taken; null: it is. */
function refusalOf(c: Context<HubEnv>, publicUrl: string | null): AppError | null {
  if (open.has(c.req.path)) return null;
  const host = c.req.header("host");
  if (!isOwnHost(host, publicUrl)) {
    const message = "The hub is not known under this name. Use its address, or set HUB_PUBLIC_URL to this one.";
    return new AppError("host_not_allowed", message, { status: 421 });
  }
  if (isReading(c.req.method)) return null;
  if (isOwnOrigin(c.req.header("origin"), host, publicUrl) && c.req.header("sec-fetch-site") !== "cross-site") {
    return null;
  }
  return new AppError("origin_not_allowed", "Requests of other web pages are not taken.", { status: 403 });
}

/** A certificate request may come as the file that it is (RFC 5967, and what tools call it). */
const certificateRequests = new Set(["application/pkcs10", "application/x-pem-file", "text/plain"]);

/** What is sent must be what is expected: a body of another kind is refused instead of being ignored. */
export const expectJson: MiddlewareHandler<HubEnv> = async (c, next) => {
  const isEmpty = (c.req.header("content-length") ?? "0") === "0" && c.req.header("transfer-encoding") === undefined;
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  const isRequest = c.req.path.endsWith("/certificate") && certificateRequests.has(type ?? "");
  if (!isReading(c.req.method) && !isEmpty && type !== "application/json" && !isRequest) {
    throw new AppError("json_expected", "The body must be JSON, with Content-Type: application/json.", { status: 415 });
  }
  return next();
};

function isReading(method: string): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
