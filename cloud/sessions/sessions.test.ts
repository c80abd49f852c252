import { describe, expect, it } from "vitest";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";

const cloud = await openCloud();

interface Page {
  sessions: { id: string; flags: string[]; cost: unknown; cloudCost: unknown }[];
  nextCursor: string | null;
}

const day = (date: number) => Date.UTC(2026, 5, date);

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

  it("are found by charge point, driver and time, and the table has the same", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const driver = await cloud.person();
    const userId = await driver.userId();
    await driver.ok("POST", "/v1/me/id-tags", { siteId, idTag: "HIS", label: "Card" });
    await owner.ok("POST", `/v1/sites/${siteId}/id-tags/HIS/decision`, { approved: true });
    const readings: [number, number][] = [[10, 3000]];
    const ids = [
      charge(hub, { startedAt: day(1), readings }).id,
      charge(hub, { startedAt: day(2), readings, cpId: "CP2", idTag: "HIS" }).id,
      charge(hub, { startedAt: day(3), readings, idTag: "=cmd()" }).id,
      charge(hub, { startedAt: day(4), readings, end: false }).id,
    ];
    await hub.send();
    const at = (date: number) => new Date(day(date)).toISOString();
    const found = async (query: string) => {
      const { sessions } = await owner.ok<Page>("GET", `/v1/sites/${siteId}/sessions?${query}`);
      const response = await owner.send("GET", `/v1/sites/${siteId}/sessions.csv?${query}`);
      expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
      const [headings, ...rows] = (await response.text()).trimEnd().split("\r\n");
      expect(headings).toBe(
        "id,cpId,connectorId,idTag,driver,startedAt,endedAt,meterStart,meterStop,energyWh,amount,currency,receiptNumber,reason,flags",
      );
      expect(rows.map((row) => row.split(",")[0])).toEqual(sessions.map(({ id }) => id));
      return { places: sessions.map(({ id }) => ids.indexOf(id)), rows };
    };
    expect((await found("")).places).toEqual([3, 2, 1, 0]);
    expect((await found("cpId=CP2")).places).toEqual([1]);
    expect((await found(`from=${at(2)}&to=${at(4)}`)).places).toEqual([2, 1]);
    const { places, rows } = await found(`driver=${userId}`);
    expect(places).toEqual([1]);
    expect(rows[0]).toBe(
      `${ids[1]},CP2,1,HIS,Some One,${at(2)},2026-06-02T00:11:00.000Z,1000,3000,2000,90,EUR,R-000005,Local,`,
    );
    expect((await found(`from=${at(3)}&to=${at(4)}`)).rows[0]).toContain(",'=cmd(),");
    for (const query of ["cpId=a/b", "from=x", "driver="]) {
      expect(await owner.refused("GET", `/v1/sites/${siteId}/sessions?${query}`)).toEqual([400, "invalid"]);
    }
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
