import { describe, expect, it } from "vitest";
import type { FeedMessage } from "../../shared/sync";
import { charge } from "../testing/charging";
import { openCloud } from "../testing/open";
import { SseReader } from "../testing/sse";

const cloud = await openCloud();

const start = { name: "startSession", cpId: "CP1", connectorId: 1, idTag: "OWNER" };

describe("a command", () => {
  it("goes down the feed with its expiry, and its outcome comes back", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const path = `/v1/sites/${siteId}/commands`;
    const sent = await owner.ok<{ commandId: string; expiresAt: string }>("POST", path, { command: start });
    expect(Date.parse(sent.expiresAt) - cloud.now()).toBeLessThanOrEqual(60_000);
    const reader = new SseReader(await hub.feed());
    const message = await reader.json<Extract<FeedMessage, { type: "command" }>>();
    expect(message).toMatchObject({ type: "command", data: { ...sent, command: start } });
    await reader.close();
    expect(await owner.ok("GET", `${path}/${sent.commandId}`)).toMatchObject({
      command: start,
      outcome: null,
      finishedAt: null,
    });
    const finished = { commandId: sent.commandId, outcome: "rejected" as const, detail: "Someone else charges there." };
    const event = hub.add("command.finished", finished);
    hub.add("command.finished", { ...finished, outcome: "accepted" });
    await hub.send();
    expect(await owner.ok("GET", `${path}/${sent.commandId}`)).toMatchObject({ ...finished, finishedAt: event.at });
  });

  it("is refused for a session that is over, and for a site without a hub", async () => {
    const { owner, siteId, hub } = await cloud.paired();
    const { id } = charge(hub, { startedAt: Date.UTC(2026, 5, 1), readings: [[5, 2000]] });
    const running = charge(hub, { startedAt: Date.UTC(2026, 5, 2), readings: [], end: false });
    await hub.send();
    const stop = (sessionId: string) => ({
      command: { name: "stopSession", sessionId },
      expiresAt: new Date(cloud.now() + 3_600_000).toISOString(),
    });
    expect(await owner.refused("POST", `/v1/sites/${siteId}/commands`, stop(id))).toEqual([409, "session_ended"]);
    await owner.ok("POST", `/v1/sites/${siteId}/commands`, stop(running.id));
    const alone = await cloud.owner();
    expect(await alone.owner.refused("POST", `/v1/sites/${alone.siteId}/commands`, { command: start })).toEqual([
      409,
      "no_hub",
    ]);
    const rows = await cloud.db.selectFrom("commands").select("id").where("site_id", "=", alone.siteId).execute();
    expect(rows).toEqual([]);
  });
});
