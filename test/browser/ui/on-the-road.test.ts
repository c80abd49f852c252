import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { encode } from "uqr";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appNow, siteId } from "../../../web-ui/testing/app-data";
import type { AppServer } from "../../../web-ui/testing/app-server";
import { startAppServer } from "../../../web-ui/testing/app-server";
import { describeInChromium, launchChromium } from "../chromium";
import { buildPages, dist } from "./build";
import { expectNoJump, openWindow, ready, watchShifts } from "./support";

/** Slow 3G, as Chromium's own tools have it: bytes a second, ms there and back. */
const slow3G = { downloadThroughput: 50_000, uploadThroughput: 50_000, latency: 400 };

/** Holds every answer to such an address back until it is let go. */
async function held(page: Page, pattern: RegExp): Promise<() => Promise<void>> {
  const waiting: (() => void)[] = [];
  let open_ = false;
  await page.route(pattern, async (route) => {
    if (!open_) await new Promise<void>((go) => waiting.push(go));
    await route.continue();
  });
  return async () => {
    open_ = true;
    for (const go of waiting) go();
  };
}
/** Lets the cloud do what it is asked, and loses its answer; gives the keys of the calls. */
async function answersLost(page: Page, pattern: RegExp, times: number): Promise<(string | undefined)[]> {
  const keys: (string | undefined)[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && pattern.test(request.url())) keys.push(request.headers()["idempotency-key"]);
  });
  await page.route(pattern, lose, { times });
  return keys;
}

/** The answer is lost, but what was asked for is done. */
async function lose(route: Route): Promise<void> {
  if (route.request().method() !== "POST") return route.fallback();
  await route.fetch();
  await route.abort("connectionreset");
}

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

/** The app where drivers use it: on a line that is slow or breaks at the worst moment, and with a camera before a charger. */
describeInChromium("the cloud app on the road", () => {
  const folder = mkdtempSync(join(tmpdir(), "hitchpost-film-"));
  const film = join(folder, "code.y4m");
  const hubPage = "http://192.168.1.20:8080/c/CP1/1";
  let browser: Browser;
  let cloud: AppServer;

  beforeAll(async () => {
    await buildPages();
    const expiresAt = () => new Date(Date.parse(appNow) + 900_000).toISOString();
    writeFileSync(film, filmOf(hubPage));
    const camera = ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`];
    [browser, cloud] = await Promise.all([launchChromium(camera), startAppServer(dist("app"), expiresAt)]);
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(path: string) {
    const opened = await openWindow(browser, { width: 360, theme: "light", lang: "en" }, cloud.url);
    await opened.page.clock.setFixedTime(new Date(appNow));
    await watchShifts(opened.page);
    return { ...opened, go: () => opened.page.goto(`${cloud.url}${path}`, { waitUntil: "commit" }) };
  }

  it("shows where things will be at once, and nothing jumps when they come", async () => {
    const { context, page, go } = await open(`/places/${siteId}/book`);
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", { offline: false, ...slow3G });
    const place = await held(page, /\/v1\/places\/[^/]+$/);
    const times = await held(page, /\/availability/);
    await go();
    await page.locator(".skeleton").first().waitFor();
    await place();
    await page.locator(".slots-bone").waitFor();
    await times();
    await ready(page);
    await page.getByRole("button", { name: "18:00, free" }).waitFor();
    await expectNoJump(page);
    await context.close();
  });

  it("shows that it works on a hold and a booking, says what a lost answer leaves open, and books once", async () => {
    const { context, page, complaints, go } = await open(`/places/${siteId}/book`);
    await go();
    const start = page.getByRole("button", { name: "18:00, free" });
    await start.waitFor();
    const holds = await answersLost(page, /\/holds$/, 1);
    await start.click();
    await page.getByText("Nothing is booked and nothing is charged. Choose the same start again").waitFor();
    const holding = await held(page, /\/holds$/);
    await start.click();
    await page.locator('.slot[aria-busy="true"]').waitFor();
    await holding();
    const book = page.getByRole("button", { name: /^Book now/ });
    await book.waitFor();
    // The second call is the first one again.
    expect(holds).toEqual([expect.stringMatching(/^[\d-]{10,}$/), holds[0]]);

    const bookings = await answersLost(page, /\/reservations$/, 1);
    await book.click();
    await page
      .getByText("it is open whether this is booked. Press the button again: it is booked and charged once")
      .waitFor();
    const booking = await held(page, /\/reservations$/);
    await book.click();
    await page.locator('.button[aria-busy="true"]').waitFor();
    await booking();
    await page.getByText("At the charger").first().waitFor();
    expect(bookings).toHaveLength(2);
    expect(bookings[1]).toBe(bookings[0]);
    // What was confirmed is not given back, though an answer was lost.
    expect(cloud.changes.filter(({ what }) => what.startsWith("DELETE"))).toEqual([]);
    expect(complaints.filter((each) => !each.includes("ERR_CONNECTION_RESET"))).toEqual([]);
    await context.close();
  });

  it("loads anew when a deployment has taken a page's file away, once; then it says so, with a way on", async () => {
    const { context, page, go } = await open("/");
    await go();
    await ready(page);
    const gone = /\/assets\/charging-(?!frame)[^/]*\.js$/;
    await page.route(gone, (route) => route.fulfill({ status: 404 }), { times: 1 });
    const loaded = page.waitForEvent("load");
    await page.getByRole("link", { name: "Charging" }).click();
    await loaded;
    await page.getByRole("heading", { name: "My charging" }).waitFor();
    const alsoGone = /\/assets\/vehicles-[^/]*\.js$/;
    await page.route(alsoGone, (route) => route.fulfill({ status: 404 }));
    await page.getByRole("link", { name: "Vehicles" }).click();
    const again = page.getByRole("button", { name: "Try again" });
    await again.waitFor();
    await page.unroute(alsoGone);
    await again.click();
    await page.getByRole("heading", { name: "Blue Zoe" }).or(page.getByText("Blue Zoe")).first().waitFor();
    await context.close();
  });

  it("reads the camera from the search on, asks before it opens a hub's page, and opens a known hub's place", async () => {
    const { context, page, complaints, go } = await open("/");
    await context.grantPermissions(["camera"], { origin: cloud.url });
    await go();
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
