import { serveStatic } from "@hono/node-server/serve-static";
import { z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { AppError } from "../../shared/error";
import type { ConnectorView, Receipt } from "../../shared/hub-page";
import { cpIdSchema } from "../../shared/schema";
import { requestIdOf, secretPattern } from "../start/secret";
import { openOn } from "../state/sessions";
import { bearerOf, tooMany } from "./auth";
import type { HubApp, HubEnv, HubServices } from "./context";
import { driverStart, driverStop, driverUnlock } from "./driver";
import { chooseLang } from "./language";
import { readView } from "./live";
import { accessKeySchema, connectorSchema, pinSchema, referenceSchema, secretSchema } from "./page-api";
import { openReceipt } from "./receipt";
import { rendererOf } from "./renderer";
import type { PageError } from "./renderer";
import type { Place } from "./view";

/** Keeps a page's secret where no script does. */
const COOKIE = "hitchpost_secret";

const formSchema = z.object({
  secret: secretSchema,
  accessKey: accessKeySchema.optional(),
  sessionId: z.uuid().optional(),
  reference: referenceSchema.optional(),
  pin: pinSchema.optional(),
  standby: z.stringbool().optional(),
});

/** The driver page: rendered here, so that charger, state and price are there before any script. */
export function pageRoutes(app: HubApp, services: HubServices): void {
  const { store, random, webFolder } = services;
  const renderer = rendererOf(webFolder);

  interface Shown {
    place?: Place;
    receipt?: Receipt | null;
    isThere?: boolean;
    /** What was refused, and of whom the page is then shown. */
    refused?: { action: PageError["action"]; error: AppError };
  }

  async function show(
    c: Context<HubEnv>,
    { place = null, receipt, isThere = true, refused }: Shown,
  ): Promise<Response> {
    const renderPage = await renderer();
    const view = await readView(services, place);
    const nonce = base64url(random(16));
    const lang = chooseLang(c.req.query("lang"), getCookie(c, "lang"), c.req.header("accept-language"));
    const { secret, requestId } = secretFor(view.connector, getCookie(c, COOKIE), () => base64url(random(32)));
    const path = place ? `/c/${place.cpId}/${place.connectorId}` : c.req.path;
    const { code, details } = refused?.error ?? {};
    const error = refused && { action: refused.action, code: code as string, ...(details ? { details } : {}) };
    const options = {
      ...{ lang, path, secret, requestId, nonce },
      ...(receipt ? { receipt } : {}),
      ...(error ? { error } : {}),
    };
    c.header("Content-Security-Policy", policy(nonce));
    c.header("Cache-Control", "no-store");
    c.header("Content-Language", lang);
    const status = isThere && (place === null || view.connector !== null) ? 200 : 404;
    return c.html(renderPage(view, options), (refused?.error.status ?? status) as ContentfulStatusCode);
  }

  /** Work that a form asks for. Where it is refused, its sender sees the page again, with what went wrong. */
  async function orTold(
    c: Context<HubEnv>,
    shown: { place: Place; action: PageError["action"] },
    work: () => Promise<Response>,
  ): Promise<Response> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.status >= 500) throw error;
      return show(c, { place: shown.place, refused: { action: shown.action, error } }).catch((failure: unknown) => {
        // Where there is no page to say it, what was refused is said as it is.
        throw failure instanceof AppError && failure.code === "page_missing" ? error : failure;
      });
    }
  }

  app.use("/", orPlain);
  app.use("/c/*", orPlain);
  app.use("/s/*", orPlain);

  app.get("/", (c) => show(c, {}));
  app.get("/c/:cpId", (c) => show(c, { isThere: Object.hasOwn(store.state.chargePoints, c.req.param("cpId")) }));
  app.get("/c/:cpId/:connector", (c) => show(c, { place: placeOf(c.req.param()) }));
  app.get("/s/:sessionId", (c) =>
    orTold(c, { place: null, action: "receipt" }, async () => {
      const sessionId = c.req.param("sessionId");
      const secret = bearerOf(c);
      const receipt = secret
        ? await bearersReceipt(services, c.get("address"), sessionId, secret)
        : await ownReceipt(services, sessionId, getCookie(c, COOKIE));
      return show(c, { receipt });
    }),
  );

  app.post("/c/:cpId/:connector/start", formOnly, (c) => {
    const place = placeOf(c.req.param());
    return orTold(c, { place, action: "start" }, async () => {
      const { sessionId: _none, ...form } = await formOf(c);
      const at = await driverStart(services, c.get("address"), { ...place, ...form });
      remember(c, form.secret);
      return c.redirect(`/c/${at.cpId}/${at.connectorId}`, 303);
    });
  });

  app.post("/c/:cpId/:connector/stop", formOnly, (c) => {
    const place = placeOf(c.req.param());
    return orTold(c, { place, action: "stop" }, async () => {
      const form = await formOf(c);
      const sessionId = form.sessionId ?? openOn(store.state, place.cpId, place.connectorId)?.session.id;
      if (!sessionId) throw new AppError("unknown_session", "No session is running here.", { status: 404 });
      await driverStop(services, c.get("address"), { sessionId, secret: form.secret });
      remember(c, form.secret);
      return c.redirect(`/c/${place.cpId}/${place.connectorId}`, 303);
    });
  });

  app.post("/c/:cpId/:connector/unlock", formOnly, (c) => {
    const place = placeOf(c.req.param());
    return orTold(c, { place, action: "unlock" }, async () => {
      const { secret } = await formOf(c);
      await driverUnlock(services, c.get("address"), { ...place, secret });
      remember(c, secret);
      return c.redirect(`/c/${place.cpId}/${place.connectorId}`, 303);
    });
  });

  app.get("/assets/*", assets(webFolder));
}

