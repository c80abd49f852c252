import type { Context, ErrorHandler, NotFoundHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import { z } from "zod";
import { AppError } from "../../shared/error";
import type { ErrorBody } from "../../shared/hub-page";
import type { Log } from "../log";
import type { HubEnv } from "./context";

/** Every error of the HTTP API leaves through here: `{ error: { code, message, details? } }`. */

/** What people get for an error that is not their doing. */
const internal = new AppError("internal", "Something went wrong in the hub. Its log says more.", { status: 500 });

/** The one place that turns an error into an answer; unexpected ones are logged, and their text stays inside. */
export function errorHandler(log: Log): ErrorHandler<HubEnv> {
  return (error, c) => {
    const known = asAppError(error);
    const where = { method: c.req.method, path: loggedPath(c.req.path) };
    if (known === internal) log.error({ err: error, ...where }, "a request failed");
    else if (known.status >= 500) log.warn({ code: known.code, reason: known.message, ...where }, "a request failed");
    return errorResponse(c, known);
  };
}

/** The addresses of uploads and firmware are secrets themselves. */
const loggedPath = (path: string): string => path.replace(/^(\/(?:uploads|firmware)\/).*$/s, "$1[secret]");

export const notFoundHandler: NotFoundHandler<HubEnv> = (c) =>
  errorResponse(c, new AppError("not_found", "There is nothing at this address.", { status: 404 }));

/** An error as a JSON answer. */
export function errorResponse(c: Context, { code, message, details, status }: AppError): Response {
  const body: ErrorBody = { error: { code, message, ...(details ? { details } : {}) } };
  return c.json(body, status as ContentfulStatusCode);
}

function asAppError(error: Error): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof HTTPException && error.status < 500) {
    return new AppError("bad_request", "The request cannot be read: is its body valid JSON?", { status: error.status });
  }
  return internal;
}

type ValidationResult = { success: true } | { success: false; target: string; error: z.core.$ZodError };

/** For zod-openapi: input that does not fit its schema is a 400 that says where. */
export function refuseInvalid(result: ValidationResult): void {
  if (result.success) return;
  const { target, error } = result;
  const where = target === "json" ? "body" : target;
  throw new AppError("invalid_input", `The ${where} is not as expected.\n${z.prettifyError(error)}`, {
    details: { issues: error.issues.map(({ path, message }) => ({ path: path.map(String), message })) },
  });
}
