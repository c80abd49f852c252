import { bodyLimit } from "hono/body-limit";
import { sql } from "kysely";
import { AppError } from "../shared/error";
import { adminsOnly, signedIn } from "./accounts/access";
import { accountRoutes } from "./accounts/all-routes";
import { billingRoutes } from "./billing/all-routes";
import { adminRoutes } from "./admin/routes";
import type { Deps } from "./deps";
import { docsPage, docsPolicy } from "./http/docs-page";
import { errorHandler } from "./http/errors";
import { securityHeaders } from "./http/headers";
import type { Metrics } from "./http/metrics";
import { originCheck } from "./http/origin";
import { createRouter } from "./http/router";
import { webApp } from "./http/web";
import { commandRoutes } from "./hubs/commands";
import { hubKeyRoutes } from "./hubs/key-routes";
import { hubOwnerRoutes } from "./hubs/owner-routes";
import { messageRoutes } from "./messages/routes";
import { messageAdminRoutes } from "./messages/admin-routes";
import { paymentRoutes } from "./payments/all-routes";
import { pairingRoutes } from "./hubs/pairing";
import { syncRoutes } from "./hubs/sync-routes";
import { membershipRoutes } from "./memberships/routes";
import { notificationRoutes } from "./notifications/routes";
import { rescheduleRoutes } from "./reservations/reschedule/routes";
import { driverRoutes } from "./reservations/driver-routes";
import { calendarRoutes } from "./reservations/calendar-routes";
import { ownerRoutes } from "./reservations/owner-routes";
import { changePreviewRoutes } from "./reservations/preview-routes";
import { recurringRoutes } from "./reservations/recurring/routes";
import { waitingRoutes } from "./reservations/waiting/routes";
import { maintenanceRoutes } from "./maintenance/routes";
import { reviewAdminRoutes } from "./reviews/admin-routes";
import { reviewRoutes } from "./reviews/routes";
import { searchRoutes } from "./search/routes";
import { promotionRoutes } from "./promotions/routes";
import { idTagRoutes } from "./sessions/id-tag-routes";
import { mySessionRoutes } from "./sessions/me-routes";
import { sessionRoutes } from "./sessions/routes";
import { startRoutes } from "./sessions/start-routes";
import { allPlaceRoutes } from "./sites/all-routes";
import { boardRoutes } from "./sites/board-routes";
import { siteRoutes } from "./sites/routes";
import { previewRoutes } from "./tariffs/preview-routes";
import { tariffRoutes } from "./tariffs/routes";

/** Body of every request in bytes, but of those that have a limit of their own: a hub's batch, a photo. */
const BODY_BYTES = 256 * 1024;
const ownLimit = /^\/v1\/(hubs\/[^/]+\/events|sites\/[^/]+\/photos)$/;

/** Where one has to be signed in; below /v1/admin, as an admin of the platform. The rest is for everybody, or asks for a token of its own. */
const SIGNED_IN = [
  "/v1/admin/*",
  "/v1/family/*",
  "/v1/me/*",
  "/v1/notifications/*",
  "/v1/organizations/*",
  "/v1/places/:siteId/join",
  "/v1/places/:siteId/reviews/:reviewId/reports",
  "/v1/reservation-series/*",
  "/v1/reservations/*",
  "/v1/sites/*",
  "/v1/tariffs/*",
  "/v1/vehicles/*",
  "/v1/waiting-list/*",
];

