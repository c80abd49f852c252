import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { LoneHub } from "../support/hub";
import { launch } from "../support/programs";

/** Our own chargers at a real hub with 16 A for both: sealed frames all the way, and the limit obeyed by the program in the VM. */

const hub = new LoneHub();
const folder = hub.folder.path;

afterAll(() => hub.end());

interface Shown {
  id: string;
  connected: boolean;
  contactor: boolean;
  powerKw: number;
  panics: number;
}

it("two chargers with keys share 16 A, and each takes what it was told", async () => {
  await hub.start({ HUB_SITE_LIMIT_A: "16" });
  const key = randomBytes(32).toString("hex");
  const file = join(folder, "key");
  writeFileSync(file, key, { mode: 0o600 });
  for (const cpId of ["CP1", "CP2"]) await hub.admin("PUT", `/api/charge-points/${cpId}`, { key, connectors: 1 });
  await hub.admin("PUT", "/api/id-tags/CARD", { status: "Accepted" });

  const where = ["--hub", `mqtt://127.0.0.1:${hub.program.ready["mqtt"]}`, "--data", join(folder, "chargers")];
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
    const { chargePoints } = await hub.admin<{ chargePoints: { connectors: { status: string }[] }[] }>(
      "GET",
      "/api/charge-points",
    );
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
  expect(hub.program.output()).not.toContain(key.slice(0, 16));
  expect(await chargers.stop()).toBe(0);
  expect(await hub.program.stop()).toBe(0);
});
