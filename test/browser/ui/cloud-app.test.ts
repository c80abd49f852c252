import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { appNow, board, ownerSession, siteId } from "../../../web-ui/testing/app-data";
import type { AppServer } from "../../../web-ui/testing/app-server";
import { startAppServer } from "../../../web-ui/testing/app-server";
import { describeInChromium, launchChromium } from "../chromium";
import { buildPages, dist } from "./build";
import { openWindow, ready, watchShifts } from "./support";
import type { Look } from "./support";

const desk: Look = { width: 1280, theme: "light", lang: "en" };
const at = (path: string) => `/sites/${siteId}${path}`;

describeInChromium("the cloud app", () => {
  let browser: Browser;
  let cloud: AppServer;
  let clean: AppServer["data"];

  beforeAll(async () => {
    await buildPages();
    const expiresAt = () => new Date(Date.parse(appNow) + 900_000).toISOString();
    [browser, cloud] = await Promise.all([launchChromium(), startAppServer(dist("app"), expiresAt)]);
    clean = { ...cloud.data };
  });
  beforeEach(() => {
    Object.assign(cloud.data, clean);
    cloud.changes = [];
  });
  afterAll(async () => {
    await browser?.close();
    await cloud?.close();
  });

  async function open(look: Look, path: string) {
    const opened = await openWindow(browser, look, cloud.url);
    await opened.page.clock.setFixedTime(new Date(appNow));
    await watchShifts(opened.page);
    await opened.page.goto(`${cloud.url}${path}`);
    await opened.page.locator("h1").waitFor();
    await ready(opened.page);
    return opened;
  }

  it("signs in, and says plainly when the password is wrong", async () => {
    cloud.data.signedIn = false;
    const { context, page } = await open(desk, "/sites");
    await page.getByLabel("E-mail").fill("a@b.c");
    await page.getByLabel("Password").fill("wrong horse");
    await page.getByRole("button", { name: "Sign in" }).click();
    expect(await page.getByRole("alert").innerText()).toContain("do not match");
    await page.getByLabel("Password").fill("correct horse");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("link", { name: /Lindenhof garage/ }).click();
    await page.getByText("Hub garage-pi is connected").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Find a charger" }).waitFor();
    await context.close();
  });

  it("makes a site and goes on to pairing; the page notices the new hub by itself", async () => {
    cloud.data.board = { hub: null, chargePoints: [] };
    const { context, page, complaints } = await open(desk, "/sites/new");
    await page.getByLabel("Name of the site").fill("Lindenhof garage");
    await page.getByLabel("Who may start").selectOption("accessKey");
    await page.getByRole("button", { name: "Create site" }).click();
    await page.getByText("7KQ-MZD-3WB", { exact: true }).waitFor();
    expect(cloud.changes[0]).toEqual({
      what: "POST /v1/sites",
      body: { name: "Lindenhof garage", timeZone: "Europe/Berlin", currency: "EUR", startPolicy: "accessKey" },
    });
    await page.getByText("Valid for 15:00").waitFor();
    cloud.send({ kind: "change", hub: board.hub, chargePoints: [], removed: [] });
    await page.getByText("The hub garage-pi is paired").waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("follows the chargers live, and moves no tile under the pointer", async () => {
    const { context, page } = await open(desk, at(""));
    const names = () => page.locator(".tile h2").allInnerTexts();
    expect(await names()).toEqual(["Street side", "CP4", "Carport left", "Carport right", "Street side"]);
    const [, free] = board.chargePoints as [unknown, (typeof board.chargePoints)[number]];
    const [connector] = free.connectors as [(typeof free.connectors)[number]];
    const faulted = { ...free, connectors: [{ ...connector, status: "Faulted" as const, errorCode: "OverVoltage" }] };
    await page.locator(".tile").first().hover();
    cloud.send({ kind: "change", chargePoints: [faulted], removed: [] });
    await page.getByText("Voltage too high").waitFor();
    expect((await names())[3]).toBe("Carport right");
    await page.mouse.move(640, 5);
    cloud.send({ kind: "change", hub: { ...board.hub!, online: false }, chargePoints: [], removed: [] });
    await page.getByText("The hub cannot be reached").waitFor();
    expect((await names())[0]).toBe("Carport right");
    await context.close();
  });

  it("opens a session from the list, and stops one that runs", async () => {
    cloud.data.sessions = [ownerSession(0, { endedAt: null, meterStop: null, reason: null, receiptNumber: null })];
    const { context, page } = await open(desk, at("/sessions"));
    await page.getByRole("link", { name: /21 Nov 2026/ }).click();
    await page.getByRole("button", { name: "Stop this charge" }).click();
    await page.getByText("The hub has been told to stop it").waitFor();
    expect(cloud.changes.at(-1)?.body).toEqual({ command: { name: "stopSession", sessionId: ownerSession(0).id } });
    await context.close();
  });

  it("prices an example while a tariff is typed, shows errors at the field, and saves it", async () => {
    const { context, page } = await open(desk, at("/tariffs/new"));
    await page.getByLabel("Price per kWh").fill("0,4x");
    await page.getByText("Enter a number such as 0.45.").waitFor();
    await page.getByLabel("Price per kWh").fill("0,40");
    await page.getByText("\u20ac10.00", { exact: true }).last().waitFor();
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Please fill this in.").waitFor();
    await page.getByLabel("Short name").fill("winter");
    await page.getByRole("button", { name: "Save" }).click();
    await page.waitForURL(`${cloud.url}${at("/tariffs")}`);
    expect(cloud.changes.at(-1)).toMatchObject({
      what: `PUT ${"/v1"}${at("/tariffs/winter")}`,
      body: { id: "winter", currency: "EUR" },
    });
    await context.close();
  });

  it("changes the settings of a site", async () => {
    const { context, page } = await open(desk, at("/settings"));
    await page.getByLabel("Name or company").fill("Linden Ltd");
    await page.getByLabel("Price", { exact: true }).selectOption("night");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Saved", { exact: true }).waitFor();
    expect(cloud.changes.at(-1)?.body).toMatchObject({
      defaultTariffId: "night",
      timeZone: "Europe/Berlin",
      seller: { name: "Linden Ltd", vatNumber: "DE123456789" },
    });
    await context.close();
  });

  it("books from the search to the pass: the hold, its price and terms, a PIN, and the code", async () => {
    cloud.data.taken = true;
    const { context, page, complaints } = await open(desk, "/");
    await page.getByRole("link", { name: /Lindenhof garage/ }).click();
    await page.getByRole("link", { name: "Book a time" }).click();
    const first = page.getByRole("button", { name: "18:00, free" });
    await first.click();
    await page.getByText("Somebody was faster. The nearest free start is").waitFor();
    await first.focus();
    await page.keyboard.press("End");
    await page.waitForFunction(() => document.activeElement?.textContent === "23:45");
    await page.keyboard.press("Home");
    await page.waitForFunction(() => document.activeElement?.textContent === "14:00");
    await first.click();
    await page.getByText("Cancel free of charge until 21 Nov 2026, 17:00.").waitFor();
    await page.getByText("Held for you: 05:00 left").waitFor();
    await page.getByText("Protect it with a PIN").click();
    await page.getByRole("button", { name: "Book now for \u20ac4.00" }).click();
    await page.getByText("402 917").waitFor();
    // A hold that was confirmed is not given back.
    expect(cloud.changes.at(-1)).toMatchObject({ body: { holdId: "0198f3a0-0000-7000-8000-0000000000cc", pin: true } });
    await page.getByText("Your pass as a code").click();
    await page.getByRole("img", { name: "Your pass as a code" }).waitFor();
    await page.getByRole("button", { name: "Cancel the booking" }).click();
    await page.getByText("You get \u20ac4.00 back.").waitFor();
    await page.getByRole("button", { name: "Yes, cancel it" }).click();
    await page.getByText("It is cancelled as soon as the site has heard of it.").waitFor();
    expect(complaints.filter((each) => !each.includes("409"))).toEqual([]);
    await context.close();
  });

  it("finds by city, filters into the address, and shows the same places on the map", async () => {
    const { context, page, complaints } = await open(desk, "/");
    await page.getByLabel("City or coordinates").fill("Nowhere-sur-Mer");
    await page.getByRole("button", { name: "Search" }).click();
    await page.getByText("This place is not known here").waitFor();
    await page.getByLabel("City or coordinates").fill("munch");
    await page.keyboard.press("Enter");
    await page.waitForURL(/lat=48.14&lng=11.58/);
    await page.getByText("Filters").click();
    await page.getByLabel("CCS").check({ force: true });
    await page.waitForURL(/types=IEC_62196_T2_COMBO/);
    await page.goto(`${cloud.url}/?lat=52.52&lng=13.4&view=map`);
    // Pins lie over each other: the keyboard reaches each.
    await page.getByRole("button", { name: /Lindenhof garage/ }).focus();
    await page.keyboard.press("Enter");
    await page.waitForURL(`${cloud.url}/places/${siteId}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows somebody in New York the clock of a site in Berlin, also in the night that has an hour twice", async () => {
    const { context, page, complaints } = await openWindow(browser, desk, cloud.url, {
      timezoneId: "America/New_York",
    });
    await page.clock.setFixedTime(new Date("2026-10-24T10:00:00.000Z"));
    await page.goto(`${cloud.url}/places/${siteId}/book`);
    await ready(page);
    await page.getByText("Times are those of the place (CEST).").waitFor();
    await page.getByRole("radio", { name: /25 Oct/ }).click();
    for (const name of [
      "01:45, the site is asked first",
      "02:00 CEST, free",
      "02:00 CET, free",
      "02:45 CET, free",
      "03:00, free",
    ]) {
      await page.getByRole("button", { name }).waitFor();
    }
    expect(await page.getByRole("button", { name: /^02:/ }).count()).toBe(8);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("puts the focus on the heading of each new page, and skips to the content", async () => {
    const { context, page } = await open(desk, "/sites");
    await page.getByRole("link", { name: "New site" }).click();
    await page.getByRole("heading", { name: "New site" }).waitFor();
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    await page.reload();
    await page.locator("h1").waitFor();
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("skip");
    await context.close();
  });

  it("changes its language and keeps it", async () => {
    const { context, page } = await open(desk, "/sites");
    await page.getByLabel("Language").selectOption("de");
    await page.getByRole("heading", { name: "Standorte" }).waitFor();
    await page.reload();
    await page.getByRole("heading", { name: "Standorte" }).waitFor();
    await context.close();
  });

  it("fills the wallet on the payment service's page, and asks no other host before that tap", async () => {
    const { context, page, complaints } = await open(desk, "/payments");
    // The page of the payment service, which sends back whoever has paid.
    await page.route("https://checkout.stripe.com/**", (route) =>
      route.fulfill({
        contentType: "text/html",
        body: `<!doctype html><title>Pay</title><a href="${cloud.url}/payments?payment=paid">Pay now</a>`,
      }),
    );
    await page.getByLabel("Amount").selectOption("5000");
    expect(complaints).toEqual([]);
    await page.getByRole("button", { name: "Top up" }).click();
    await page.getByRole("link", { name: "Pay now" }).click();
    await page.getByText("\u20ac50.00 are in your wallet.").waitFor();
    expect(cloud.changes).toEqual([{ what: "POST /v1/me/wallet/top-ups", body: { amount: 5000, currency: "EUR" } }]);
    expect(complaints).toEqual(["a request to https://checkout.stripe.com/c/pay/cs_1"]);
    // Whoever comes back without having paid drops it, or goes on.
    await page.goto(`${cloud.url}/payments?payment=left&stopped`);
    await page.getByText("Nothing has been taken.").waitFor();
    expect(await page.getByRole("link", { name: "Go on paying" }).getAttribute("href")).toContain(
      "checkout.stripe.com",
    );
    await context.close();
  });
});
