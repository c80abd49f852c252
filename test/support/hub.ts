import { createRequire } from "node:module";
import type { Program } from "./programs";
import { launch, request, stopEverything, temporaryFolder } from "./programs";

const adminToken = "a-token-of-this-test-only";
export const asAdmin = { authorization: `Bearer ${adminToken}` };

/** Starts the hub on free ports of this machine, with its data in a folder; its admin is `asAdmin`. */
export function launchHub(data: string, more: Record<string, string> = {}): Promise<Program> {
  return launch("hub", [], {
    HUB_HOST: "127.0.0.1",
    HUB_HTTP_PORT: "0",
    HUB_MQTT_PORT: "0",
    HUB_DATA: data,
    HUB_ADMIN_TOKEN: adminToken,
    ...more,
  });
}

/** The real hub with nothing but chargers, which a test may kill and start again. */
export class LoneHub {
  program!: Program;
  readonly folder = temporaryFolder();

  get url(): string {
    return `http://127.0.0.1:${this.program.ready.http}`;
  }

  async start(more: Record<string, string> = {}): Promise<void> {
    this.program = await launchHub(`${this.folder.path}/hub`, more);
  }

  admin<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    return request<T>(method, this.url + path, { headers: asAdmin, body });
  }

  /** For afterAll. */
  async end(): Promise<void> {
    await stopEverything();
    await this.folder.remove();
  }
}

/** What the tests use of ocpp-rpc, a charger's side that is not ours. */
export interface Rpc {
  connect(): Promise<void>;
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  handle(action: string, handler: (call: { params: Record<string, unknown> }) => object): void;
  close(options?: object): Promise<void>;
}
const { RPCClient } = createRequire(import.meta.url)("ocpp-rpc") as { RPCClient: new (options: object) => Rpc };

/** An ocpp-rpc client in strict mode, which checks every message of the hub against the standard's own schemas. `port` is one of the ready line. */
export function rpcClient({ program }: LoneHub, cpId: string, more: object, port = "http"): Rpc {
  return new RPCClient({
    endpoint: `${port === "https" ? "wss" : "ws"}://127.0.0.1:${program.ready[port]}/ocpp`,
    identity: cpId,
    protocols: ["ocpp1.6"],
    strictMode: true,
    reconnect: false,
    ...more,
  });
}
