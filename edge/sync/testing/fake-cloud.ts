import { createHash } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { JWK } from "jose";
import { decodeJwt, importJWK, jwtVerify } from "jose";
import type { StreamEvent } from "../../../shared/events";
import type { EventBatch, FeedMessage, PairAnswer, PassSecrets } from "../../../shared/sync";
import { chainHash, epochRequestSchema, eventBatchSchema, firstSeq, pairRequestSchema } from "../../../shared/sync";
import { openSite, perKwh } from "../../http/testing/events";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

export const hubId = "01930000-0000-7000-8000-0000000000aa";
export const siteId = "01930000-0000-7000-8000-0000000000bb";
export const code = "ABCD-EFGH";

/** A small cloud that follows shared/sync.ts, with the faults that a test asks for. It listens on this machine only. */
export class FakeCloud {
  /** Events in the order in which they were first taken. */
  readonly events: StreamEvent[] = [];
  readonly batches: EventBatch[] = [];
  readonly feedRequests: string[] = [];
  /** Of which runs of the hub's program it has heard. */
  readonly instances = new Set<unknown>();
  readonly feed: { position: number; data: string }[] = [];
  epoch = 1;
  ackedSeq: number | null = null;
  hash: string | null = null;
  feedAck = 0;
  /** Its clock, epoch ms. */
  now: () => number = () => Date.now();
  /** What the next requests to `events` are answered with instead; `hang` never answers. */
  faults: ({ status: number; body: unknown } | "hang")[] = [];
  pairStatus = 201;
  epochStatus = 201;
  /** 409: another machine took the hub's place. */
  feedStatus = 200;
  /** The hub sold here: it has to recover. */
  needsRecovery = false;
  /** What passes are checked with; null: this cloud does not say. */
  passSecrets: PassSecrets | null = null;
  /** What the hub has said of it when it opened its feed. */
  readonly saidSecrets: (string | null)[] = [];
  /** `after` of each request for an epoch; null: without a recovery. */
  readonly epochRequests: (number | null)[] = [];
  private recovery: string | null = null;
  /** Whether it knows how hubs change their keys. */
  changesKeys = true;
  /** What the next answer to `key/confirm` is lost after. */
  losesConfirmations = 0;
  /** What answers to `key/confirm` wait for. */
  holdsConfirmations: Promise<void> = Promise.resolve();
  publicKey: JWK | null = null;
  nextKey: JWK | null = null;
  private readonly streams = new Set<ServerResponse>();
  private server: Server | null = null;
  private port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get openFeeds(): number {
    return this.streams.size;
  }

