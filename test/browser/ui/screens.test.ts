import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { describeInChromium, launchChromium } from "../chromium";
import { groups, looksIn, lookWith } from "../screens";
import { buildPages, dist } from "./build";
import {
  axeFindings,
  expectNoJump,
  expectNoSideways,
  openWindow,
  rulesOfLooks,
  smallTargets,
  watchShifts,
} from "./support";
import type { Window } from "./support";

/** A page is here for a second: compiling its scripts better would cost more than it brings. */
const noOptimizing = "--js-flags=--no-opt --no-maglev";

/**
 * Every screen in both languages, on a phone and on a desk, in both themes. It is loaded once for each language; theme and width change while it is shown. What it is
 * made of is judged in English on the phone and in German on the desk, colours and sizes in each look.
 */
describeInChromium("every screen", () => {
  let browser: Browser;
  beforeAll(async () => {
    await buildPages();
    browser = await launchChromium([noOptimizing]);
  });
  afterAll(() => browser?.close());

  describe.each(groups)("of $name", (group) => {
    describe.each(["en", "de"] as const)("in %s", (lang) => {
      const [first, second] = looksIn[lang];
      let server: Awaited<ReturnType<typeof group.start>>;
      let window: Window;
      beforeAll(async () => {
        server = await group.start(dist());
        window = await openWindow(browser, first, server.url);
        await watchShifts(window.page);
        await group.prepare(window.page);
      });
      afterAll(async () => {
        await window?.context.close();
        await server?.close();
      });

      it.each(group.names.map((name, index) => [name, index] as const))("%s", async (_, index) => {
        const { page, complaints } = window;
        complaints.length = 0;
        await lookWith(page, first);
        await server.screens[index]!.show(page, lang);
        expect(await page.locator("html").getAttribute("lang")).toBe(lang);
        await expectNoJump(page);
        for (const each of [first, second]) {
          await lookWith(page, each);
          expect(await axeFindings(page, each === first ? undefined : rulesOfLooks)).toEqual([]);
          expect(await smallTargets(page)).toEqual([]);
          await expectNoSideways(page);
        }
        await fitsWhenSmallAndLarge(page);
        expect(complaints).toEqual([]);
      });
    });
  });
});

/** At 320 px, and there at 200 % text as well (WCAG 2.2, 1.4.10 and 1.4.4). */
async function fitsWhenSmallAndLarge(page: Page): Promise<void> {
  await page.setViewportSize({ width: 320, height: 740 });
  await expectNoSideways(page);
  await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
  await expectNoSideways(page);
}
