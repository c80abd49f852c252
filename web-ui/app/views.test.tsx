import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import renderToString from "preact-render-to-string";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { appNow, board, complexTariff, ownerSession, simpleTariff, site } from "../testing/app-data";
import { langs } from "../common/translate";
import type { Api } from "./api";
import { tilesOf } from "./board-model";
import { AppContext } from "./context";
import type { App } from "./context";
import { BoardView } from "./parts/board-view";
import { Field } from "./parts/form";
import { ErrorBox, Show } from "./parts/load";
import { PairView, pairCommand } from "./parts/pair-view";
import { SessionTable } from "./parts/session-table";
import { SessionView } from "./parts/session-view";
import { SettingsForm } from "./parts/settings-form";
import { SiteHead } from "./parts/site-frame";
import { TariffEditor } from "./parts/tariff-editor";
import BoardPage from "./pages/board";
import NewSitePage from "./pages/new-site";
import PairPage from "./pages/pair";
import SessionPage from "./pages/session";
import SessionsPage from "./pages/sessions";
import SettingsPage from "./pages/settings";
import { SignInPage } from "./pages/sign-in";
import { SiteList, SitesPage } from "./pages/sites";
import TariffsPage, { TariffList } from "./pages/tariffs";
import { NotFoundPage } from "./parts/not-found";
import { Shell } from "./shell";
import { emptyForm, formOf } from "./tariff-form";
import { appDe } from "./texts-de";
import { errorTexts } from "./error-texts";
import { errorEn } from "./errors-en";
import { appEn } from "./texts-en";
import { ownerTexts } from "./owner/words";
import { ownerEn } from "./owner/owner-en";
import { wordsFor } from "./words";

const en = wordsFor("en", appEn);
const nowMs = Date.parse(appNow);
const never = new Promise<never>(() => {});
const api = new Proxy({}, { get: () => () => never }) as Api;
const app = (more: Partial<App> = {}): App => ({
  words: en,
  api,
  now: () => nowMs,
  user: { id: "u", email: "a@b.c", name: "Alex" },
  setUser: vi.fn(),
  setLang: vi.fn(),
  ...more,
});
errorTexts.use(errorEn);
const inApp = (node: ComponentChild, more: Partial<App> = {}, path = "/") => {
  Object.assign(globalThis, { location: new URL(`http://cloud${path}`) });
  return renderToString(
    <AppContext.Provider value={app(more)}>
      <LocationProvider>{node}</LocationProvider>
    </AppContext.Provider>,
  );
};

beforeAll(() => {
  ownerTexts.use(ownerEn);
  Object.assign(globalThis, { location: new URL("http://cloud/") });
});

