import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { stopEverything } from "../support/programs";
import type { ListedSession } from "../support/site";
import { booksOf, TestSite } from "../support/site";

/** Pulling plugs on a whole site: what was acknowledged is there afterwards, once, and equal on both sides. */

const site = new TestSite();
beforeAll(() => site.start());
afterAll(async () => {
  await site.end();
  await stopEverything();
});

const secretOf = (name: string) => name.padEnd(32, "x");

async function sameInCloud(session: ListedSession): Promise<void> {
  const there = await until("the cloud has the session", async () => {
    const found = (await site.cloudSessions()).filter((each) => each.id === session.id);
    return found.length > 0 && found[0]!.endedAt !== null ? found : undefined;
  });
  expect(there.map(booksOf)).toEqual([booksOf(session)]);
}

describe("a site whose programs die", () => {
  it("cloud gone before the start and back after the stop: the session arrives once", async () => {
    await site.cloud.kill();
    const running = await site.charge("CP1", secretOf("cloud"));
    await site.asDriver("/api/stop", { sessionId: running.id, secret: secretOf("cloud") });
    const ended = await site.ended(running.id);
    expect(ended.cost.amount).toBeGreaterThanOrEqual(0);
    await site.bench("CP1", "unplug");
    await site.startCloud();
    await site.signIn();
    await sameInCloud(ended);
  });

  it("hub killed in mid-session: the same session goes on and nothing acknowledged is missing", async () => {
    const running = await site.charge("CP2", secretOf("hub"));
    await site.hub.kill();
    await site.startHub();
    const again = await until("the session goes on", async () =>
      (await site.hubSessions()).find((each) => each.id === running.id && each.energyWh > running.energyWh),
    );
    expect(again).toMatchObject({
      transactionId: running.transactionId,
      meterStart: running.meterStart,
      startedAt: running.startedAt,
    });
    await site.chargersOnline();
    await site.asDriver("/api/stop", { sessionId: running.id, secret: secretOf("hub") });
    const ended = await site.ended(running.id);
    expect(ended.energyWh).toBe(ended.meterStop! - ended.meterStart);
    expect(ended.receiptNumber).toMatch(/\d+$/);
    await sameInCloud(ended);
    await site.bench("CP2", "unplug");
  });

  it("charger reset in mid-session: the session ends, with the reason and all its energy", async () => {
    const running = await site.charge("CP1", secretOf("charger"));
    await site.bench("CP1", "reset");
    const ended = await site.ended(running.id);
    expect(ended.reason).toMatch(/PowerLoss|Reboot|HardReset/);
    expect(ended.energyWh).toBeGreaterThanOrEqual(running.energyWh);
    await sameInCloud(ended);
  });

  it("hub paired anew in mid-session: the cloud takes the running session over whole", async () => {
    await site.bench("CP1", "unplug");
    await until("the bay is free", async () => (await site.status("CP1")) === "Available");
    const running = await site.charge("CP1", secretOf("pairing"));
    await site.pairAgain();
    await site.asDriver("/api/stop", { sessionId: running.id, secret: secretOf("pairing") });
    await sameInCloud(await site.ended(running.id));
  });

  it("gave every receipt a number of one series without holes", async () => {
    const numbers = (await site.hubSessions())
      .map((each) => Number(/\d+$/.exec(each.receiptNumber!)![0]))
      .toSorted((a, b) => a - b);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});
