/** Reads server-sent events (WHATWG HTML section 9.2) from a body, in bounded memory. */

export interface ServerSentEvent {
  id: string;
  data: string;
}

/** A message longer than this is no message of ours. */
const LONGEST = 1024 * 1024;

/**
 * The events of a stream, in order; comments and events without data give nothing. `alive` is called for every piece that comes. Throws where a
 * message grows too long.
 */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  alive: () => void = () => {},
): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const lines = new LineReader();
  let id = "";
  let data: string[] = [];
  let length = 0;
  for await (const piece of body) {
    alive();
    for (const line of lines.read(decoder.decode(piece, { stream: true }))) {
      if (line === "") {
        if (data.length > 0) yield { id, data: data.join("\n") };
        data = [];
        length = 0;
        continue;
      }
      const [field, value] = fieldOf(line);
      if (field === "id") id = value;
      if (field === "data") data.push(value);
      length += line.length;
      if (length > LONGEST) throw new Error("A message of the feed is too long.");
    }
  }
}

function fieldOf(line: string): [field: string, value: string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
}

/** Lines end with CR LF, LF or CR. */
class LineReader {
  private rest = "";

  read(text: string): string[] {
    const whole = this.rest + text;
    // A CR at the very end may be the first half of CR LF: it waits for what comes.
    const end = whole.endsWith("\r") ? whole.length - 1 : whole.length;
    const lines = whole.slice(0, end).split(/\r\n|\n|\r/);
    this.rest = (lines.pop() as string) + whole.slice(end);
    if (this.rest.length > LONGEST) throw new Error("A line of the feed is too long.");
    return lines;
  }
}
