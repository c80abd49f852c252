import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { hubNow, connector, receipt, secret, session, view } from "../../../web-ui/testing/views";
import type { PageServer } from "../../../web-ui/testing/hub-server";
import { startPageServer } from "../../../web-ui/testing/hub-server";
import { describeInChromium, launchChromium } from "../chromium";
import { owns } from "../screens";
import { buildPages, dist } from "./build";
import { axeFindings, openWindow, storeItems, watchShifts } from "./support";
import type { Look, Window } from "./support";

const phone: Look = { width: 360, theme: "light", lang: "en" };
const place = "/c/CP1/1";

/** Until the script has taken the page over. */
const alive = (page: Page) => page.locator("html[data-alive]").waitFor({ state: "attached" });

describeInChromium("the hub's page", () => {
  let browser: Browser;
  let hub: PageServer;

  beforeAll(async () => {
    await buildPages();
    [browser, hub] = await Promise.all([launchChromium(), startPageServer(dist("hub"), view(null), secret)]);
    hub.receipt = receipt();
  });
  beforeEach(() => {
    hub.error = undefined;
  });
  afterAll(async () => {
    await browser?.close();
    await hub?.close();
  });

  const own = async (page: Page) => {
    await page.goto(`${hub.url}/healthz`);
    await storeItems(page, owns);
  };
  async function open(look: Look, path: string, more: Parameters<typeof openWindow>[3] = {}): Promise<Window> {
    const opened = await openWindow(browser, look, hub.url, more);
    await watchShifts(opened.page);
    await opened.page.goto(`${hub.url}${path}${look.lang === "de" ? "?lang=de" : ""}`);
    return opened;
  }

  it("goes from the tap to the receipt as the charger says so, and makes one start of two taps", async () => {
    hub.view = view(connector());
    hub.posts = [];
    const { context, page, complaints } = await open(phone, place);
    await alive(page);
    await page.getByRole("button", { name: "Start charging" }).dblclick();
    await page.getByText("Waiting for the charger to answer").waitFor();
    expect(hub.posts).toHaveLength(1);
    expect(hub.posts[0]).toMatchObject({ path: "/api/start", body: { cpId: "CP1", connectorId: 1 } });

    const change = (position: number, shown: Parameters<typeof connector>[0]) =>
      hub.send({ kind: "change", position, now: hubNow, connector: shown ?? {} });
    change(11, { request: { requestId: "r1", state: "accepted", reason: null, at: hubNow } });
    await page.getByText("Plug the cable into your car now").waitFor();
    change(12, { status: "Preparing" });
    await page.getByText("agreeing with each other").waitFor();
    change(13, { status: "Charging", request: null, session: session() });
    await page.getByRole("button", { name: "Stop charging" }).waitFor();
    expect(
      await page.locator("dt", { hasText: "Charged so far" }).locator("xpath=following-sibling::dd[1]").innerText(),
    ).toBe("8.42 kWh");
    change(14, { session: session({ energyWh: 8600, lastReadingAt: "2026-11-21T13:05:30.000Z" }) });
    await page.getByText("8.60").waitFor();
    await page.getByRole("img", { name: /at most/ }).waitFor();

    hub.answer = { status: 202, body: {} };
    await page.getByRole("button", { name: "Stop charging" }).click();
    await page.getByRole("button", { name: "Stopping" }).waitFor();
    expect(hub.posts[1]).toEqual({
      path: "/api/stop",
      body: { sessionId: session().id, secret: hub.posts[0]?.body["secret"] },
    });
    change(15, { status: "Finishing", session: session({ endedAt: hubNow, powerW: null }) });
    await page.getByText("You can unplug now").waitFor();
    await page.reload();
    hub.view = view(connector({ status: "Finishing", session: session({ endedAt: hubNow, powerW: null }) }));
    await page.reload();
    const link = await page.getByRole("link", { name: "Show receipt" }).getAttribute("href");
    expect(link).toBe(`/s/${session().id}#${hub.posts[0]?.body["secret"]}`);
    expect(complaints).toEqual([]);
    hub.answer = { status: 202, body: { requestId: "r1", cpId: "CP1", connectorId: 1 } };
    await context.close();
  });

  it("is looked at by an axe that finds what is wrong", async () => {
    hub.view = view(connector(), { startPolicy: "accessKey" });
    const { context, page } = await open(phone, place);
    await page.locator("label").evaluate((label) => label.remove());
    expect((await axeFindings(page)).join()).toContain("label");
    await context.close();
  });

  it("starts and stops by plain forms where no script runs", async () => {
    hub.posts = [];
    hub.view = view(connector(), { startPolicy: "accessKey" });
    const { context, page } = await open(phone, place, { javaScriptEnabled: false });
    expect(await page.getByText("\u20ac0.45 per kWh").count()).toBe(1);
    await page.getByLabel("Access key").fill("garage-7");
    await page.getByRole("button", { name: "Start charging" }).click();
    await page.waitForURL(`${hub.url}${place}`);
    expect(hub.posts).toEqual([{ path: `${place}/start`, body: { secret, accessKey: "garage-7" } }]);
    await context.close();
  });

  it("says that the hub is out of reach, promises nothing, and comes back by itself", async () => {
    hub.view = view(connector({ status: "Charging", session: session() }));
    const { context, page } = await openWindow(browser, phone, hub.url);
    await own(page);
    await page.goto(`${hub.url}${place}`);
    await page.getByRole("button", { name: "Stop charging" }).waitFor();
    hub.setReachable(false);
    const lost = page.getByRole("alert").filter({ hasText: "The hub cannot be reached" });
    await lost.waitFor();
    expect(await lost.innerText()).toContain("What you see is from 14:05:00");
    hub.setReachable(true);
    await lost.waitFor({ state: "detached" });
    await context.close();
  });

  it("tells a refused start with what to do and its code, and that money is not affected", async () => {
    hub.view = view(connector());
    hub.answer = { status: 409, body: { error: { code: "connector_busy", message: "A car is charging here." } } };
    const { context, page } = await open(phone, place);
    await alive(page);
    await page.getByRole("button", { name: "Start charging" }).click();
    const alert = await page.getByRole("alert").innerText();
    expect(alert).toContain("You have not been charged");
    expect(alert).toContain("Code: connector_busy");
    hub.answer = { status: 202, body: { requestId: "r1", cpId: "CP1", connectorId: 1 } };
    await context.close();
  });

  it("names the site's zone to a viewer in another one, and only there", async () => {
    hub.view = view(connector());
    const far = await open(phone, place, { timezoneId: "America/New_York" });
    await far.page.getByText("Times are the site's own").waitFor();
    await far.context.close();
    const near = await open(phone, place);
    await alive(near.page);
    expect(await near.page.getByText("Times are the site's own").count()).toBe(0);
    await near.context.close();
  });

  it("prints the receipt in black on one page of A4 and of A6", async () => {
    const { context, page } = await openWindow(browser, phone, hub.url);
    await own(page);
    await page.goto(`${hub.url}/s/${session().id}`);
    await page.getByText("R-000042").waitFor();
    for (const format of ["A4", "A6"] as const) {
      const pdf = (await page.pdf({ format })).toString("latin1");
      expect(pdf.match(/\/Type\s*\/Page\b/g), format).toHaveLength(1);
    }
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await page.locator("tfoot td").evaluate((cell) => getComputedStyle(cell).color)).toBe("rgb(0, 0, 0)");
    expect(await page.getByRole("button", { name: "Print" }).isVisible()).toBe(false);
    await context.close();
  });
});
