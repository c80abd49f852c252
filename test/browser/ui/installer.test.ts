import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { BoardVm } from "../../../device/board/testing/board-vm";
import { bootsFrom } from "../../../device/installer/testing/boots-from";
import { Esp32Model } from "../../../device/installer/testing/esp32-model";
import { scaledClock } from "../../../device/virtual/clock";
import type { Program } from "../../support/programs";
import { launch, request, stopEverything, temporaryFolder } from "../../support/programs";
import { describeInChromium, launchChromium } from "../chromium";
import { bridgeSerial } from "./serial-bridge";
import { axeFindings, openWindow } from "./support";

const token = "a-token-of-the-installer-only";
const look = { width: 360, theme: "light", lang: "en" } as const;

/** The installer's page of a real hub, in a real browser, over a model of the chip whose flash the board's own program then boots from. */
describeInChromium("the installer's page", () => {
  const folder = temporaryFolder();
  const board = new BoardVm(scaledClock(1));
  let browser: Browser;
  let hub: Program;
  let url: string;
  beforeAll(async () => {
    browser = await launchChromium();
    hub = await launch("hub", [], {
      HUB_HOST: "127.0.0.1",
      HUB_HTTP_PORT: "0",
      HUB_MQTT_PORT: "0",
      HUB_DATA: join(folder.path, "hub"),
      HUB_ADMIN_TOKEN: token,
    });
    url = `http://127.0.0.1:${hub.ready["http"]}`;
  });
  afterAll(async () => {
    board.stop();
    await browser?.close();
    await stopEverything();
    await folder.remove();
  });

  it("makes a charger of a chip, though it is loaded again in the middle, and the hub sees it", async () => {
    const { context, page, complaints } = await openWindow(browser, look, url);
    const chip = new Esp32Model();
    const bridge = await bridgeSerial(page, chip);
    board.route = () => "127.0.0.1";
    bootsFrom(chip, board, () => undefined);
    const firmware = {
      name: "firmware.bin",
      mimeType: "application/octet-stream",
      buffer: Buffer.concat([Buffer.from([0xe9]), Buffer.alloc(60_000, 7)]),
    };
    const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

    await page.goto(`${url}/install`);
    await page.getByLabel("Admin token").fill(token);
    await press("Open");
    await page.getByLabel("Charge point id").fill("CP7");
    await page.getByLabel("Name or bay").fill("Bay 7");
    await page.getByLabel("Name of the network").fill("Garage");
    await page.getByLabel("Password of the network").fill("correct horse");
    await page.getByLabel("The hub's address").fill("http://192.168.1.10:8080");
    await page.getByLabel("DeviceScript firmware").selectOption("file");
    await page.getByLabel("Firmware file").setInputFiles(firmware);
    await press("Next: choose the port");

    // It stops in the middle of writing, and the page is loaded again.
    bridge.stallAfter = 20;
    await press("Choose the port and begin");
    await expect.poll(() => bridge.writes, { timeout: 120_000 }).toBeGreaterThan(20);
    await page.locator(".step-now", { hasText: "Flash firmware" }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    const kept = await page.evaluate(() => sessionStorage.getItem("hub-installation") ?? "");
    const { key } = (JSON.parse(kept) as { state: { key: string } }).state;
    await page.reload();
    await page.getByText("This installation was interrupted.").waitFor();
    bridge.stallAfter = Infinity;
    await page.getByLabel("Firmware file").setInputFiles(firmware);
    await press("Go on");

    await page.getByText("Press the emergency stop now.").waitFor();
    board.circuit.emergencyStop = true;
    await page.getByText("Release the emergency stop now.").waitFor();
    for (const part of ["Contactor", "Meter"]) {
      await page.locator(".facts div", { hasText: part }).getByText("fine").waitFor();
    }
    board.circuit.emergencyStop = false;

    await page.getByRole("heading", { name: "CP7 is ready" }).waitFor();
    await page.getByText("http://192.168.1.10:8080/c/CP7", { exact: true }).waitFor();
    const headers = { authorization: `Bearer ${token}` };
    const { chargePoints } = await request<{ chargePoints: Record<string, unknown>[] }>(
      "GET",
      `${url}/api/charge-points`,
      { headers },
    );
    expect(chargePoints).toMatchObject([{ cpId: "CP7", name: "Bay 7", online: true, hasKey: true, maxCurrentA: 16 }]);
    for (const setting of [key, "Garage", "correct horse", "192.168.1.10"]) {
      expect(chip.flash.includes(setting), setting).toBe(true);
    }
    expect(chip.flash.subarray(0, firmware.buffer.length).equals(firmware.buffer)).toBe(true);
    const left = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    expect(left).not.toMatch(new RegExp(`${key}|correct horse`));
    expect(complaints).toEqual([]);
    await context.close();
  });
});