/** The cloud's whole HTTP surface. */
export function createApp(deps: Deps, metrics: Metrics) {
  const { db, auth, log, now, publicUrl, webRoot } = deps;
  const app = createRouter();
  const tooLarge = () => {
    throw new AppError("too_large", `A body has at most ${BODY_BYTES} bytes.`, { status: 413 });
  };
  const limit = bodyLimit({ maxSize: BODY_BYTES, onError: tooLarge });

  app.onError(errorHandler(log, now));
  app.use(metrics.requests);
  app.use(securityHeaders(publicUrl));
  app.use(originCheck(publicUrl));
  app.use((c, next) => (ownLimit.test(c.req.path) ? next() : limit(c, next)));
  for (const path of SIGNED_IN) app.use(path, signedIn(auth));
  app.use("/v1/admin/*", adminsOnly(db));

  app.get("/healthz", async (c) => {
    await sql`select 1`.execute(db);
    return c.json({ ok: true });
  });
  app.get("/metrics", async (c) =>
    c.text(await metrics.registry.metrics(), 200, { "Content-Type": metrics.registry.contentType }),
  );

  const routes = app
    .route("/", accountRoutes(deps))
    .route("/", adminRoutes(deps))
    .route("/", notificationRoutes(deps))
    .route("/", siteRoutes(deps))
    .route("/", tariffRoutes(deps))
    .route("/", previewRoutes(deps))
    .route("/", membershipRoutes(deps))
    .route("/", promotionRoutes(deps))
    .route("/", allPlaceRoutes(deps))
    .route("/", searchRoutes(deps))
    .route("/", reviewRoutes(deps))
    .route("/", reviewAdminRoutes(deps))
    .route("/", maintenanceRoutes(deps))
    .route("/", messageRoutes(deps))
    .route("/", messageAdminRoutes(deps))
    .route("/", boardRoutes(deps))
    .route("/", sessionRoutes(deps))
    .route("/", mySessionRoutes(deps))
    .route("/", startRoutes(deps))
    .route("/", idTagRoutes(deps))
    .route("/", driverRoutes(deps))
    .route("/", ownerRoutes(deps))
    .route("/", rescheduleRoutes(deps))
    .route("/", changePreviewRoutes(deps))
    .route("/", calendarRoutes(deps))
    .route("/", waitingRoutes(deps))
    .route("/", recurringRoutes(deps))
    .route("/", billingRoutes(deps))
    .route("/", paymentRoutes(deps))
    .route("/", pairingRoutes(deps))
    .route("/", hubOwnerRoutes(deps))
    .route("/", hubKeyRoutes(deps))
    .route("/", commandRoutes(deps))
    .route("/", syncRoutes(deps, metrics));

  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "hitchpost cloud",
      version: "1",
      description:
        "Sign in below /v1/auth (better-auth: sign-up/email, sign-in/email, sign-out) and use its cookie, or the set-auth-token header as a bearer token. " +
        "Every error is { error: { code, message, details? } }.",
    },
    servers: [{ url: publicUrl }],
  });
  const page = docsPage(document as Parameters<typeof docsPage>[0]);
  app.get("/v1/openapi.json", (c) => c.json(document));
  app.get("/v1/docs", (c) => c.html(page, 200, { "Content-Security-Policy": docsPolicy }));
  app.use(webApp(webRoot));

  const known = knownRoutes(app.routes);
  app.notFound((c) => {
    const allowed = known.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method);
    if (allowed.length === 0) throw new AppError("not_found", "There is nothing at this address.", { status: 404 });
    c.header("Allow", [...new Set(allowed)].join(", "));
    throw new AppError("method_not_allowed", `${c.req.method} is not for this address.`, { status: 405 });
  });
  return routes;
}

/** What web-ui's typed client is made from. */
export type AppType = ReturnType<typeof createApp>;
export type { Board, BoardMessage } from "./sites/board";
export type { AdminUser, LogEntry } from "./admin/routes";
export type { ReportedReview } from "./reviews/admin-routes";
export type { Listing } from "./sites/admin-routes";

/** Addresses by method, to tell a wrong method from a wrong address. Middleware has no method and is left out. */
function knownRoutes(routes: { method: string; path: string }[]): { method: string; pattern: RegExp }[] {
  return routes
    .filter(({ method, path }) => method !== "ALL" && path !== "/*")
    .map(({ method, path }) => ({
      method,
      pattern: new RegExp(
        `^${path
          .replace(/[.]/g, "\\.")
          .replace(/\/\*$/, "/.*")
          .replace(/:[^/]+/g, "[^/]+")}$`,
      ),
    }));
}
