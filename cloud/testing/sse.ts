/** One server-sent event, or a comment. */
interface SseMessage {
  id?: string;
  data?: string;
  comment?: boolean;
}

/** Reads an event stream one message at a time. */
export class SseReader {
  private reader: ReadableStreamDefaultReader<Uint8Array>;
  private text = "";
  private decoder = new TextDecoder();

  constructor(response: Response) {
    if (response.status !== 200 || !response.body) throw new Error(`The stream answered ${response.status}`);
    this.reader = response.body.getReader();
  }

  /** The next message or comment; undefined: the stream has ended. */
  async next(): Promise<SseMessage | undefined> {
    while (!this.text.includes("\n\n")) {
      const { done, value } = await this.reader.read();
      if (done) return undefined;
      this.text += this.decoder.decode(value, { stream: true });
    }
    const end = this.text.indexOf("\n\n");
    const block = this.text.slice(0, end);
    this.text = this.text.slice(end + 2);
    const message: SseMessage = {};
    for (const line of block.split("\n")) {
      if (line.startsWith(":")) message.comment = true;
      else if (line.startsWith("id: ")) message.id = line.slice(4);
      else if (line.startsWith("data: ")) message.data = line.slice(6);
    }
    return message;
  }

  /** The next message that is no comment, its data parsed. */
  async json<T>(): Promise<T & { sseId: string | undefined }> {
    for (;;) {
      const message = await this.next();
      if (!message) throw new Error("The stream has ended");
      if (message.data !== undefined) return { ...(JSON.parse(message.data) as T), sseId: message.id };
    }
  }

  async close(): Promise<void> {
    await this.reader.cancel();
  }
}
