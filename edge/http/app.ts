import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import type { Hook } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { compress } from "hono/compress";
import { methodNotAllowed } from "hono/method-not-allowed";
import { AppError } from "../../shared/error";
import { identify } from "./auth";
import { builtPage } from "./admin-page";
import { bookingRoutes } from "./booking-routes";
import { chargePointRoutes } from "./charge-points";
import { chargerFileRoutes } from "./charger-files";
import { commandRoutes } from "./command-routes";
import type { HubApp, HubEnv, HubServices } from "./context";
import { errorHandler, errorResponse, notFoundHandler, refuseInvalid } from "./errors";
import { fileRoutes, firmwareUploadRoute } from "./file-routes";
import { expectJson, guard } from "./guard";
import { installerRoutes } from "./installer-routes";
import { loadRoutes } from "./load-routes";
import { pageRoutes } from "./page";
import { pageApiRoutes } from "./page-api";
import { pairingRoutes } from "./pairing-routes";
import { answer } from "./schemas";
import { securityRoutes } from "./security-routes";
import { sessionRoutes } from "./session-routes";
import { settingsRoutes } from "./settings";

const LONGEST_BODY = 256 * 1024;

/** The hub's HTTP side: driver page, its API, and the owner's. Every error leaves as JSON of one shape. */
export function createApp(services: HubServices): HubApp {
  const invalid: Hook<unknown, HubEnv, string, void> = (result) => refuseInvalid(result);
  const app: HubApp = new OpenAPIHono<HubEnv>({ defaultHook: invalid });
  app.onError(errorHandler(services.log));
  app.notFound(notFoundHandler);

  app.use(services.metrics.middleware);
  app.use(safeHeaders);
  app.use(identify(services));
  chargerFileRoutes(app, services);
  firmwareUploadRoute(app, services);
  app.use(compress());
  app.use(methodNotAllowed({ app, onMethodNotAllowed: refuseMethod }));
  app.use(bodyLimit({ maxSize: LONGEST_BODY, onError: refuseLength }));
  app.use(guard(services));
  app.use("/api/*", expectJson);

  healthRoutes(app, services);
  pageApiRoutes(app, services);
  chargePointRoutes(app, services);
  sessionRoutes(app, services);
  commandRoutes(app, services);
  fileRoutes(app, services);
  securityRoutes(app, services);
  settingsRoutes(app, services);
  pairingRoutes(app, services);
  loadRoutes(app, services);
  bookingRoutes(app, services);
  pageRoutes(app, services);
  builtPage(app, "/admin", services.webFolder);
  installerRoutes(app, services);
  describe(app, services.version);
  return app;
}

function healthRoutes(app: HubApp, { metrics, version, store }: HubServices): void {
  const tags = ["Health"];
  app.openapi(
    createRoute({
      tags,
      method: "get",
      path: "/healthz",
      summary: "Whether the hub serves",
      responses: {
        200: answer("It does", z.object({ status: z.literal("ok"), version: z.string() })),
        503: answer(
          "It runs, but takes nothing from chargers, which keep what they have to say",
          z.object({ status: z.literal("disk_full"), reason: z.string(), version: z.string() }),
        ),
      },
    }),
    (c) => {
      if (!store.full) return c.json({ status: "ok" as const, version }, 200);
      const reason = "The disk is full, or nearly so: no charger is let in until there is room.";
      return c.json({ status: "disk_full" as const, reason, version }, 503);
    },
  );
  app.openapi(
    createRoute({
      tags,
      method: "get",
      path: "/metrics",
      summary: "Figures for Prometheus",
      responses: { 200: { description: "Prometheus text", content: { "text/plain": { schema: z.string() } } } },
    }),
    async (c) => c.text(await metrics.text(), 200, { "Content-Type": metrics.contentType }),
  );
}

function describe(app: HubApp, version: string): void {
  const html = { description: "HTML", content: { "text/html": { schema: z.string() } } };
  const pages: [path: string, summary: string][] = [
    ["/", "Driver page: all connectors"],
    ["/c/{cpId}", "Driver page: the connectors of a charge point"],
    ["/c/{cpId}/{connector}", "Driver page: one connector"],
    ["/s/{sessionId}", "Driver page: a receipt"],
    ["/admin", "Page for installers and owners; what it shows comes from this API, for the admin token"],
    ["/install", "Page that sets a charger up over USB, in a browser with Web Serial"],
  ];
  for (const [path, summary] of pages) {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name as string, z.string()]);
    const params = z.object(Object.fromEntries(names));
    const registered = { method: "get" as const, path, summary, tags: ["Driver page"], responses: { 200: html } };
    app.openAPIRegistry.registerPath({ ...registered, request: { params } });
  }
  app.openAPIRegistry.registerComponent("securitySchemes", "adminToken", { type: "http", scheme: "bearer" });
  app.openAPIRegistry.registerComponent("securitySchemes", "startSecret", {
    type: "http",
    scheme: "bearer",
    description: "the secret that the session was started with",
  });
  app.doc31("/api/openapi.json", { openapi: "3.1.0", info: { title: "hitchpost hub", version } });
}

/** For answers that are no page of ours: nothing in them may run, and nobody may frame them. A page sets its own policy. */
const safeHeaders: MiddlewareHandler<HubEnv> = async (c, next) => {
  await next();
  const headers: Record<string, string> = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    // Not no-referrer: browsers then send forms with `Origin: null`, which is refused.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
  };
  for (const [name, value] of Object.entries(headers)) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
};

const refuseMethod = (c: Context, methods: string[]): Response => {
  c.header("Allow", methods.join(", "));
  const message = `This address knows ${methods.join(", ")}.`;
  return errorResponse(c, new AppError("method_not_allowed", message, { status: 405 }));
};

function refuseLength(c: Context): never {
  // What is left of the body is not read, so nothing can follow it on this connection.
  c.header("Connection", "close");
  throw new AppError("too_large", `A body has at most ${LONGEST_BODY} bytes.`, { status: 413 });
}
