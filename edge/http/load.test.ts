import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadSettingsSchema } from "../../shared/load";
import { startHubApp } from "./testing/hub-app";

let hub: Awaited<ReturnType<typeof startHubApp>>;

beforeAll(async () => {
  hub = await startHubApp();
});
afterAll(() => hub.close());

describe("load management", () => {
  it("is the owner's alone", async () => {
    for (const [method, path] of [
      ["GET", "/api/load"],
      ["PUT", "/api/load"],
      ["POST", "/api/load/meter"],
    ] as const) {
      expect((await hub.api(method, path, method === "GET" ? undefined : {})).status).toBe(401);
    }
  });

  it("shows itself off until there is a limit, keeps what is set, and shows it", async () => {
    const { json: before } = await hub.admin("GET", "/api/load");
    expect(before).toMatchObject({ active: false, limitA: null, settings: loadSettingsSchema.parse({}) });
    const limit = { kind: "constant", limitA: [20, 16, 20] };
    expect((await hub.admin("PUT", "/api/load", { limit, sharing: "priority" })).status).toBe(204);
    const { json: after } = await hub.admin("GET", "/api/load");
    expect(after).toMatchObject({ active: true, limitA: [20, 16, 20], settings: { limit, safeCurrentA: 6 } });
    expect(hub.store.state.load?.settings).toMatchObject({ limit, sharing: "priority" });
  });

  it("takes a site meter where the limit comes from one", async () => {
    const report = () => hub.admin("POST", "/api/load/meter", { currentA: [10, 4, -3] });
    expect(await report()).toMatchObject({ status: 409, json: { error: { code: "no_site_meter" } } });
    const limit = { kind: "meter", fuseA: 40, guaranteedA: 10, includesChargers: false };
    await hub.admin("PUT", "/api/load", { limit });
    expect((await report()).status).toBe(204);
    expect((await hub.admin("GET", "/api/load")).json).toMatchObject({ limitA: [30, 36, 40] });
  });

  it.each([
    { limit: { kind: "constant", limitA: -1 } },
    { limit: { kind: "constant", limitA: [1, 2] } },
    { limit: { kind: "schedule", otherwiseA: 5, windows: [{ from: "24:00", to: "1:00", limitA: 3 }] } },
    { safeCurrentA: 3 },
    { turnMinutes: 0 },
    { connectors: [{ cpId: "CP1", connectorId: 0 }] },
    { surprise: true },
  ])("refuses %j and keeps what was", async (settings) => {
    const before = hub.store.state.load?.settings;
    expect((await hub.admin("PUT", "/api/load", settings)).status).toBe(400);
    expect(hub.store.state.load?.settings).toEqual(before);
  });
});
