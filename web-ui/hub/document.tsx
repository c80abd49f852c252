import renderToString from "preact-render-to-string";
import type { Boot } from "./state";
import { initialState } from "./state";
import { Page, titleOf } from "./page";
import { markOf, phaseOf } from "./model";
import type { PageActions } from "./state";
import { receiptEn } from "./texts-en";
import { markKeys } from "./parts/bits";
import { Header } from "./parts/header";
import { ReceiptPage } from "./parts/receipt";

/** Addresses of the built files, and the styles that go into the page itself, since one round trip less is 0.4 s on a slow line. */
interface Assets {
  script: string;
  receiptScript: string;
  icon: string;
  css: string;
  receiptCss: string;
}

const noActions: PageActions = { start() {}, stop() {}, unlock() {}, compensate() {}, copyLink() {} };

/** The complete HTML document of the hub's page: everything that matters is in it before any script. */
export function documentOf(boot: Boot, nonce: string, assets: Assets): string {
  const state = initialState(boot);
  const isReceipt = state.route.page === "receipt";
  const body = renderToString(
    isReceipt ? (
      <>
        <Header state={state} />
        <ReceiptPage state={state} />
      </>
    ) : (
      <Page state={state} actions={noActions} />
    ),
  );
  const [script, css] = isReceipt
    ? [assets.receiptScript, assets.css + assets.receiptCss]
    : [assets.script, assets.css];
  const head = [
    `<meta charset="utf-8">`,
    `<meta name="viewport" content="width=device-width,initial-scale=1">`,
    `<meta name="color-scheme" content="light dark">`,
    `<meta name="referrer" content="same-origin">`,
    `<title>${escapeText(pageTitle(boot))}</title>`,
    `<link rel="icon" href="${assets.icon}">`,
    `<style nonce="${escapeText(nonce)}">${css}</style>`,
    `<script type="module" nonce="${escapeText(nonce)}" src="${script}"></script>`,
  ].join("");
  return (
    `<!doctype html><html lang="${boot.lang}"><head>${head}</head>` +
    `<body><div id="app">${body}</div>${isReceipt ? "" : dataFor(boot)}</body></html>`
  );
}

/** What the page's script begins with. A receipt's texts are never its business, so they stay at the hub. */
function dataFor(boot: Boot): string {
  const texts = Object.fromEntries(Object.entries(boot.texts).filter(([key]) => !Object.hasOwn(receiptEn, key)));
  const data = JSON.stringify({ ...boot, texts }).replaceAll("<", "\\u003c");
  return `<script type="application/json" id="boot">${data}</script>`;
}

/** What the tab is called: the charger and its state first, since a tab shows only the beginning. */
export function pageTitle(boot: Boot): string {
  const { words, route, mine } = initialState(boot);
  const { site, connector } = boot.view;
  if (route.page === "receipt") return `${words.t("receipt")} - ${site.name}`;
  if (!connector) return `${words.t("chargers")} - ${site.name}`;
  const { title } = titleOf(phaseOf(connector, site.startPolicy, mine.value), words);
  return `${connector.name}: ${title || words.t(markKeys[markOf(connector)])} - ${site.name}`;
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
