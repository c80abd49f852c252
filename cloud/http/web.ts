import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import type { MiddlewareHandler } from "hono";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".txt": "text/plain; charset=utf-8",
};
const A_YEAR = "public, max-age=31536000, immutable";

/**
 * The built cloud app below `root`. Files whose name carries a hash of their content are kept by browsers for a year, everything else is asked for again
 * each time. An address that is no file is one of the app's own pages. Without a build the answer is a plain sentence.
 */
export function webApp(root: string): MiddlewareHandler {
  return async (c, next) => {
    const { method, path } = c.req;
    if ((method !== "GET" && method !== "HEAD") || /^\/v1(\/|$)/.test(path)) return next();
    const found = (await readBelow(root, path)) ?? (extname(path) ? undefined : await readBelow(root, "/index.html"));
    if (!found) {
      if (extname(path)) return next();
      return c.text("The cloud's pages are not built. Run: npm run build", 503);
    }
    const { content, encoding } = await packed(found, c.req.header("accept-encoding") ?? "");
    const tag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
    c.header("Vary", "Accept-Encoding");
    c.header("ETag", tag);
    c.header("Cache-Control", path.startsWith("/assets/") ? A_YEAR : "no-cache");
    if (c.req.header("if-none-match") === tag) return c.body(null, 304);
    c.header("Content-Type", types[extname(found.file)] ?? "application/octet-stream");
    if (encoding) c.header("Content-Encoding", encoding);
    return c.body(new Uint8Array(content));
  };
}

/** What the build has packed beside a file, the smallest that the browser takes; else the file itself. */
async function packed({ file, content }: Found, accepted: string): Promise<{ content: Buffer; encoding?: string }> {
  const names = accepted.split(",").map((each) => each.trim().split(";")[0]);
  for (const [encoding, ending] of [
    ["br", ".br"],
    ["gzip", ".gz"],
  ] as const) {
    if (!names.includes(encoding)) continue;
    const beside = await readFile(file + ending).catch(() => undefined);
    if (beside) return { content: beside, encoding };
  }
  return { content };
}

interface Found {
  file: string;
  content: Buffer;
}

/** A file below the folder, never above it; undefined where there is none. */
async function readBelow(root: string, path: string): Promise<Found | undefined> {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const file = normalize(join(root, decoded));
  if (!file.startsWith(normalize(root) + sep) || decoded.includes("\0")) return undefined;
  try {
    if (!(await stat(file)).isFile()) return undefined;
    return { file, content: await readFile(file) };
  } catch {
    return undefined;
  }
}
