import { describe, expect, it } from "vitest";
import { langs } from "../common/translate";
import { hubScenes } from "../testing/hub-scenes";
import { connector, hubNow, receipt, secret, session, view } from "../testing/views";
import { bootOf } from "./boot";
import { documentOf, pageTitle } from "./document";
import { renderPage } from "./render";

const assets = {
  script: "/assets/hub.js",
  receiptScript: "/assets/receipt.js",
  icon: "/assets/icon.svg",
  css: "p{}",
  receiptCss: "@page{}",
};
/** The page without the data for its script. */
const bodyOf = (page: string) => page.slice(0, page.indexOf('<script type="application/json"'));
const html = (shown: Parameters<typeof bootOf>[0], more: Partial<Parameters<typeof bootOf>[1]> = {}) =>
  documentOf(bootOf(shown, { lang: "en", path: "/c/CP1/1", secret, ...more }), "n0nce", assets);

describe.each(langs)("the first HTML in %s", (lang) => {
  it.each(hubScenes)("$name: complete, and without an empty word", ({ view: shown, path, own }) => {
    const page = html(shown, {
      lang,
      path,
      requestId: own ? "r1" : null,
      receipt: own && path.startsWith("/s/") ? receipt() : undefined,
    });
    expect(page).toMatch(new RegExp(`^<!doctype html><html lang="${lang}">`));
    const body = bodyOf(page);
    expect(body).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
    if (shown.connector) expect(body).toContain(shown.connector.name);
  });
});

it("has name, state, price and the start as a plain form before any script", () => {
  const page = html(view(connector(), { startPolicy: "accessKey" }));
  expect(page).toContain("<title>Carport left: Ready to charge - Lindenhof garage</title>");
  expect(page).toContain("\u20ac0.45 per kWh");
  expect(page).toContain('method="post" action="/c/CP1/1/start"');
  expect(page).toContain(`name="secret" value="${secret}"`);
  expect(page).toContain('name="accessKey"');
});

it("has the stop as a plain form for the one who started", () => {
  const live = view(connector({ status: "Charging", session: session() }));
  expect(html(live, { requestId: "r1" })).toContain(`name="sessionId" value="${session().id}"`);
  expect(html(live)).not.toContain("/stop");
});

it("carries its data so that no text can end it, and nonces on style and script", () => {
  const page = html(view(connector({ name: '</script><script>alert("1")</script>' })), {});
  expect(page).not.toContain("<script>alert");
  expect(page).toContain('<style nonce="n0nce">p{}</style>');
  expect(page).toContain('<script type="module" nonce="n0nce" src="/assets/hub.js">');
  const data = /id="boot">(.*?)<\/script>/.exec(page)?.[1] as string;
  expect(JSON.parse(data)).toMatchObject({ path: "/c/CP1/1", lang: "en", price: { headline: "\u20ac0.45 per kWh" } });
});

it("gives a receipt its own small script, and no page the texts of another", () => {
  const page = html(view(null), { path: "/s/1", receipt: receipt() });
  expect(page).toContain('src="/assets/receipt.js"');
  expect(page).toContain("p{}@page{}");
  expect(page).not.toContain('id="boot"');
  const data = /id="boot">(.*?)<\/script>/.exec(html(view(connector())))?.[1] as string;
  expect(Object.keys((JSON.parse(data) as { texts: object }).texts)).not.toContain("receiptNumber");
});

it("says why a receipt does not open, and what went wrong with a form that was sent without scripts", () => {
  const error = { action: "receipt" as const, code: "session_running" };
  expect(html(view(null), { path: "/s/1", error })).toContain("still running");
  const waiting = html(view(null), { path: "/s/1" });
  expect(waiting).toContain('aria-busy="true"');
  expect(waiting).toMatch(/id="locked" hidden.*id="lost" role="alert" hidden/);
  const standby = html(view(connector()), { error: { action: "start", code: "standby_only" } });
  expect(bodyOf(standby)).toContain('name="standby" value="1"');
  const details = { from: "2026-11-21T14:00:00.000Z", until: "2026-11-21T15:00:00.000Z" };
  const soon = html(view(connector()), { error: { action: "start", code: "reserved_soon", details } });
  expect(bodyOf(soon)).toContain("reserved from 15:00 to 16:00");
});

it("titles list, receipt and a connector that cannot be started", () => {
  const title = (shown: Parameters<typeof bootOf>[0], path: string) =>
    pageTitle(bootOf(shown, { lang: "en", path, secret }));
  expect(title(view(null), "/")).toBe("Chargers - Lindenhof garage");
  expect(title(view(null), "/s/1")).toBe("Receipt - Lindenhof garage");
  expect(title(view(connector({ status: "Faulted" })), "/c/CP1/1")).toBe("Carport left: Fault - Lindenhof garage");
  const ended = session({ endedAt: hubNow });
  expect(title(view(connector({ status: "Finishing", session: ended })), "/c/CP1/1")).toMatch(
    /^Carport left: You can unplug/,
  );
});

it("lists one charge point's own connectors, all where it has none, and says what to do where there is none", () => {
  expect(html(view(null), { path: "/c/CP3" })).not.toContain("/c/CP1/1");
  expect(html(view(null), { path: "/c/CP9" })).toContain("/c/CP1/1");
  expect(html(view(null, {}, { connectors: [] }), { path: "/" })).toContain("No charger is connected");
});

it("shows a receipt without seller or VAT, and a power that nobody measures", () => {
  const tariff = {
    ...receipt().tariff,
    elements: [{ price_components: [{ type: "ENERGY" as const, price: 4500, step_size: 1 }] }],
  };
  const bare = receipt({ tariff, seller: { name: "", address: "", vatNumber: "" } });
  const page = bodyOf(html(view(null), { path: "/s/1", receipt: bare }));
  expect(page).not.toContain("VAT no.");
  expect(page).toContain('<th scope="row">Total</th>');
  expect(html(view(connector({ status: "Charging", session: session({ powerW: null }) })))).toContain("not measured");
});

it("offers no other charger where there is only one, and no current that nobody knows", () => {
  const only = view(connector({ maxCurrentA: null }));
  const page = bodyOf(html({ ...only, connectors: only.connectors.slice(0, 1) }));
  expect(page).not.toContain("Choose another charger");
  expect(page).not.toContain("up to");
});

it("renders with the names that the build has put in", () => {
  Object.assign(globalThis, {
    HUB_SCRIPT: "/assets/hub-1.js",
    RECEIPT_SCRIPT: "/assets/receipt-1.js",
    HUB_ICON: "/assets/icon-1.svg",
  });
  expect(renderPage(view(null), { lang: "de", path: "/", secret, nonce: "n" })).toContain('src="/assets/hub-1.js"');
});
