import { randomBytes, randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { v7 } from "uuid";
import type { HubEvent } from "../../../shared/events";
import { OperatorFiles } from "../../files/files";
import { Tickets } from "../../files/tickets";
import { Vault } from "../../files/vault";
import { startReservations } from "../../booking/start";
import type { CallOptions, Gateway } from "../../gateway";
import { startLoadManagement } from "../../load/controller";
import { hashPassword, verifyPassword } from "../../password";
import { PendingChargePoints } from "../../pending";
import { Certificates } from "../../security/certificates";
import { Credentials } from "../../security/credentials";
import { Starter } from "../../start/starter";
import { Stopper } from "../../start/stopper";
import { hubDomain } from "../../state/domain";
import { openStore } from "../../store/store";
import { MemoryDisk } from "../../store/testing/memory-disk";
import { Authority } from "../../tls/authority";
import { CloudLink } from "../../sync/link";
import { ManualClock } from "../../testing/manual-clock";
import { createApp } from "../app";
import { createHttpLimits } from "../limits";
import { createMetrics } from "../metrics";
import { httpServer, listen, stopListening } from "../server";

export const adminToken = "Schlüssel of these tests";

/** A gateway whose chargers answer what the test says; without an answer they are silent for ever. */
export class FakeGateway implements Gateway {
  readonly calls: { cpId: string; action: string; payload: unknown; options?: CallOptions | undefined }[] = [];
  readonly disconnected: string[] = [];
  /** By action: gives the answer, or throws. */
  answers: Record<string, () => unknown> = {};

  call: Gateway["call"] = (cpId, action, payload, options) =>
    this.callUnchecked(cpId, action, payload, options) as ReturnType<Gateway["call"]> as never;

  async callUnchecked(cpId: string, action: string, payload: unknown, options?: CallOptions): Promise<unknown> {
    this.calls.push({ cpId, action, payload, options });
    const answer = this.answers[action];
    return answer ? answer() : new Promise(() => {});
  }

  isConnected(): boolean {
    return true;
  }

  disconnect(cpId: string): void {
    this.disconnected.push(cpId);
  }

  sent(action: string): unknown[] {
    return this.calls.filter((call) => call.action === action).map(({ payload }) => payload);
  }
}

/** A hub's store on a disk in memory. */
export function memoryHubStore(clock: Pick<ManualClock, "now">, disk = new MemoryDisk(), segmentBytes?: number) {
  return openStore({
    folder: "/data/hub",
    domain: hubDomain,
    now: () => clock.now(),
    newId: () => v7(),
    onFatal: (error) => {
      throw error;
    },
    files: disk,
    lock: async () => async () => {},
    ...(segmentBytes === undefined ? {} : { segmentBytes }),
  });
}

interface HubAppOptions {
  rateLimit?: boolean;
  publicUrl?: string;
  webFolder?: string;
  cloudUrl?: string;
  /** Without one, nothing can be signed. */
  authority?: Authority;
  events?: HubEvent[];
  /** Free bytes of the disk that uploads go to. */
  free?: number;
}

/** The hub's HTTP side over real sockets, with a store on a disk in memory, silent chargers and a clock that the test moves. */
export async function startHubApp(options: HubAppOptions = {}) {
  const clock = new ManualClock();
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "debug", base: null },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const store = await memoryHubStore(clock);
  const commit = (...events: HubEvent[]) => store.commit(() => ({ reply: undefined, events }));
  if (options.events) await commit(...options.events);
  const gateway = new FakeGateway();
  const starter = new Starter({ store, gateway, clock, log, random: randomBytes });
  const stopper = new Stopper({ store, gateway, clock, log });
  const folder = await mkdtemp(join(tmpdir(), "hitchpost-app-"));
  const link = new CloudLink({
    store,
    starter,
    stopper,
    clock,
    log,
    random: () => 0.5,
    newId: () => v7(),
    folder,
    cloudUrl: options.cloudUrl ?? null,
    name: "test hub",
    version: "1.2.3",
  });
  const reservations = await startReservations({
    store,
    gateway,
    starter,
    stopper,
    clock,
    clockCredible: () => true,
    log,
    folder,
    isLoadManaged: () => load.view().active,
    newId: () => v7(),
    randomId: () => randomInt(1, 2 ** 31),
    random: randomBytes,
  });
  const pending = new PendingChargePoints();
  const load = startLoadManagement({ store, gateway, clock, siteLimitA: null, log });
  const files = new OperatorFiles({
    store,
    gateway,
    vault: new Vault(join(folder, "files"), async () => options.free ?? Number.MAX_SAFE_INTEGER),
    tickets: new Tickets(clock, randomBytes),
    newId: () => v7(),
    random: randomBytes,
    randomId: () => 7,
    addressFor: () => `http://127.0.0.1:${port}`,
    isFull: () => false,
  });
  /** Boards whose firmware was asked for. */
  const boardsAsked: string[] = [];
  const authority = options.authority ?? new Authority({ key: "", certificate: "" });
  const certificates = new Certificates({ store, gateway, authority, clock, log });
  const app = createApp({
    certificates,
    credentials: new Credentials({ store, gateway, clock, hashPassword, random: randomBytes }),
    files,
    store,
    gateway,
    clock,
    sampleInterval: 30,
    log,
    starter,
    stopper,
    link,
    bookings: reservations.bookings,
    clockCredible: () => true,
    load,
    pending,
    adminToken,
    hashPassword: (password) => hashPassword(password),
    verifyKey: verifyPassword,
    random: randomBytes,
    limits: createHttpLimits(clock, options.rateLimit ?? true),
    installer: {
      place: (remote) => ({ hubUrl: `http://hub-near-${remote}:8080`, mqttPort: 1883 }),
      httpsPort: () => 8443,
      firmware: {
        get: async (board) => {
          boardsAsked.push(board);
          return Buffer.from([0xe9, 1, 2, 3]);
        },
      },
    },
    metrics: createMetrics({
      store,
      link: () => link.status(),
      sealedRefused: () => ({ plain: 0, unopened: 0 }),
      ofProcess: false,
    }),
    publicUrl: options.publicUrl ?? null,
    webFolder: options.webFolder ?? join(folder, "web"),
    version: "1.2.3",
  });
  const server = httpServer(app);
  const port: number = await listen(server, "HUB_HTTP_PORT", 0, "127.0.0.1");
  const url = `http://127.0.0.1:${port}`;

  /** JSON in and out. `token` null: as a stranger. */
  async function api(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(url + path, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      body: body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body),
      redirect: "manual",
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      json: (isJson ? JSON.parse(text) : undefined) as never as Record<string, never>,
    };
  }
  const admin = (method: string, path: string, body?: unknown) =>
    api(method, path, body, { authorization: `Bearer ${adminToken}` });

  return {
    clock,
    lines,
    store,
    commit,
    gateway,
    starter,
    stopper,
    files,
    link,
    pending,
    boardsAsked,
    app,
    folder,
    port,
    url,
    api,
    admin,
    close: async () => {
      load.stop();
      starter.close();
      await reservations.stop();
      await link.end();
      await stopListening(server);
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
export type TestHubApp = Awaited<ReturnType<typeof startHubApp>>;

/** Status and code of a refusal. */
export const codeOf = ({ status, json }: { status: number; json: Record<string, never> }) =>
  `${status} ${(json?.error as never as { code: string } | undefined)?.code}`;
