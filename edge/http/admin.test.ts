import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../shared/error";
import type { HubEvent } from "../../shared/events";
import { verifyPassword } from "../password";
import { mqttPassword } from "../sealed/seal";
import { registered } from "../testing/registration";
import { ended, idOf, metered, online, started, status } from "./testing/events";
import type { TestHubApp } from "./testing/hub-app";
import { codeOf, startHubApp } from "./testing/hub-app";

let hub: TestHubApp;
beforeEach(async () => {
  hub = await startHubApp();
});
afterEach(() => hub.close());

describe("charge points", () => {
  const put = (cpId: string, body: unknown) => hub.admin("PUT", `/api/charge-points/${cpId}`, body);
  const list = async () =>
    (await hub.admin("GET", "/api/charge-points")).json.chargePoints as never as Record<string, unknown>[];

  it("are registered with a password that is kept as a verifier, and listed with what they told", async () => {
    const body = { password: "correct horse", plainFrames: true, connectors: 2, name: "Bay", maxCurrentA: 16 };
    expect((await put("CP1", body)).status).toBe(204);
    const { passwordHash } = hub.store.state.chargePoints.CP1!;
    expect(await verifyPassword("correct horse", passwordHash!)).toBe(true);
    const boot = { accepted: true, vendor: "V", model: "M", serialNumber: null, firmwareVersion: null };
    await hub.commit(
      online("CP1"),
      status("CP1", 0, "Available"),
      status("CP1", 2, "Faulted"),
      status("CP1", 1, "Charging"),
      { type: "chargePoint.booted", data: { cpId: "CP1", ...boot } },
    );
    await put("CP10", {});
    await put("CP2", {});
    const all = await list();
    expect(all.map(({ cpId }) => cpId)).toEqual(["CP1", "CP2", "CP10"]);
    expect(all[0]).toMatchObject({
      cpId: "CP1",
      name: "Bay",
      online: true,
      status: "Available",
      hasPassword: true,
      connectorCount: 2,
      connectors: [
        { connectorId: 1, status: "Charging" },
        { connectorId: 2, status: "Faulted" },
      ],
      boot: { vendor: "V", model: "M" },
    });
    expect(all[1]).toMatchObject({ online: false, status: null, hasPassword: false, boot: null, connectors: [] });
    expect(JSON.stringify(all)).not.toContain("scrypt");
  });

  it("take a key for sealed frames, from which the password follows; it is never told", async () => {
    const key = "0123456789ABCDEF".repeat(4);
    expect((await put("CP1", { key, plainFrames: false })).status).toBe(204);
    const kept = () => hub.store.state.chargePoints.CP1;
    expect(kept()?.key).toBe(key);
    expect(await verifyPassword(mqttPassword(key, "CP1"), kept()?.passwordHash ?? "")).toBe(true);
    expect((await list())[0]).toMatchObject({ hasKey: true, hasPassword: true });
    expect(JSON.stringify(await list())).not.toContain(key);
    await put("CP1", { name: "Bay" });
    expect(kept()?.key).toBe(key);
    expect(codeOf(await put("CP1", { key, password: "correct horse" }))).toBe("409 conflicting");
    expect(codeOf(await put("CP1", { key: "0123" }))).toBe("400 invalid_input");
    expect(hub.gateway.disconnected).toEqual(["CP1"]);
    await put("CP1", { key: null });
    expect((await list())[0]).toMatchObject({ hasKey: false, hasPassword: true });
    expect(hub.gateway.disconnected).toEqual(["CP1", "CP1"]);
  });

  it.each(["correct horse", null])("with a key take no other password (%j), unless the key goes", async (password) => {
    await put("CP1", { key: "01".repeat(32) });
    const before = hub.store.state.chargePoints.CP1;
    expect(codeOf(await put("CP1", { password, name: "Bay" }))).toBe("409 conflicting");
    expect(hub.store.state.chargePoints.CP1).toEqual(before);
    expect(hub.gateway.disconnected).toEqual(["CP1"]);
    expect((await put("CP1", { password, key: null })).status).toBe(204);
    expect((await list())[0]).toMatchObject({ hasKey: false, hasPassword: password !== null });
  });

  it("keep what a change leaves out; null takes it away", async () => {
    await put("CP1", { password: "correct horse", name: "Bay", tariffId: "t" });
    expect(hub.gateway.disconnected).toEqual(["CP1"]);
    await put("CP1", { name: "Bay 1" });
    expect(hub.gateway.disconnected).toHaveLength(1);
    expect((await list())[0]).toMatchObject({ name: "Bay 1", tariffId: "t", hasPassword: true });
    await put("CP1", { password: null, tariffId: null });
    expect((await list())[0]).toMatchObject({ name: "Bay 1", tariffId: null, hasPassword: false });
    expect(hub.gateway.disconnected).toHaveLength(2);
  });

  it.each([
    ["a/b", {}, "404 not_found"],
    ["-x", {}, "400 invalid_input"],
    ["x".repeat(49), {}, "400 invalid_input"],
    ["CP1", { password: "short" }, "400 invalid_input"],
    ["CP1", { password: 12345678 }, "400 invalid_input"],
    ["CP1", { connectors: 0 }, "400 invalid_input"],
    ["CP1", { maxCurrentA: 5 }, "400 invalid_input"],
    ["CP1", { unheard: 1 }, "400 invalid_input"],
    ["CP1", { securityProfile: 4 }, "400 invalid_input"],
    ["CP1", { securityProfile: 1 }, "400 password_needed"],
    ["CP1", { key: "00".repeat(16) }, "400 invalid_input"],
  ])("%s with %j: %s", async (cpId, body, expected) => {
    expect(codeOf(await put(cpId, body))).toBe(expected);
    expect(hub.store.state.chargePoints).toEqual({});
  });

  it("are removed, but not under a session", async () => {
    await put("CP1", {});
    await hub.commit(started(idOf(1)));
    expect(codeOf(await hub.admin("DELETE", "/api/charge-points/CP1"))).toBe("409 session_running");
    await hub.commit(ended(idOf(1)));
    expect((await hub.admin("DELETE", "/api/charge-points/CP1")).status).toBe(204);
    expect(codeOf(await hub.admin("DELETE", "/api/charge-points/CP1"))).toBe("404 unknown_charge_point");
    expect(hub.gateway.disconnected).toEqual(["CP1"]);
    expect((await hub.admin("GET", "/api/sessions")).json.sessions).toHaveLength(1);
  });

  it("that knocked wait for approval, until they are registered", async () => {
    hub.pending.note("CP7", "mqtt", "10.0.0.7", hub.clock.now());
    hub.pending.note("CP8", "websocket", "10.0.0.8", hub.clock.now());
    const waiting = async () => (await hub.admin("GET", "/api/pending-charge-points")).json.chargePoints;
    expect(await waiting()).toMatchObject([{ cpId: "CP7", transport: "mqtt", attempts: 1 }, { cpId: "CP8" }]);
    // Let in once, when everybody was.
    await hub.commit({ ...registered("CP7"), local: { stranger: true } } as HubEvent);
    expect(await waiting()).toHaveLength(2);
    await put("CP7", {});
    expect(await waiting()).toMatchObject([{ cpId: "CP8" }]);
  });

  it("have a history of their statuses", async () => {
    await put("CP1", {});
    await hub.commit(online("CP1"), status("CP1", 1, "Available"), status("CP1", 1, "Charging"));
    const page = await hub.admin("GET", "/api/charge-points/CP1/statuses?limit=2");
    expect(page.json.statuses).toMatchObject([{ data: { status: "Charging" } }, { data: { status: "Available" } }]);
    const next = await hub.admin("GET", `/api/charge-points/CP1/statuses?cursor=${String(page.json.nextCursor)}`);
    expect(next.json).toMatchObject({ statuses: [{ type: "chargePoint.online" }], nextCursor: null });
    expect(codeOf(await hub.admin("GET", "/api/charge-points/CP9/statuses"))).toBe("404 unknown_charge_point");
  });

  it("say why one that is registered was turned away, until its registration is another", async () => {
    await put("CP1", { password: "a password" });
    expect((await list())[0]).toMatchObject({ refused: null });
    hub.pending.refuse("CP1", "wrong_password", hub.clock.now());
    expect((await list())[0]).toMatchObject({ refused: { reason: "wrong_password" } });
    await put("CP1", { password: "another password" });
    expect((await list())[0]).toMatchObject({ refused: null });
  });

  it("have a history of each connector, and of what they report", async () => {
    await put("CP1", {});
    const report = { cpId: "CP1", about: "firmware" as const, status: "Downloading", requestId: null };
    await hub.commit(status("CP1", 1, "Available"), status("CP1", 2, "Available"), status("CP1", 1, "Charging"), {
      type: "chargePoint.reported",
      data: report,
    });
    const of = async (query: string) => (await hub.admin("GET", `/api/charge-points/CP1/statuses${query}`)).json;
    expect((await of("")).statuses).toMatchObject([{ type: "chargePoint.reported", data: report }, {}, {}, {}]);
    const page = await of("?connectorId=1&limit=1");
    expect(page.statuses).toMatchObject([{ data: { connectorId: 1, status: "Charging" } }]);
    const next = await of(`?connectorId=1&limit=1&cursor=${String(page.nextCursor)}`);
    expect(next).toMatchObject({ statuses: [{ data: { connectorId: 1, status: "Available" } }], nextCursor: null });
    expect((await hub.admin("GET", "/api/charge-points/CP1/statuses?connectorId=x")).status).toBe(400);
    expect((await list())[0]).toMatchObject({
      reports: { firmware: { status: "Downloading", requestId: null } },
      localList: null,
    });
    const told = { supported: true, listVersion: 3, entries: 2, complete: true };
    await hub.commit({ type: "localList.told", data: { cpId: "CP1", upTo: 1, firmwareVersion: null, ...told } });
    expect((await list())[0]).toMatchObject({ localList: told });
  });
});

