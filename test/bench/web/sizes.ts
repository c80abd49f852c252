import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { renderPage as render } from "../../../web-ui/hub/render";
import { connector, receipt, secret, session, view } from "../../../web-ui/testing/views";

/** Bytes of the built pages over the wire, as a server that compresses sends them. */
export interface Sizes {
  /** The scripts of the hub's pages, all of them, though each loads one. */
  hubJs: number;
  /** With those, the icon, and the largest document of any language and state, its style within. */
  hubAll: number;
  /** The script of the hub's page for installers and owners. */
  hubAdminJs: number;
  /** The largest script of the installer's page. */
  installerChunk: number;
  /** What every page of the cloud app loads before it is drawn, one language with it. */
  appShellJs: number;
  /** The largest script of the cloud app. */
  largestChunk: number;
}

const gzip = (content: Buffer | string) => gzipSync(content).length;

/** Built files of a type with their contents. */
export function filesOf(folder: string, type: string): { name: string; content: Buffer }[] {
  return readdirSync(join(folder, "assets"))
    .filter((name) => name.endsWith(type))
    .map((name) => ({ name, content: readFileSync(join(folder, "assets", name)) }));
}

/** Measures the pages in a build's folder, `dist/web`. */
export async function sizesOf(build: string): Promise<Sizes> {
  const [hub, app] = [join(build, "hub"), join(build, "app")];
  const total = (type: string) => filesOf(hub, type).reduce((sum, { content }) => sum + gzip(content), 0);
  const hubJs = total(".js");
  const documents = (await documentsOf(hub)).map(gzip);
  const scripts = filesOf(app, ".js");
  const sizes = new Map(scripts.map(({ name, content }) => [name, gzip(content)]));
  const shell = shellOf(readFileSync(join(app, "index.html"), "utf8"), scripts);
  return {
    hubJs,
    hubAll: hubJs + total(".svg") + Math.max(...documents),
    hubAdminJs: filesOf(join(hub, "admin"), ".js").reduce((sum, { content }) => sum + gzip(content), 0),
    installerChunk: Math.max(...filesOf(join(hub, "install"), ".js").map(({ content }) => gzip(content))),
    appShellJs: shell.reduce((sum, name) => sum + (sizes.get(name) as number), 0),
    largestChunk: Math.max(...sizes.values()),
  };
}

/** The hub's page as it is served: free, charging and as a receipt, in each language. */
async function documentsOf(hub: string): Promise<string[]> {
  const { renderPage } = (await import(pathToFileURL(join(hub, "render.js")).href)) as { renderPage: typeof render };
  const live = view(connector({ status: "Charging", session: session() }));
  return (["en", "de"] as const).flatMap((lang) => {
    const options = { lang, secret, nonce: "n0nce", requestId: "r1" };
    return [
      renderPage(live, { ...options, path: "/c/CP1/1" }),
      renderPage(view(connector(), { startPolicy: "pass" }), { ...options, path: "/c/CP1/1" }),
      renderPage(view(null), { ...options, path: "/s/1", receipt: receipt() }),
    ];
  });
}

/** Names of the scripts that the app's document and they themselves load at once, with the texts of one language. */
function shellOf(html: string, scripts: { name: string; content: Buffer }[]): string[] {
  const needed = new Set<string>();
  const follow = (name: string) => {
    if (needed.has(name)) return;
    needed.add(name);
    const source = scripts.find((script) => script.name === name)?.content.toString() ?? "";
    for (const [, other] of source.matchAll(/(?:import|from)\s*"\.\/([^"]+\.js)"/g)) follow(other as string);
  };
  for (const [, name] of html.matchAll(/src="\/assets\/([^"]+\.js)"/g)) follow(name as string);
  follow(scripts.find(({ name }) => name.startsWith("texts-de"))?.name as string);
  return [...needed];
}