  /** Listens, on the same port as before. */
  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(JSON.stringify({ error: { code: "fake", message: String(error) } }));
      });
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = null;
    this.streams.clear();
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** Ends the open feeds in good order, as before a restart. */
  endFeeds(): void {
    for (const stream of this.streams) stream.end();
    this.streams.clear();
  }

  /** Sends a message down; gives its position. */
  send(message: FeedMessage | string): number {
    const position = this.feed.length + 1;
    const entry = { position, data: typeof message === "string" ? message : JSON.stringify(message) };
    this.feed.push(entry);
    for (const stream of this.streams) write(stream, entry);
    return position;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader("date", new Date(this.now()).toUTCString());
    let text = "";
    for await (const piece of request) text += String(piece);
    const path = request.url ?? "";
    if (path === "/v1/hubs/pair") return this.pair(text, response);
    if (!(await this.isHub(request))) {
      const serverTime = new Date(this.now()).toISOString();
      return json(response, 401, { error: { code: "unauthorized", message: "no" }, serverTime });
    }
    if (path.endsWith("/events")) return this.ingest(text, response);
    if (path.endsWith("/key") || path.endsWith("/key/confirm")) return this.changeKey(request, path, response);
    if (path.endsWith("/epochs")) return this.newEpoch(text, response);
    if (path.endsWith("/pass-secrets")) return json(response, this.passSecrets ? 200 : 404, this.passSecrets ?? {});
    this.openFeed(request, response);
  }

  private pair(text: string, response: ServerResponse): void {
    const request = pairRequestSchema.parse(JSON.parse(text));
    if (this.pairStatus !== 201)
      return json(response, this.pairStatus, { error: { code: "no", message: "no pairing" } });
    if (request.code !== code) return json(response, 403, { error: { code: "invalid_code", message: "unknown code" } });
    this.publicKey = request.publicKey;
    const answer: PairAnswer = {
      hubId,
      siteId,
      epoch: this.epoch,
      audience: "https://cloud.example",
      site: { ...openSite, name: "From the cloud" },
      tariffs: [perKwh],
      keys: [{ kty: "OKP" }],
    };
    json(response, 201, answer);
  }

  private async isHub(request: IncomingMessage): Promise<boolean> {
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    for (const jwk of [this.publicKey, this.nextKey]) {
      try {
        const key = await importJWK(jwk!, "EdDSA");
        const options = { issuer: hubId, subject: hubId, audience: "https://cloud.example" };
        const now = new Date(this.now());
        const { payload } = await jwtVerify(token, key, { ...options, algorithms: ["EdDSA"], currentDate: now });
        this.instances.add(payload.instance);
        return true;
      } catch {
        continue;
      }
    }
    return false;
  }

  private async changeKey(request: IncomingMessage, path: string, response: ServerResponse): Promise<void> {
    if (!this.changesKeys) return json(response, 404, {});
    const token = (request.headers.authorization ?? "").replace("Bearer ", "");
    if (path.endsWith("/key")) this.nextKey = decodeJwt(token).nextKey as JWK;
    else if (this.nextKey) [this.publicKey, this.nextKey] = [this.nextKey, null];
    if (path.endsWith("/confirm")) await this.holdsConfirmations;
    if (path.endsWith("/confirm") && this.losesConfirmations-- > 0) return void response.destroy();
    response.writeHead(204).end();
  }

  private ingest(text: string, response: ServerResponse): void {
    const fault = this.faults.shift();
    if (fault === "hang") return;
    if (fault) return json(response, fault.status, fault.body);
    // As the cloud does: what is hashed is what was received, whatever order its keys have in a schema.
    const { events: received } = JSON.parse(text) as { events: StreamEvent[] };
    const batch = eventBatchSchema.parse(JSON.parse(text));
    this.batches.push(batch);
    const conflict = this.conflictOf(batch);
    if (conflict) {
      const details = { expectedSeq: (this.ackedSeq ?? 0) + 1, epoch: this.epoch };
      return json(response, 409, { error: { code: conflict, message: conflict, details } });
    }
    let hash = batch.prev;
    for (const [index, event] of batch.events.entries()) {
      hash = chainHash(hash, received[index] as StreamEvent, sha256);
      if (this.events.every(({ id }) => id !== event.id)) this.events.push(event);
    }
    const last = batch.events.at(-1);
    if (last && last.seq > (this.ackedSeq ?? 0)) [this.ackedSeq, this.hash] = [last.seq, hash];
    this.feedAck = batch.feedAck;
    json(response, 200, { ackedSeq: this.ackedSeq ?? 0 });
  }

  private conflictOf({ epoch, prev, head, events }: EventBatch): string | null {
    if (epoch < this.epoch) return "stale_epoch";
    if (this.ackedSeq === null) return null;
    if (head !== undefined && head < this.ackedSeq) return "diverged";
    const first = events[0];
    if (!first) return prev === this.hash ? null : "diverged";
    if (firstSeq(first) > this.ackedSeq + 1) return "gap";
    return firstSeq(first) === this.ackedSeq + 1 && prev !== this.hash ? "diverged" : null;
  }

  private newEpoch(text: string, response: ServerResponse): void {
    if (this.epochStatus !== 201) return json(response, this.epochStatus, {});
    const request = epochRequestSchema.parse(JSON.parse(text));
    const recovery = "recovery" in request ? request : null;
    this.epochRequests.push(recovery?.after ?? null);
    if (this.needsRecovery && !recovery) {
      return json(response, 409, { error: { code: "recovery_needed", message: "say which recovery" } });
    }
    if (recovery && recovery.after !== this.epoch) {
      return json(response, 201, { epoch: this.epoch, recovery: this.recovery });
    }
    this.epoch += 1;
    this.recovery = recovery?.recovery ?? null;
    [this.ackedSeq, this.hash] = [null, null];
    json(response, 201, { epoch: this.epoch, recovery: this.recovery });
  }

  private openFeed(request: IncomingMessage, response: ServerResponse): void {
    if (this.feedStatus !== 200) {
      return json(response, this.feedStatus, { error: { code: "cloned", message: "A second machine speaks" } });
    }
    const after = String(request.headers["last-event-id"]);
    this.feedRequests.push(after);
    this.saidSecrets.push(new URL(request.url ?? "", this.url).searchParams.get("passSecrets"));
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(": hello\n\n");
    this.streams.add(response);
    response.on("close", () => this.streams.delete(response));
    for (const entry of this.feed) if (entry.position > Number(after)) write(response, entry);
  }
}

function write(stream: ServerResponse, { position, data }: { position: number; data: string }): void {
  stream.write(`id: ${position}\ndata: ${data}\n\n`);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
