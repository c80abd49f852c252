import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import pino from "pino";
import { v7 } from "uuid";
import { AppError } from "../shared/error";
import { adminCommand, grantAdmin } from "./accounts/admins";
import { createAuth } from "./accounts/auth";
import { createApp } from "./app";
import { systemClock } from "./clock";
import type { Config } from "./config";
import { configOfProcess, publicUrlOf } from "./config";
import { startCluster } from "./db/cluster/cluster";
import { openDatabase } from "./db/database";
import { migrate } from "./db/migrate";
import type { Deps } from "./deps";
import { sharedSetting } from "./db/settings";
import { startWake } from "./db/wake";
import { createMetrics } from "./http/metrics";
import { jobs } from "./jobs/all";
import { startRunner } from "./jobs/runner";
import { forgetHolds } from "./reservations/housekeeping";
import { byHand } from "./payments/service";
import { stripePayments } from "./payments/stripe";
import { loadPassKey } from "./reservations/pass-key";
import { noMail, openWaysOut } from "./notifications/ways-out";
import { listen } from "./serve";

/**
 * `cloud` serves until SIGTERM or SIGINT; `cloud migrate` brings the database up to date and ends; `cloud admin EMAIL` makes an account an admin of the
 * platform and ends, also beside a cloud that runs.
 */

const HOUR = 3_600_000;
/** How long a job waits for its turn, at most, on an idle cloud. */
const JOBS_POLL_MS = 2000;
const now = systemClock;
/** What to undo at the end, the newest first. */
const undo: (() => unknown)[] = [];
let ending: Promise<void> | undefined;

async function end(): Promise<void> {
  ending ??= (async () => {
    for (const step of undo.toReversed()) await Promise.resolve(step()).catch((error: unknown) => console.error(error));
  })();
  await ending;
}

async function run(args: string[]): Promise<void> {
  const [command, email, ...more] = args;
  const fits = command === "admin" ? email !== undefined : email === undefined;
  if (!fits || more.length > 0 || !["admin", "migrate", undefined].includes(command)) {
    throw new AppError("bad_command", "Usage: cloud [migrate | admin EMAIL]");
  }
  const config = configOfProcess();
  const log = pino({ level: config.logLevel, base: { program: "cloud" } }, pino.destination({ dest: 2, sync: true }));
  if (command !== undefined) {
    const { db, isOwn } = await openStore(config, log, email !== undefined);
    // A cloud that runs has a database that is right for it.
    const applied = isOwn ? await migrate(db) : [];
    if (email === undefined) {
      console.log(applied.length > 0 ? `Applied: ${applied.join(", ")}` : "The database is up to date.");
    } else {
      await adminCommand(db, email, now());
      console.log(`${email} is an admin of this platform.`);
    }
    await end();
    return;
  }
  await serve(config, log);
}

async function openStore(config: Config, log: pino.Logger, beside = false) {
  let url = config.databaseUrl;
  let isOwn = true;
  if (!url) {
    const cluster = await startCluster({ folder: config.dataFolder, now, beside });
    undo.push(cluster.stop);
    ({ url, isOwn } = cluster);
  }
  const { db, pool } = openDatabase(url, config.poolSize, (error) =>
    log.warn({ err: error }, "database connection lost"),
  );
  undo.push(() => db.destroy());
  return { db, pool, url, isOwn };
}

async function serve(config: Config, log: pino.Logger): Promise<void> {
  const server = await listen(config.host, config.port);
  undo.push(() => server.close());
  const publicUrl = publicUrlOf(config, server.port);
  const { db, pool, url } = await openStore(config, log);
  for (const name of await migrate(db)) log.info({ migration: name }, "database migrated");

  const wake = await startWake(url, db, (error) => log.warn({ err: error }, "waiting for changes was interrupted"));
  undo.push(wake.stop);
  const newId = () => v7({ msecs: now() });
  const secret = config.secret ?? (await sharedSetting(db, "secret", () => randomBytes(32).toString("base64url")));
  const verifyEmails = config.smtpUrl !== undefined || publicUrl.startsWith("https:");
  const { adminEmail } = config;
  const auth = createAuth({ db, secret, publicUrl, newId, now, verifyEmails, adminEmail });
  if (adminEmail !== undefined) await grantAdmin(db, adminEmail, verifyEmails, now());
  if (config.smtpUrl === undefined) log.warn(noMail(verifyEmails));

  const stopping = new AbortController();
  const metrics = createMetrics(now, pool);
  const webRoot = join(dirname(fileURLToPath(import.meta.url)), "web/app");
  const deps: Deps = {
    db,
    auth,
    wake,
    passKey: await loadPassKey(db),
    ...(await openWaysOut(db, config, publicUrl)),
    verifyEmails,
    log,
    now,
    newId,
    randomBytes,
    publicUrl,
    webRoot,
    trustProxy: config.trustProxy,
    stopping: stopping.signal,
    heartbeatMs: 15_000,
    hubPatienceMs: 5000,
    payments: config.stripe ? stripePayments(config.stripe) : byHand,
    platformFee: config.platformFee,
  };
  const app = createApp(deps, metrics);
  const runner = await startRunner(deps, jobs, JOBS_POLL_MS);
  undo.push(runner.stop);
  const housekeeping = setInterval(() => {
    forgetHolds(db, now()).catch((error: unknown) => log.warn({ err: error }, "housekeeping failed"));
  }, HOUR);
  undo.push(() => clearInterval(housekeeping));

  // The open streams end first, else the server would wait for them.
  undo.push(() => server.close());
  undo.push(() => stopping.abort());
  server.serve((request, env) => app.fetch(request, env));
  log.info({ url: publicUrl, database: config.databaseUrl ? "external" : "embedded" }, "serving");
  console.log(JSON.stringify({ ready: true, http: server.port }));
}

const started = run(process.argv.slice(2));
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  // A start that is under way comes to its end first, so that nothing it began is left behind.
  process.on(
    signal,
    () =>
      void started
        .catch(() => undefined)
        .then(end)
        .then(() => process.exit(0)),
  );
}

try {
  await started;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  await end();
  process.exit(1);
}