describe("commands", () => {
  const send = (action: string, body?: unknown) => hub.admin("POST", `/api/charge-points/CP1/commands/${action}`, body);
  beforeEach(() => hub.admin("PUT", "/api/charge-points/CP1", {}));

  it("give the charger's answer as it came", async () => {
    hub.gateway.answers.Reset = () => ({ status: "Accepted" });
    expect(await send("Reset", { type: "Soft" })).toMatchObject({
      status: 200,
      json: { result: { status: "Accepted" } },
    });
    hub.gateway.answers.ClearCache = () => ({ status: "Rejected" });
    expect((await send("ClearCache")).json).toEqual({ result: { status: "Rejected" } });
    expect(hub.gateway.calls.map(({ payload }) => payload)).toEqual([{ type: "Soft" }, {}]);
    hub.gateway.answers.Reset = () => {
      throw new AppError("call_error", "no", { status: 502, details: { code: "NotSupported", description: "no" } });
    };
    expect(await send("Reset", { type: "Soft" })).toMatchObject({
      status: 200,
      json: { error: { code: "NotSupported", description: "no" } },
    });
  });

  it.each([
    ["invalid_payload", 400],
    ["unknown_action", 400],
    ["charge_point_offline", 409],
    ["invalid_response", 502],
    ["call_timeout", 504],
  ])("tell %s with %i", async (code, status) => {
    hub.gateway.answers.Reset = () => {
      throw new AppError(code, "why", { status });
    };
    expect(codeOf(await send("Reset", {}))).toBe(`${status} ${code}`);
  });

  it("need a charge point and an object", async () => {
    expect(codeOf(await hub.admin("POST", "/api/charge-points/CP9/commands/Reset", {}))).toBe(
      "404 unknown_charge_point",
    );
    expect(codeOf(await send("Reset", []))).toBe("400 invalid_input");
    expect(codeOf(await send("Reset", "nonsense"))).toBe("400 bad_request");
  });
});

