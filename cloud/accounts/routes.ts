import type { Context } from "hono";
import { z } from "zod";
import { AppError } from "../../shared/error";
import { timeZoneSchema } from "../../shared/schema";
import { audit } from "../admin/audit";
import type { Deps } from "../deps";
import { clientAddress } from "../http/client-address";
import type { AppEnv } from "../http/router";
import { createRouter } from "../http/router";
import { userOf } from "./access";
import { ADDRESS_HEADER, AUTH_PATH } from "./auth";
import { authDocs, isOpen } from "./auth-paths";
import { authLimits } from "./limits";
import { languageOf } from "./mails";
import { savePerson } from "./person";

/** better-auth's routes below /v1/auth with our limits before them; only those that we know are open. */
export function authRoutes(deps: Deps) {
  const { db, auth, now } = deps;
  const router = createRouter();
  for (const route of authDocs) router.openAPIRegistry.registerPath(route);
  router.use(`${AUTH_PATH}/*`, async (c, next) => {
    if (!isOpen(c.req.method, c.req.path)) {
      throw new AppError("not_found", "There is nothing at this address.", { status: 404 });
    }
    // better-auth would read forms too, past what our limits look at.
    const type = c.req.header("content-type");
    if (c.req.method === "POST" && type !== undefined && !/^application\/json(;|$)/i.test(type)) {
      throw new AppError("unsupported_type", "A body is JSON here.", { status: 415 });
    }
    // PostgreSQL keeps no NUL, and better-auth asks it without a look.
    if ((await c.req.raw.clone().text()).includes("\\u0000")) {
      throw new AppError("invalid", "A text with NUL in it cannot be kept.", { status: 400 });
    }
    await next();
  });
  router.use(`${AUTH_PATH}/*`, authLimits(deps));
  router.on(["GET", "POST"], `${AUTH_PATH}/*`, async (c) => {
    const changesPassword = c.req.path.endsWith("/change-password");
    const user = changesPassword ? await userOf(auth, c.req.raw.headers) : undefined;
    const signsUp = c.req.path.endsWith("/sign-up/email");
    const given: unknown = signsUp
      ? await c.req.raw
          .clone()
          .json()
          .catch(() => null)
      : null;
    const response = await auth.handler(withAddress(c, deps.trustProxy));
    if (response.status >= 400) return refusal(response);
    if (signsUp) await keepReader(deps, c, given, response.clone());
    if (user) {
      await audit(db, { now: now(), actorId: user.id, action: "password.changed", subject: `user:${user.id}` });
    }
    return response;
  });
  return router;
}

const zoned = z.object({ timeZone: timeZoneSchema });

/** Whoever registers reads what their browser asks for, by its clock as far as it was told, until they say otherwise. */
async function keepReader({ db }: Deps, c: Context<AppEnv>, given: unknown, response: Response): Promise<void> {
  const { user } = z.object({ user: z.object({ id: z.string() }) }).parse(await response.json());
  const { data } = zoned.safeParse(given);
  const language = languageOf(c.req.header("accept-language"));
  await savePerson(db, user.id, { language, ...(data ? { time_zone: data.timeZone } : {}) });
}

/** better-auth's refusal in our one form of error: its code in our spelling, its sentence, and the cookies that it takes away. */
async function refusal(response: Response): Promise<Response> {
  const told = (await response.json().catch(() => ({}))) as { code?: string; message?: string };
  const code = told.code?.toLowerCase() ?? (response.status === 404 ? "not_found" : "refused");
  const message = told.message ?? (response.status === 404 ? "There is nothing at this address." : "This was refused.");
  const headers = new Headers({ "content-type": "application/json" });
  for (const cookie of response.headers.getSetCookie()) headers.append("set-cookie", cookie);
  return new Response(JSON.stringify({ error: { code, message } }), { status: response.status, headers });
}

/** The request with the client's true address in our own header, whatever the client wrote there. */
function withAddress(c: Context<AppEnv>, trustProxy: boolean): Request {
  const headers = new Headers(c.req.raw.headers);
  headers.set(ADDRESS_HEADER, clientAddress(c, trustProxy));
  return new Request(c.req.raw, { headers });
}
