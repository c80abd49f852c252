import { rm } from "node:fs/promises";
import { join } from "node:path";
import { provisionDemo } from "../../scripts/lib/demo.mjs";
import type { Demo } from "../../scripts/lib/demo.mjs";
import type { Session } from "../../shared/session";
import { until } from "../../shared/testing/until";
import type { Line } from "./line";
import { openLine } from "./line";
import type { Program } from "./programs";
import { freePorts, launch, request, runHub, temporaryFolder } from "./programs";

const adminToken = "a-token-of-the-journey-only";
/** Becomes an admin of the platform by signing up. */
const platformAdmin = "admin@platform.example";

/** A session as both APIs list it. */
export type ListedSession = Session;

/** What must be equal on both sides, to the unit. */
export function booksOf(session: ListedSession): Partial<ListedSession> {
  const { id, transactionId, energyWh, meterStart, meterStop, startedAt, endedAt, cost, receiptNumber } = session;
  return { id, transactionId, energyWh, meterStart, meterStop, startedAt, endedAt, cost, receiptNumber };
}

/** A whole site on this machine: cloud, hub and virtual chargers as real processes, each of which a test may kill and bring back. */
export class TestSite {
  cloud!: Program;
  hub!: Program;
  charger!: Program;
  demo!: Demo;
  siteId!: string;
  /** The hub's only way to the cloud. */
  line!: Line;
  private folder = temporaryFolder();
  private ports!: { cloud: number; http: number; mqtt: number };
  private token = "";

  get hubUrl(): string {
    return `http://127.0.0.1:${this.ports.http}`;
  }
  get cloudUrl(): string {
    return `http://127.0.0.1:${this.ports.cloud}`;
  }
  get benchUrl(): string {
    return `http://127.0.0.1:${this.charger.ready.http}`;
  }
  private get lineUrl(): string {
    return `http://127.0.0.1:${this.line.port}`;
  }
  private get hubData(): string {
    return join(this.folder.path, "hub");
  }

  /** Starts everything, pairs the hub and waits until both chargers are online. */
  async start(): Promise<void> {
    this.line = await openLine(() => [this.ports.cloud]);
    const [cloud, http, mqtt] = await freePorts(3);
    this.ports = { cloud: cloud!, http: http!, mqtt: mqtt! };
    await this.startCloud();
    await this.startHub();
    this.demo = await provisionDemo({
      root: this.folder.path,
      cloudUrl: this.lineUrl,
      publicUrl: this.cloudUrl,
      hubUrl: this.hubUrl,
      hubData: this.hubData,
      adminToken,
    });
    await this.signIn();
    const { sites } = await this.asOwner<{ sites: { siteId: string }[] }>("GET", "/v1/sites");
    this.siteId = sites[0]!.siteId;
    await this.startCharger();
    await this.chargersOnline();
  }

  async startCloud(): Promise<void> {
    this.cloud = await launch("cloud", [], {
      CLOUD_PORT: String(this.ports.cloud),
      CLOUD_DATA: join(this.folder.path, "cloud"),
      CLOUD_ADMIN_EMAIL: platformAdmin,
    });
  }

  async startHub(): Promise<void> {
    this.hub = await launch("hub", [], {
      HUB_HOST: "127.0.0.1",
      HUB_HTTP_PORT: String(this.ports.http),
      HUB_MQTT_PORT: String(this.ports.mqtt),
      HUB_DATA: this.hubData,
      HUB_ADMIN_TOKEN: adminToken,
      HUB_SAMPLE_INTERVAL: "1",
      CLOUD_URL: this.lineUrl,
    });
  }

  /** Saves the running hub's disk in a file. Gives its path. */
  async backUpHub(): Promise<string> {
    const file = join(this.folder.path, "hub.backup");
    await runHub(["backup", file], { HUB_DATA: this.hubData });
    return file;
  }

  /** The hub's power fails and its disk is gone; what a back-up holds goes onto a new one. */
  async restoreHub(file: string): Promise<void> {
    await this.hub.kill();
    await rm(this.hubData, { recursive: true, force: true });
    await runHub(["restore", file], { HUB_DATA: this.hubData });
    await this.startHub();
  }

  async startCharger(): Promise<void> {
    this.charger = await launch(
      "charger",
      [
        ...["--id", "CP1", "--count", "2", "--hub", `mqtt://127.0.0.1:${this.ports.mqtt}`, "--bench-port", "0"],
        ...[
          "--password-file",
          this.demo.passwordFile,
          "--sample-interval",
          "1",
          "--data",
          join(this.folder.path, "chargers"),
        ],
      ],
      {},
    );
  }

