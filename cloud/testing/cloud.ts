import { randomBytes } from "node:crypto";
import { sql } from "kysely";
import pino from "pino";
import { v7 } from "uuid";
import { createAuth, scryptPasswords } from "../accounts/auth";
import { createApp } from "../app";
import { openDatabase } from "../db/database";
import type { Db } from "../db/database";
import { migrate } from "../db/migrate";
import { sharedSetting } from "../db/settings";
import { startWake } from "../db/wake";
import type { Wake } from "../db/wake";
import type { Deps } from "../deps";
import { createMetrics } from "../http/metrics";
import { jobs } from "../jobs/all";
import type { Runner } from "../jobs/runner";
import { createRunner } from "../jobs/runner";
import { byHand } from "../payments/service";
import { loadPassKey } from "../reservations/pass-key";
import { notingCalls } from "./calls";
import { Person } from "./person";
import { noWaysOut } from "./ways-out";
import { TestHub } from "./hub";
import type { TestPostgres } from "./postgres";
import { startTestPostgres } from "./postgres";
import { perKwh } from "./tariffs";

export { perKwh };

const ignore = () => undefined;
export const PUBLIC_URL = "http://127.0.0.1:3000";
export const garage = {
  name: "Garage",
  timeZone: "Europe/Berlin",
  currency: "EUR",
  startPolicy: "open" as const,
  defaultTariffId: null,
  seller: { name: "Garage", address: "Way 1", vatNumber: "" },
};
/** A site and who owns it. */
export interface OwnedSite {
  owner: Person;
  siteId: string;
  organizationId: string;
}
export interface PairedSite extends OwnedSite {
  hub: TestHub;
}

/** One API process' worth of the cloud, without its socket: requests go straight in. */
export interface TestProcess {
  deps: Deps;
  wake: Wake;
  app: ReturnType<typeof createApp>;
  runner: Runner;
  request(path: string, init?: RequestInit): Promise<Response>;
  stop(): Promise<void>;
}

/** A cloud on its own database, with one process or more. */
export class TestCloud {
  private processes: TestProcess[] = [];
  /** Moves the clock of everything that is handed one, in ms. */
  skewMs = 0;
  /** Its doors are only knocked at: what they answer proves no effect of theirs. */
  isKnockedAt = false;
  private people = 0;

  private constructor(
    readonly url: string,
    private postgres: TestPostgres | undefined,
  ) {}

  /** Starts a cloud; on a PostgreSQL of its own where none is given. */
  static async start(postgres?: TestPostgres, overrides: Partial<Deps> = {}): Promise<TestCloud> {
    const server = postgres ?? (await startTestPostgres());
    const cloud = new TestCloud(await server.forCloud(), postgres ? undefined : server);
    await cloud.addProcess(overrides);
    return cloud;
  }

  get first(): TestProcess {
    return this.processes[0]!;
  }
  get db(): Db {
    return this.first.deps.db;
  }
  readonly now = (): number => Date.now() + this.skewMs;

  /** Another API process over the same database. */
  async addProcess(overrides: Partial<Deps> = {}): Promise<TestProcess> {
    const { db, pool } = openDatabase(this.url, 10, ignore);
    await migrate(db);
    const wake = await startWake(this.url, db, ignore);
    const newId = () => v7({ msecs: this.now() });
    const secret = await sharedSetting(db, "secret", () => randomBytes(32).toString("base64url"));
    const publicUrl = overrides.publicUrl ?? PUBLIC_URL;
    const verifyEmails = overrides.verifyEmails ?? false;
    const stopping = new AbortController();
    const deps: Deps = {
      db,
      wake,
      passKey: await loadPassKey(db),
      newId,
      publicUrl,
      ...(await noWaysOut(db)),
      randomBytes,
      auth: createAuth({ db, secret, publicUrl, newId, now: this.now, verifyEmails, passwords: scryptPasswords(1024) }),
      log: pino({ level: "silent" }),
      now: this.now,
      trustProxy: false,
      webRoot: "/nonexistent",
      stopping: stopping.signal,
      heartbeatMs: 15_000,
      hubPatienceMs: 60_000,
      payments: byHand,
      platformFee: 250,
      ...overrides,
    };
    const metrics = createMetrics(this.now, pool);
    const app = createApp(deps, { ...metrics, requests: notingCalls(metrics.requests, () => !this.isKnockedAt) });
    const runner = await createRunner(deps, jobs);
    const process: TestProcess = {
      deps,
      wake,
      app,
      runner,
      request: async (path, init) => app.request(path, init),
      async stop() {
        stopping.abort();
        await runner.stop();
        await wake.stop();
        await db.destroy();
      },
    };
    this.processes.push(process);
    return process;
  }

  /** Runs the jobs that are due by this cloud's clock, and what those send in turn. Gives how many ran. */
  async runJobs(process = this.first): Promise<number> {
    for (let count = 0; ;) {
      const due = new Date(this.now());
      await sql`update pgboss.job set start_after = now() - interval '1 second' where state < 'active' and start_after <= ${due}`.execute(
        this.db,
      );
      const ran = await process.runner.runDue();
      count += ran;
      if (ran === 0) return count;
    }
  }

  /** A new person who is an admin of the platform. */
  async admin(): Promise<Person> {
    const admin = await this.person();
    await this.makeAdmin(admin);
    return admin;
  }

  /** Makes somebody an admin of the platform. */
  async makeAdmin(person: Person): Promise<void> {
    await sql`insert into people (user_id, is_admin) select id, true from auth."user" where email = ${person.email}
      on conflict (user_id) do update set is_admin = true`.execute(this.db);
  }

  /** A new person with an account of their own, signed in. */
  async person(process = this.first): Promise<Person> {
    this.people += 1;
    return Person.signUp(process, `person${this.people}@test.example`);
  }

  /** An owner with a site and its tariff. */
  async owner(process = this.first): Promise<OwnedSite> {
    const owner = await this.person(process);
    const site = await owner.ok<{ siteId: string; organizationId: string }>("POST", "/v1/sites", garage);
    const { siteId, organizationId } = site;
    await owner.ok("PUT", `/v1/sites/${siteId}/tariffs/${perKwh.id}`, perKwh);
    return { owner, siteId, organizationId };
  }

  /** An owner whose site has a hub. */
  async paired(process = this.first): Promise<PairedSite> {
    const owned = await this.owner(process);
    return { ...owned, hub: await this.pair(owned, process) };
  }

  /** Pairs a hub with a site; it replaces the one that was there. */
  async pair({ owner, siteId }: Pick<OwnedSite, "owner" | "siteId">, process = this.first): Promise<TestHub> {
    const { code } = await owner.ok<{ code: string }>("POST", `/v1/sites/${siteId}/pairing-codes`);
    return TestHub.pair(process, code, this.now);
  }

  /** Makes somebody a member of an organisation. */
  async join(organizationId: string, person: Person, role: string): Promise<void> {
    const row = { id: v7(), organizationId, userId: await person.userId(), role, createdAt: new Date(0) };
    await this.db.insertInto("auth.member").values(row).execute();
  }

  /** A paired hub whose journal has `count` events that nobody minds. */
  async hubWith(count: number): Promise<PairedSite> {
    const paired = await this.paired();
    for (let n = 0; n < count; n++) paired.hub.add("chargePoint.online", { cpId: `CP${n}`, transport: "mqtt" });
    return paired;
  }

  async stop(): Promise<void> {
    for (const process of this.processes) await process.stop();
    await this.postgres?.stop();
  }
}
