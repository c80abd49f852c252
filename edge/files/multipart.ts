import { AppError } from "../../shared/error";

/** The first file of a multipart/form-data body (RFC 7578), as chargers that POST their diagnostics send it; read as it comes, never held whole. */

interface FilePart {
  /** As the charger calls it; may be empty. */
  name: string;
  content: AsyncIterable<Uint8Array>;
}

/** Headers of a part, and what is before the first boundary. */
const LONGEST_HEAD = 16 * 1024;

/** The boundary of a Content-Type, or null where it is no multipart form. */
export function boundaryOf(contentType: string | undefined): string | null {
  if (!/^multipart\/form-data\s*;/i.test(contentType ?? "")) return null;
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? "");
  return match?.[1] ?? match?.[2] ?? null;
}

/**
 * Throws AppError 400 `bad_upload` where the form has no file, or ends before it does; the content throws the same. The content ends when the whole body
 * has: what comes after the file is read and dropped, so that a bound on the body is a bound on all of it.
 */
export async function filePart(body: AsyncIterable<Uint8Array>, boundary: string): Promise<FilePart> {
  const scanner = new Scanner(body);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  await scanner.text(delimiter);
  for (;;) {
    if ((await scanner.text(Buffer.from("\r\n"))).startsWith("--")) throw bad("the form has no file");
    const head = await scanner.text(Buffer.from("\r\n\r\n"));
    const content = scanner.until(delimiter);
    const name = /^content-disposition:.*[;\s]filename="?([^"\r\n;]*)/im.exec(head);
    if (name) return { name: name[1] ?? "", content: scanner.upToEnd(content) };
    for await (const _piece of content) continue;
  }
}

class Scanner {
  private readonly chunks: AsyncIterator<Uint8Array>;
  /** A line break before the body lets the first boundary look like the others. */
  private rest = Buffer.from("\r\n");

  constructor(body: AsyncIterable<Uint8Array>) {
    this.chunks = body[Symbol.asyncIterator]();
  }

  /** What comes before a delimiter, which is taken too. */
  async *until(delimiter: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.rest.indexOf(delimiter);
      // What may be the delimiter's beginning stays.
      const sure = at >= 0 ? at : this.rest.length - delimiter.length + 1;
      if (sure > 0) yield this.rest.subarray(0, sure);
      this.rest = this.rest.subarray(at >= 0 ? at + delimiter.length : Math.max(0, sure));
      if (at >= 0) return;
      const { done, value } = await this.chunks.next();
      if (done) throw bad("the form ends too early");
      this.rest = Buffer.concat([this.rest, value]);
    }
  }

  /** A piece of the body, and then the rest of it for nobody. */
  async *upToEnd(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* content;
    this.rest = Buffer.alloc(0);
    while (!(await this.chunks.next()).done) continue;
  }

  async text(delimiter: Buffer): Promise<string> {
    let text = "";
    for await (const piece of this.until(delimiter)) {
      text += Buffer.from(piece).toString("latin1");
      if (text.length > LONGEST_HEAD) throw bad("the head of a part is too long");
    }
    return text;
  }
}

function bad(why: string): AppError {
  return new AppError("bad_upload", `This upload cannot be read: ${why}.`);
}
