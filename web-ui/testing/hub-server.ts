import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { HubPageView, LiveMessage, Receipt } from "../../shared/hub-page";
import type { PageError } from "../hub/errors";
import type { RenderOptions } from "../hub/render";

type Render = (view: HubPageView, options: RenderOptions) => string;

/** A server for the built hub page, with views that a test sets: the page, its files, its live stream and its API. */
export interface PageServer {
  url: string;
  /** The view of the next page and stream. */
  view: HubPageView;
  receipt: Receipt | null;
  /** What the next page says has gone wrong. */
  error: PageError | undefined;
  /** The browser's requests to change something: method, path, body. */
  posts: { path: string; body: Record<string, string> }[];
  /** Answer of the next posts. */
  answer: { status: number; body: unknown };
  send(message: LiveMessage): void;
  /** Cuts all live streams and refuses new ones, or accepts them again. */
  setReachable(reachable: boolean): void;
  close(): Promise<void>;
}

/** The policy that the hub sends with its page. */
const policy = (nonce: string) =>
  `default-src 'none'; script-src 'nonce-${nonce}' 'self'; style-src 'nonce-${nonce}' 'self'; img-src 'self'; connect-src 'self'; ` +
  `form-action 'self'; base-uri 'none'; frame-ancestors 'none'`;

/** Starts the server on a free port of 127.0.0.1. `dist` is the folder of the hub's built page. */
export async function startPageServer(dist: string, first: HubPageView, secret: string): Promise<PageServer> {
  const { renderPage } = (await import(pathToFileURL(join(dist, "render.js")).href)) as { renderPage: Render };
  const streams = new Set<ServerResponse>();
  let reachable = true;
  let answered = 0;

  const server = createServer(async (request, response) => {
    const url = new URL(request.url as string, "http://hub");
    if (request.method === "POST") return takePost(request, response, url.pathname);
    if (url.pathname.startsWith("/assets/")) return sendAsset(response, url.pathname);
    if (url.pathname === "/healthz") return reachable ? json(response, 200, {}) : response.destroy();
    if (url.pathname === "/api/page/live") {
      if (!reachable) return response.destroy();
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      response.write(`data: ${JSON.stringify({ kind: "view", view: page.view })}\n\n`);
      streams.add(response);
      return response.on("close", () => streams.delete(response));
    }
    const lang = url.searchParams.get("lang") === "de" ? "de" : "en";
    // A new one for each answer, as at the hub.
    const nonce = btoa(`nonce ${answered++}`);
    const receipt =
      request.headers.authorization === `Bearer ${secret}` && page.receipt ? { receipt: page.receipt } : {};
    const error = page.error ? { error: page.error } : {};
    const html = renderPage(page.view, { lang, path: url.pathname, secret, nonce, ...receipt, ...error });
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy(nonce),
    });
    response.end(html);
  });

  async function sendAsset(response: ServerResponse, path: string): Promise<void> {
    const type = path.endsWith(".js") ? "text/javascript" : "image/svg+xml";
    response.writeHead(200, { "content-type": type });
    response.end(await readFile(join(dist, path)));
  }
  async function takePost(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const form = request.headers["content-type"] === "application/x-www-form-urlencoded";
    const body = form ? Object.fromEntries(new URLSearchParams(text)) : (JSON.parse(text) as Record<string, string>);
    page.posts.push({ path, body });
    if (!form) return json(response, page.answer.status, page.answer.body);
    response.writeHead(303, { location: path.replace(/\/(start|stop|unlock)$/, "") }).end();
  }

  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const page: PageServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    view: first,
    receipt: null,
    error: undefined,
    posts: [],
    answer: { status: 202, body: { requestId: "r1", cpId: "CP1", connectorId: 1 } },
    send(message) {
      if (message.kind === "view") page.view = message.view;
      for (const stream of streams) stream.write(`data: ${JSON.stringify(message)}\n\n`);
    },
    setReachable(next) {
      reachable = next;
      if (!next) for (const stream of streams) stream.destroy();
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return page;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