/** A page that is not built is told in plain words; a program has no use for these addresses. */
export const orPlain: MiddlewareHandler<HubEnv> = async (c, next) => {
  await next();
  if (c.error instanceof AppError && c.error.code === "page_missing") c.res = c.text(`${c.error.message}\n`, 503);
};

function placeOf(params: { cpId: string; connector: string }): NonNullable<Place> {
  const cpId = cpIdSchema.safeParse(params.cpId);
  const connectorId = connectorSchema.safeParse(params.connector);
  if (cpId.success && connectorId.success) return { cpId: cpId.data, connectorId: connectorId.data };
  throw new AppError("not_found", "There is no such connector.", { status: 404 });
}

/** The secret that the forms of a page send: the browser's own while its start or session is here, else a new one. */
function secretFor(
  connector: ConnectorView | null,
  kept: string | undefined,
  create: () => string,
): { secret: string; requestId: string | null } {
  if (connector && kept && secretPattern.test(kept)) {
    const requestId = requestIdOf(kept, connector.cpId, connector.connectorId);
    const { request, session } = connector;
    const isPending = request?.requestId === requestId && request.state !== "failed";
    if (isPending || session?.requestId === requestId) return { secret: kept, requestId };
  }
  return { secret: create(), requestId: null };
}

/** The receipt of a session that this browser started without scripts; null where it did not, or the session runs. */
async function ownReceipt(services: HubServices, sessionId: string, kept: string | undefined): Promise<Receipt | null> {
  if (!kept || !secretPattern.test(kept) || !z.uuid().safeParse(sessionId).success) return null;
  try {
    return await openReceipt(services.store, sessionId, kept);
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return null;
    throw error;
  }
}

/** The receipt of a session for whoever sends its secret; wrong ones count, as at the API. Rejects as `openReceipt` does, and with 429 `rate_limited`. */
async function bearersReceipt(
  { store, limits }: HubServices,
  address: string,
  sessionId: string,
  secret: string,
): Promise<Receipt> {
  if (limits.guess.blocked(address)) throw tooMany();
  if (!z.uuid().safeParse(sessionId).success) {
    throw new AppError("unknown_session", "There is no such session.", { status: 404 });
  }
  try {
    return await openReceipt(store, sessionId, secret);
  } catch (error) {
    if (error instanceof AppError && error.code === "not_yours") limits.guess.failed(address);
    throw error;
  }
}

function remember(c: Context<HubEnv>, secret: string): void {
  setCookie(c, COOKIE, secret, { httpOnly: true, sameSite: "Strict", path: "/", maxAge: 90 * 86_400 });
}

const formOnly: MiddlewareHandler<HubEnv> = async (c, next) => {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    throw new AppError("form_expected", "This address takes a form. Programs use /api/start and /api/stop.", {
      status: 415,
    });
  }
  return next();
};

async function formOf(c: Context<HubEnv>): Promise<z.infer<typeof formSchema>> {
  const fields = Object.fromEntries(new URLSearchParams(await c.req.text()));
  const parsed = formSchema.safeParse(fields);
  if (!parsed.success) throw new AppError("invalid_input", z.prettifyError(parsed.error));
  return parsed.data;
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The build's files; their names change with their contents, so browsers may keep them. */
export function assets(folder: string): MiddlewareHandler<HubEnv> {
  let serve: MiddlewareHandler<HubEnv> | null = null;
  return async (c, next) => {
    // Made at the first request: a folder that is missing at the start would be complained about on standard error.
    serve ??= serveStatic<HubEnv>({ root: folder, precompressed: true });
    const file = await serve(c, next);
    // Where there is none, it has gone on to the next handler.
    if (!(file instanceof Response)) return;
    file.headers.set("Cache-Control", "public, max-age=31536000, immutable");
    return file;
  };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
