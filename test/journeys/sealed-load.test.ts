import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { launch, stopEverything } from "../support/programs";

/** Our own chargers at a real hub with 16 A for both: sealed frames all the way, and the limit obeyed by the program in the VM. */

const folder = mkdtempSync(join(tmpdir(), "hitchpost-sealed-"));
const token = randomBytes(16).toString("hex");

afterAll(async () => {
  await stopEverything();
  rmSync(folder, { recursive: true, force: true });
});

interface Shown {
  id: string;
  connected: boolean;
  contactor: boolean;
  powerKw: number;
  panics: number;
}

it("two chargers with keys share 16 A, and each takes what it was told", async () => {
  const hub = await launch("hub", [], {
    HUB_HOST: "127.0.0.1",
    HUB_HTTP_PORT: "0",
    HUB_HTTPS_PORT: "0",
    HUB_MQTT_PORT: "0",
    HUB_MQTTS_PORT: "0",
    HUB_DATA: join(folder, "hub"),
    HUB_ADMIN_TOKEN: token,
    HUB_SITE_LIMIT_A: "16",
  });
  const put = async (path: string, body: object): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${hub.ready["http"]}${path}`, {
      method: "PUT",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(204);
  };
  const key = randomBytes(32).toString("hex");
  const file = join(folder, "key");
  writeFileSync(file, key, { mode: 0o600 });
  for (const cpId of ["CP1", "CP2"]) await put(`/api/charge-points/${cpId}`, { key, connectors: 1 });
  await put("/api/id-tags/CARD", { status: "Accepted" });

  const where = ["--hub", `mqtt://127.0.0.1:${hub.ready["mqtt"]}`, "--data", join(folder, "chargers")];
  const chargers = await launch(
    "charger",
    ["--id", "CP1", "--count", "2", "--key", file, "--bench-port", "0", "--sample-interval", "5", ...where],
    {},
  );
  const bench = `http://127.0.0.1:${chargers.ready["http"]}/api/chargers`;
  const shown = async (): Promise<Shown[]> => ((await (await fetch(bench)).json()) as { chargers: Shown[] }).chargers;
  const press = async (action: string, body: object): Promise<void> => {
    for (const id of ["CP1", "CP2"]) {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${bench}/${id}/${action}`, { method: "POST", headers, body: JSON.stringify(body) });
      expect(response.status).toBe(200);
    }
  };
  await eventually(async () => expect((await shown()).map(({ connected }) => connected)).toEqual([true, true]));
  const online = async (): Promise<unknown[]> => {
    const answer = await fetch(`http://127.0.0.1:${hub.ready["http"]}/api/charge-points`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const { chargePoints } = (await answer.json()) as { chargePoints: { connectors: { status: string }[] }[] };
    return chargePoints.map(({ connectors }) => connectors[0]?.status);
  };
  await eventually(async () => expect(await online()).toEqual(["Available", "Available"]));
  await press("plug", {});
  await eventually(async () => expect(await online()).toEqual(["Preparing", "Preparing"]));
  await press("tap", { idTag: "CARD" });
  // 8 A on three phases are 5.5 kW: half of the site for each
  await eventually(async () => {
    for (const { powerKw, contactor } of await shown()) {
      expect(contactor).toBe(true);
      expect(powerKw).toBeGreaterThan(5.3);
      expect(powerKw).toBeLessThan(5.6);
    }
  });
  expect((await shown()).map(({ panics }) => panics)).toEqual([0, 0]);
  expect(hub.output()).not.toContain(key.slice(0, 16));
  expect(await chargers.stop()).toBe(0);
  expect(await hub.stop()).toBe(0);
});
