import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { stopEverything, until } from "../support/programs";
import { TestSite } from "../support/site";
import { launchChromium } from "./chromium";

/**
 * `npm run screenshots`: every screen over real programs, on a phone and on a desk, light and dark, in both languages, into screenshots/. The README's
 * picture is `hub-charging-en-light-360.png`, copied to docs/hub-page.png.
 */

const root = join(import.meta.dirname, "../..");
const folder = join(root, "screenshots");
const sizes = [
  { width: 360, height: 780 },
  { width: 1280, height: 800 },
];
const secret = "a-secret-of-the-screenshots-only";

const site = new TestSite();
const browser = await launchChromium();
try {
  await mkdir(folder, { recursive: true });
  await site.start();
  await shoot("hub-list", `${site.hubUrl}/`);
  await shoot("hub-free", `${site.hubUrl}/c/CP1/1`);
  await site.bench("CP1", "plug");
  await until("the hub sees the car", async () => (await site.status("CP1")) === "Preparing");
  await shoot("hub-plugged-in", `${site.hubUrl}/c/CP1/1`);
  const { requestId } = await site.asDriver<{ requestId: string }>("/api/start", {
    cpId: "CP1",
    connectorId: 1,
    secret,
  });
  const running = await until("a car charges", async () =>
    (await site.hubSessions()).find((each) => each.energyWh > 20),
  );
  await shoot("hub-charging", `${site.hubUrl}/c/CP1/1#${secret}.${requestId}`, 4000);
  await shootCloud();
  await site.asDriver("/api/stop", { sessionId: running.id, secret });
  await site.ended(running.id);
  await shoot("hub-ended", `${site.hubUrl}/c/CP1/1#${secret}.${requestId}`);
  await shoot("hub-receipt", `${site.hubUrl}/s/${running.id}#${secret}`);
  console.log(`The screens are in ${folder}`);
} finally {
  await browser.close();
  await site.end();
  await stopEverything();
}

/** One address in every size, theme and language. */
async function shoot(name: string, url: string, settleMs = 600, storage?: string): Promise<void> {
  for (const locale of ["en-GB", "de-DE"]) {
    for (const colorScheme of ["light", "dark"] as const) {
      for (const viewport of sizes) {
        const context = await browser.newContext({
          ...{ viewport, colorScheme, locale, timezoneId: "Europe/Berlin", reducedMotion: "reduce" },
          ...(storage === undefined ? {} : { storageState: storage }),
        });
        const page = await context.newPage();
        await page.goto(url, { waitUntil: "load" });
        await page.waitForTimeout(settleMs);
        await page.screenshot({
          path: join(folder, `${name}-${locale.slice(0, 2)}-${colorScheme}-${viewport.width}.png`),
        });
        await context.close();
      }
    }
  }
}

async function shootCloud(): Promise<void> {
  await shoot("cloud-sign-in", `${site.cloudUrl}/sites`);
  const storage = join(folder, ".signed-in.json");
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${site.cloudUrl}/sites`);
  await page.getByLabel(/e-mail/i).fill(site.demo.email);
  await page.getByLabel("Password").fill(site.demo.password);
  await page.getByRole("button", { name: /sign in/i }).click();
  await page.getByText("Demo garage").first().waitFor();
  await context.storageState({ path: storage });
  await page.getByText("Demo garage").first().click();
  await page.getByText("CP1").first().waitFor();
  const board = page.url();
  await context.close();
  for (const [name, path] of [
    ["cloud-find", "/"],
    ["cloud-charging", "/charging"],
    ["cloud-vehicles", "/vehicles"],
    ["cloud-bills", "/bills"],
    ["cloud-sites", "/sites"],
    ["cloud-board", board.slice(site.cloudUrl.length)],
    ["cloud-sessions", `${board.slice(site.cloudUrl.length)}/sessions`],
    ["cloud-prices", `${board.slice(site.cloudUrl.length)}/tariffs`],
    ["cloud-settings", `${board.slice(site.cloudUrl.length)}/settings`],
  ] as const) {
    await shoot(name, site.cloudUrl + path, 1200, storage);
  }
  await rm(storage);
}
