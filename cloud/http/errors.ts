import { z } from "@hono/zod-openapi";
import type { ErrorHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import pg from "pg";
import type { Logger } from "pino";
import { AppError } from "../../shared/error";

/** The body of every error: `code` for programs, `message` a plain sentence. */
export const errorSchema = z
  .object({
    error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() }),
  })
  .openapi("Error");

export const notFound = (what: string) => new AppError("not_found", `There is no such ${what}.`, { status: 404 });

/** Turns whatever was thrown into the one form of reply. What nobody foresaw is logged, and answered without its inside. */
export function errorHandler(log: Logger, now: () => number): ErrorHandler {
  return (thrown, c) => {
    const error = toAppError(thrown);
    if (error.status >= 500) log.error({ err: thrown, method: c.req.method, path: c.req.path }, "request failed");
    const { code, message, details } = error;
    if (error.status === 503) c.header("Retry-After", "5");
    if (typeof details?.retryAfter === "number") c.header("Retry-After", String(details.retryAfter));
    // A hub that booted in 1970 learns the time from the refusal.
    const clock = error.status === 401 ? { serverTime: new Date(now()).toISOString() } : {};
    const body = { error: { code, message, ...(details ? { details } : {}) }, ...clock };
    return c.json(body, error.status as ContentfulStatusCode);
  };
}

function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof HTTPException) {
    const code = thrown.status === 413 ? "too_large" : "invalid";
    return new AppError(code, thrown.message || "The request cannot be read.", {
      status: thrown.status,
      cause: thrown,
    });
  }
  if (isUnreachable(thrown)) {
    return new AppError("unavailable", "The database cannot be reached. Try again soon.", {
      status: 503,
      cause: thrown,
    });
  }
  // Class 22: a value that PostgreSQL cannot hold, such as NUL in a text or an instant in the year 0.
  if (thrown instanceof pg.DatabaseError && thrown.code?.startsWith("22")) {
    return new AppError("invalid", `A value cannot be kept: ${thrown.message}.`, { status: 400, cause: thrown });
  }
  return new AppError("internal", "Something went wrong here. It has been logged.", { status: 500, cause: thrown });
}

/** PostgreSQL is away, starting, stopping or out of connections: worth a retry. */
function isUnreachable(thrown: unknown): boolean {
  const { code = "", message = "" } = thrown as { code?: string; message?: string };
  return (
    /^(ECONN|EPIPE|ENOTFOUND|ETIMEDOUT|57P0|53300|08)/.test(code) ||
    /connection terminated|not queryable|timeout exceeded when trying to connect/i.test(message)
  );
}

/** A request whose parameters or body do not fit: the first sentence says where. */
export function invalid(error: z.core.$ZodError): AppError {
  const issues = error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const first = issues[0] ?? { path: "", message: "unknown" };
  const message = first.path ? `${first.path}: ${first.message}` : first.message;
  return new AppError("invalid", message, { status: 400, details: { issues: issues.slice(0, 20) } });
}
