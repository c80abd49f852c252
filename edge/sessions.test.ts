import { beforeEach, describe, expect, it } from "vitest";
import type { HubEvent } from "../shared/events";
import { statusHistory } from "./history";
import type { HubArchiveStore } from "./history";
import { memoryHubStore } from "./http/testing/hub-app";
import { ended, idOf, metered, online, started, status } from "./http/testing/events";
import { findSession, listSessions, readingsOf } from "./sessions";
import { secretHash } from "./start/secret";
import { MemoryDisk } from "./store/testing/memory-disk";
import { ManualClock, settled } from "./testing/manual-clock";
import { registered } from "./testing/registration";

let clock: ManualClock;
let store: HubArchiveStore;

/** Small journal files, so that what is told soon lies in the archives. */
beforeEach(async () => {
  clock = new ManualClock();
  store = await memoryHubStore(clock, new MemoryDisk(), 4000);
});

const commit = async (...events: HubEvent[]) => {
  await store.commit(() => ({ reply: null, events }));
  await clock.advance(1000);
};

/** Sessions that are over, each with two readings, starting at noon of the days of two months. */
async function history(count: number): Promise<void> {
  for (let index = 1; index <= count; index += 1) {
    const day = `2026-${index % 2 ? "10" : "11"}-${String(1 + (index % 28)).padStart(2, "0")}`;
    await commit(started(idOf(index), { startedAt: `${day}T12:00:00.000Z` }), metered(idOf(index), 1500));
    await commit(metered(idOf(index), 2000), ended(idOf(index), { receiptNumber: `R-${index}` }));
  }
  for (let round = 0; round < 50; round += 1) await settled();
}

async function pages(limit: number) {
  const ids: string[] = [];
  let cursor: string | null = null;
  let rounds = 0;
  do {
    const page: Awaited<ReturnType<typeof listSessions>> = await listSessions(store, { limit, cursor });
    expect(page.sessions.length).toBeLessThanOrEqual(limit);
    ids.push(...page.sessions.map(({ id }) => id));
    cursor = page.nextCursor;
    rounds += 1;
  } while (cursor !== null && rounds < 1000);
  return ids;
}

describe("the list of sessions", () => {
  it("is empty at first", async () => {
    expect(await listSessions(store, { limit: 10, cursor: null })).toEqual({ sessions: [], nextCursor: null });
  });

  it("is one list of running, ended and archived ones, newest first, whatever the page size", async () => {
    await history(150);
    await commit(started(idOf(900), { startedAt: "2026-11-29T12:00:00.000Z", connectorId: 2 }));
    expect(Object.keys(store.state.closedSessions).length).toBeLessThan(150);
    expect(await store.archive.files("sessions")).toEqual(["sessions-2026-11", "sessions-2026-10"]);
    const numbers = Array.from({ length: 150 }, (_, index) => 150 - index);
    const expected = [900, ...numbers.filter((n) => n % 2 === 0), ...numbers.filter((n) => n % 2 === 1)].map(idOf);
    for (const limit of [1000, 151, 50, 7]) expect(await pages(limit)).toEqual(expected);
  });

  it("shows the meter's periods, and not its inner workings", async () => {
    await commit(started(idOf(1)), metered(idOf(1), 1500));
    const [running] = (await listSessions(store, { limit: 1, cursor: null })).sessions;
    expect(running).toMatchObject({ endedAt: null, meterStop: null, energyWh: 500, powerW: 7000 });
    expect(running?.periods).toMatchObject([{ energyWh: 500 }]);
    expect(running).not.toHaveProperty("metering");
    await commit(ended(idOf(1)));
    const [over] = (await listSessions(store, { limit: 1, cursor: null })).sessions;
    expect(over?.periods).toMatchObject([{ seconds: 3600, energyWh: 2000 }]);
  });

  it("refuses a cursor of somebody else's making", async () => {
    for (const cursor of ["x", "samples-2026-11/1", "sessions-2026-11/../x"]) {
      await expect(listSessions(store, { limit: 1, cursor })).rejects.toMatchObject({ code: "bad_cursor" });
    }
  });
});

describe("one session", () => {
  it("has all its readings, from archives and journal, each once and in order", async () => {
    await commit(started(idOf(1)));
    for (let index = 1; index <= 60; index += 1) {
      await commit(metered(idOf(1), 1000 + index), metered(null, 1), metered(idOf(2), 5));
    }
    for (let round = 0; round < 50; round += 1) await settled();
    expect((await store.archive.list("samples", { limit: 1 })).items).toHaveLength(1);
    const found = await findSession(store, idOf(1));
    const readings = await readingsOf(store, found!.session);
    expect(readings.map(({ registerWh }) => registerWh)).toEqual(Array.from({ length: 60 }, (_, i) => 1001 + i));
    const odd = { ...found!.session, startedAt: "2031-01-01T00:00:00.000Z" };
    expect((await readingsOf(store, odd)).length).toBeLessThan(60);
    expect(await readingsOf(store, { ...odd, flags: ["clock"] })).toHaveLength(60);
  });

  it("is found live with its secret's hash, and in the archives without", async () => {
    const hash = secretHash("s".repeat(40));
    const data = { requestId: "r", cpId: "CP1", connectorId: 1, idTag: "TAG" };
    await commit({ type: "start.requested", data, local: { secretHash: hash } }, started(idOf(1), { requestId: "r" }));
    expect(await findSession(store, idOf(1))).toMatchObject({ secretHash: hash });
    await commit(ended(idOf(1)));
    expect(await findSession(store, idOf(1))).toMatchObject({
      secretHash: hash,
      session: { receiptNumber: "R-000001" },
    });
    expect(await findSession(store, idOf(2))).toBeNull();
    await history(130);
    expect(store.state.closedSessions[idOf(3)]).toBeUndefined();
    expect(await findSession(store, idOf(3))).toMatchObject({ secretHash: null, session: { id: idOf(3) } });
  });
});

describe("the history of a charge point", () => {
  it("has every change, newest first, in pages over archives and journal", async () => {
    await commit(registered("CP1"), registered("CP2"), online("CP1"));
    const words = ["Available", "Preparing", "Charging", "Finishing"] as const;
    for (let index = 0; index < 120; index += 1) {
      await commit(status("CP1", 1, words[index % 4]!), status("CP2", 1, "Faulted"));
      if (index === 60) clock.jump(30 * 86_400_000);
    }
    for (let round = 0; round < 50; round += 1) await settled();
    expect((await store.archive.files("status")).length).toBeGreaterThan(1);
    const seen: { id: string; type: string }[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof statusHistory>> = await statusHistory(store, "CP1", { limit: 50, cursor });
      seen.push(...page.events);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toHaveLength(121);
    expect(seen.map(({ id }) => id)).toEqual(
      seen
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    expect(seen.at(-1)).toMatchObject({ type: "chargePoint.online", data: { cpId: "CP1" } });
    expect(seen.every((event) => (event as unknown as { data: { cpId: string } }).data.cpId === "CP1")).toBe(true);
  });
});
