import { describe, expect, it } from "vitest";
import { openCloud } from "../testing/open";
import type { Person } from "../testing/person";
import { balanceOf } from "../billing/ledger";
import { charge as charged } from "../testing/charging";
import { stripePayments } from "./stripe";
import { sweep } from "./sweep";
import { cardDriver, topUp } from "./testing/driver";
import { keys, openStripe } from "./testing/stripe";

const stripe = openStripe();
let told = 0;

const cloud = await openCloud({ payments: stripePayments(keys) });
const { siteId, hub } = await cloud.paired();
let clock = cloud.now() - 100 * 3_600_000;

/** Two hours and 40 kWh at 0.45 EUR. */
const HELD = 1800;
const sums = async (userId: string) =>
  Object.fromEntries(
    await Promise.all(
      (["hold", "authorized", "wallet", "receivable"] as const).map(async (account) => [
        account,
        await balanceOf(cloud.db, account, userId, "EUR"),
      ]),
    ),
  ) as Record<"hold" | "authorized" | "wallet" | "receivable", number>;

/** Sends events up to one; the jobs that they lead to run. */
async function hear(to: number): Promise<void> {
  await hub.send(hub.batch(told + 1, to));
  told = to;
  await cloud.runJobs();
}

/** A driver's car charges: gives what ends the session, once its begin was heard. */
async function begin(userId: string, readings: [number, number][]): Promise<() => Promise<void>> {
  const startedAt = (clock += 3 * 3_600_000);
  const { id } = charged(hub, { startedAt, readings });
  const row = { site_id: siteId, session_id: id, user_id: userId, via: "command" as const, agreements: "[]" };
  await cloud.db
    .insertInto("session_drivers")
    .values({ ...row, started_at: new Date(startedAt) })
    .execute();
  const end = hub.journal.length;
  await hear(end - 1);
  return () => hear(end);
}
const latest = () => [...stripe.intents.values()].at(-1)!;

/** The driver says so while the session runs. */
async function payFromWallet(driver: Person, userId: string): Promise<void> {
  const { session_id: sessionId } = await cloud.db
    .selectFrom("session_drivers")
    .select("session_id")
    .where("user_id", "=", userId)
    .executeTakeFirstOrThrow();
  await driver.ok("PUT", `/v1/me/sessions/${siteId}/${sessionId}/payment-method`, { method: "wallet" });
  await cloud.runJobs();
}

