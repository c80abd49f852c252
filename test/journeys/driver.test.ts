import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "../../shared/testing/until";
import { describeInChromium, launchChromium, patience } from "../browser/chromium";
import { stopEverything } from "../support/programs";
import { booksOf, TestSite } from "../support/site";

/**
 * The whole way in a real browser over real programs: a car is plugged in at the bench, started on the hub's page, watched, stopped,
 * paid for by receipt, and found by the owner in the cloud with the same kWh, cost and times.
 */
describeInChromium("a driver at the charger, an owner at home", () => {
  const site = new TestSite();
  let browser: Browser;
  let phone: Page;
  const complaints: string[] = [];
  let shareLink = "";

  beforeAll(async () => {
    browser = await launchChromium();
    await site.start();
  });
  afterAll(async () => {
    await browser?.close();
    await site.end();
    await stopEverything();
  });

  function listen(page: Page, ownUrls: string[]): void {
    page.on("console", (message) => {
      if (message.type() === "error") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("request", (request) => {
      if (!ownUrls.some((url) => request.url().startsWith(url)) && !request.url().startsWith("data:"))
        complaints.push(request.url());
    });
  }

  const figure = async (label: string) =>
    (await phone.locator("dt", { hasText: label }).locator("xpath=following-sibling::dd[1]").innerText()).trim();

  it("plugs in, starts, sees three rising readings, stops and holds a receipt", async () => {
    const bench = await browser.newPage();
    await bench.goto(site.benchUrl);
    await bench.getByRole("button", { name: "Plug car in" }).first().click();
    await until("the hub sees the car", async () => (await site.status("CP1")) === "Preparing");

    const context = await browser.newContext({
      viewport: { width: 360, height: 760 },
      locale: "en-GB",
      timezoneId: "Europe/Berlin",
    });
    context.setDefaultTimeout(patience);
    phone = await context.newPage();
    listen(phone, [site.hubUrl]);
    await phone.goto(`${site.hubUrl}/c/CP1/1`);
    await phone.getByRole("button", { name: "Start charging" }).click();
    await phone.getByRole("button", { name: "Stop charging" }).waitFor();

    const energies: number[] = [];
    const costs: number[] = [];
    await until("three rising readings on the page", async () => {
      const energy = Number.parseFloat(await figure("Charged so far"));
      if (energy > (energies.at(-1) ?? 0)) {
        energies.push(energy);
        costs.push(Number.parseFloat((await figure("Cost so far")).replace(/[^\d.]/g, "")));
      }
      return energies.length >= 3;
    });
    expect(costs.at(-1)).toBeGreaterThan(0);
    expect(costs).toEqual(costs.toSorted((a, b) => a - b));

    await phone.getByRole("button", { name: "Stop charging" }).click();
    await phone.getByText("You can unplug now").waitFor();
    await phone.getByRole("link", { name: "Show receipt" }).click();
    await phone.getByText(/Receipt no\. R-\d+/).waitFor();
    const [session] = await site.hubSessions();
    const receipt = await phone.locator("main").innerText();
    expect(receipt).toContain((session!.energyWh / 1000).toFixed(2));
    expect(receipt).toContain((session!.cost.amount / 100).toFixed(2));
    await phone.reload();
    await phone.getByText(/Receipt no\. R-\d+/).waitFor();
    await context.close();
  });

  it("the owner signs in and finds the same session in the cloud, to the unit", async () => {
    const [session] = await site.hubSessions();
    const there = await until("the session is in the cloud", async () => {
      const found = (await site.cloudSessions()).find((each) => each.id === session!.id);
      return found?.endedAt ? found : undefined;
    });
    expect(booksOf(there)).toEqual(booksOf(session!));

    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    listen(page, [site.cloudUrl]);
    await page.goto(`${site.cloudUrl}/sites`);
    await page.getByLabel(/e-mail/i).fill(site.demo.email);
    await page.getByLabel("Password").fill(site.demo.password);
    await page.getByRole("button", { name: /sign in/i }).click();
    await page.getByText("Demo garage").first().click();
    await page.getByText("CP1").first().waitFor();
    await page
      .getByRole("link", { name: /sessions/i })
      .first()
      .click();
    await page
      .getByText(`${(session!.energyWh / 1000).toFixed(2)}`)
      .first()
      .waitFor();
    await site.listPrivately();
    await page.goto(`${site.cloudUrl}/sites/${site.siteId}/listing`);
    await page.getByLabel("For whom").fill("Neighbours");
    await page.getByRole("button", { name: "Make a link" }).click();
    shareLink = await page.locator("pre", { hasText: "share=" }).innerText();
    await context.close();
  });

  it("a stranger opens the share link, makes an account, joins, and books; the token goes to nobody else", async () => {
    const context = await browser.newContext({ viewport: { width: 360, height: 760 }, locale: "en-GB" });
    context.setDefaultTimeout(patience);
    const page = await context.newPage();
    listen(page, [site.cloudUrl]);
    const token = new URL(shareLink).searchParams.get("share") as string;
    const referers: string[] = [];
    page.on("request", (request) => {
      if (request.url().includes("/v1/")) referers.push(request.headers()["referer"] ?? "");
    });
    await page.goto(shareLink);
    await page.getByText("You were sent a link to this place").waitFor();
    expect(page.url()).toBe(`${site.cloudUrl}/places/${site.siteId}`);
    // Loaded anew it is still there, though its address says nothing of it.
    await page.reload();
    await page.locator("main").getByRole("link", { name: "Sign in" }).click();
    await page.getByRole("link", { name: /no account/i }).click();
    await page.getByLabel("Name", { exact: true }).fill("Noa Neighbour");
    await page.getByLabel(/e-mail/i).fill("noa@street.example");
    await page.getByLabel("Password").fill("a long password of Noa's");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("button", { name: "Join" }).click();
    await page.getByText("You are in.").waitFor();
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(token);
    await page.goto(`${site.cloudUrl}/?view=mine`);
    await page.getByRole("link", { name: /Demo garage/ }).click();
    await page.getByRole("link", { name: "Book a time" }).click();
    // Tomorrow, since today may be all but over.
    await page.getByRole("radio").nth(1).click();
    await page
      .getByRole("button", { name: /, free$/ })
      .first()
      .click();
    await page.getByRole("button", { name: /^Book now/ }).click();
    await page.getByText("At the charger").first().waitFor();
    expect(referers.length).toBeGreaterThan(5);
    expect(referers.filter((each) => each.includes(token))).toEqual([]);
    await context.close();
  });

  it("nothing complained, and no other host was asked", () => {
    expect(complaints.filter((each) => !each.includes("favicon"))).toEqual([]);
  });
});
