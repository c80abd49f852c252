import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { CryptoKey } from "jose";
import { importJWK, jwtVerify } from "jose";
import type { EventBatch, PairAnswer } from "../../../shared/sync";
import { chainHash, eventBatchSchema, firstSeq, pairRequestSchema } from "../../../shared/sync";

/**
 * The other end of the hub's backlog, in a process of its own (`fork`): it does what the cloud does with a batch (token, validation of each
 * event, hash chain, cursor) short of its database, and forgets the events. Told a seq, it tells its parent when it has everything up to there.
 */
export interface Taken {
  /** Events of the backlog, and the time from its first batch to its last, ms. */
  events: number;
  ms: number;
  bytes: number;
}

const hubId = "01930000-0000-7000-8000-0000000000aa";
const audience = "https://cloud.example";
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let key: CryptoKey | Uint8Array | null = null;
let ackedSeq = 0;
let hash: string | null = null;
let wanted: { seq: number; from: number; at: number | null; bytes: number } | null = null;

const server = createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
process.on("message", (seq: number) => {
  wanted = { seq, from: ackedSeq, at: null, bytes: 0 };
  tell();
});
process.once("disconnect", () => process.exit(0));

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const body = Buffer.concat(pieces);
  const path = request.url ?? "";
  if (path === "/v1/hubs/pair") return pair(body, response);
  const token = (request.headers.authorization ?? "").replace("Bearer ", "");
  if (!key) throw new Error("this hub has not paired");
  await jwtVerify(token, key, { issuer: hubId, subject: hubId, audience, algorithms: ["EdDSA"] });
  if (path.endsWith("/events")) return ingest(body, response);
  if (path.endsWith("/feed"))
    return void response.writeHead(200, { "content-type": "text/event-stream" }).write(":\n\n");
  json(response, 404, {});
}

async function pair(body: Buffer, response: ServerResponse): Promise<void> {
  const { publicKey } = pairRequestSchema.parse(JSON.parse(body.toString()));
  key = await importJWK(publicKey, "EdDSA");
  const seller = { name: "Seller", address: "Street 1", vatNumber: "DE1" };
  const place = { name: "Site", timeZone: "UTC", currency: "EUR" };
  const pairing: PairAnswer = {
    hubId,
    siteId: "01930000-0000-7000-8000-0000000000bb",
    epoch: 1,
    audience,
    site: { ...place, startPolicy: "open", defaultTariffId: null, seller },
    tariffs: [],
    keys: [],
  };
  json(response, 201, pairing);
}

function ingest(body: Buffer, response: ServerResponse): void {
  if (wanted) {
    wanted.at ??= performance.now();
    wanted.bytes += body.length;
  }
  // The chain is over the events as they came: validation may order their keys anew.
  const batch = JSON.parse(body.toString()) as EventBatch;
  eventBatchSchema.parse(batch);
  const { prev, events } = batch;
  if (hash !== null && prev !== hash) throw new Error(`the chain is broken after event ${ackedSeq}`);
  const first = events[0] && firstSeq(events[0]);
  if (hash !== null && first !== undefined && first !== ackedSeq + 1)
    throw new Error(`event ${first} after ${ackedSeq}`);
  hash = events.reduce((before, event) => chainHash(before, event, sha256), prev);
  ackedSeq = events.at(-1)?.seq ?? ackedSeq;
  json(response, 200, { ackedSeq });
  tell();
}

function tell(): void {
  if (!wanted || ackedSeq < wanted.seq) return;
  const { from, at, bytes } = wanted;
  wanted = null;
  const taken: Taken = { events: ackedSeq - from, ms: at === null ? 0 : performance.now() - at, bytes };
  process.send?.(taken);
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