describe("a session of a driver with a card", () => {
  it("has money set aside while it runs, taken when it ends, and given back where it cost nothing", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const run = async (readings: [number, number][]) => {
      const end = await begin(userId, readings);
      expect(await sums(userId)).toMatchObject({ hold: -HELD, authorized: HELD });
      await end();
      expect(await sums(userId)).toMatchObject({ hold: 0, authorized: 0 });
      return latest();
    };
    expect(await run([[30, 11_000]])).toMatchObject({ status: "succeeded", amount: HELD, amount_received: 450 });
    expect(await run([[5, 1000]])).toMatchObject({ status: "canceled", amount_received: 0 });
    expect(await run([[90, 61_000]])).toMatchObject({ status: "succeeded", amount: 900, capture_method: "automatic" });
    const balances = [{ currency: "EUR", outstanding: 0, wallet: 0, held: 0 }];
    expect(await driver.ok("GET", "/v1/me/balance")).toEqual({ balances });
  });

  it("is charged anew where the bank has withdrawn what was held", async () => {
    const { userId } = await cardDriver(cloud);
    const end = await begin(userId, [[30, 11_000]]);
    const hold = latest();
    hold.status = "canceled";
    await end();
    expect(latest()).toMatchObject({ status: "succeeded", amount: 450 });
    expect(latest().id).not.toBe(hold.id);
    expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: 0, receivable: 0 });
  });

  it("goes on where the card is refused, and the bill is owed", async () => {
    stripe.declined.add("pm_bad");
    const { userId } = await cardDriver(cloud, "pm_bad");
    const end = await begin(userId, [[30, 11_000]]);
    expect(await sums(userId)).toMatchObject({ hold: 0 });
    await end();
    expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: 0, receivable: 450 });
  });

  it("is paid from the wallet where the driver says so after the card was refused", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_bad");
    await topUp(cloud, stripe, driver, 1000);
    const end = await begin(userId, [[30, 11_000]]);
    await payFromWallet(driver, userId);
    expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: -1000, receivable: 0 });
    await end();
    expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: -550, receivable: 0 });
  });

  it("keeps it on the card where the driver says wallet, and that is short", async () => {
    const { driver, userId } = await cardDriver(cloud);
    const end = await begin(userId, [[30, 11_000]]);
    const hold = latest();
    await payFromWallet(driver, userId);
    expect(hold.status).toBe("requires_capture");
    await end();
    expect(hold).toMatchObject({ status: "succeeded", amount_received: 450 });
    expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: 0, receivable: 0 });
  });

  it("that turns out to be another's takes nothing of what the first had set aside", async () => {
    const [first, second] = [await cardDriver(cloud), await cardDriver(cloud)];
    const end = await begin(first.userId, [[30, 11_000]]);
    const hold = latest();
    await cloud.db
      .updateTable("session_drivers")
      .set({ user_id: second.userId })
      .where("user_id", "=", first.userId)
      .execute();
    await end();
    expect(hold).toMatchObject({ status: "canceled", amount_received: 0 });
    expect(latest()).toMatchObject({ status: "succeeded", amount: 450 });
    for (const { userId } of [first, second]) {
      expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: 0, receivable: 0 });
    }
  });

  it("has its money back after six days where no end is heard of, and not before", async () => {
    const { userId } = await cardDriver(cloud);
    await begin(userId, [[30, 11_000]]);
    const hold = latest();
    cloud.skewMs = 5 * 86_400_000;
    await sweep(cloud.first.deps);
    expect(hold.status).toBe("requires_capture");
    cloud.skewMs = 7 * 86_400_000;
    await sweep(cloud.first.deps);
    cloud.skewMs = 0;
    expect(hold.status).toBe("canceled");
    expect(await sums(userId)).toMatchObject({ hold: 0, authorized: 0 });
    told = hub.journal.length;
    await hub.send(hub.batch(told));
    await cloud.runJobs();
    expect(await sums(userId)).toMatchObject({ receivable: 0 });
  });
});

describe("a session of a driver with a wallet", () => {
  it("has money set aside as far as there is some, and takes what it costs", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    await topUp(cloud, stripe, driver, 1000);
    await cloud.runJobs();
    const end = await begin(userId, [[30, 11_000]]);
    expect(await sums(userId)).toMatchObject({ hold: -1000, wallet: 0 });
    await end();
    expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: -550, receivable: 0 });
  });

  it("has it back after six days where no end is heard of", async () => {
    const { driver, userId } = await cardDriver(cloud, "pm_good", "wallet");
    await topUp(cloud, stripe, driver, 1000);
    await cloud.runJobs();
    await begin(userId, [[30, 11_000]]);
    cloud.skewMs = 5 * 86_400_000;
    await sweep(cloud.first.deps);
    expect(await sums(userId)).toMatchObject({ hold: -1000, wallet: 0 });
    cloud.skewMs = 7 * 86_400_000;
    await sweep(cloud.first.deps);
    cloud.skewMs = 0;
    expect(await sums(userId)).toMatchObject({ hold: 0, wallet: -1000 });
    told = hub.journal.length;
    await hub.send(hub.batch(told));
    await cloud.runJobs();
  });

  it("has none set aside where there is none, and the rest comes from the saved card", async () => {
    const { userId } = await cardDriver(cloud, "pm_good", "wallet");
    const end = await begin(userId, [[30, 11_000]]);
    expect(await sums(userId)).toMatchObject({ hold: 0 });
    await end();
    expect(await sums(userId)).toEqual({ hold: 0, authorized: 0, wallet: 0, receivable: 0 });
    expect(latest()).toMatchObject({ status: "succeeded", amount: 450 });
  });
});
