import { createHash, randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import pg from "pg";
import pino from "pino";
import { SignJWT, exportJWK, generateKeyPair } from "jose";
import { v7 } from "uuid";
import { createAuth } from "../../cloud/accounts/auth";
import { createApp } from "../../cloud/app";
import { startCluster } from "../../cloud/db/cluster/cluster";
import { openDatabase } from "../../cloud/db/database";
import type { Db } from "../../cloud/db/database";
import { migrate } from "../../cloud/db/migrate";
import { startWake } from "../../cloud/db/wake";
import { createMetrics } from "../../cloud/http/metrics";
import { jobs } from "../../cloud/jobs/all";
import { createQueues } from "../../cloud/jobs/queues";
import { byHand } from "../../cloud/payments/service";
import { noWaysOut } from "../../cloud/testing/ways-out";
import { loadPassKey } from "../../cloud/reservations/pass-key";
import type { StreamEvent } from "../../shared/events";
import { BATCH_EVENTS, GENESIS, chainHash } from "../../shared/sync";
import { best, figure, milliseconds, progress, report } from "./harness";
import type { BenchOptions } from "./harness";
import { copySameRows } from "./sync-cloud/copy";
import { nightOf } from "./sync-cloud/night";
import { temporaryFolder } from "../support/programs";

/**
 * A hundred hubs that come back after a night offline, into one PostgreSQL with fsync: whole requests of 500 events (token, hash chain, validation, fold
 * into sessions and connectors, one transaction each), beside COPY of the very rows that they leave in the table of events, into a table with the same
 * indexes. Requests go straight into the API, without a socket, and hubs' bodies are made beforehand: what is measured is the cloud. The baseline does
 * none of the rest: it only stores.
 */

const BENCH = "sync-cloud";
const HUBS = 100;
const ROUNDS = 3;
const PUBLIC_URL = "http://127.0.0.1:3000";

export async function run(options: BenchOptions): Promise<void> {
  const perHub = options.large ? 10_000 : 1000;
  const { path: folder, remove } = temporaryFolder();
  const cluster = await startCluster({ folder, now: Date.now });
  try {
    const rates: number[] = [];
    const copies: number[] = [];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round++) {
      progress(`round ${round + 1} of ${ROUNDS}: ${HUBS} hubs with ${perHub} events each`);
      const url = await freshDatabase(cluster.url, `round_${round}`);
      const result = await oneRound(url, perHub);
      rates.push(result.ingested);
      copies.push(result.copied);
      bytes = result.bytesPerEvent;
    }
    report(
      [
        figure(BENCH, "ingest_vs_copy", best(rates) / best(copies), "ratio", ">= 0.3"),
        figure(BENCH, "events_per_s", best(rates), "events/s"),
        figure(BENCH, "copy_rows_per_s", best(copies), "rows/s"),
        figure(BENCH, "row_bytes", bytes, "bytes/event"),
      ],
      options,
    );
  } finally {
    await cluster.stop();
    await remove();
  }
}

async function freshDatabase(url: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  return url.replace(/\/[^/]*$/, `/${name}`);
}

async function oneRound(
  url: string,
  perHub: number,
): Promise<{ ingested: number; copied: number; bytesPerEvent: number }> {
  const { db, pool } = openDatabase(url, 20, () => undefined);
  await migrate(db);
  await createQueues(db, jobs);
  const wake = await startWake(url, db, () => undefined);
  const newId = () => v7();
  const deps = { db, wake, newId, randomBytes, publicUrl: PUBLIC_URL, now: Date.now, trustProxy: false };
  const auth = createAuth({
    db,
    secret: randomBytes(32).toString("hex"),
    publicUrl: PUBLIC_URL,
    newId,
    now: Date.now,
    verifyEmails: false,
  });
  const passKey = await loadPassKey(db);
  const more = {
    passKey,
    log: pino({ level: "silent" }),
    webRoot: folderOfNothing,
    heartbeatMs: 15_000,
    hubPatienceMs: 5000,
    payments: byHand,
    platformFee: 0,
    ...(await noWaysOut(db)),
  };
  const app = createApp(
    { ...deps, ...more, auth, stopping: new AbortController().signal },
    createMetrics(Date.now, pool),
  );
  // one by one: the next one's night would keep its connection waiting for too long
  const hubs: Hub[] = [];
  for (let index = 0; index < HUBS; index++) hubs.push(await makeHub(db, index, perHub));

  const send = async ({ hubId, token, batches }: Hub) => {
    const authorization = `Bearer ${await token()}`;
    for (const body of batches) {
      const length = String(Buffer.byteLength(body));
      const headers = { authorization, "content-type": "application/json", "content-length": length };
      const post = () => app.request(`/v1/hubs/${hubId}/events`, { method: "POST", headers, body });
      let response = await post();
      // As a hub does: the cloud was too busy.
      for (; response.status === 503; response = await post()) await pause(100);
      const answer = await response.text();
      if (response.status !== 200) throw new Error(answer);
    }
  };
  const ingestMs = await milliseconds(() => Promise.all(hubs.map(send)));
  const total = HUBS * perHub;
  const { rows: counted } = await sql<{ n: number; bytes: number }>`
    select count(*)::integer as n, avg(octet_length(data::text))::integer as bytes from events`.execute(db);
  if (counted[0]?.n !== total) throw new Error(`${counted[0]?.n} of ${total} events arrived`);

  const copyMs = await copySameRows(url);
  await wake.stop();
  await db.destroy();
  return {
    ingested: (total / ingestMs) * 1000,
    copied: (total / copyMs) * 1000,
    bytesPerEvent: counted[0].bytes,
  };
}

const folderOfNothing = join(tmpdir(), "hitchpost-no-web");

interface Hub {
  hubId: string;
  token: () => Promise<string>;
  batches: string[];
}

/** A paired hub with its night: sessions of an hour with a reading each 30 s, and the connector's statuses. */
async function makeHub(db: Db, index: number, count: number): Promise<Hub> {
  const [siteId, hubId] = [v7(), v7()];
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const { kty, crv, x } = await exportJWK(publicKey);
  const now = new Date();
  await db
    .insertInto("sites")
    .values({
      site_id: siteId,
      organization_id: "bench",
      name: `Site ${index}`,
      time_zone: "Europe/Berlin",
      currency: "EUR",
      start_policy: "open",
      default_tariff_id: null,
      seller: "{}",
      created_at: now,
    })
    .execute();
  const hub = { site_id: siteId, hub_id: hubId, name: "hub", version: "1", paired_at: now, epoch: 1 };
  await db.insertInto("hubs").values(hub).execute();
  const key = { hub_id: hubId, site_id: siteId, public_key: JSON.stringify({ kty, crv, x }), audience: PUBLIC_URL };
  await db.insertInto("hub_keys").values(key).execute();
  return {
    hubId,
    token: () =>
      new SignJWT({ iss: hubId, sub: hubId, aud: PUBLIC_URL, exp: Math.floor(Date.now() / 1000) + 60 })
        .setProtectedHeader({ alg: "EdDSA" })
        .sign(privateKey),
    batches: batchesOf(nightOf(count)),
  };
}

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

function batchesOf(events: StreamEvent[]): string[] {
  const batches: string[] = [];
  let hash = GENESIS;
  for (let from = 0; from < events.length; from += BATCH_EVENTS) {
    const part = events.slice(from, from + BATCH_EVENTS);
    batches.push(JSON.stringify({ epoch: 1, prev: hash, feedAck: 0, events: part }));
    for (const event of part) hash = chainHash(hash, event, sha256);
  }
  return batches;
}
