import type { IncomingMessage } from "node:http";
import type { ClientOptions } from "ws";
import WebSocket from "ws";

/** A CALLERROR, as a charger sees it. */
export class OcppError extends Error {
  readonly code: string;

  constructor(code: string, description: string) {
    super(`${code}: ${description}`);
    this.code = code;
  }
}

type Handler = (payload: Record<string, unknown>) => unknown;

interface ChargerOptions extends ClientOptions {
  protocols?: string[];
  password?: string | Buffer;
}

/** A charger of the test's own on a WebSocket: says what it is told to, however wrong. */
export class WsCharger {
  readonly socket: WebSocket;
  /** Every frame that came, parsed. */
  readonly frames: unknown[] = [];
  /** Calls of the hub that came, as action and payload. */
  readonly calls: { id: string; action: string; payload: Record<string, unknown> }[] = [];
  closeCode: number | null = null;
  private readonly handlers = new Map<string, Handler>();
  private readonly waiting = new Map<string, (frame: unknown[]) => void>();
  private readonly watchers = new Set<() => void>();
  private next = 1;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.receive(String(data)));
    socket.on("close", (code) => {
      this.closeCode = code;
      this.changed();
    });
    socket.on("error", () => {});
  }

  static async connect(url: string, cpId: string, options: ChargerOptions = {}): Promise<WsCharger> {
    const { protocols = ["ocpp1.6"], password, ...rest } = options;
    const credentials = Buffer.concat([Buffer.from(`${cpId}:`), Buffer.from(password ?? "")]).toString("base64");
    const headers: Record<string, string> = password === undefined ? {} : { authorization: `Basic ${credentials}` };
    const socket = new WebSocket(`${url}/${cpId}`, protocols, { ...rest, headers });
    const charger = new WsCharger(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
      socket.once("unexpected-response", (_request: unknown, response: IncomingMessage) => {
        response.resume();
        reject(new OcppError(String(response.statusCode), "refused"));
      });
    });
    return charger;
  }

  /** Answers calls of the hub; without a handler they stay unanswered. */
  on(action: string, handler: Handler): this {
    this.handlers.set(action, handler);
    return this;
  }

  /** The payload of the answer; throws OcppError for a CALLERROR. */
  async call(action: string, payload: unknown, id = `m${this.next++}`): Promise<Record<string, unknown>> {
    const [type, , code, description] = await this.exchange(JSON.stringify([2, id, action, payload]), id);
    if (type === 4) throw new OcppError(String(code), String(description));
    return code as Record<string, unknown>;
  }

  /** Sends any text (or bytes) and waits for the frame with that id. */
  exchange(text: string | Buffer, id: string): Promise<unknown[]> {
    const answer = new Promise<unknown[]>((resolve) => this.waiting.set(id, resolve));
    this.socket.send(text);
    return answer;
  }

  send(text: string | Buffer): void {
    this.socket.send(text);
  }

  /** Waits until something is so. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.watchers.add(resolve);
      });
    }
  }

  async closed(): Promise<number> {
    await this.until(() => this.closeCode !== null);
    return this.closeCode as number;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.closed();
  }

  private receive(text: string): void {
    const frame = JSON.parse(text) as [number, string, string, Record<string, unknown>];
    this.frames.push(frame);
    const [type, id, action, payload] = frame;
    if (type === 2) {
      this.calls.push({ id, action, payload });
      const handler = this.handlers.get(action);
      if (handler) this.answer(id, handler, payload);
    } else {
      this.waiting.get(id)?.(frame);
      this.waiting.delete(id);
    }
    this.changed();
  }

  private answer(id: string, handler: Handler, payload: Record<string, unknown>): void {
    try {
      this.socket.send(JSON.stringify([3, id, handler(payload)]));
    } catch (error) {
      const code = error instanceof OcppError ? error.code : "InternalError";
      this.socket.send(JSON.stringify([4, id, code, "", {}]));
    }
  }

  private changed(): void {
    const watchers = [...this.watchers];
    this.watchers.clear();
    for (const watcher of watchers) watcher();
  }
}
