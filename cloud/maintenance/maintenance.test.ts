import { describe, expect, it } from "vitest";
import type { StreamEvent } from "../../shared/events";
import { registration, saying } from "../testing/registration";
import { garage } from "../testing/cloud";
import { openCloud } from "../testing/open";
import { downtimeSeconds } from "./downtime";
import type { Word } from "./hear";
import { faultChanges, wordsOf } from "./hear";

const word = (id: string, code: string | null, connectorId = 1): Word => ({
  id,
  cpId: "CP1",
  connectorId,
  code,
  vendorCode: null,
  info: null,
  at: `at ${id}`,
});
describe("faults from a charger's words", () => {
  const changes = (words: Word[], open: [string, { faultId: string; code: string }][] = []) => {
    const { opened, closed } = faultChanges(new Map(open), words);
    return [opened.map(({ id, code, closedAt }) => [id, code, closedAt]), [...closed]];
  };

  it("open with a code, go on with it, and end with another or with none", () => {
    expect(changes([word("1", "A"), word("2", "A"), word("3", "B"), word("4", null), word("5", null)])).toEqual([
      [
        ["1", "A", "at 3"],
        ["3", "B", "at 4"],
      ],
      [],
    ]);
    expect(
      changes([word("1", "A"), word("2", "A", 2), word("3", null, 2)], [["CP1/1", { faultId: "0", code: "A" }]]),
    ).toEqual([[["2", "A", "at 3"]], []]);
    expect(changes([word("1", null)], [["CP1/1", { faultId: "0", code: "A" }]])).toEqual([[], [["0", "at 1"]]]);
  });

  it("end where the charge point goes, or the hub's state has none; one that the state has goes on", () => {
    const event = (type: string, data: unknown) =>
      ({ id: "e", seq: 1, at: "now", type, data }) as unknown as StreamEvent;
    const open = [
      { cpId: "CP1", connectorId: 1 },
      { cpId: "CP2", connectorId: 1 },
    ];
    expect(wordsOf([event("chargePoint.removed", { cpId: "CP2" })], open)).toMatchObject([{ cpId: "CP2", code: null }]);
    const statuses = [
      { connectorId: 1, status: "Faulted", at: "then" },
      { connectorId: 2, status: "Available", at: "then" },
    ];
    const state = event("hub.state", { chargePoints: [{ cpId: "CP1", statuses }] });
    expect(wordsOf([state, event("chargePoint.online", { cpId: "CP1" })], open)).toMatchObject([
      { cpId: "CP2", code: null },
    ]);
  });
});

it("a code is compared as it is kept: text that PostgreSQL cannot hold is replaced before", () => {
  const data = { cpId: "CP1", connectorId: 1, status: "Faulted", errorCode: "X\0", vendorErrorCode: null, info: null };
  const event = { id: "e", seq: 1, at: "now", type: "connector.status", data } as unknown as StreamEvent;
  const open = new Map([["CP1/1", { faultId: "0", code: "X\uFFFD" }]]);
  expect(faultChanges(open, wordsOf([event], []))).toEqual({ opened: [], closed: new Map() });
});

describe("downtime", () => {
  it("counts each second once, within the time that is asked for", () => {
    const within = { from: 10_000, to: 100_000 };
    expect(downtimeSeconds([], within, 0)).toBe(0);
    expect(
      downtimeSeconds(
        [
          { from: 0, to: 20_000 },
          { from: 15_000, to: 30_000 },
          { from: 90_000, to: null },
        ],
        within,
        200_000,
      ),
    ).toBe(30);
    expect(
      downtimeSeconds(
        [
          { from: 0, to: 5000 },
          { from: 20_000, to: 40_000 },
          { from: 25_000, to: 30_000 },
        ],
        within,
        0,
      ),
    ).toBe(20);
    expect(downtimeSeconds([{ from: 50_000, to: null }], { from: 40_000, to: null }, 61_500)).toBe(11);
  });
});

const cloud = await openCloud();
const began = Math.floor(cloud.now() / 1000) * 1000;
const { owner, hub, siteId, organizationId } = await cloud.paired();
const stranger = (await cloud.owner()).owner;
const partner = await cloud.person();
await cloud.join(organizationId, partner, "admin");

