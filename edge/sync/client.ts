import type { IncomingMessage } from "node:http";
import type { CryptoKey } from "jose";
import { SignJWT } from "jose";
import { clockErrorSchema, HUB_TOKEN_SECONDS } from "../../shared/sync";
import type { Clock } from "../clock";
import type { Log } from "../log";
import type { CloudAnswer, CloudRequest } from "./request";
import { reach, readAnswer, refusedBy } from "./request";

interface CloudClientOptions {
  /** Without a slash at its end. */
  baseUrl: string;
  hubId: string;
  audience: string;
  privateKey: CryptoKey;
  /** A UUID of this run of the program: two machines with one hub's key are told apart by it. */
  instance: string;
  /** Of this program: told with each request, as the hub's own clock is. */
  version: string;
  clock: Clock;
  log: Log;
  /** The cloud's clock as an answer tells it, epoch ms in whole seconds. */
  onTime?: (cloudMs: number) => void;
}

/** How one request is signed where it is not as all are. */
interface Signing {
  key?: CryptoKey;
  claims?: Record<string, unknown>;
}

const PATIENCE_MS = 30_000;
const CLOCKS_AGREE_MS = 2000;

/** Signed requests of a paired hub to its cloud. Where the hub's clock is off, the cloud says so once and its time is used from then on. */
export class CloudClient {
  private readonly options: CloudClientOptions;
  private readonly underWay = new Set<AbortController>();
  private closed = false;
  /** The cloud's clock minus ours, ms. */
  private offsetMs = 0;
  private key: CryptoKey;

  constructor(options: CloudClientOptions) {
    this.options = options;
    this.key = options.privateKey;
  }

  /** The time as far as hub and cloud agree, epoch ms. */
  now(): number {
    return this.options.clock.now() + this.offsetMs;
  }

  /** Asks for a path below this hub's. Rejects with AppError `cloud_unreachable` where there is no answer. */
  get(path: string): Promise<CloudAnswer> {
    return this.answered(path, { method: "GET", headers: {} });
  }

  /** Sends JSON to a path below this hub's. Rejects with AppError `cloud_unreachable` where there is no answer. */
  post(path: string, json: string, signing: Signing = {}): Promise<CloudAnswer> {
    const headers = { "content-type": "application/json" };
    return this.answered(path, { method: "POST", headers, body: json }, signing);
  }

  /** Signs with another key from now on. */
  useKey(key: CryptoKey): void {
    this.key = key;
  }

  /** A token of this hub as its requests carry it, good for a minute. */
  token({ key = this.key, claims = {} }: Signing = {}): Promise<string> {
    const { hubId, audience, instance, version, clock } = this.options;
    const at = Math.floor(this.now() / 1000);
    return new SignJWT({ ...claims, instance, version, clock: Math.floor(clock.now()) })
      .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
      .setIssuer(hubId)
      .setSubject(hubId)
      .setAudience(audience)
      .setIssuedAt(at)
      .setExpirationTime(at + HUB_TOKEN_SECONDS)
      .sign(key);
  }

  /**
   * Opens a stream below this hub's path and gives it to `use`; `broken` ends it. Rejects with AppError `cloud_unreachable`, `cloud_refused`, and
   * as `use` does.
   */
  stream(
    path: string,
    more: Record<string, string>,
    broken: AbortController,
    use: (body: AsyncIterable<Uint8Array>) => Promise<void>,
  ): Promise<void> {
    return this.abortable(broken, async ({ signal }) => {
      const response = await this.signed(path, {
        method: "GET",
        headers: { ...more, accept: "text/event-stream" },
        signal,
      });
      if (response.statusCode !== 200) throw refusedBy(await readAnswer(response));
      await use(response);
    });
  }

  /** Ends everything that is under way, for good. */
  close(): void {
    this.closed = true;
    for (const controller of this.underWay) controller.abort("the hub ends it");
  }

  private answered(path: string, request: Omit<CloudRequest, "signal">, signing: Signing = {}): Promise<CloudAnswer> {
    return this.abortable(new AbortController(), (controller) =>
      withPatience(this.options.clock, controller, async () =>
        readAnswer(await this.signed(path, { ...request, signal: controller.signal }, signing)),
      ),
    );
  }

  private async abortable<T>(controller: AbortController, work: (held: AbortController) => Promise<T>): Promise<T> {
    if (this.closed) controller.abort("the hub ends it");
    this.underWay.add(controller);
    try {
      return await work(controller);
    } finally {
      this.underWay.delete(controller);
    }
  }

  private async signed(path: string, request: CloudRequest, signing: Signing = {}): Promise<IncomingMessage> {
    const first = await this.send(path, request, signing);
    if (first.statusCode !== 401) {
      const cloudMs = Date.parse(first.headers.date ?? "");
      if (!Number.isNaN(cloudMs)) this.options.onTime?.(cloudMs);
      return first;
    }
    const answer = await readAnswer(first);
    const told = clockErrorSchema.safeParse(answer.body);
    if (!told.success) throw refusedBy(answer);
    const offsetMs = Date.parse(told.data.serverTime) - this.options.clock.now();
    // The cloud tells its time with every refusal: only where it is news, the clock was the reason.
    if (Math.abs(offsetMs - this.offsetMs) < CLOCKS_AGREE_MS) throw refusedBy(answer);
    this.offsetMs = offsetMs;
    this.options.log.warn({ offsetMs }, "the clocks of hub and cloud differ: signing with the cloud's");
    return this.send(path, request, signing);
  }

  private async send(path: string, request: CloudRequest, signing: Signing): Promise<IncomingMessage> {
    const { baseUrl, hubId } = this.options;
    const headers = { ...request.headers, authorization: `Bearer ${await this.token(signing)}` };
    return reach(`${baseUrl}/v1/hubs/${hubId}/${path}`, { ...request, headers });
  }
}

/** A request without a signature, as pairing makes it. Rejects with AppError `cloud_unreachable`. */
export function postUnsigned(clock: Clock, url: string, json: string): Promise<CloudAnswer> {
  const controller = new AbortController();
  const headers = { "content-type": "application/json" };
  return withPatience(clock, controller, async () =>
    readAnswer(await reach(url, { method: "POST", headers, body: json, signal: controller.signal })),
  );
}

async function withPatience<T>(clock: Clock, controller: AbortController, work: () => Promise<T>): Promise<T> {
  const cancel = clock.after(PATIENCE_MS, () => controller.abort("no answer in time"));
  try {
    return await work();
  } finally {
    cancel();
  }
}
