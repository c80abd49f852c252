import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { pino } from "pino";
import { v7 } from "uuid";
import type { HubEvent } from "../../shared/events";
import { createAdmission } from "../admission";
import type { Clock } from "../clock";
import { Configurator } from "../configure";
import { Peers } from "../peers";
import { Liveness } from "../liveness";
import { attachMqtt } from "../mqtt";
import { createPasswordVerifier } from "../password";
import { PendingChargePoints } from "../pending";
import { createRateLimits } from "../rate-limit";
import { ManualClock } from "./manual-clock";
import { memoryStore } from "./memory-store";
import { attachWebSocket } from "../websocket";

export interface TestHubOptions {
  acceptUnknown?: boolean;
  rateLimit?: boolean;
  acceptNoSubprotocol?: boolean;
  secure?: boolean;
  /** Key -> value pushed at boot; none by default. */
  configuration?: Record<string, string>;
  events?: HubEvent[];
  clock?: ManualClock;
  randomId?: () => number;
  isFull?: () => boolean;
  onCertify?: (cpId: string, csr: string) => void;
}

let nextId = 1;

/** The hub's OCPP side on real sockets of this machine, with a clock that the test moves. */
export async function startTestHub(options: TestHubOptions = {}) {
  const { acceptUnknown = false, rateLimit = false, configuration = {}, secure = false } = options;
  const clock = options.clock ?? new ManualClock();
  const now = () => clock.now();
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { level: "debug", base: null },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const store = memoryStore(now);
  if (options.events) await store.commit(() => ({ reply: null, events: options.events ?? [] }));
  const limits = createRateLimits(now, rateLimit);
  const pending = new PendingChargePoints();
  const verifier = createPasswordVerifier();
  const admission = createAdmission({
    store,
    clock,
    log,
    verifier,
    limits,
    pending,
    acceptUnknown,
    isFull: options.isFull ?? (() => false),
  });
  const peers: Peers = new Peers({
    store,
    clock: clock as Clock,
    log,
    limits,
    settings: { acceptUnknown, heartbeatInterval: 45, retryInterval: 60 },
    newId: () => v7(),
    randomId: options.randomId ?? (() => nextId++),
    onBooted: (cpId) => {
      if (Object.keys(configuration).length > 0) configurator.booted(cpId);
    },
    onCertify: options.onCertify ?? (() => {}),
    onFrame: (peer) => liveness.frame(peer),
  });
  const configurator = new Configurator({ gateway: peers, clock, log, wanted: configuration });
  const liveness = new Liveness({ store, peers, clock, log });

  const http = createServer((_request, response) => void response.writeHead(404).end());
  const { acceptNoSubprotocol = false } = options;
  const endpoint = attachWebSocket(http, { admission, peers, log, secure, acceptNoSubprotocol });
  const tcp = createTcpServer();
  const mqtt = await attachMqtt(tcp, { admission, peers, store, limits, log, secure: false });
  await Promise.all([http, tcp].map((server) => new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready))));
  const httpPort = (http.address() as AddressInfo).port;
  const mqttPort = (tcp.address() as AddressInfo).port;

  return {
    store,
    clock,
    log,
    lines,
    peers,
    limits,
    admission,
    pending,
    liveness,
    configurator,
    mqtt,
    httpPort,
    url: `ws://127.0.0.1:${httpPort}/ocpp`,
    mqttPort,
    sessions: () => [...Object.values(store.state.openSessions), ...Object.values(store.state.closedSessions)],
    close: async () => {
      liveness.stop();
      await peers.close();
      await endpoint.close();
      await mqtt.close();
      await Promise.all([http, tcp].map((server) => new Promise((done) => server.close(done))));
    },
  };
}
export type TestHub = Awaited<ReturnType<typeof startTestHub>>;
