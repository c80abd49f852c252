import { request } from "node:http";
import type { Server } from "node:http";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { askBench } from "./bench-client";
import { startBench } from "./bench";
import { scaledClock } from "./clock";
import type { BenchConfig } from "./config";
import { startFleet } from "./fleet";
import type { Fleet } from "./fleet";
import { buildProgram } from "./testing/build";
import type { ChargerView } from "./virtual-charger";

let fleet: Fleet;
let server: Server;
let port: number;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "hitchpost-bench-"));

beforeAll(async () => {
  buildProgram();
  // nobody listens at port 1: a bench needs no hub
  fleet = await startFleet({
    ids: ["CP1"],
    hubHost: "127.0.0.1",
    hubPort: 1,
    password: "",
    dataDir: folder,
    clock: scaledClock(10),
  });
  ({ server, port } = await startBench(fleet, 0));
});

afterAll(() => {
  server.close();
  server.closeAllConnections();
  fleet.stop();
  fs.rmSync(folder, { recursive: true });
});

function post(action: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${port}/api/chargers/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function view(): Promise<ChargerView> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/chargers`);
  const { chargers } = (await answer.json()) as { chargers: ChargerView[] };
  return chargers[0] as ChargerView;
}

/** A request with a Host header of one's own, which fetch does not let through. */
function withHost(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const r = request({ port, path: "/", headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    r.on("error", reject);
    r.end();
  });
}

describe("bench", () => {
  it("serves its page, whole and from nowhere else", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const html = await answer.text();
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(html).toContain("Charger bench");
    expect(html).not.toMatch(/(src|href)="(?!data:)/);
  });

  it("plugs, taps, faults, cuts, resets and unplugs", async () => {
    expect(await (await post("CP1/plug", { soc: 0.5, batteryWh: 40000 })).json()).toMatchObject({
      plugged: true,
      car: { socPercent: 50, batteryKwh: 40 },
    });
    expect((await post("CP1/plug", {})).status).toBe(409);
    expect((await post("CP1/tap", { idTag: "CARD" })).status).toBe(200);
    expect(await (await post("CP1/fault", { emergencyStop: true, caseOpen: true })).json()).toMatchObject({
      emergencyStop: true,
      caseOpen: true,
    });
    await until("the fault lamp", () => fleet.chargers.get("CP1")?.view().lamp === "fault");
    expect(await (await post("CP1/network", { cut: true })).json()).toMatchObject({ networkCut: true });
    expect((await post("CP1/button", {})).status).toBe(200);
    expect(fleet.chargers.get("CP1")?.plant.reading().button).toBe(true);
    expect((await post("CP1/reset", "")).status).toBe(200);
    expect(await view()).toMatchObject({ plugged: true, emergencyStop: true, networkCut: true });
    await post("CP1/fault", { emergencyStop: false });
    await post("CP1/fault", { caseOpen: false });
    await post("CP1/network", { cut: false });
    await until("the lamp again", () => fleet.chargers.get("CP1")?.view().lamp === "waiting");
    expect(await (await post("CP1/unplug", {})).json()).toMatchObject({ plugged: false, car: null });
    expect((await post("CP1/unplug", {})).status).toBe(409);
    expect((await view()).panics).toBe(0);
  });

  it.each<[string, unknown, number]>([
    ["CP1/plug", { soc: 2 }, 400],
    ["CP1/plug", { soc: "x" }, 400],
    ["CP1/plug", "not json", 400],
    ["CP1/plug", "[]", 400],
    ["CP1/plug", "null", 400],
    ["CP1/plug", `{"x":"${"y".repeat(5000)}"}`, 413],
    ["CP1/tap", { idTag: "" }, 400],
    ["CP1/tap", { idTag: "two words" }, 400],
    ["CP1/fault", {}, 400],
    ["CP1/fault", { caseOpen: 1 }, 400],
    ["CP1/network", {}, 400],
    ["CP1/constructor", {}, 404],
    ["CP1/dance", {}, 404],
    ["CP9/plug", {}, 404],
  ])("refuses %s %o", async (action, body, status) => {
    const answer = await post(action, body);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { error: string }).error).not.toBe("");
  });

  it("takes buttons from its own page only", async () => {
    expect((await fetch(`http://127.0.0.1:${port}/api/chargers/CP1/plug`)).status).toBe(405);
    expect((await post("CP1/tap", { idTag: "A" }, { origin: "http://evil.example" })).status).toBe(403);
    expect((await post("CP1/tap", { idTag: "A" }, { origin: `http://127.0.0.1:${port}` })).status).toBe(200);
    expect(await withHost("evil.example")).toBe(403);
    expect(await withHost(`localhost:${port}`)).toBe(200);
  });

  it("says that its port is taken", async () => {
    await expect(startBench(fleet, port)).rejects.toThrow("EADDRINUSE");
  });
});

function brokenServer(): Promise<Response> {
  return Promise.resolve(new Response("<html>", { status: 500 }));
}

describe("bench commands", () => {
  const config: BenchConfig = { command: "bench", action: "list", id: "", body: {}, benchPort: 0 };

  it("reach a running bench", async () => {
    expect(JSON.parse(await askBench({ ...config, benchPort: port }))).toMatchObject({ chargers: [{ id: "CP1" }] });
    const tap = { ...config, action: "tap", id: "CP1", body: { idTag: "A" }, benchPort: port };
    expect(JSON.parse(await askBench(tap))).toMatchObject({ id: "CP1" });
    await expect(askBench({ ...tap, id: "CP9" })).rejects.toThrow("no charger CP9 runs here");
  });

  it("say when there is none, or something else", async () => {
    await expect(askBench({ ...config, benchPort: 1 })).rejects.toThrow("No bench answers on port 1");
    await expect(askBench(config, brokenServer)).rejects.toThrow("<html>");
  });
});
