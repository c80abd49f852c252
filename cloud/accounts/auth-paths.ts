import { createRoute, z } from "@hono/zod-openapi";
import { timeZoneSchema } from "../../shared/schema";
import { body, failures } from "../http/router";
import { AUTH_PATH, MAX_NAME, MIN_PASSWORD } from "./auth";

const email = z.email().max(254);
const password = z.string().min(MIN_PASSWORD).max(200);
const done = { 200: { description: "Done.", content: { "application/json": { schema: z.looseObject({}) } } } };

interface Path {
  method: "get" | "post";
  path: string;
  summary: string;
  body?: z.ZodType;
}

/** What of better-auth is open; whatever else it has is answered like an address that does not exist. */
const authPaths: Path[] = [
  {
    method: "post",
    path: "/sign-up/email",
    summary: "Registers. Where addresses are verified, a known one is answered like a new one",
    body: z.object({
      name: z.string().min(1).max(MAX_NAME),
      email,
      password,
      callbackURL: z.string().optional(),
      timeZone: timeZoneSchema.optional().openapi({ description: "By whose clock they are told times; UTC without." }),
    }),
  },
  {
    method: "post",
    path: "/sign-in/email",
    summary: "Signs in: a cookie, and the header set-auth-token with a bearer token",
    body: z.object({ email, password: z.string(), rememberMe: z.boolean().optional() }),
  },
  { method: "post", path: "/sign-out", summary: "Signs out here", body: z.object({}) },
  { method: "get", path: "/get-session", summary: "The sign-in of this request, or null" },
  { method: "get", path: "/list-sessions", summary: "Where one is signed in" },
  {
    method: "post",
    path: "/revoke-session",
    summary: "Signs out one place",
    body: z.object({ token: z.string() }),
  },
  { method: "post", path: "/revoke-sessions", summary: "Signs out everywhere", body: z.object({}) },
  { method: "post", path: "/revoke-other-sessions", summary: "Signs out everywhere but here", body: z.object({}) },
  {
    method: "post",
    path: "/send-verification-email",
    summary: "Sends the link that verifies an address once more; the answer is the same for unknown addresses",
    body: z.object({ email, callbackURL: z.string().optional() }),
  },
  { method: "get", path: "/verify-email", summary: "Where that link leads" },
  {
    method: "post",
    path: "/request-password-reset",
    summary: "Mails a link for a new password; the answer is the same for unknown addresses",
    body: z.object({ email }),
  },
  {
    method: "post",
    path: "/reset-password",
    summary: "Sets a new password by the link's token, and signs out everywhere",
    body: z.object({ token: z.string(), newPassword: password }),
  },
  {
    method: "post",
    path: "/change-password",
    summary: "A new password for who knows the old one",
    body: z.object({
      currentPassword: z.string(),
      newPassword: password,
      revokeOtherSessions: z.boolean().optional(),
    }),
  },
  {
    method: "post",
    path: "/change-email",
    summary: "A new address: where addresses are verified, once the old and then the new one have agreed by mail",
    body: z.object({ newEmail: email, callbackURL: z.string().optional() }),
  },
  { method: "get", path: "/jwks", summary: "Public keys of the tokens that /v1/auth/token gives" },
  { method: "get", path: "/token", summary: "A short-lived JWT of who is signed in" },
];

const open = new Set(authPaths.map(({ method, path }) => `${method.toUpperCase()} ${AUTH_PATH}${path}`));

/** Whether better-auth may see the request. */
export function isOpen(method: string, path: string): boolean {
  return open.has(`${method} ${path}`);
}

/** The same for the OpenAPI document. */
export const authDocs = authPaths.map(({ method, path, summary, body: schema }) =>
  createRoute({
    method,
    path: `${AUTH_PATH}${path}`,
    tags: ["accounts"],
    summary,
    ...(schema ? { request: { body: body(schema) } } : {}),
    responses: { ...done, ...failures },
  }),
);
