/** What went wrong, in a form that programs (code), people (message) and HTTP (status) can use. */
interface AppErrorOptions {
  /** HTTP status that a route answers with. */
  status?: number;
  cause?: unknown;
  /** More for the program at the other end, such as the sequence number that was expected. */
  details?: Record<string, unknown>;
}

/**
 * The one error type of the project: thrown where the fault is found, turned into a reply in one place.
 * `code` is a short snake_case word that is part of the interface; `message` is a plain sentence for people.
 */
export class AppError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.status = options.status ?? 400;
    this.details = options.details;
  }
}