describe("sessions", () => {
  it("are listed newest first with clamped pages, running ones included", async () => {
    await hub.commit(started(idOf(1)), ended(idOf(1)), started(idOf(2)), metered(idOf(2), 1500));
    const { json } = await hub.admin("GET", "/api/sessions?limit=5000");
    expect(json).toMatchObject({
      sessions: [
        { id: idOf(2), endedAt: null, meterStop: null, energyWh: 500, transactionId: 7, idTag: "TAG" },
        { id: idOf(1), meterStart: 1000, meterStop: 3000, energyWh: 2000, cost: { amount: 90, currency: "EUR" } },
      ],
      nextCursor: null,
    });
    const page = await hub.admin("GET", "/api/sessions?limit=1");
    const next = await hub.admin("GET", `/api/sessions?limit=1&cursor=${String(page.json.nextCursor)}`);
    expect(next.json).toMatchObject({ sessions: [{ id: idOf(1) }], nextCursor: null });
  });

  it.each(["limit=0", "limit=-1", "limit=x", "limit=1.5", "cursor=nonsense"])("refuse ?%s", async (query) => {
    expect((await hub.admin("GET", `/api/sessions?${query}`)).status).toBe(400);
  });

  it("are shown with all meter values", async () => {
    await hub.commit(started(idOf(1)), metered(idOf(1), 1500), metered(idOf(1), 2000));
    const { json } = await hub.admin("GET", `/api/sessions/${idOf(1)}`);
    expect(json).toMatchObject({
      energyWh: 1000,
      meterValues: [{ registerWh: 1500, samples: [{ values: [{ value: "1500", unit: "Wh" }] }] }, { registerWh: 2000 }],
    });
    expect(codeOf(await hub.admin("GET", `/api/sessions/${idOf(9)}`))).toBe("404 unknown_session");
    expect(codeOf(await hub.admin("GET", "/api/sessions/x"))).toBe("400 invalid_input");
  });

  it("are stopped by the owner", async () => {
    await hub.commit(started(idOf(1)));
    hub.gateway.answers.RemoteStopTransaction = () => ({ status: "Accepted" });
    expect((await hub.admin("POST", `/api/sessions/${idOf(1)}/stop`)).status).toBe(202);
    expect(hub.gateway.sent("RemoteStopTransaction")).toEqual([{ transactionId: 7 }]);
    expect(codeOf(await hub.admin("POST", `/api/sessions/${idOf(9)}/stop`))).toBe("404 unknown_session");
  });
});

describe("pairing", () => {
  it("is told, and needs a cloud", async () => {
    const { json } = await hub.admin("GET", "/api/pairing");
    expect(json).toMatchObject({ paired: false, hubId: null, cloudUrl: null, feedOpen: false, lastError: null });
    expect(codeOf(await hub.admin("POST", "/api/pairing", { code: "12345678" }))).toBe("400 no_cloud");
    expect(codeOf(await hub.admin("POST", "/api/pairing", { code: "1" }))).toBe("400 invalid_input");
    const nowhere = { code: "12345678", cloudUrl: "http://127.0.0.1:9" };
    expect(codeOf(await hub.admin("POST", "/api/pairing", nowhere))).toBe("502 cloud_unreachable");
    expect(codeOf(await hub.admin("POST", "/api/pairing", { ...nowhere, cloudUrl: "file:///etc" }))).toBe(
      "400 invalid_input",
    );
  });
});
