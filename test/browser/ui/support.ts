import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { expect } from "vitest";
import { patience } from "../chromium";

/** What every browser test of the pages looks for. */

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export interface Look {
  width: 320 | 360 | 1280;
  theme: "light" | "dark";
  lang: "en" | "de";
}

export interface Window {
  context: BrowserContext;
  page: Page;
  /** Console errors, exceptions and requests to other hosts. */
  complaints: string[];
}

/** A fresh browser window that writes down every complaint. */
export async function openWindow(
  browser: Browser,
  { width, theme, lang }: Look,
  ownUrl: string,
  more: { javaScriptEnabled?: boolean; timezoneId?: string; serviceWorkers?: "allow" } = {},
): Promise<Window> {
  const context = await browser.newContext({
    viewport: { width, height: width < 500 ? 740 : 800 },
    colorScheme: theme,
    locale: lang === "de" ? "de-DE" : "en-GB",
    timezoneId: "Europe/Berlin",
    reducedMotion: "reduce",
    // Pages are looked at as they are built; what is kept for later is a test of its own (offline.test.ts).
    serviceWorkers: "block",
    ...more,
  });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const blocked = message.text().startsWith("Service Worker registration blocked");
    if ((message.type() === "error" || message.type() === "warning") && !blocked) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!request.url().startsWith(ownUrl)) complaints.push(`a request to ${request.url()}`);
  });
  return { context, page, complaints };
}

/** How long what follows the page's width may take on a slow machine. */
const FOLLOWS_MS = 30_000;

interface Finding {
  id: string;
  nodes: { html: string; failureSummary?: string }[];
}

/** The rules of axe-core whose outcome hangs on colours and on what fits where, rather than on what the page is made of. */
export const rulesOfLooks = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"];

/** What axe-core finds wrong on the page, readable; by `rules` alone where they are given. */
export async function axeFindings(page: Page, rules?: string[]): Promise<string[]> {
  // Through the debugging protocol, which the page's Content-Security-Policy does not concern. Once a document: it is half a megabyte to read.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axe);
  const findings = await page.evaluate(async (runOnly) => {
    const { axe } = globalThis as unknown as { axe: { run: (options: unknown) => Promise<{ violations: Finding[] }> } };
    // `preload` is for style sheets of other hosts and for videos, of which there are none.
    return (await axe.run({ resultTypes: ["violations"], preload: false, ...(runOnly && { runOnly }) })).violations;
  }, rules);
  return findings.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
  );
}

/** Whether the page can be scrolled sideways, which nobody should have to. What is drawn to a width, such as a chart, follows a new one some frames later. */
export async function expectNoSideways(page: Page): Promise<void> {
  await page
    .waitForFunction(() => document.documentElement.scrollWidth <= window.innerWidth, undefined, {
      timeout: FOLLOWS_MS,
    })
    .catch(() => undefined);
  const tooWide = await page.evaluate(() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > window.innerWidth)
      .map((element) => element.outerHTML.slice(0, 120));
  });
  expect(tooWide).toEqual([]);
}

/** Elements to press that are lower or narrower than 24 px (WCAG 2.2 AA), and buttons below our own 48 px. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, textarea")]
      .filter((element) => !element.closest(".skip, noscript"))
      .flatMap((element) => {
        const { width, height } = element.getBoundingClientRect();
        const least = element.matches("td a, th a, p a") ? 24 : 48;
        return height > 0 && (height < least || width < 24)
          ? [`${element.outerHTML.slice(0, 80)}: ${width} x ${height}`]
          : [];
      }),
  );
}

/** Starts to add up layout shifts; called before the page is opened. Judged by `expectNoJump`. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: { value: number; what: string[] }[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as Shift[]) {
        const what = entry.sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 80) : "text"));
        if (!entry.hadRecentInput) shifts.push({ value: entry.value, what });
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

type Shift = PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] };

/** Fails where what is seen has moved by more than the budget of 0.05 (web.dev, Cumulative Layout Shift), and says what moved. */
export async function expectNoJump(page: Page): Promise<void> {
  const shifts = await page.evaluate(
    () => (globalThis as unknown as { shifts: { value: number; what: string[] }[] }).shifts,
  );
  const sum = shifts.reduce((total, { value }) => total + value, 0);
  expect(sum, JSON.stringify(shifts, null, 1)).toBeLessThanOrEqual(0.05);
}

/** Until nothing is a skeleton any more. */
export async function ready(page: Page): Promise<void> {
  await page.waitForFunction(
    () => document.querySelector("h1")?.textContent?.trim() && !document.querySelector(".skeleton"),
  );
  // A map comes in a file of its own, its land in another, and its pins with the places.
  if (new URL(page.url()).searchParams.get("view") === "map") {
    for (const part of [".map .land", ".map .pin"]) await page.locator(part).first().waitFor({ state: "attached" });
  }
}

/** Puts nothing but these items into the storage of the page that is open. */
export async function storeItems(page: Page, items: Record<string, unknown>): Promise<void> {
  await page.evaluate((kept) => {
    localStorage.clear();
    for (const [key, value] of Object.entries(kept)) localStorage.setItem(key, JSON.stringify(value));
  }, items);
}
