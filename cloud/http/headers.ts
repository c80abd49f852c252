import type { MiddlewareHandler } from "hono";

/** Our own origin and nothing else; no inline script. Styles of elements are set by scripts through the CSSOM, which this allows. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Page of the app that reads the codes on chargers. */
const SCAN_PAGE = "/scan";

/** What pages may use of a phone: its camera where codes are read, and nowhere else (W3C Permissions Policy). */
function permissionsOf(path: string): string {
  return `camera=(${path === SCAN_PAGE ? "self" : ""}), microphone=()`;
}

/** Headers of every answer. HTTPS is insisted on only where it is spoken. */
export function securityHeaders(publicUrl: string): MiddlewareHandler {
  const https = publicUrl.startsWith("https:");
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("X-Frame-Options", "DENY");
    headers.set("Referrer-Policy", "same-origin");
    headers.set("Permissions-Policy", permissionsOf(c.req.path));
    headers.set("Cross-Origin-Opener-Policy", "same-origin");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    if (https) headers.set("Strict-Transport-Security", "max-age=31536000");
    if (c.req.path.startsWith("/v1/") && !headers.has("Cache-Control")) headers.set("Cache-Control", "no-store");
  };
}
