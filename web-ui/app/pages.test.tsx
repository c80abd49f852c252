import { render } from "preact";
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { eventually } from "../../shared/testing/eventually";
import { appNow, board, complexTariff, ownerSession, simpleTariff, site, siteId } from "../testing/app-data";
import { installMiniDom, valueOf } from "../testing/mini-dom";
import type { Answer, Api } from "./api";
import { AppContext } from "./context";
import type { App } from "./context";
import BoardPage from "./pages/board";
import NewSitePage from "./pages/new-site";
import PairPage from "./pages/pair";
import SessionPage from "./pages/session";
import SessionsPage from "./pages/sessions";
import SettingsPage from "./pages/settings";
import { SignInPage } from "./pages/sign-in";
import { SitesPage } from "./pages/sites";
import TariffsPage from "./pages/tariffs";
import { ownerEn } from "./owner/owner-en";
import { useOwnerTexts } from "./owner/words";
import { Shell } from "./shell";
import { appEn } from "./texts-en";
import type { BoardMessage } from "./types";
import { wordsFor } from "./words";

type Root = ReturnType<typeof installMiniDom>;

const refused = (code: string): Answer<never> => ({ ok: false, error: { code, detail: "" } });
const ok = <T,>(value: T): Answer<T> => ({ ok: true, value });
const user = { id: "u", email: "a@b.c", name: "Alex" };

let root: Root;
let api: { [K in Exclude<keyof Api, "call">]: ReturnType<typeof vi.fn<Api[K]>> } & Pick<Api, "call">;
let app: App;
let now: number;
let sources: FakeSource[];

class FakeSource {
  listeners = new Map<string, (event: { data?: string }) => void>();
  closed = false;
  constructor(readonly url: string) {
    sources.push(this);
  }
  addEventListener(type: string, listener: (event: { data?: string }) => void): void {
    this.listeners.set(type, listener);
  }
  send(message: BoardMessage): void {
    this.listeners.get("message")?.({ data: JSON.stringify(message) });
  }
  close(): void {
    this.closed = true;
  }
}

beforeEach(() => {
  useOwnerTexts(ownerEn);
  now = Date.parse(appNow);
  sources = [];
  Object.assign(globalThis, { EventSource: FakeSource });
  api = {
    // Whoever signs out looks for a charger next.
    // Whoever signs out looks for a charger next.
    call: (async () =>
      ok({ places: [], total: 0, capped: false, nextCursor: null, versions: [] })) as unknown as Api["call"],
    me: vi.fn<Api["me"]>(async () => ok({ user })),
    signIn: vi.fn<Api["signIn"]>(async () => ok({})),
    signUp: vi.fn<Api["signUp"]>(async () => ok({})),
    signOut: vi.fn<Api["signOut"]>(async () => ok({})),
    sites: vi.fn<Api["sites"]>(async () => ok({ sites: [site] })),
    site: vi.fn<Api["site"]>(async () => ok(site)),
    createSite: vi.fn<Api["createSite"]>(async () => ok(site)),
    changeSite: vi.fn<Api["changeSite"]>(async () => ok(site)),
    board: vi.fn<Api["board"]>(async () => ok(board)),
    sessions: vi.fn<Api["sessions"]>(async () => ok({ sessions: [ownerSession(0)], nextCursor: "next" })),
    session: vi.fn<Api["session"]>(async () => ok(ownerSession(0, { endedAt: null }))),
    stopSession: vi.fn<Api["stopSession"]>(async () => ok({})),
    tariffs: vi.fn<Api["tariffs"]>(async () => ok({ tariffs: [simpleTariff, complexTariff] })),
    putTariff: vi.fn<Api["putTariff"]>(async (_, tariff) => ok(tariff)),
    pairingCode: vi.fn<Api["pairingCode"]>(async () =>
      ok({ code: "7KQ-MZD-3WB", expiresAt: "2026-11-21T13:20:12.000Z" }),
    ),
  };
  app = { words: wordsFor("en", appEn), api, now: () => now, user, setUser: vi.fn(), setLang: vi.fn() };
});
afterEach(() => render(null, root));

