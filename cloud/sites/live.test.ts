import { describe, expect, it } from "vitest";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import { registration } from "../testing/registration";
import { SseReader } from "../testing/sse";
import type { Board, BoardMessage } from "./board";

const cloud = await openCloud();
const second = await cloud.addProcess();

const bay = { ...registration("CP1", null, 2), name: "Bay 1" };

/** Reads until a change fits, and gives it. */
async function until(reader: SseReader, fits: (message: BoardMessage) => boolean): Promise<BoardMessage> {
  for (;;) {
    const message = await reader.json<BoardMessage>();
    if (fits(message)) return message;
  }
}

const running = (message: BoardMessage) =>
  message.kind === "change" ? message.chargePoints[0]?.connectors[0]?.session : undefined;

describe("an owner's live page", () => {
  it("begins with the whole board and hears of changes that came in at another process", async () => {
    const { owner, siteId, hub } = await cloud.paired(second);
    hub.add("chargePoint.registered", bay);
    await hub.send();
    const reader = new SseReader(await owner.at(cloud.first).send("GET", `/v1/sites/${siteId}/live`));
    const board = await owner.ok<Board>("GET", `/v1/sites/${siteId}/charge-points`);
    expect(await reader.json()).toMatchObject({ kind: "board", board: { ...board, hub: { hubId: hub.id } } });

    const session = charge(hub, { startedAt: Date.UTC(2026, 5, 1, 8), readings: [[10, 3000]], end: false });
    await hub.send(hub.batch(2));
    const change = await until(reader, (message) => running(message) !== undefined && running(message) !== null);
    expect(running(change)).toMatchObject({ id: session.id, energyWh: 2000, powerW: 7400, cost: session.cost });

    hub.add("chargePoint.removed", { cpId: "CP1" });
    await hub.send(hub.batch(4));
    expect(await until(reader, (message) => message.kind === "change" && message.removed.length > 0)).toMatchObject({
      removed: ["CP1"],
      chargePoints: [],
    });
    await reader.close();
  });

  it("shows the hub going offline, by the heart-beat alone", async () => {
    const { owner, siteId } = await cloud.paired();
    const quick = await cloud.addProcess({ heartbeatMs: 20 });
    const reader = new SseReader(await owner.at(quick).send("GET", `/v1/sites/${siteId}/live`));
    expect(await reader.json()).toMatchObject({ board: { hub: { online: true } } });
    cloud.skewMs = 46_000;
    expect(await reader.json()).toMatchObject({
      kind: "change",
      hub: { online: false },
      chargePoints: [],
      removed: [],
    });
    cloud.skewMs = 0;
    await reader.close();
  });

  it("ends when its viewer signs out or leaves the organisation", async () => {
    const quick = await cloud.addProcess({ heartbeatMs: 20 });
    for (const leave of ["sign-out", "membership"]) {
      const { owner, siteId } = await cloud.owner();
      const reader = new SseReader(await owner.at(quick).send("GET", `/v1/sites/${siteId}/live`));
      expect(await reader.json()).toMatchObject({ kind: "board", board: { hub: null } });
      if (leave === "sign-out") await owner.ok("POST", "/v1/auth/sign-out", {});
      else await cloud.db.deleteFrom("auth.member").execute();
      let message = await reader.next();
      while (message) message = await reader.next();
      expect(message).toBeUndefined();
    }
  });

  it("ends when the process stops", async () => {
    const stopping = new AbortController();
    const process = await cloud.addProcess({ stopping: stopping.signal });
    const { owner, siteId } = await cloud.owner();
    const reader = new SseReader(await owner.at(process).send("GET", `/v1/sites/${siteId}/live`));
    await reader.json();
    stopping.abort();
    expect(await reader.next()).toBeUndefined();
  });
});

describe("the board", () => {
  it("has every registered connector, told or not, and what a charger said last", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const at = Date.UTC(2026, 5, 1, 8);
    const status = (connectorId: number, name: "Available" | "Faulted", errorCode: string) =>
      hub.add(
        "connector.status",
        { cpId: "CP1", connectorId, status: name, errorCode, info: "why", vendorErrorCode: null, chargerTime: null },
        at,
      );
    hub.add("chargePoint.registered", bay);
    hub.add("chargePoint.online", { cpId: "CP1", transport: "websocket" }, at);
    hub.add("chargePoint.booted", {
      cpId: "CP1",
      accepted: true,
      vendor: "V",
      model: "M",
      serialNumber: null,
      firmwareVersion: "1",
    });
    status(0, "Available", "NoError");
    status(3, "Available", "NoError");
    status(3, "Faulted", "GroundFailure");
    await hub.send();
    const iso = new Date(at).toISOString();
    const untold = { status: null, errorCode: "NoError", at: null, session: null };
    expect((await owner.ok<Board>("GET", `/v1/sites/${siteId}/charge-points`)).chargePoints).toEqual([
      {
        cpId: "CP1",
        name: "Bay 1",
        online: true,
        onlineChangedAt: iso,
        vendor: "V",
        model: "M",
        connectors: [
          { connectorId: 1, ...untold },
          { connectorId: 2, ...untold },
          { connectorId: 3, status: "Faulted", errorCode: "GroundFailure", at: iso, session: null },
        ],
      },
    ]);
    const path = `/v1/sites/${siteId}/connectors/CP1/3/statuses`;
    const first = await owner.ok<{ statuses: unknown[]; nextCursor: string }>("GET", `${path}?limit=1`);
    expect(first.statuses).toEqual([
      { at: iso, status: "Faulted", errorCode: "GroundFailure", info: "why", vendorErrorCode: null },
    ]);
    const rest = await owner.ok("GET", `${path}?limit=1&cursor=${first.nextCursor}`);
    expect(rest).toMatchObject({ statuses: [{ status: "Available" }], nextCursor: null });
    expect(await owner.refused("GET", `${path}?cursor=nonsense`)).toEqual([400, "invalid_cursor"]);
    expect(await owner.refused("GET", `/v1/sites/${siteId}/connectors/CP1/x/statuses`)).toEqual([400, "invalid"]);
  });

  it("says which connector takes more than it was given, and no longer once that is over", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const at = Date.UTC(2026, 5, 1, 8);
    hub.add("chargePoint.registered", bay);
    const tell = async (connectorId: number, problem: "no_effect" | null, minute: number) => {
      const data = { cpId: "CP1", connectorId, problem, limitA: 10, measuredA: 16 };
      hub.add("load.problem", data, at + minute * 60_000);
      await hub.send(hub.batch(hub.journal.length === 2 ? 1 : hub.journal.length));
      const { chargePoints } = await owner.ok<Board>("GET", `/v1/sites/${siteId}/charge-points`);
      return chargePoints[0]?.connectors.map((connector) => connector.problem);
    };
    const told = (minute: number) => {
      const since = new Date(at + minute * 60_000).toISOString();
      return { problem: "no_effect", limitA: 10, measuredA: 16, since };
    };
    expect(await tell(1, "no_effect", 1)).toEqual([told(1), undefined]);
    expect(await tell(2, "no_effect", 2)).toEqual([told(1), told(2)]);
    expect(await tell(1, null, 3)).toEqual([undefined, told(2)]);
    const stranger = await cloud.owner();
    expect(await stranger.owner.refused("GET", `/v1/sites/${siteId}/charge-points`)).toEqual([404, "not_found"]);
  });
});
