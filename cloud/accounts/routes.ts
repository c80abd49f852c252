import { createHash } from "node:crypto";
import { createRoute, z } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import type { Deps } from "../deps";
import { clientAddress } from "../http/client-address";
import { clearHits, countHit } from "../http/rate-limit";
import type { AppEnv } from "../http/router";
import { createRouter, failures, json } from "../http/router";
import { signedIn } from "./access";
import { ADDRESS_HEADER, AUTH_PATH } from "./auth";

/** Of one address: everything that changes something, and tries of a password. Of one account: tries that failed. */
const CHANGES = { hits: 300, windowMs: 5 * 60_000 };
const PASSWORD_TRIES = { hits: 60, windowMs: 5 * 60_000 };
const FAILURES = { hits: 10, windowMs: 15 * 60_000 };

const me = createRoute({
  method: "get",
  path: "/v1/me",
  tags: ["accounts"],
  summary: "Who is signed in, and the organisations they belong to",
  responses: {
    200: json(
      "The user.",
      z.object({
        user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
        organizations: z.array(z.object({ organizationId: z.string(), name: z.string(), role: z.string() })),
      }),
    ),
    ...failures,
  },
});

/** Accounts: better-auth's routes below /v1/auth with our limits before them, and who is signed in. */
export function accountRoutes(deps: Deps) {
  const { db, auth } = deps;
  const router = createRouter();
  router.use("/v1/me", signedIn(auth));
  router.use(`${AUTH_PATH}/*`, limits(deps));
  router.on(["GET", "POST"], `${AUTH_PATH}/*`, async (c) => {
    const response = await auth.handler(withAddress(c, deps.trustProxy));
    return response.status < 400 ? response : refusal(response);
  });

  return router.openapi(me, async (c) => {
    const { id, email, name } = c.get("user");
    const rows = await db
      .selectFrom("auth.member")
      .innerJoin("auth.organization", "auth.organization.id", "auth.member.organizationId")
      .select(["auth.organization.id", "auth.organization.name", "auth.member.role"])
      .where("auth.member.userId", "=", id)
      .orderBy("auth.member.createdAt")
      .execute();
    const organizations = rows.map((row) => ({ organizationId: row.id, name: row.name, role: row.role }));
    return c.json({ user: { id, email, name }, organizations }, 200);
  });
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

/**
 * Counts tries of a password by address and by account before better-auth sees them; a sign-in that works clears the account's. The e-mail is hashed:
 * a table of limits is no list of accounts.
 */
function limits({ db, now, trustProxy }: Deps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (c.req.method !== "POST") return next();
    const address = clientAddress(c, trustProxy);
    await countHit(db, `auth:${address}`, CHANGES, now());
    if (!/\/sign-(in|up)\//.test(c.req.path)) return next();
    await countHit(db, `password:${address}`, PASSWORD_TRIES, now());
    const email = await emailOf(c.req.raw.clone());
    if (email === undefined || !c.req.path.endsWith("/sign-in/email")) return next();
    const key = `account:${createHash("sha256").update(email.trim().toLowerCase()).digest("hex")}`;
    await countHit(db, key, FAILURES, now());
    await next();
    if (c.res.ok) await clearHits(db, key);
  };
}

async function emailOf(request: Request): Promise<string | undefined> {
  const body: unknown = await request.json().catch(() => undefined);
  const email = (body as { email?: unknown } | undefined)?.email;
  return typeof email === "string" ? email : undefined;
}
