import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../shared/error";
import type { HubApp } from "./context";
import { assets, orPlain } from "./page";

/** Nothing but the page's own files; no form is ever sent, and nobody may frame it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/**
 * A page that the build has made whole: /admin for installers and owners at the site, /install for setting a charger up. Its files are the same for everybody and hold
 * no secret: what it shows comes from the admin API, for the token that somebody types in.
 */
export function builtPage(app: HubApp, path: "/admin" | "/install", webFolder: string): void {
  app.use(path, orPlain);
  app.get(path, async (c) => {
    const html = await readFile(join(webFolder, path, "index.html"), "utf8").catch((error: unknown) => {
      throw new AppError("page_missing", "The hub runs, but its page has not been built: run `npm run build`.", {
        status: 503,
        cause: error,
      });
    });
    c.header("Content-Security-Policy", policy);
    c.header("Cache-Control", "no-store");
    return c.html(html);
  });
  app.get(`${path}/assets/*`, assets(webFolder));
}
