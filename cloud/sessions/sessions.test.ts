import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { charge } from "../testing/charging";
import { TestCloud } from "../testing/cloud";

let cloud: TestCloud;
beforeAll(async () => {
  cloud = await TestCloud.start();
});
afterAll(() => cloud.stop());

interface Page {
  sessions: { id: string; flags: string[]; cost: unknown; cloudCost: unknown }[];
  nextCursor: string | null;
}

describe("sessions", () => {
  it("come newest first, by pages, running ones included", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const ids = [0, 1, 2, 3, 4].map(
      (day) => charge(hub, { startedAt: Date.UTC(2026, 5, 1 + day), readings: [[5, 2000]], end: day < 4 }).id,
    );
    await hub.send();
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = cursor ? `&cursor=${cursor}` : "";
      const page: Page = await owner.ok<Page>("GET", `/v1/sites/${siteId}/sessions?limit=2${query}`);
      expect(page.sessions.length).toBeLessThanOrEqual(2);
      seen.push(...page.sessions.map((each) => each.id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids.toReversed());
    const all = await owner.ok<Page>("GET", `/v1/sites/${siteId}/sessions?limit=5000`);
    expect(all.sessions).toHaveLength(5);
    expect(all.sessions[0]).toMatchObject({ endedAt: null, meterStop: null, energyWh: 1000, cloudCost: null });
    for (const query of ["limit=0", "limit=x", "cursor=%00", `cursor=${"x".repeat(300)}`]) {
      expect((await owner.refused("GET", `/v1/sites/${siteId}/sessions?${query}`))[0]).toBe(400);
    }
    const detail = await owner.ok("GET", `/v1/sites/${siteId}/sessions/${ids[4]}`);
    expect(detail).toMatchObject({ periods: [{ energyWh: 1000, seconds: 300, charging: true }], samples: [{}] });
  });

  it("show a price that is not ours as a mismatch, and keep the hub's", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    charge(hub, { startedAt: Date.UTC(2026, 5, 1), readings: [[10, 3000]] });
    const ended = hub.journal.at(-1)!;
    if (ended.type !== "session.ended") throw new Error("the last event is the end");
    ended.data.cost = { amount: 91, currency: "EUR" };
    ended.data.flags = ["clock"];
    await hub.send({ ...hub.batch() });
    const { sessions } = await owner.ok<Page>("GET", `/v1/sites/${siteId}/sessions`);
    expect(sessions).toMatchObject([
      { cost: { amount: 91 }, cloudCost: { amount: 90 }, flags: ["clock", "price_mismatch"] },
    ]);
  });

  it("are kept by what their end tells where the start came before the pairing", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const session = charge(hub, { startedAt: Date.UTC(2026, 5, 1), readings: [[10, 3000]] });
    await hub.send(hub.batch(2));
    const { sessions } = await owner.ok<Page>("GET", `/v1/sites/${siteId}/sessions`);
    expect(sessions).toMatchObject([
      {
        id: session.id,
        idTag: "",
        startedAt: session.startedAt,
        meterStart: 1000,
        energyWh: 2000,
        cost: session.cost,
        cloudCost: null,
        flags: ["incomplete"],
      },
    ]);
  });
});