describe.each(langs)("every view in %s", (lang) => {
  const words = wordsFor(lang, lang === "de" ? appDe : appEn);
  const views: [string, () => string][] = [
    ["board", () => renderToString(<BoardView {...{ site, board, words, nowMs }} tiles={tilesOf(board)} lost />)],
    ["sites", () => renderToString(<SiteList sites={[site]} words={words} />)],
    ["no sites", () => renderToString(<SiteList sites={[]} words={words} />)],
    [
      "sessions",
      () => renderToString(<SessionTable sessions={[ownerSession(0), ownerSession(2)]} site={site} words={words} />),
    ],
    [
      "session",
      () => renderToString(<SessionView session={ownerSession(2)} words={words} sent={false} onStop={vi.fn()} />),
    ],
    ["prices", () => renderToString(<TariffList site={site} tariffs={[simpleTariff, complexTariff]} words={words} />)],
    [
      "settings",
      () => renderToString(<SettingsForm site={site} tariffIds={["a"]} words={words} state="saved" onSave={vi.fn()} />),
    ],
  ];
  it.each(views)("%s has no gap in its words", (_, render) => {
    expect(render()).not.toMatch(/undefined|NaN|\[object|\{\w+\}/);
  });
});

describe("board", () => {
  const draw = (shown: typeof board) =>
    renderToString(
      <BoardView site={site} board={shown} tiles={tilesOf(shown)} words={en} nowMs={nowMs} lost={false} />,
    );
  const hub = board.hub as NonNullable<typeof board.hub>;

  it("tells a hub that is away from a charger with a fault", () => {
    expect(draw(board)).toContain("Hub garage-pi is connected");
    expect(draw(board)).toContain("Code: GroundFailure");
    expect(draw(board)).toContain("Last seen 14 minutes ago");
    const away = draw({ ...board, hub: { ...hub, online: false, lastSeenAt: "2026-11-21T12:05:12.000Z" } });
    expect(away).toContain("Last heard from 1 hour ago");
    expect(draw({ ...board, hub: { ...hub, online: false, lastSeenAt: null } })).toContain("Never heard from");
  });

  it("says what to do without a hub, and without chargers", () => {
    expect(draw({ hub: null, chargePoints: [] })).toContain(`/sites/${site.siteId}/pair`);
    expect(draw({ hub, chargePoints: [] })).toContain("no charger is registered");
  });

  it("shows a session without power, and a connector that has not told its state", () => {
    const [first] = board.chargePoints as [(typeof board.chargePoints)[number]];
    const [connector] = first.connectors as [(typeof first.connectors)[number]];
    const dumb = {
      ...connector,
      session: { ...(connector.session as NonNullable<typeof connector.session>), powerW: null },
    };
    const silent = { connectorId: 2, status: null, errorCode: "NoError", at: null, session: null };
    const gone = { ...first, cpId: "CP9", online: false, onlineChangedAt: null };
    const page = draw({ hub, chargePoints: [{ ...first, connectors: [dumb, silent] }, gone] });
    expect(page).toContain("<strong>\u2013</strong>");
    expect(page).toContain("Not reported yet");
  });
});

describe("pairing", () => {
  const code = { code: "7KQ-MZD-3WB", expiresAt: "2026-11-21T13:20:00.000Z" };
  const draw = (more: Partial<Parameters<typeof PairView>[0]>) =>
    renderToString(
      <PairView
        {...{ next: "/sites/s", code, nowMs, paired: null, replaces: false, cloudUrl: "http://cloud", words: en }}
        onNew={vi.fn()}
        onCopy={vi.fn()}
        {...more}
      />,
    );
  it("shows the code with the time it has left, then that it has expired, or who has come", () => {
    expect(draw({})).toContain("Valid for 14:48");
    expect(draw({})).not.toContain("replaces the hub");
    expect(draw({ replaces: true })).toContain("replaces the hub");
    expect(draw({ nowMs: nowMs + 3_600_000 })).toContain("This code has expired");
    expect(draw({ paired: "garage-pi" })).toContain("The hub garage-pi is paired");
    expect(pairCommand("http://cloud", "7KQ")).toContain('{"cloudUrl":"http://cloud","code":"7KQ"}');
  });
});

describe("sessions", () => {
  it("marks those that run, and those to look at", () => {
    const running = ownerSession(0, { endedAt: null, meterStop: null, reason: null, receiptNumber: null });
    const table = renderToString(<SessionTable sessions={[running, ownerSession(2)]} site={site} words={en} />);
    expect(table).toContain("Running");
    expect(table).toContain("To look at");
    expect(renderToString(<SessionTable sessions={[]} site={site} words={en} />)).toContain("No session so far");
    const view = (sent: boolean) =>
      renderToString(<SessionView session={running} words={en} sent={sent} onStop={vi.fn()} />);
    expect(view(false)).toContain("Stop this charge");
    expect(view(true)).toContain("has been told to stop");
  });

  it("says what a period was", () => {
    const [period] = ownerSession(0).periods as [ReturnType<typeof ownerSession>["periods"][number]];
    const parked = ownerSession(0, { periods: [{ ...period, charging: false, energyWh: 0 }] });
    const page = renderToString(<SessionView session={parked} words={en} sent={false} onStop={vi.fn()} />);
    expect(page).toContain("Plugged in, not charging");
  });
});

describe("prices", () => {
  const draw = (form: typeof emptyForm, lang: "en" | "de" = "en", busy = false) =>
    renderToString(
      <TariffEditor
        {...{ form, site, busy, nowMs, suggested: null }}
        words={wordsFor(lang, lang === "de" ? appDe : appEn)}
        isNew
        onSave={vi.fn()}
      />,
    );
  it("prices the example while it is typed, and names what does not fit at its field", () => {
    const form = formOf(simpleTariff) as typeof emptyForm;
    expect(draw(form)).toContain("\u20ac17.25");
    expect(draw(emptyForm)).toContain("\u20ac11.25");
    expect(draw(emptyForm)).not.toContain("Please fill this in");
    expect(draw({ ...form, energy: "x" })).toContain("Enter a number such as 0.45.");
    expect(draw({ ...form, energy: "x" }, "de")).toContain("etwa 0,45.");
    expect(draw({ ...form, id: "a b" }, "en", true)).toContain("letters, digits and dashes only");
  });
  it("says what no price means, and which one is used", () => {
    expect(renderToString(<TariffList site={site} tariffs={[]} words={en} />)).toContain("charging is free");
    expect(renderToString(<TariffList site={site} tariffs={[simpleTariff]} words={en} />)).toContain(
      "Used for this site",
    );
  });
});

describe("parts", () => {
  it("loads, fails with a way on, or shows", () => {
    const show = (loaded: Parameters<typeof Show<string>>[0]["loaded"]) =>
      renderToString(
        <Show loaded={loaded} words={en} again={vi.fn()} height="row">
          {(value: string) => <p>{value}</p>}
        </Show>,
      );
    expect(show({ state: "loading" })).toContain('aria-busy="true"');
    expect(show({ state: "there", value: "here" })).toBe("<p>here</p>");
    expect(show({ state: "failed", error: { code: "network", detail: "" } })).toContain("Try again");
    expect(renderToString(<ErrorBox error={null} words={en} />)).toBe("");
  });

  it("ties hint and error to their field", () => {
    const field = renderToString(<Field id="a" label="A" hint="h" error="e" />);
    expect(field).toContain('aria-describedby="a-hint a-error"');
    expect(renderToString(<Field id="a" label="A" />)).not.toContain("aria-");
  });

  it("keeps a zone that the browser does not list, and a site without a price", () => {
    const old = { ...site, timeZone: "Old/Zone", defaultTariffId: null };
    const form = (state: "idle" | "busy") =>
      renderToString(<SettingsForm site={old} tariffIds={[]} words={en} state={state} onSave={vi.fn()} />);
    expect(form("idle")).toContain("Old/Zone");
    expect(form("busy")).toContain("One moment");
    const head = renderToString(<SiteHead siteId="s" name={"\u00a0"} tab="board" labels={["a", "b", "c", "d"]} />);
    expect(head).toContain('aria-label="Site"');
  });
});

describe("pages", () => {
  it.each([
    ["sites", <SitesPage />],
    ["new site", <NewSitePage />],
    ["board", <BoardPage siteId="s" />],
    ["pair", <PairPage siteId="s" />],
    ["sessions", <SessionsPage siteId="s" />],
    ["session", <SessionPage siteId="s" sessionId="x" />],
    ["prices", <TariffsPage siteId="s" />],
    ["new price", <TariffsPage siteId="s" tariffId="new" />],
    ["price", <TariffsPage siteId="s" tariffId="day" />],
    ["settings", <SettingsPage siteId="s" />],
    ["nowhere", <NotFoundPage />],
  ])("%s begins with its heading", (_, page) => {
    expect(inApp(page)).toContain("<h1");
  });

  it("asks who is there first, or for a new account", () => {
    expect(inApp(<SignInPage />)).toContain("Sign in");
    expect(inApp(<SignInPage />, {}, "/sign-up")).toContain("Create account");
    expect(inApp(<Shell />, {}, "/nowhere")).toContain("Sign out");
  });
});