describe("at a site", () => {
  const site = (rest: string) => `/v1/sites/${siteId}${rest}`;
  async function say(...words: [status: "Faulted" | "Available", code: string, secondsAgo: number][]) {
    const from = hub.journal.length + 1;
    for (const [status, errorCode, ago] of words) {
      const rest = { info: "lid \0open", vendorErrorCode: "E\ud800", chargerTime: null };
      hub.add("connector.status", { cpId: "CP1", connectorId: 1, status, errorCode, ...rest }, began - ago * 1000);
    }
    expect(await hub.send(hub.batch(from))).toMatchObject({ status: 200 });
  }
  const told = async (kind: string) =>
    (
      await cloud.db
        .selectFrom("notifications")
        .select("data")
        .where("kind", "=", kind as "chargerFault")
        .execute()
    ).map(({ data }) => data);

  it("the owners hear of a fault once, and not of one that is over", async () => {
    hub.add("chargePoint.registered", registration("CP1", 32, 2));
    await say(
      ["Faulted", "PowerMeterFailure", 900],
      ["Available", "NoError", 600],
      ["Faulted", "GroundFailure", 300],
      ["Faulted", "GroundFailure", 200],
    );
    expect(await told("chargerFault")).toMatchObject(
      Array.from({ length: 2 }, () => ({ cpId: "CP1", connectorId: 1, errorCode: "GroundFailure" })),
    );
    const first = await owner.ok<{ faults: { downtimeSeconds: number; faultId: string }[]; nextCursor: string }>(
      "GET",
      site("/faults?limit=1"),
    );
    expect(first.faults).toMatchObject([
      { errorCode: "GroundFailure", closedAt: null, info: "lid \uFFFDopen", vendorErrorCode: "E\uFFFD" },
    ]);
    expect(first.faults[0]!.downtimeSeconds).toBeGreaterThanOrEqual(300);
    const rest = await owner.ok("GET", site(`/faults?limit=1&cursor=${first.nextCursor}`));
    expect(rest).toMatchObject({
      faults: [{ errorCode: "PowerMeterFailure", downtimeSeconds: 300 }],
      nextCursor: null,
    });
    await say(["Available", "NoError", 100]);
    // The same fault of a charger of the same name at their other site is another one.
    const { siteId: other } = await owner.ok<{ siteId: string }>("POST", "/v1/sites", { ...garage, name: "Yard" });
    const second = await cloud.pair({ owner, siteId: other });
    second.add("connector.status", saying(1, "Faulted", "GroundFailure"), began - 300_000);
    await second.send();
    expect(await told("chargerFault")).toHaveLength(4);
    const count = async (query: string) =>
      (await owner.ok<{ faults: unknown[] }>("GET", site(`/faults?${query}`))).faults.length;
    expect(await Promise.all(["open=true", "open=false", "cpId=CP1&connectorId=1", "cpId=CP2"].map(count))).toEqual([
      0, 2, 2, 0,
    ]);
  });

  it("a ticket goes from its opening to its end, and back", async () => {
    const { faults } = await owner.ok<{ faults: { faultId: string }[] }>("GET", site("/faults"));
    const { faultId } = faults[0]!;
    const about = { cpId: "CP1", connectorId: 1, title: "Trips when it rains", faultId };
    const made = await owner.ok<{ ticketId: string }>("POST", site("/tickets"), about);
    expect(made).toMatchObject({
      ...about,
      cause: null,
      fixedAt: null,
      downtimeSeconds: 200,
      history: [{ kind: "opened", by: "Some One" }],
    });
    expect(await told("maintenance")).toMatchObject([{ text: "CP1/1: Trips when it rains" }]);
    const path = site(`/tickets/${made.ticketId}`);
    expect(await owner.refused("POST", `${path}/notes`, { text: "Open?", reopen: true })).toEqual([409, "wrong_state"]);
    await partner.ok("POST", `${path}/notes`, { text: "Ordered a seal" });
    const fix = { cause: "Seal", fixedBy: "Electric Ltd" };
    const fixed = await owner.ok<{ fixedAt: string }>("POST", `${path}/fix`, fix);
    expect(fixed).toMatchObject({
      ...fix,
      history: [{}, { kind: "note", text: "Ordered a seal" }, { kind: "fixed", text: "Seal" }],
    });
    expect(await owner.refused("POST", `${path}/fix`, fix)).toEqual([409, "wrong_state"]);
    const list = async (query: string) =>
      (await owner.ok<{ tickets: unknown[] }>("GET", site(`/tickets?${query}`))).tickets.length;
    expect(await Promise.all(["open=true", "open=false", "cpId=CP1&connectorId=1", "connectorId=2"].map(list))).toEqual(
      [0, 1, 1, 0],
    );
    expect(await owner.ok("POST", `${path}/notes`, { text: "Rain again", reopen: true })).toMatchObject({
      cause: null,
      fixedBy: null,
      fixedAt: null,
    });
    await owner.ok("POST", site("/tickets"), { cpId: "CP1", connectorId: 0, title: "Paint" });
    const page = await owner.ok<{ tickets: object[]; nextCursor: string }>("GET", site("/tickets?limit=1"));
    expect(page.tickets).toMatchObject([{ title: "Paint", faultId: null, downtimeSeconds: 0 }]);
    expect(await owner.ok("GET", site(`/tickets?limit=1&cursor=${page.nextCursor}`))).toMatchObject({
      tickets: [{ title: about.title }],
      nextCursor: null,
    });
  });

  const nothing = "01900000-0000-7000-8000-000000000000";
  const ticket = { cpId: "CP1", connectorId: 1, title: "x" };
  it.each<[string, string, unknown, unknown]>([
    ["GET", "/faults", undefined, undefined],
    ["GET", "/tickets", undefined, undefined],
    ["POST", "/tickets", ticket, { ...ticket, title: " " }],
    ["POST", `/tickets/${nothing}/notes`, { text: "x" }, { text: "" }],
    ["POST", `/tickets/${nothing}/fix`, { cause: "x", fixedBy: "y" }, { cause: "x" }],
  ])("%s %s is the owner's", async (method, rest, body, bad) => {
    expect(await stranger.refused(method, site(rest), body)).toEqual([404, "not_found"]);
    expect((await cloud.first.request(site(rest), { method })).status).toBe(401);
    expect(await owner.refused(method, `/v1/sites/none${rest}`, body)).toEqual([400, "invalid"]);
    if (bad !== undefined) expect(await owner.refused(method, site(rest), bad)).toEqual([400, "invalid"]);
    if (rest.includes(nothing)) expect(await owner.refused(method, site(rest), body)).toEqual([404, "not_found"]);
  });

  it("a ticket is about what is there", async () => {
    expect(await owner.refused("POST", site("/tickets"), { ...ticket, cpId: "CP7" })).toEqual([404, "not_found"]);
    expect(await owner.refused("POST", site("/tickets"), { ...ticket, faultId: nothing })).toEqual([404, "not_found"]);
  });
});
