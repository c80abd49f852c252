import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchChromium } from "./chromium";
import { groups, lookWith } from "./screens";
import { openWindow } from "./ui/support";
import type { Look } from "./ui/support";

/**
 * `npm run screenshots`: every screen on a phone and on a desk, light and dark, in both languages, into screenshots/. With names after it, only those screens whose
 * name contains one of them. The README's pictures are copies in docs/: hub-page.png of
 * `hub-live-en-light-360.png`, booking.png of `cloud-book-en-light-360.png`, board.png and load.png of `cloud-board-` and `hub-admin-load-en-light-1280.png`.
 */

const root = join(import.meta.dirname, "../..");
const folder = join(root, "screenshots");
const wanted = process.argv.slice(2);

const { buildWeb } = (await import(pathToFileURL(join(root, "scripts/lib/build-web.mjs")).href)) as {
  buildWeb: () => Promise<void>;
};
await buildWeb();
if (wanted.length === 0) await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const browser = await launchChromium();
try {
  for (const group of groups) {
    for (const lang of ["en", "de"] as const) await shoot(group, lang);
    console.log(`${group.name}: ${group.names.length} screens`);
  }
  console.log(`They are in ${folder}`);
} finally {
  await browser.close();
}

async function shoot(group: (typeof groups)[number], lang: Look["lang"]): Promise<void> {
  const server = await group.start(join(root, "dist/web"));
  const { context, page } = await openWindow(browser, { width: 360, theme: "light", lang }, server.url);
  await group.prepare(page);
  for (const { name, show } of server.screens) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    await lookWith(page, { width: 360, theme: "light" });
    await show(page, lang);
    for (const width of [360, 1280] as const) {
      for (const theme of ["light", "dark"] as const) {
        await lookWith(page, { width, theme });
        // A map draws what has come into view a moment later.
        if ((await page.locator(".map").count()) > 0) await page.waitForTimeout(500);
        await page.screenshot({ path: join(folder, `${name}-${lang}-${theme}-${width}.png`) });
      }
    }
  }
  await context.close();
  await server.close();
}