function open(page: ComponentChild, path = "/"): void {
  root = installMiniDom(path);
  render(
    <AppContext.Provider value={app}>
      <LocationProvider>{page}</LocationProvider>
    </AppContext.Provider>,
    root,
  );
}
const says = (text: string) => eventually(() => expect(root.textContent).toContain(text));
/** Types into the field of a name, which is its id as well. */
const type = (name: string, value: string) => {
  const field = root.all((node) => valueOf(node, "id") === name)[0];
  if (!field) throw new Error(`no field ${name}`);
  Object.assign(field, { value });
  field.fire("input");
};
const submit = () => root.find("form").fire("submit");

it("signs in: one at a time, with what went wrong, then with who is there", async () => {
  const { promise, resolve } = withResolvers<Answer<unknown>>();
  api.signIn.mockReturnValueOnce(promise);
  open(<SignInPage />, "/sign-in");
  type("email", "a@b.c");
  submit();
  await says("One moment");
  submit();
  resolve(refused("invalid_email_or_password"));
  await says("do not match");
  expect(api.signIn).toHaveBeenCalledTimes(1);
  submit();
  await eventually(() => expect(app.setUser).toHaveBeenCalledWith(user));
  expect(api.signIn).toHaveBeenLastCalledWith("a@b.c", "");
  expect(location.pathname).toBe("/");
});

it("makes an account, and stays at the address that was asked for when signing in there", async () => {
  open(<SignInPage />, "/sign-up");
  type("name", "Alex");
  submit();
  await eventually(() => expect(app.setUser).toHaveBeenCalledWith(user));
  expect(api.signUp).toHaveBeenCalledWith("Alex", "", "");
  render(null, root);
  open(<SignInPage />, "/sites/1");
  submit();
  await eventually(() => expect(app.setUser).toHaveBeenCalledTimes(2));
  expect(location.pathname).toBe("/sites/1");
});

it("sends whoever has yet to confirm the address to their mail", async () => {
  api.me.mockResolvedValueOnce(ok(null));
  open(<SignInPage />, "/sign-up");
  type("email", "a@b.c");
  submit();
  await says("A link to confirm a@b.c is on its way.");
  expect(app.setUser).not.toHaveBeenCalled();
});

it("goes back after signing in to where somebody came from, and never out of the app", async () => {
  open(<SignInPage />, "/sign-in?back=%2Fplaces%2Fp1");
  root.find("form").fire("submit");
  await eventually(() => expect(location.pathname).toBe("/places/p1"));
  for (const back of ["//evil.example", "/\\evil.example", "https://evil.example", "/a b"]) {
    render(null, root);
    open(<SignInPage />, `/sign-in?back=${encodeURIComponent(back)}`);
    root.find("form").fire("submit");
    await eventually(() => expect(location.href).toBe("http://cloud/"));
  }
});

it("asks whoever is not signed in to sign in, at the address that was asked for", async () => {
  app = { ...app, user: null };
  open(<Shell />, "/sites");
  await says("For your bookings");
  expect(root.textContent).not.toContain("Sign out");
  expect(location.pathname).toBe("/sites");
});

it("lists sites, tells a failure with a way on, and notices that one has been signed out", async () => {
  api.sites.mockResolvedValueOnce(refused("network"));
  open(<SitesPage />);
  await says("cannot be reached");
  root.find("button", "Try again").fire("click");
  await says("Lindenhof garage");
  render(null, root);
  api.sites.mockResolvedValueOnce(refused("unauthorized"));
  open(<SitesPage />);
  await eventually(() => expect(app.setUser).toHaveBeenCalledWith(null));
});

