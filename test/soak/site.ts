import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Session } from "../../shared/session";
import type { Program } from "../support/programs";
import { launch, request } from "../support/programs";
import type { Charger } from "./charger";
import { openLine } from "../support/line";
import type { Line } from "../support/line";
import { VmFleet } from "./vm-chargers";
import { WsCharger } from "./ws-charger";

const ADMIN_TOKEN = "a-token-of-the-soak-only";
const PASSWORD = "a-password-of-the-soak";
/** Cards that every hub knows. */
export const CARDS = ["SOAK1", "SOAK2", "SOAK3"];

interface SiteOptions {
  name: string;
  siteId: string;
  folder: string;
  /** Of each kind. */
  chargers: number;
  httpPort: number;
  mqttPort: number;
  cloudPort: number;
}

/** One site: a hub, its line to the cloud, its own network, and chargers of both kinds. */
export class Site {
  hub!: Program;
  running = false;
  line!: Line;
  lan!: Line;
  fleet!: VmFleet;
  readonly webSockets: WsCharger[] = [];

  constructor(readonly options: SiteOptions) {}

  get chargers(): Charger[] {
    return [...this.fleet.chargers, ...this.webSockets];
  }

  async startHub(): Promise<void> {
    const { httpPort, mqttPort, folder } = this.options;
    this.hub = await launch("hub", [], {
      ...{ HUB_HOST: "127.0.0.1", HUB_HTTP_PORT: String(httpPort), HUB_MQTT_PORT: String(mqttPort) },
      ...{ HUB_DATA: join(folder, "hub"), HUB_ADMIN_TOKEN: ADMIN_TOKEN, HUB_RATE_LIMIT: "off", HUB_MDNS: "off" },
      ...{ HUB_SAMPLE_INTERVAL: "5", CLOUD_URL: `http://127.0.0.1:${this.line.port}` },
    });
    this.running = true;
  }

  async killHub(): Promise<void> {
    this.running = false;
    await this.hub.kill();
  }

  /** Starts the hub, pairs it by the owner's code, and its chargers. */
  async start(code: () => Promise<string>): Promise<void> {
    const { name, chargers: count, httpPort, mqttPort, folder, cloudPort } = this.options;
    this.line = await openLine(() => [cloudPort]);
    this.lan = await openLine(() => [httpPort]);
    await this.startHub();
    await this.asAdmin("POST", "/api/pairing", { cloudUrl: `http://127.0.0.1:${this.line.port}`, code: await code() });
    const passwordFile = join(folder, "charger-password");
    await writeFile(passwordFile, PASSWORD, { mode: 0o600 });
    this.fleet = new VmFleet({ first: `${name}-VM1`, count, mqttPort, passwordFile, folder });
    const ids = Array.from({ length: count }, (_, index) => `${name}-WS${index + 1}`);
    for (const cpId of [...this.fleet.chargers.map((each) => each.cpId), ...ids]) {
      await this.asAdmin("PUT", `/api/charge-points/${cpId}`, { password: PASSWORD, plainFrames: true, connectors: 1 });
    }
    for (const card of CARDS) await this.asAdmin("PUT", `/api/id-tags/${card}`, { status: "Accepted" });
    await this.fleet.start();
    this.webSockets.push(...ids.map((cpId) => new WsCharger(cpId, this.lan.port, PASSWORD)));
  }

  asAdmin<T>(method: string, path: string, body?: unknown): Promise<T> {
    return request<T>(method, this.url + path, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` }, body });
  }

  asDriver<T>(path: string, body: unknown): Promise<T> {
    return request<T>("POST", this.url + path, { headers: { origin: this.url }, body });
  }

  /** All that the hub has, the newest first. */
  async sessions(): Promise<Session[]> {
    const all: Session[] = [];
    let cursor = "";
    do {
      const page = await this.asAdmin<{ sessions: Session[]; nextCursor: string | null }>(
        "GET",
        `/api/sessions?limit=1000${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      );
      all.push(...page.sessions);
      cursor = page.nextCursor ?? "";
    } while (cursor !== "");
    return all;
  }

  async stop(): Promise<void> {
    await Promise.all(this.webSockets.map((each) => each.close()));
    if (this.fleet?.running) await this.fleet.program.stop();
    if (this.running) await this.hub.stop();
    // A site whose start failed has not all of it.
    await Promise.all([this.line?.close(), this.lan?.close()]);
  }

  private get url(): string {
    return `http://127.0.0.1:${this.options.httpPort}`;
  }
}