  async chargersOnline(): Promise<void> {
    await until("both chargers are online", async () => {
      const { chargePoints } = await this.asAdmin<{ chargePoints: { online: boolean; connectors: unknown[] }[] }>(
        "GET",
        "/api/charge-points",
      );
      return chargePoints.length === 2 && chargePoints.every((each) => each.online && each.connectors.length > 0);
    });
  }

  /** The owner pairs the hub with a new code: for the cloud it is a new hub. */
  async pairAgain(): Promise<void> {
    const { code } = await this.asOwner<{ code: string }>("POST", `/v1/sites/${this.siteId}/pairing-codes`);
    await this.asAdmin("POST", "/api/pairing", { code });
  }

  /** A button of the bench page: plug, unplug, reset ... */
  bench(cpId: string, action: string, body: unknown = {}): Promise<unknown> {
    return request("POST", `${this.benchUrl}/api/chargers/${cpId}/${action}`, { body });
  }

  asAdmin<T>(method: string, path: string, body?: unknown): Promise<T> {
    return request<T>(method, this.hubUrl + path, { headers: { authorization: `Bearer ${adminToken}` }, body });
  }

  asOwner<T>(method: string, path: string, body?: unknown): Promise<T> {
    return request<T>(method, this.cloudUrl + path, { headers: { authorization: `Bearer ${this.token}` }, body });
  }

  asDriver<T>(path: string, body: unknown): Promise<T> {
    return request<T>("POST", this.hubUrl + path, { headers: { origin: this.hubUrl }, body });
  }

  async signIn(): Promise<void> {
    const response = await fetch(`${this.cloudUrl}/v1/auth/sign-in/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.cloudUrl },
      body: JSON.stringify({ email: this.demo.email, password: this.demo.password }),
    });
    if (!response.ok) throw new Error(`Signing in answered ${response.status}: ${await response.text()}`);
    this.token = response.headers.get("set-auth-token")!;
  }

  /** The owner describes the site as a private place, and an admin of the platform approves it. */
  async listPrivately(): Promise<void> {
    const site = `/v1/sites/${this.siteId}`;
    const where = { street: "Lindenweg 4", postalCode: "10437", city: "Berlin", country: "DE", lat: 52.54, lng: 13.41 };
    const hours = { week: null, exceptions: [] };
    const more = { host: "private", description: "", facilities: [], hours, access: "private" };
    await this.asOwner("PUT", `${site}/place`, { ...where, ...more });
    for (const cpId of ["CP1", "CP2"]) {
      await this.asOwner("PUT", `${site}/connectors/${cpId}/1`, { type: "IEC_62196_T2", powerW: 11_000 });
    }
    await this.asOwner("POST", `${site}/place/listing`, { action: "submit" });
    const signedUp = await fetch(`${this.cloudUrl}/v1/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: this.cloudUrl },
      body: JSON.stringify({ name: "Platform admin", email: platformAdmin, password: "a long password of the test" }),
    });
    await request("POST", `${this.cloudUrl}/v1/admin/listings/${this.siteId}/decision`, {
      headers: { authorization: `Bearer ${signedUp.headers.get("set-auth-token")}` },
      body: { decision: "approve" },
    });
  }

  async hubSessions(): Promise<ListedSession[]> {
    return (await this.asAdmin<{ sessions: ListedSession[] }>("GET", "/api/sessions")).sessions;
  }

  async cloudSessions(): Promise<ListedSession[]> {
    return (await this.asOwner<{ sessions: ListedSession[] }>("GET", `/v1/sites/${this.siteId}/sessions`)).sessions;
  }

  /** Plugs in, starts as a driver, and waits until energy flows. */
  async charge(cpId: string, secret: string): Promise<ListedSession> {
    await this.bench(cpId, "plug");
    await until(`${cpId} sees the car`, async () => (await this.status(cpId)) === "Preparing");
    await this.asDriver("/api/start", { cpId, connectorId: 1, secret });
    return until(`${cpId} delivers energy`, async () =>
      (await this.hubSessions()).find((each) => each.cpId === cpId && each.endedAt === null && each.energyWh > 0),
    );
  }

  async status(cpId: string): Promise<string | undefined> {
    const { chargePoints } = await this.asAdmin<{
      chargePoints: { cpId: string; connectors: { connectorId: number; status: string }[] }[];
    }>("GET", "/api/charge-points");
    return chargePoints.find((each) => each.cpId === cpId)?.connectors.find((each) => each.connectorId === 1)?.status;
  }

  /** The session as the hub has it once it is over. */
  ended(sessionId: string): Promise<ListedSession> {
    return until("the session is over", async () =>
      (await this.hubSessions()).find((each) => each.id === sessionId && each.endedAt !== null),
    );
  }

  /** Ends all programs, the last started first, and removes the data. */
  async end(): Promise<void> {
    for (const program of [this.charger, this.hub, this.cloud]) await program?.stop();
    await this.line?.close();
    await this.folder.remove();
  }
}
