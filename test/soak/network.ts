import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { until } from "../../shared/testing/until";
import type { Cluster } from "../../cloud/db/cluster/cluster";
import { startCluster } from "../../cloud/db/cluster/cluster";
import type { Program } from "../support/programs";
import { freePorts, launch, request, temporaryFolder } from "../support/programs";
import { openLine } from "../support/line";
import type { Line } from "../support/line";
import type { Options } from "./options";
import { Site } from "./site";

/** 45 EUR/kWh, to be billed to the cent: people charge for seconds only. */
const tariff = {
  id: "soak",
  currency: "EUR",
  tax_included: true,
  elements: [{ price_components: [{ type: "ENERGY", price: 450_000, vat: 1900, step_size: 1 }] }],
};
const garage = {
  ...{ timeZone: "Europe/Berlin", currency: "EUR", startPolicy: "open", defaultTariffId: null },
  seller: { name: "Soak", address: "Musterweg 1, 12345 Musterstadt", vatNumber: "" },
};
const CLOUD_PASSWORD = "a good long password";

export type Ask = <T>(method: string, path: string, body?: unknown) => Promise<T>;

/** One of the cloud's processes. */
interface CloudProcess {
  port: number;
  program: Program;
  running: boolean;
}

/** The whole: one PostgreSQL, cloud processes behind one address, and sites with their hubs and chargers. */
export class Network {
  readonly sites: Site[] = [];
  readonly clouds: CloudProcess[] = [];
  owner!: Ask;
  cluster!: Cluster;
  private front!: Line;
  private readonly folder = temporaryFolder();
  private readonly secret = randomBytes(24).toString("hex");
  private people = 0;

  constructor(private readonly options: Options) {}

  async start(say: (what: string) => void): Promise<void> {
    const { clouds, hubs, chargers } = this.options;
    say("PostgreSQL");
    this.cluster = await startCluster({ folder: join(this.folder.path, "cloud"), now: Date.now });
    this.front = await openLine(() => this.clouds.filter(({ running }) => running).map(({ port }) => port));
    const ports = await freePorts(clouds + 2 * hubs);
    for (let at = 0; at < clouds; at += 1) {
      say(`cloud ${at + 1} of ${clouds}`);
      const port = ports.shift()!;
      this.clouds.push({ port, program: await this.startCloud(port), running: true });
    }
    this.owner = await this.signUp("owner");
    for (let at = 0; at < hubs; at += 1) {
      say(`site ${at + 1} of ${hubs}`);
      const count = Math.floor((chargers * (at + 1)) / hubs) - Math.floor((chargers * at) / hubs);
      await this.addSite(`S${at + 1}`, count, ports.shift()!, ports.shift()!);
    }
  }

  /** As a supervisor does it: a start that fails, as where the database throws it out, is tried again. */
  async restart(cloud: CloudProcess): Promise<void> {
    cloud.program = await until(`a cloud starts at port ${cloud.port}`, () => this.startCloud(cloud.port));
    cloud.running = true;
  }

  async killCloud(cloud: CloudProcess): Promise<void> {
    cloud.running = false;
    await cloud.program.kill();
  }

  /** An account of its own; gives the way to ask the cloud as that person. */
  async signUp(name: string): Promise<Ask> {
    const url = `http://127.0.0.1:${this.front.port}`;
    this.people += 1;
    // Each has an address of their own, as far as the cloud can tell.
    const from = { "x-forwarded-for": `10.0.${this.people >> 8}.${this.people & 255}` };
    const response = await fetch(`${url}/v1/auth/sign-up/email`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: url, ...from },
      body: JSON.stringify({ name, email: `${name}@soak.example`, password: CLOUD_PASSWORD }),
    });
    if (!response.ok) throw new Error(`Signing up answered ${response.status}: ${await response.text()}`);
    const headers = { authorization: `Bearer ${response.headers.get("set-auth-token")}`, ...from };
    return (method, path, body) => request(method, url + path, { headers, body });
  }

  /** Ends all that still runs, and removes the data. */
  async stop(): Promise<void> {
    await Promise.all(this.sites.map((site) => site.stop()));
    await Promise.all(this.clouds.filter(({ running }) => running).map(({ program }) => program.stop()));
    await this.front?.close();
    await this.cluster?.stop();
    await this.folder.remove();
  }

  private startCloud(port: number): Promise<Program> {
    return launch("cloud", [], {
      ...{ CLOUD_PORT: String(port), DATABASE_URL: this.cluster.url, DATABASE_POOL: "10", TRUST_PROXY: "true" },
      ...{
        CLOUD_PUBLIC_URL: `http://127.0.0.1:${this.front.port}`,
        CLOUD_SECRET: this.secret,
        CLOUD_LOG_LEVEL: "warn",
      },
    });
  }

  private async addSite(name: string, chargers: number, httpPort: number, mqttPort: number): Promise<void> {
    const { owner, folder } = this;
    const { siteId } = await owner<{ siteId: string }>("POST", "/v1/sites", { ...garage, name: `Soak ${name}` });
    await owner("PUT", `/v1/sites/${siteId}/tariffs/${tariff.id}`, tariff);
    await owner("PATCH", `/v1/sites/${siteId}`, { defaultTariffId: tariff.id });
    const place = { folder: join(folder.path, name), cloudPort: this.front.port, httpPort, mqttPort };
    const site = new Site({ name, siteId, chargers, ...place });
    this.sites.push(site);
    await site.start(async () => (await owner<{ code: string }>("POST", `/v1/sites/${siteId}/pairing-codes`)).code);
  }
}
