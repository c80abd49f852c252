import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { encode } from "uqr";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appNow, siteId } from "../../../web-ui/testing/app-data";
import type { AppServer } from "../../../web-ui/testing/app-server";
import { startAppServer } from "../../../web-ui/testing/app-server";
import { describeInChromium, launchChromium } from "../chromium";
import { buildPages, dist } from "./build";
import { openWindow } from "./support";

/** A film of one picture in YUV4MPEG2 (man yuv4mpeg), which Chromium takes for its camera: a code, dark on light. */
function filmOf(text: string): Buffer {
  const [width, height, cell] = [640, 480, 8];
  const { size, data } = encode(text, { border: 0 });
  const left = (width - size * cell) >> 1;
  const top = (height - size * cell) >> 1;
  const light = Buffer.alloc(width * height, 235);
  for (let y = 0; y < size * cell; y++) {
    for (let x = 0; x < size * cell; x++) {
      if (data[Math.floor(y / cell)]?.[Math.floor(x / cell)]) light[(top + y) * width + left + x] = 16;
    }
  }
  const grey = Buffer.alloc((width * height) / 2, 128);
  return Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), light, grey]);
}

describeInChromium("scanning the code on a charger", () => {
  const folder = mkdtempSync(join(tmpdir(), "hitchpost-film-"));
  const film = join(folder, "code.y4m");
  const hubPage = "http://192.168.1.20:8080/c/CP1/1";
  let browser: Browser;
  let cloud: AppServer;

  beforeAll(async () => {
    await buildPages();
    cloud = await startAppServer(dist("app"), () => appNow);
    writeFileSync(film, filmOf(hubPage));
    const camera = ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`];
    browser = await launchChromium(camera);
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("reads the camera from the search on, asks before it opens a hub's page, and opens a known hub's place", async () => {
    const { context, page, complaints } = await openWindow(
      browser,
      { width: 360, theme: "light", lang: "en" },
      cloud.url,
    );
    await context.grantPermissions(["camera"], { origin: cloud.url });
    await page.goto(cloud.url);
    await page.getByRole("link", { name: "Scan a charger" }).click();
    await page.getByText("This charger has a page of its own").waitFor();
    expect(await page.getByRole("link", { name: "Open the charger's page" }).getAttribute("href")).toBe(hubPage);
    // Nothing was opened, and the camera is off.
    expect(page.url()).toBe(`${cloud.url}/scan`);
    expect(await page.locator("video").count()).toBe(0);
    await page.evaluate((kept) => localStorage.setItem("hitchpost hubs", JSON.stringify(kept)), {
      [siteId]: "192.168.1.20:8080",
    });
    await page.getByRole("button", { name: "Scan another code" }).click();
    await page.waitForURL(`${cloud.url}/places/${siteId}?connector=CP1%2F1`);
    await page.getByText("You are here: Bay 12").waitFor();
    // Only the page that scans may use the camera.
    const refused = await page.evaluate(() =>
      navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => "",
        (error: DOMException) => error.name,
      ),
    );
    expect(refused).toBe("NotAllowedError");
    expect(complaints.filter((each) => !/permissions policy/i.test(each))).toEqual([]);
    await context.close();
  });
});
