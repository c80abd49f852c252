import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { describe, it } from "vitest";

/** Where Chromium or Chrome is usually found; `CHROMIUM` names another place. */
const places = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/** Path of the browser that tests run in; null where this machine has none. */
export const chromiumPath = places.find((place) => place !== undefined && existsSync(place)) ?? null;

/** How long a page on a slow machine may take before the test has failed, in milliseconds. */
export const patience = 120_000;

/** A headless browser that talks to nobody of its own accord; `more` switches for what only one test needs. */
export async function launchChromium(more: string[] = []): Promise<Browser> {
  if (chromiumPath === null) throw new Error("No Chromium found. Install it, or name it in CHROMIUM.");
  return chromium.launch({
    executablePath: chromiumPath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

/**
 * A describe() for tests that need a browser. Without one they are skipped, which is said loudly; where `CI` is set that is a failure, so
 * that nobody ships pages that no browser has seen.
 */
export function describeInChromium(name: string, suite: () => void): void {
  if (chromiumPath !== null) {
    describe(name, suite);
    return;
  }
  if (process.env["CI"]) {
    describe(name, () => {
      it("needs Chromium", () => {
        throw new Error("CI is set and no Chromium was found. Install it, or name it in CHROMIUM.");
      });
    });
    return;
  }
  console.warn(`SKIPPED, since this machine has no Chromium: ${name}`);
  describe.skip(name, suite);
}
