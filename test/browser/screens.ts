import type { Page } from "playwright-core";
import { appNow } from "../../web-ui/testing/app-data";
import { adminScenes, appScenes, driverScenes } from "../../web-ui/testing/app-scenes";
import { startAppServer } from "../../web-ui/testing/app-server";
import { hubAdminNow } from "../../web-ui/testing/hub-admin-data";
import { hubAdminScenes, startHubAdminServer } from "../../web-ui/testing/hub-admin-server";
import { installerScenes, pretendSerial } from "../../web-ui/testing/installer-scenes";
import { hubScenes } from "../../web-ui/testing/hub-scenes";
import { startPageServer } from "../../web-ui/testing/hub-server";
import { hubNow, readings, receipt, secret, session, view } from "../../web-ui/testing/views";
import type { Look } from "./ui/support";
import { ready, storeItems } from "./ui/support";

/** Every screen of every page. A new one is a line in a list of scenes in web-ui/testing; tests and screenshots go through them all. */

/** Each language on a phone and on a desk, each theme with each language and with each width. */
export const looksIn = {
  en: [
    { width: 360, theme: "light", lang: "en" },
    { width: 1280, theme: "dark", lang: "en" },
  ],
  de: [
    { width: 1280, theme: "light", lang: "de" },
    { width: 360, theme: "dark", lang: "de" },
  ],
} as const satisfies Record<Look["lang"], [Look, Look]>;

/** Changes what a page that is open is looked at with; nothing is loaded again. */
export async function lookWith(page: Page, { width, theme }: Pick<Look, "width" | "theme">): Promise<void> {
  await page.emulateMedia({ colorScheme: theme });
  await page.setViewportSize({ width, height: width < 500 ? 740 : 800 });
}

/** A screen: its name, and how it is brought up until it is whole. */
interface Screen {
  name: string;
  show(page: Page, lang: Look["lang"]): Promise<void>;
}

/** Screens that come from one server. */
interface Group {
  name: string;
  /** Names of the screens, before any server runs. */
  names: string[];
  /** Done to a new window, once for all of its screens. */
  prepare(page: Page): Promise<unknown>;
  /** `dist` is the folder of the built pages. */
  start(dist: string): Promise<{ url: string; screens: Screen[]; close(): Promise<void> }>;
}

/** What the browser of the one who started a charge at the hub's page has kept. */
export const owns = {
  "hitchpost CP1/1": { secret, requestId: "r1" },
  "hitchpost receipts": [[session().id, secret]],
  "hitchpost curve": { id: session().id, points: readings("2026-11-21T12:18:30.000Z", 92) },
};

const hubPage: Group = {
  name: "the hub's page",
  names: hubScenes.map(({ name }) => `hub-${name}`),
  // A pass is for the hub's hour, not for the day of this test.
  prepare: (page) => page.clock.setFixedTime(new Date(hubNow)),
  async start(dist) {
    const hub = await startPageServer(`${dist}/hub`, view(null), secret);
    hub.receipt = receipt();
    const screens = hubScenes.map((scene) => ({
      name: `hub-${scene.name}`,
      async show(page: Page, lang: Look["lang"]) {
        Object.assign(hub, { view: scene.view, error: scene.error });
        await page.goto(`${hub.url}/healthz`);
        await storeItems(page, { ...(scene.own ? owns : {}), ...(scene.pass ? { "hitchpost pass": scene.pass } : {}) });
        await page.goto(`${hub.url}${scene.path}${lang === "de" ? "?lang=de" : ""}`);
        await page.locator("html[data-alive]").waitFor({ state: "attached" });
        if (scene.name === "receipt") await page.getByText("R-000042").waitFor();
      },
    }));
    return { url: hub.url, screens, close: hub.close };
  },
};

const hubAdminPage: Group = {
  name: "the hub's page for installers and owners",
  names: hubAdminScenes.map(({ name }) => name),
  prepare: (page) => page.clock.setFixedTime(new Date(hubAdminNow)),
  async start(dist) {
    const { url, close } = await startHubAdminServer(`${dist}/hub`);
    const screens = hubAdminScenes.map(({ name, path, token }) => ({
      name,
      async show(page: Page) {
        // Another address first: a change of the fragment alone would load nothing.
        await page.goto(`${url}/api/site`);
        await page.evaluate((kept) => sessionStorage.setItem("hub-admin-token", kept), token ? "right" : "");
        await page.goto(`${url}${path}`);
        await ready(page);
      },
    }));
    return { url, screens, close };
  },
};

const installerPage: Group = {
  name: "the installer's page",
  names: installerScenes.map(({ name }) => name),
  prepare: (page) => page.addInitScript({ content: pretendSerial }),
  async start(dist) {
    const { url, close } = await startHubAdminServer(`${dist}/hub`);
    const screens = installerScenes.map(({ name, kept, hasSerial, press }) => ({
      name,
      async show(page: Page, lang: Look["lang"]) {
        await page.goto(`${url}/api/site`);
        const items = {
          "hub-admin-token": "right",
          "hub-installation": JSON.stringify(kept),
          "test-serial": hasSerial ? "yes" : "no",
        };
        await page.evaluate((all) => {
          for (const [key, value] of Object.entries(all)) sessionStorage.setItem(key, value);
        }, items);
        await page.goto(`${url}/install`);
        await ready(page);
        if (!press) return;
        await page.getByRole("button", { name: press[lang] }).click();
        await page.getByRole("alert").waitFor();
      },
    }));
    return { url, screens, close };
  },
};

const appScreens = [...appScenes, ...driverScenes, ...adminScenes];
const cloudApp: Group = {
  name: "the cloud app",
  names: appScreens.map(({ name }) => `cloud-${name}`),
  prepare: (page) => page.clock.setFixedTime(new Date(appNow)),
  async start(dist) {
    const expiresAt = () => new Date(Date.parse(appNow) + 900_000).toISOString();
    const cloud = await startAppServer(`${dist}/app`, expiresAt);
    const clean = { ...cloud.data };
    const screens = appScreens.map(({ name, path, data }) => ({
      name: `cloud-${name}`,
      async show(page: Page) {
        Object.assign(cloud.data, clean, data);
        await page.goto(`${cloud.url}${path}`);
        await ready(page);
      },
    }));
    return { url: cloud.url, screens, close: cloud.close };
  },
};

export const groups = [hubPage, hubAdminPage, installerPage, cloudApp];
