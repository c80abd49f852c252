import { createHash } from "node:crypto";
import type { CryptoKey } from "jose";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { v7 } from "uuid";
import type { HubEventType, StreamEvent } from "../../shared/events";
import type { PairAnswer } from "../../shared/sync";
import { GENESIS, chainHash } from "../../shared/sync";
import type { TestProcess } from "./cloud";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

interface Batch {
  epoch: number;
  prev: string;
  feedAck: number;
  head?: number;
  events: unknown[];
}

/** A hub as the cloud sees it: a key, a journal, and requests signed with a short-lived token. */
export class TestHub {
  epoch = 1;
  feedAck = 0;
  /** Of this run of its program; another one after a restart. */
  instance: string | null = v7();
  /** What it says of its program and clock; null: nothing, as before 0.2. */
  told: { version: string; clock: number } | null = null;
  journal: StreamEvent[] = [];
  /** Chain hash before the event at each place, and after the last. */
  hashes: string[] = [GENESIS];

  private constructor(
    public process: TestProcess,
    readonly answer: PairAnswer,
    public key: CryptoKey,
    private now: () => number,
  ) {}

  static async pair(process: TestProcess, code: string, now: () => number): Promise<TestHub> {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const { kty, crv, x } = await exportJWK(publicKey);
    const response = await process.request("/v1/hubs/pair", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, publicKey: { kty, crv, x }, name: "hub", version: "0.1.0" }),
    });
    if (response.status !== 201) throw new Error(`Pairing answered ${response.status}: ${await response.text()}`);
    return new TestHub(process, (await response.json()) as PairAnswer, privateKey, now);
  }

  get id(): string {
    return this.answer.hubId;
  }

  /** Something happened: it gets the next seq, and an id of its own. */
  add<T extends HubEventType>(type: T, data: Extract<StreamEvent, { type: T }>["data"], at = this.now()): StreamEvent {
    const seq = this.journal.length + 1;
    const event = { id: v7(), seq, at: new Date(at).toISOString(), type, data } as StreamEvent;
    this.journal.push(event);
    this.hashes.push(chainHash(this.hashes.at(-1)!, event, sha256));
    return event;
  }

  /** Events from seq to seq, both included; everything by default. */
  batch(from = 1, to = this.journal.length): Batch {
    const { epoch, feedAck } = this;
    return { epoch, prev: this.hashes[from - 1]!, feedAck, events: this.journal.slice(from - 1, to) };
  }

  /** What stands for the events from seq to seq once the hub had no room for them. */
  thinned(from: number, to: number): StreamEvent {
    const { id, seq, at } = this.journal[to - 1]!;
    return { id, seq, at, type: "journal.thinned", data: { from, hash: this.hashes[to]! } };
  }

  async token(
    claims: { exp?: number; aud?: string; iss?: string; sub?: string; nextKey?: object; iat?: number } = {},
    key = this.key,
  ): Promise<string> {
    const {
      exp = Math.floor(this.now() / 1000) + 30,
      aud = this.answer.audience,
      iss = this.id,
      sub = this.id,
      ...more
    } = claims;
    const instance = this.instance === null ? {} : { instance: this.instance };
    return new SignJWT({ exp, aud, iss, sub, ...instance, ...this.told, ...more })
      .setProtectedHeader({ alg: "EdDSA" })
      .sign(key);
  }

  async post(path: string, body?: unknown, token?: string): Promise<Response> {
    return this.process.request(`/v1/hubs/${this.id}/${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token ?? (await this.token())}`, "content-type": "application/json" },
      body: body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  /** Sends a batch and gives status and answer. */
  async send(batch: Batch = this.batch()): Promise<{ status: number; body: Record<string, unknown> }> {
    const response = await this.post("events", batch);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  async newEpoch(): Promise<void> {
    const response = await this.post("epochs");
    if (response.status !== 201) throw new Error(await response.text());
    this.epoch = ((await response.json()) as { epoch: number }).epoch;
  }

  /** Opens the feed; messages come through `sse`. */
  async feed(lastEventId?: number, process = this.process): Promise<Response> {
    return process.request(`/v1/hubs/${this.id}/feed`, {
      headers: {
        authorization: `Bearer ${await this.token()}`,
        ...(lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) }),
      },
    });
  }
}
