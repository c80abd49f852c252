import { afterAll, describe, expect, it } from "vitest";
import { openDatabase } from "./db/database";
import { migrate } from "./db/migrate";
import { migrations } from "./migrations";
import { charge } from "./testing/charging";
import type { TestProcess } from "./testing/cloud";
import { TestCloud } from "./testing/cloud";
import { startTestPostgres } from "./testing/postgres";
import { registration } from "./testing/registration";
import { SseReader } from "./testing/sse";

/** Four processes behind one address, over one PostgreSQL. */

const postgres = await startTestPostgres();
const cloud = await TestCloud.start(postgres);
const more = await Promise.all([cloud.addProcess(), cloud.addProcess(), cloud.addProcess()]);
const processes = [cloud.first, ...more];
afterAll(async () => {
  await cloud.stop();
  await postgres.stop();
});
let turn = 0;
/** What a proxy without sticky sessions is: each request goes to the next process. */
const address: TestProcess = {
  ...cloud.first,
  request: (path, init) => processes[turn++ % processes.length]!.request(path, init),
};

/** Reads until a message has the text in it. */
async function until(reader: SseReader, text: string): Promise<void> {
  while (!JSON.stringify(await reader.json()).includes(text));
}

describe("four processes", () => {
  it("that start at once on an empty database run each migration once", async () => {
    const url = await postgres.database();
    const opened = processes.map(() => openDatabase(url, 2, () => undefined).db);
    const ran = await Promise.all(opened.map(migrate));
    expect(ran.flat().toSorted()).toEqual(Object.keys(migrations).toSorted());
    await Promise.all(opened.map((db) => db.destroy()));
  });

  it("are one cloud to its people and hubs, and tell each other's live pages; one that dies takes nothing with it", async () => {
    const { owner, siteId, hub } = await cloud.paired(address);
    const pages = await Promise.all(
      processes.map(async (process) => new SseReader(await owner.at(process).send("GET", `/v1/sites/${siteId}/live`))),
    );
    for (const page of pages) expect(await page.json()).toMatchObject({ kind: "board" });
    const feed = new SseReader(await hub.feed(undefined, processes[3]));

    hub.add("chargePoint.registered", { ...registration("CP1"), tariffId: "energy" });
    await hub.send();
    for (const page of pages) await until(page, '"cpId":"CP1"');
    await owner.ok("PATCH", `/v1/sites/${siteId}`, { name: "Told by another process" });
    await until(feed, '"name":"Told by another process"');
    await feed.close();

    // Each batch at the next process; the last of them goes without a word in the middle of them.
    const sessions = Array.from({ length: 8 }, (_, day) =>
      charge(hub, { startedAt: Date.UTC(2026, 5, 1 + day), readings: [[10, 3000]] }),
    );
    for (const page of pages) await page.close();
    let acked = 1;
    while (acked < hub.journal.length) {
      if (acked === 10) await processes.pop()!.deps.db.destroy();
      const { status, body } = await hub.send(hub.batch(acked + 1, Math.min(acked + 3, hub.journal.length)));
      expect(status).toBe(200);
      acked = body.ackedSeq as number;
    }
    const page = await owner.ok<{ sessions: object[] }>("GET", `/v1/sites/${siteId}/sessions`);
    expect(page.sessions).toMatchObject(
      sessions.toReversed().map(({ id, energyWh, cost }) => ({ id, energyWh, cost })),
    );
    expect(page.sessions).toHaveLength(8);

    // Their bills are made by jobs: whoever takes them, once.
    await Promise.all(processes.map((process) => cloud.runJobs(process)));
    const bills = await cloud.db.selectFrom("charges").select("number").where("site_id", "=", siteId).execute();
    expect(bills.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});
