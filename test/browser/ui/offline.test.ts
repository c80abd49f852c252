import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appNow, siteId } from "../../../web-ui/testing/app-data";
import type { AppServer } from "../../../web-ui/testing/app-server";
import { startAppServer } from "../../../web-ui/testing/app-server";
import { reservations } from "../../../web-ui/testing/driver-data";
import { describeInChromium, launchChromium, patience } from "../chromium";
import { buildPages, dist } from "./build";

/** The app where there is no line: in one browser, step by step, since each step needs what the one before has left behind. */
describeInChromium("the cloud app without a line", () => {
  let browser: Browser;
  let cloud: AppServer;
  let context: BrowserContext;
  let page: Page;
  const booking = `/charging/${siteId}/${reservations[0]?.booking}`;

  beforeAll(async () => {
    await buildPages();
    [browser, cloud] = await Promise.all([launchChromium(), startAppServer(dist("app"), () => appNow)]);
    context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: "en-GB" });
    context.setDefaultTimeout(patience);
    page = await context.newPage();
    await page.clock.setFixedTime(new Date(appNow));
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  it("says that a newer version waits, and takes it when it is told to", async () => {
    await page.goto(cloud.url + booking);
    await page.getByText("Your pass as a code").waitFor();
    await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
    await page.reload();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    appendFileSync(join(dist("app"), "sw.js"), "\n// newer");
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    const reloaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Update now" }).click();
    await reloaded;
    await page.getByText("Your pass as a code").waitFor();
    expect(await page.getByRole("button", { name: "Update now" }).count()).toBe(0);
  });

  it("opens with the booking that it had, and shows its code", async () => {
    await cloud.close();
    await page.goto(cloud.url + booking);
    await page.getByText("There is no connection.").waitFor();
    await page.getByText("Your pass as a code").click();
    await page.getByRole("img", { name: "Your pass as a code" }).waitFor();
    await page.goto(`${cloud.url}/charging`);
    await page
      .getByRole("link", { name: /Lindenhof garage/ })
      .first()
      .waitFor();
  });

  it("keeps files only, nothing that the cloud has answered", async () => {
    const kept = await page.evaluate(async () => {
      const names = await caches.keys();
      const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept.length).toBeGreaterThan(10);
    expect(
      kept.filter((path) => !/^\/(assets\/|index\.html$|icon-192\.png$|manifest\.webmanifest$)/.test(path)),
    ).toEqual([]);
  });

  it("has nothing left of whoever signs out, also without a line", async () => {
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    await page.getByRole("heading", { name: "Find a charger" }).waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toMatch(/Lindenhof|a@b\.c|token/);
    await page.goto(cloud.url + booking);
    await page.getByRole("heading", { name: "Sign in" }).waitFor();
  });
});