it("makes a site and goes on to pairing, or says what does not fit", async () => {
  const { promise, resolve } = withResolvers<Answer<never>>();
  api.createSite.mockReturnValueOnce(promise);
  open(<NewSitePage />, "/sites/new");
  type("name", "Garage");
  submit();
  await says("One moment");
  submit();
  resolve(refused("invalid"));
  await says("does not fit");
  submit();
  await eventually(() => expect(location.pathname).toBe(`/sites/${siteId}/pair`));
  expect(api.createSite).toHaveBeenCalledTimes(2);
  expect(api.createSite).toHaveBeenLastCalledWith(
    expect.objectContaining({ name: "Garage", currency: "EUR", startPolicy: "open" }),
  );
});

it("follows a site's chargers live, keeps tiles in place under the pointer, and ends with the page", async () => {
  open(<BoardPage siteId={siteId} />);
  await eventually(() => expect(sources).toHaveLength(1));
  const [source] = sources as [FakeSource];
  source.send({ kind: "board", board });
  await says("Hub garage-pi is connected");
  const first = () => root.find("h2").textContent;
  expect(first()).toBe("Street side");
  const board2 = { ...board, chargePoints: board.chargePoints.filter(({ cpId }) => cpId !== "CP3") };
  const holder = root.all((node) => node.listeners.has("pointerenter"))[0]!;
  holder.fire("pointerenter");
  source.send({ kind: "change", chargePoints: [{ ...board2.chargePoints[1]!, online: false }], removed: [] });
  await says("2 without connection");
  expect(first()).toBe("Street side");
  holder.fire("pointerleave");
  source.send({ kind: "change", chargePoints: [], removed: ["CP3"] });
  await eventually(() => expect(first()).toBe("Carport right"));
  source.listeners.get("error")?.({});
  await says("interrupted");
  render(null, root);
  await eventually(() => expect(source.closed).toBe(true));
});

it("shows a pairing code, makes a new one, and notices the hub", async () => {
  open(<PairPage siteId={siteId} />);
  await eventually(() => expect(sources).toHaveLength(1));
  const [source] = sources as [FakeSource];
  source.send({ kind: "board", board: { hub: null, chargePoints: [] } });
  await says("Valid for 15:00");
  const copied = vi.fn(async () => {});
  vi.stubGlobal("navigator", { clipboard: { writeText: copied } });
  root.find("button", "Copy").fire("click");
  await says("Copied");
  expect(copied).toHaveBeenCalledWith(expect.stringContaining("7KQ-MZD-3WB"));
  vi.unstubAllGlobals();
  now += 1_000_000;
  await says("has expired");
  root.find("button", "New code").fire("click");
  await eventually(() => expect(api.pairingCode).toHaveBeenCalledTimes(2));
  source.send({ kind: "change", chargePoints: [], removed: [] });
  source.send({ kind: "change", hub: board.hub, chargePoints: [], removed: [] });
  await says("The hub garage-pi is paired");
});

it("warns that a pairing replaces a hub, does not take that hub for the new one, and says why there is no code", async () => {
  open(<PairPage siteId={siteId} />);
  await eventually(() => expect(sources).toHaveLength(1));
  sources[0]?.send({ kind: "board", board });
  sources[0]?.send({ kind: "board", board });
  await says("replaces the hub");
  render(null, root);
  api.pairingCode.mockResolvedValueOnce(refused("forbidden"));
  open(<PairPage siteId={siteId} />);
  await eventually(() => expect(sources).toHaveLength(2));
  sources[1]?.send({ kind: "board", board });
  await says("Only an owner");
});

it("shows more sessions on demand, and says when they do not come", async () => {
  api.sessions.mockResolvedValueOnce(ok({ sessions: [ownerSession(0)], nextCursor: "a" }));
  api.sessions.mockResolvedValueOnce(refused("network"));
  api.sessions.mockResolvedValueOnce(ok({ sessions: [ownerSession(1)], nextCursor: null }));
  open(<SessionsPage siteId={siteId} />);
  await says("Show more");
  root.find("button", "Show more").fire("click");
  await says("cannot be reached");
  root.find("button", "Show more").fire("click");
  await eventually(() => expect(root.textContent).not.toContain("Show more"));
  expect(api.sessions).toHaveBeenLastCalledWith(siteId, "a");
  expect(root.all(({ localName }) => localName === "tr")).toHaveLength(3);
});

