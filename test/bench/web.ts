import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { appNow } from "../../web-ui/testing/app-data";
import { startAppServer } from "../../web-ui/testing/app-server";
import { foundPlaces } from "../../web-ui/testing/driver-data";
import { startPageServer } from "../../web-ui/testing/hub-server";
import { connector, secret, session, view } from "../../web-ui/testing/views";
import { chromiumPath, launchChromium } from "../browser/chromium";
import { watchShifts } from "../browser/ui/support";
import type { Figure, Run } from "./harness";
import { figure, median, progress, report } from "./harness";
import { sizesOf } from "./web/sizes";

/** Slow 3G: 400 kbit/s and 400 ms there and back, on a processor four times slower. Fast 3G: 1.6 Mbit/s, 150 ms. */
const slow3G = { latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const fast3G = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const SLOWER = 4;
const ROUNDS = 3;

const root = join(import.meta.dirname, "../..");

/** Sizes of the pages, and how soon they are there on a slow line: the built pages in Chromium, throttled through its debugging protocol. */
export const run: Run = async (options) => {
  const build = (await import(pathToFileURL(join(root, "scripts/lib/build-web.mjs")).href)) as {
    buildWeb: () => Promise<void>;
  };
  await build.buildWeb();
  const dist = join(root, "dist/web");
  const sizes = await sizesOf(dist);
  const figures: Figure[] = [
    figure("web", "hub_js_gzip", sizes.hubJs, "bytes", "<= 20480"),
    figure("web", "hub_all_gzip", sizes.hubAll, "bytes", "<= 25600"),
    figure("web", "hub_admin_js_gzip", sizes.hubAdminJs, "bytes"),
    figure("web", "app_shell_js_gzip", sizes.appShellJs, "bytes", "<= 25600"),
    figure("web", "largest_chunk_gzip", sizes.largestChunk, "bytes", "<= 51200"),
  ];
  if (chromiumPath === null) {
    progress("No Chromium found, so nothing was opened: name one in CHROMIUM.");
  } else {
    const browser = await launchChromium();
    try {
      figures.push(
        ...(await hubFigures(browser, join(dist, "hub"))),
        ...(await mapFigures(browser, join(dist, "app"))),
      );
    } finally {
      await browser.close();
    }
  }
  report(figures, options);
};

/** A window on a slow line, as a visitor who comes for the first time has it. */
async function slowWindow(browser: Browser, line: typeof slow3G): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "en-GB" });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", { offline: false, ...line });
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
  return page;
}

/** Milliseconds since the navigation began. */
const sinceStart = (page: Page) => page.evaluate(() => performance.now());

async function hubFigures(browser: Browser, dist: string): Promise<Figure[]> {
  progress(`the hub's page on slow 3G, ${ROUNDS} rounds ...`);
  const running = session();
  const hub = await startPageServer(dist, view(connector({ status: "Charging", session: running })), secret);
  const seen: { paint: number; usable: number; value: number; shift: number }[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const page = await slowWindow(browser, slow3G);
      await watchShifts(page);
      await page.goto(`${hub.url}/c/CP1/1`);
      await page.locator("html[data-alive]").waitFor({ state: "attached" });
      const usable = await sinceStart(page);
      const energyWh = 9000 + round;
      const told = { ...running, energyWh, lastReadingAt: "2026-11-21T13:05:10.000Z" };
      const timer = setInterval(
        () => hub.send({ kind: "change", position: 20, now: view(null).now, connector: { session: told } }),
        100,
      );
      await page.getByText("9.00").waitFor();
      clearInterval(timer);
      const value = await sinceStart(page);
      const paint = await page.evaluate(
        () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN,
      );
      const shift = await page.evaluate(() =>
        (globalThis as unknown as { shifts: { value: number }[] }).shifts.reduce((sum, each) => sum + each.value, 0),
      );
      seen.push({ paint, usable, value, shift });
      await page.context().close();
    }
  } finally {
    await hub.close();
  }
  return [
    figure("web", "layout_shift", Math.max(...seen.map(({ shift }) => shift)), "score", "<= 0.05"),
    figure("web", "hub_first_paint_ms", median(seen.map(({ paint }) => paint)), "ms"),
    figure("web", "hub_usable_ms", median(seen.map(({ usable }) => usable)), "ms"),
    figure("web", "hub_first_live_value_ms", median(seen.map(({ value }) => value)), "ms"),
  ];
}

/** A map with 200 pins, from the address to the last pin. */
async function mapFigures(browser: Browser, dist: string): Promise<Figure[]> {
  progress("the map with 200 pins ...");
  const app = await startAppServer(dist, () => appNow);
  app.data.found = foundPlaces(200);
  const figures: Figure[] = [];
  try {
    for (const [name, line] of [
      ["map_200_pins_slow_3g_ms", slow3G],
      ["map_200_pins_fast_3g_ms", fast3G],
    ] as const) {
      const page = await slowWindow(browser, line);
      await page.goto(`${app.url}/?lat=52.52&lng=13.4&view=map`);
      await page.locator(".pin").nth(199).waitFor({ state: "attached", timeout: 120_000 });
      figures.push(figure("web", name, await sinceStart(page), "ms"));
      await page.context().close();
    }
  } finally {
    await app.close();
  }
  return figures;
}
