import type { IncomingMessage } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { AppError } from "../../shared/error";

/** What goes to the cloud. */
export interface CloudRequest {
  method: "GET" | "POST";
  headers: Record<string, string>;
  body?: string;
  /** Ends the request, and the answer if it has begun. */
  signal: AbortSignal;
}

/** An answer of the cloud, its body parsed where it is JSON. */
export interface CloudAnswer {
  status: number;
  body: unknown;
}

/** No answer of ours is longer. */
const LONGEST_ANSWER = 1024 * 1024;

/**
 * One request, whose answer may be a stream; redirects are not followed. Not `fetch`: once its answer has begun, its abort signal is held weakly, and
 * after a garbage collection nothing ends it any more. Rejects with AppError `cloud_unreachable`.
 */
export function reach(url: string, { method, headers, body, signal }: CloudRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith("https:") ? requestHttps : requestHttp;
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(url, { method, headers: { ...headers, ...length }, signal }, resolve);
    sent.on("error", (error) =>
      reject(unreachable(url, signal.aborted ? String(signal.reason) : error.message, error)),
    );
    sent.end(body);
  });
}

function unreachable(url: string, why: string, cause: unknown): AppError {
  const message = `The cloud at ${new URL(url).origin} does not answer (${why}).`;
  return new AppError("cloud_unreachable", message, { status: 502, cause });
}

/** Reads an answer to its end, within bounds. Rejects with AppError `bad_answer` beyond them, or `cloud_unreachable` where it breaks off. */
export async function readAnswer(response: IncomingMessage): Promise<CloudAnswer> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > LONGEST_ANSWER) throw new AppError("bad_answer", "The cloud's answer is too long.", { status: 502 });
      pieces.push(piece);
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError("cloud_unreachable", "The cloud's answer broke off.", { status: 502, cause });
  }
  return { status: response.statusCode ?? 0, body: parsed(Buffer.concat(pieces).toString("utf8")) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The cloud's refusal as an error, with the cloud's own words where it gave some. */
export function refusedBy({ status, body }: CloudAnswer): AppError {
  const told = (body as { error?: { code?: unknown; message?: unknown } } | null)?.error;
  const message = typeof told?.message === "string" ? told.message.slice(0, 300) : "no reason given";
  const details = { status, ...(typeof told?.code === "string" ? { code: told.code.slice(0, 60) } : {}) };
  return new AppError("cloud_refused", `The cloud answered ${status}: ${message}`, { status: 502, details });
}

/** How loudly the `failures`th failure in a row is logged. A second machine that speaks as this hub is said as loudly as can be, on each of its roads. */
export function levelOf(error: unknown, failures: number): "error" | "warn" | "debug" {
  // An open feed ends in good order before the next one is refused.
  if (isCloned(error) && failures <= 2) return "error";
  return failures === 1 ? "warn" : "debug";
}

/** Whether the cloud refuses this machine because another one took its place. */
export function isCloned(error: unknown): boolean {
  return error instanceof AppError && error.code === "cloud_refused" && error.details?.code === "cloned";
}