it("stops a running session through the hub, or says why not", async () => {
  api.stopSession.mockResolvedValueOnce(refused("no_hub"));
  open(<SessionPage siteId={siteId} sessionId="s1" />);
  await says("Stop this charge");
  root.find("button", "Stop this charge").fire("click");
  await says("has no hub yet");
  root.find("button", "Stop this charge").fire("click");
  await says("has been told to stop");
  expect(api.stopSession).toHaveBeenLastCalledWith(siteId, "s1");
});

it("lists prices, leaves a complex one alone, and edits a simple one", async () => {
  open(<TariffsPage siteId={siteId} />);
  await says("Used for this site");
  render(null, root);
  open(<TariffsPage siteId={siteId} tariffId="night" />);
  await says("rules that this form cannot show");
  render(null, root);
  open(<TariffsPage siteId={siteId} tariffId="day-rate" />);
  await says("Example bill");
  api.putTariff.mockResolvedValueOnce(refused("other_currency"));
  submit();
  await says("another currency");
  submit();
  await eventually(() => expect(location.pathname).toBe(`/sites/${siteId}/tariffs`));
  expect(api.putTariff).toHaveBeenLastCalledWith(siteId, simpleTariff);
  expect(api.changeSite).not.toHaveBeenCalled();
});

it("takes a site's first price as the one it charges, once its form fits", async () => {
  api.site.mockResolvedValue(ok({ ...site, defaultTariffId: null }));
  open(<TariffsPage siteId={siteId} tariffId="new" />);
  await says("Example bill");
  submit();
  await says("Please fill this in.");
  type("id", "first");
  type("exampleEnergy", "x");
  type("exampleHours", "x");
  await eventually(() => expect(root.textContent).not.toContain("Please fill this in."));
  type("exampleEnergy", "10");
  type("exampleHours", "1");
  await says("\u20ac4.50");
  const { promise, resolve } = withResolvers<Answer<typeof simpleTariff>>();
  api.putTariff.mockReturnValueOnce(promise);
  submit();
  await says("One moment");
  submit();
  resolve(ok(simpleTariff));
  await eventually(() => expect(api.changeSite).toHaveBeenCalledWith(siteId, { defaultTariffId: "first" }));
  expect(api.putTariff).toHaveBeenCalledTimes(1);
});

it("saves settings, or says why not", async () => {
  const { promise, resolve } = withResolvers<Answer<never>>();
  api.changeSite.mockReturnValueOnce(promise);
  open(<SettingsPage siteId={siteId} />);
  await says("Seller on receipts");
  submit();
  await says("One moment");
  submit();
  resolve(refused("currency_in_use"));
  await says("another currency");
  submit();
  await says("Saved");
  expect(api.changeSite).toHaveBeenLastCalledWith(
    siteId,
    expect.objectContaining({ name: site.name, startPolicy: "accessKey" }),
  );
  root.find("a", "Pair another hub").fire("click");
  await eventually(() => expect(api.site).toHaveBeenCalledTimes(2));
});

it("signs out, changes the language, and loads the page of the address", async () => {
  Object.assign(globalThis, { localStorage: { getItem: () => null, setItem() {}, removeItem() {} } });
  open(<Shell />, "/sites");
  await says("New site");
  const select = root.find("select");
  Object.assign(select, { value: "de" });
  select.fire("change");
  expect(app.setLang).toHaveBeenCalledWith("de");
  root.find("button", "Sign out").fire("click");
  await eventually(() => expect(app.setUser).toHaveBeenCalledWith(null));
  await says("Find a charger");
  render(null, root);
  open(<Shell />, "/nowhere");
  await says("Nothing here");
});

function withResolvers<T>() {
  const made: { resolve?: (value: T) => void } = {};
  const promise = new Promise<T>((resolve) => (made.resolve = resolve));
  return { promise, resolve: made.resolve as (value: T) => void };
}
