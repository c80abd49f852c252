import { Readable } from "node:stream";
import type { Context } from "hono";
import { AppError } from "../../shared/error";
import { firmwarePath, MOST_UPLOAD_BYTES, uploadPath } from "../files/files";
import { tooLarge } from "../files/vault";
import { boundaryOf, filePart } from "../files/multipart";
import type { StoredFile } from "../state/state";
import { isSame, tooMany } from "./auth";
import type { HubApp, HubEnv, HubServices } from "./context";

/** A form has more in it than its file. */
const MOST_BODY_BYTES = MOST_UPLOAD_BYTES + 64 * 1024;

/**
 * What chargers send and fetch, at addresses that nobody can guess (OCPP 1.6 sections 6.17 and 6.45 leave the protocol open; here it is HTTP).
 * Chargers differ: some PUT the file at the address or below it, some POST it, some POST a form. These routes stand before the limits and checks that are
 * meant for browsers.
 */
export function chargerFileRoutes(app: HubApp, { files, limits }: HubServices): void {
  /** Guesses are counted; who makes too many is not listened to. */
  async function knock<R>(c: Context<HubEnv>, open: () => Promise<R>): Promise<R> {
    if (limits.guess.blocked(c.get("address"))) throw tooMany();
    try {
      return await open();
    } catch (error) {
      if (error instanceof AppError && error.status === 404) limits.guess.failed(c.get("address"));
      // What is left of a body is not read, so nothing can follow it on this connection.
      c.header("Connection", "close");
      throw error;
    }
  }

  app.on(["PUT", "POST"], `${uploadPath}/:token/*`, async (c) => {
    const given = c.req.path.split("/").slice(3).join("/");
    await knock(c, async () => {
      await files.receive(c.req.param("token"), async () => {
        const boundary = boundaryOf(c.req.header("content-type"));
        const body = bounded(bodyOf(c), MOST_BODY_BYTES);
        const { name, content } = boundary === null ? { name: "", content: body } : await filePart(body, boundary);
        return { name: name || spelled(given) || nameOf(c), content };
      });
    });
    return c.body(null, 201);
  });

  app.get(`${firmwarePath}/:id/:secret/:name`, async (c) => {
    const file = await knock(c, async () => {
      const found = await files.find(c.req.param("id"));
      if (found.kind === "firmware" && isSame(found.secret, c.req.param("secret"))) return found;
      throw new AppError("unknown_file", "There is no such file.", { status: 404 });
    });
    return sendFile(c, file, files.read);
  });
}

/** A name as it stands in an address; what is wrongly escaped stays as it is. */
function spelled(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

/** A request's body as it comes. */
export async function* bodyOf(c: Context<HubEnv>): AsyncGenerator<Uint8Array> {
  const { body } = c.req.raw;
  if (body) yield* Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]) as AsyncIterable<Uint8Array>;
}

/** The same bytes; rejects with AppError 413 `too_large` once there are more than `limit`. */
async function* bounded(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    yield chunk;
  }
}

/** `Content-Disposition: attachment; filename="x"`, where a charger sends that. */
function nameOf(c: Context<HubEnv>): string {
  return /filename="?([^";]+)/i.exec(c.req.header("content-disposition") ?? "")?.[1] ?? "";
}

type Read = (file: StoredFile, range: { start: number; end: number }) => Readable;

/** A file as an answer: whole, or the piece that `Range` asks for (a charger that goes on where its line broke). */
export function sendFile(c: Context<HubEnv>, file: StoredFile, read: Read): Response {
  const headers: Record<string, string> = {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": `attachment; filename="${file.name}"`,
    "Accept-Ranges": "bytes",
    ETag: `"${file.sha256}"`,
  };
  const asked = /^bytes=(\d{1,12})-(\d{0,12})$/.exec(c.req.header("range") ?? "");
  const start = Number(asked?.[1] ?? 0);
  const end = Math.min(asked?.[2] ? Number(asked[2]) : file.bytes - 1, file.bytes - 1);
  if (asked && start > end) {
    return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${file.bytes}` } });
  }
  if (asked) headers["Content-Range"] = `bytes ${start}-${end}/${file.bytes}`;
  headers["Content-Length"] = String(end - start + 1);
  const isEmpty = c.req.method === "HEAD" || file.bytes === 0;
  const body = isEmpty ? null : (Readable.toWeb(read(file, { start, end })) as ReadableStream);
  return new Response(body, { status: asked ? 206 : 200, headers });
}
