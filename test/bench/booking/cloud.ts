import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { sql } from "kysely";
import pino from "pino";
import { v7 } from "uuid";
import { createAuth, scryptPasswords } from "../../../cloud/accounts/auth";
import { createApp } from "../../../cloud/app";
import { openDatabase } from "../../../cloud/db/database";
import type { Db } from "../../../cloud/db/database";
import { migrate } from "../../../cloud/db/migrate";
import { startWake } from "../../../cloud/db/wake";
import { createMetrics } from "../../../cloud/http/metrics";
import { jobs } from "../../../cloud/jobs/all";
import { createRunner } from "../../../cloud/jobs/runner";
import { byHand } from "../../../cloud/payments/service";
import { noWaysOut } from "../../../cloud/testing/ways-out";
import { loadPassKey } from "../../../cloud/reservations/pass-key";
import { FOREVER, instantOfSlot, slotOf } from "../../../shared/booking";

/** Connections to PostgreSQL on either side of the comparison: as many as a cloud process has by default. */
export const CONNECTIONS = 20;
/** Sign-ups at a time. */
const SIGN_UPS = 20;
const PUBLIC_URL = "http://127.0.0.1:3000";

/** Slots count from the first that can be sold. */
export interface Wish {
  driver: number;
  site: number;
  from: number;
  to: number;
}

interface Outcome {
  /** Requests answered, sold or not. */
  perSecond: number;
  sold: number;
  seconds: number;
  /** Of a request, ms. */
  p99: number;
}

export interface BookingCloud {
  /** All drivers at once, each one wish after the other. */
  reserveAll(wishes: readonly Wish[]): Promise<Outcome>;
  count(): Promise<{ pairs: number; sales: number }>;
  stop(): Promise<void>;
}

/** An API process with drivers who are signed in, and sites with one seat each that is the cloud's from now on. */
export async function startBookingCloud(url: string, drivers: number, sites: number): Promise<BookingCloud> {
  const { db, pool } = openDatabase(url, CONNECTIONS, () => undefined);
  await migrate(db);
  const wake = await startWake(url, db, () => undefined);
  const newId = () => v7();
  const secret = randomBytes(32).toString("hex");
  const auth = createAuth({
    db,
    secret,
    publicUrl: PUBLIC_URL,
    newId,
    now: Date.now,
    verifyEmails: false,
    passwords: scryptPasswords(1024),
  });
  const deps = { db, wake, auth, newId, randomBytes, publicUrl: PUBLIC_URL, now: Date.now, trustProxy: false };
  const more = {
    log: pino({ level: "silent" }),
    webRoot: "/nonexistent",
    heartbeatMs: 15_000,
    hubPatienceMs: 5000,
    payments: byHand,
    platformFee: 0,
    ...(await noWaysOut(db)),
  };
  const passKey = await loadPassKey(db);
  const all = { ...deps, ...more, passKey, stopping: new AbortController().signal };
  const app = createApp(all, createMetrics(Date.now, pool));
  // Sales queue their notifications; that they go out is no part of an answer.
  const runner = await createRunner(all, jobs);
  const cookies: string[] = [];
  while (cookies.length < drivers) {
    const some = Array.from({ length: Math.min(SIGN_UPS, drivers - cookies.length) }, (_, n) => cookies.length + n);
    cookies.push(...(await Promise.all(some.map((index) => signUp(auth, index)))));
  }
  const siteIds = await Promise.all(Array.from({ length: sites }, () => makeSite(db)));
  const base = slotOf(Date.now()) + 1;

  async function reserve({ driver, site, from, to }: Wish): Promise<{ sold: boolean; ms: number }> {
    const start = performance.now();
    const body = JSON.stringify({ class: "AC", start: instantOfSlot(base + from), end: instantOfSlot(base + to) });
    const headers = { cookie: cookies[driver] as string, origin: PUBLIC_URL, "content-type": "application/json" };
    const send = () => app.request(`/v1/sites/${siteIds[site]}/reservations`, { method: "POST", headers, body });
    let response = await send();
    // As a client does: the cloud was too busy.
    for (; response.status === 503; response = await send()) await pause(100);
    const text = await response.text();
    if (response.status !== 201 && response.status !== 409) throw new Error(text);
    return { sold: response.status === 201, ms: performance.now() - start };
  }

  return {
    async reserveAll(wishes) {
      const start = performance.now();
      const answers: { sold: boolean; ms: number }[] = [];
      const inTurn = async (_cookie: string, driver: number) => {
        for (const wish of wishes) if (wish.driver === driver) answers.push(await reserve(wish));
      };
      await Promise.all(cookies.map(inTurn));
      const seconds = (performance.now() - start) / 1000;
      const times = answers.map(({ ms }) => ms).toSorted((a, b) => a - b);
      return {
        perSecond: wishes.length / seconds,
        sold: answers.filter(({ sold }) => sold).length,
        seconds,
        p99: times[Math.ceil(times.length * 0.99) - 1] as number,
      };
    },
    async count() {
      const { rows } = await sql<{ pairs: number; sales: number }>`
        select (select count(*)::integer from reservations) as sales, (
          select count(*)::integer from reservations a join reservations b on a.site_id = b.site_id and a.seat = b.seat
            and a.booking < b.booking and int4range(a.from_slot, a.to_slot) && int4range(b.from_slot, b.to_slot)) as pairs`.execute(
        db,
      );
      return rows[0]!;
    },
    async stop() {
      await runner.stop();
      await wake.stop();
      await db.destroy();
    },
  };
}

/** Gives the session's cookie. */
async function signUp(auth: ReturnType<typeof createAuth>, index: number): Promise<string> {
  const body = { name: `Driver ${index}`, email: `driver${index}@bench.example`, password: "correct horse battery" };
  const { headers } = await auth.api.signUpEmail({ body, returnHeaders: true });
  return headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

async function makeSite(db: Db): Promise<string> {
  const [siteId, hubId] = [v7(), v7()];
  const now = new Date();
  const site = { name: "Bench", time_zone: "UTC", currency: "EUR", start_policy: "pass" as const };
  const rest = { organization_id: "bench", default_tariff_id: null, seller: JSON.stringify({}), created_at: now };
  await db
    .insertInto("sites")
    .values({ site_id: siteId, ...site, ...rest })
    .execute();
  const hub = { site_id: siteId, hub_id: hubId, name: "hub", version: "bench", epoch: 1, paired_at: now };
  await db
    .insertInto("hubs")
    .values({ ...hub, pass_secrets: "bench" })
    .execute();
  const book = { site_id: siteId, epoch: 1, recovery: null, heard_epoch: 1, pin_secret: "x".repeat(43) };
  await db.insertInto("booking_books").values(book).execute();
  const seat = { site_id: siteId, seat: "A", place: 0, class: "AC", walk_in: false, owned: `{[0,${FOREVER})}` };
  await db.insertInto("booking_seats").values(seat).execute();
  return siteId;
}
